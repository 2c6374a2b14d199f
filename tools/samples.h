/* Samples and labels from files, and the scale they are read with. */
#ifndef TOOLS_SAMPLES_H
#define TOOLS_SAMPLES_H

#include <linclass/context.h>
#include <linclass/dataset.h>
#include <linclass/matrix.h>

typedef struct samples {
    linclass_dataset *dataset;
    linclass_matrix X;
    const int64_t *y; /* X.rows labels, or NULL */
} samples;

/* Read; labels may be NULL. scale: what the elements are multiplied by. Returns an exit status;
 * after an error, which has been told, there is nothing to close. */
int samples_read(linclass_context *ctx, const char *images, const char *labels, double scale,
                 samples *read);

void samples_close(samples *read);

/* The scale of training where none is given: 1/255 for bytes, so that pixels become 0..1; else 1. */
double samples_default_scale(const linclass_matrix *X);

/* Say so when elements that are not bytes are about to be multiplied by a scale that a model, and
 * not the user, asks for. */
void samples_warn_of_scale(const linclass_matrix *X, const char *path);

/* A view of `count` rows of X from row `first` on. */
linclass_matrix samples_rows(const linclass_matrix *X, int64_t first, int64_t count);

#endif
