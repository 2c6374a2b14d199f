/* The rows of a fit as its objective takes them: labels as classes, and what each row counts. */
#ifndef FIT_FIT_ROWS_H
#define FIT_FIT_ROWS_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/fit.h>
#include <linclass/matrix.h>

/* The classes of a fit, and what a row of each counts. */
typedef struct fit_classes {
    int64_t k;
    int64_t *labels;       /* k, ascending */
    double *class_weights; /* k, or NULL: 1 each */
} fit_classes;

typedef struct fit_rows {
    linclass_matrix X;
    int64_t *y;             /* X.rows classes; NULL: there are no such rows */
    double *sample_weights; /* X.rows, or NULL: 1 each */
    double total_weight;    /* their sum, > 0 */
    double weight_sum; /* the same of the weights as they were given, before they were scaled */
    double smoothing;  /* of the labels: options->label_smoothing, 0 for validation rows */
    bool with_probabilities;
    linclass_matrix probabilities; /* X.rows x k, to be fitted to, where there are any */
} fit_rows;

/* Read the training rows: the classes are the distinct labels of y but the one to ignore; y may be NULL
 * where there are probabilities. Errors:
 * INVALID_ARGUMENT, DIMENSION, LABEL (no row is left, or one class), MEMORY. */
linclass_status fit_rows_training(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                                  const linclass_fit_options *options, fit_rows *rows,
                                  fit_classes *classes);

/* Read the validation rows of the options, when there are any; training: the samples. Errors: the same, LABEL for one
 * that is none of the classes, and NON_FINITE for an element of validation_X. */
linclass_status fit_rows_validation(linclass_context *ctx, const linclass_fit_options *options,
                                    const fit_classes *classes, const linclass_matrix *training,
                                    fit_rows *rows);

void fit_rows_end(linclass_context *ctx, fit_rows *rows);
void fit_classes_end(linclass_context *ctx, fit_classes *classes);

#endif
