/* Samples and labels read from files, and parts of them. */
#ifndef TOOLS_SAMPLE_FILES_H
#define TOOLS_SAMPLE_FILES_H

#include <linclass/context.h>
#include <linclass/dataset.h>
#include <linclass/matrix.h>

#include "data_options.h"

typedef struct samples {
    linclass_dataset *dataset;
    linclass_matrix X;
    const int64_t *y;   /* X.rows labels, or NULL */
    int64_t file_rows;  /* samples in the file */
    int64_t *rows;      /* X.rows: their places in the file; NULL: all, in order */
    double *offsets;    /* those of X, or NULL */
    void *standardized; /* the elements of X in memory of their own (standardize.h), or NULL */
} samples;

/* How samples are read, besides what the options say. */
typedef struct samples_reading {
    const linclass_encoding *encoding; /* of the columns of a table; NULL: found from the table */
    int64_t features;                  /* of a file that does not say how many; 0: not known */
    int32_t dtype;                     /* of numbers read from text */
    bool quiet;                        /* no progress */
    bool ignore_labels;                /* of files of --data: rows to be predicted */
} samples_reading;

/* Read samples and, where the settings or the file have them, labels. scale: factor of every element, or 0, automatic.
 * Returns an exit status; after an error, whose message has been printed, there is nothing to close. */
int samples_read(linclass_context *ctx, const data_settings *settings, samples_reading how,
                 double scale, samples *read);

/* Make sure that there are labels. Returns an exit status, having said how to name them: EXIT_DATA where
 * the column of labels that a model knows is missing, else EXIT_USAGE. */
int samples_need_labels(const data_settings *settings, const samples *read);

/* Keep only the samples whose label is one of `count`. Returns an exit status: EXIT_DATA when a label
 * has none; what is read is to be closed in either case. */
int samples_keep_labels(linclass_context *ctx, samples *read, int64_t count, const int64_t *labels);

/* Take a random share of the samples out of `read`, the labels in proportion, into *taken. Returns an
 * exit status: EXIT_DATA when no sample is left on one side; both are to be closed in either case. */
int samples_split(linclass_context *ctx, samples *read, double fraction, uint64_t seed,
                  samples *taken);

void samples_close(samples *read);

/* Say so when elements that are not bytes are about to be multiplied by a scale that a model, and
 * not the user, asks for. */
void samples_warn_of_scale(const linclass_matrix *X, double scale, const char *path);

/* Say so of a table whose first line was taken for a sample, and may be a header. */
void samples_warn_of_header(const samples *read, const char *path);

/* Say so of columns in which most rows have a text of their own: such are seldom categories, but dates, names, or
 * numbers that are written in another way. */
void samples_warn_of_texts(const samples *read, const char *path);

/* A view of `count` rows of X from row `first` on. */
linclass_matrix samples_rows(const linclass_matrix *X, int64_t first, int64_t count);

#endif
