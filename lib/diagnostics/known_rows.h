/* The rows that a model was fitted to, given again: their classes, and their weights in the fit. */
#ifndef DIAGNOSTICS_KNOWN_ROWS_H
#define DIAGNOSTICS_KNOWN_ROWS_H

#include <stdbool.h>

#include "model/model.h"

/* The arguments of the caller, and their names for error messages. */
typedef struct given_rows {
    const linclass_matrix *X;
    const int64_t *y;            /* NULL only with probabilities */
    const double *sample_weight; /* or NULL */
    const char *sample_weight_name;
    const linclass_matrix *target_probabilities; /* or NULL */
    const char *target_probabilities_name;
    bool as_they_are; /* also where the fit was to standardised columns */
} given_rows;

typedef struct known_rows {
    const linclass_model *model; /* as it was fitted: of standardised columns where the fit was */
    linclass_matrix X;           /* m >= 1 rows of the model's n columns, standardised likewise */
    int64_t *y;                  /* m classes; -1: a row that the fit ignored */
    const double *sample_weight; /* m, or NULL */
    bool with_probabilities;
    linclass_matrix probabilities; /* m x k, where there are any */
    double total_weight;           /* sum of known_rows_weight, > 0 */
    linclass_model *fitted;        /* the model where it is not the caller's, or NULL */
    void *standardised;            /* the elements of X where they are not the caller's, or NULL */
} known_rows;

/* First lines of a public function: clear the message, read and check the arguments. A row without a
 * label is of its most probable class, the lowest among equals. Errors: INVALID_ARGUMENT (NULL; a weight
 * or probability that is negative or not finite; weights that are all 0), DIMENSION, LABEL, NUMERIC (the
 * sum of the weights overflows), MEMORY, STRUCT_SIZE. To be ended after an error too. */
linclass_status known_rows_begin(linclass_context *ctx, const linclass_model *model,
                                 const given_rows *given, known_rows *rows);

/* The same for rows that are a part of those of the fit: there may be none, and they may count nothing. */
linclass_status known_rows_begin_part(linclass_context *ctx, const linclass_model *model,
                                      const given_rows *given, known_rows *rows);
void known_rows_end(linclass_context *ctx, known_rows *rows);

/* Whether the sum of all weights is one to divide by. Errors: INVALID_ARGUMENT, NUMERIC. */
linclass_status known_rows_check_weight(linclass_context *ctx, double total_weight);

/* w_i: the row's weight times that of its class, 0 for one that is ignored. */
double known_rows_weight(const known_rows *rows, int64_t i);

#endif
