/* What the rows of a fit count and are fitted to: options, and the arrays that they stand for. */
#ifndef TOOLS_ROW_OPTIONS_H
#define TOOLS_ROW_OPTIONS_H

#include <argp.h>
#include <stdint.h>

#include <linclass/fit.h>

#include "sample_files.h"

typedef struct row_settings {
    const char *sample_weights; /* files, or NULL */
    const char *validation_sample_weights;
    const char *offsets; /* files, or NULL */
    const char *validation_offsets;
    const char *class_weight;   /* LABEL=W,...; NULL: none, or balanced */
    const char *only_labels;    /* of the samples to take, with commas between them; NULL: all */
    const char *ignore_label;   /* as it is named; NULL: none */
    double validation_fraction; /* of the training samples to validate on; 0: none */
    linclass_fit_options *fit;
} row_settings;

/* --only-labels, --validation-fraction, --sample-weights, --validation-sample-weights, --class-weight,
 * --offsets, --validation-offsets, --ignore-label, --label-smoothing: a child of the parser of `train`, whose input
 * is a row_settings with `fit`. */
extern const struct argp row_argp;

/* --only-labels, --sample-weights and --offsets alone, of samples that are not fitted to; the same input, without
 * `fit`. */
extern const struct argp known_row_argp;

/* Keep only the samples that --only-labels names, if it was given; names: the data set whose classes have them.
 * Returns an exit status. */
int row_labels_keep(linclass_context *ctx, const row_settings *settings,
                    const linclass_dataset *names, samples *read);

typedef struct row_arrays {
    double *sample_weight;
    double *validation_sample_weight;
    double *class_weight;
} row_arrays;

/* Read the arrays and point `options` at them, and set the label to ignore; options->initial, when there is one, is
 * set. Returns an exit status; to be freed in either case. */
int row_arrays_read(const row_settings *settings, const samples *training,
                    const samples *validation, linclass_fit_options *options, row_arrays *arrays);
/* Read the base scores of the samples, `columns` of each, and those of the validation samples. Returns an exit
 * status. */
int row_offsets_read(linclass_context *ctx, const row_settings *settings, int64_t columns,
                     samples *training, samples *validation);

/* What each training sample counts in a fit with these options: its weight times that of its class, 0 with the label to
 * ignore; up to a common factor. NULL: all the same. To be freed. */
double *row_weights(const samples *training, const linclass_fit_options *options);

void row_arrays_free(row_arrays *arrays);

#endif
