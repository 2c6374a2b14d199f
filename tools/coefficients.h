/* A table of coefficients and their standard errors: differences to the first label, z = coefficient /
 * error, and p, the probability of a |z| as large if the coefficient were 0. */
#ifndef TOOLS_COEFFICIENTS_H
#define TOOLS_COEFFICIENTS_H

#include <jansson.h>

#include <linclass/context.h>
#include <linclass/model.h>

#include "sample_files.h"

typedef struct coefficients {
    const linclass_model *model;     /* NULL: none are found */
    const linclass_dataset *dataset; /* of the samples, with the names of features and classes */
    double *theta;                   /* n x k, and their standard errors */
    double *theta_error;
    double *bias; /* k, and their standard errors */
    double *bias_error;
} coefficients;

/* Find the standard errors over the samples of the fit; sample_weight: or NULL. Returns an exit status;
 * after an error, which has been reported, there is nothing to free. */
int coefficients_find(linclass_context *ctx, const linclass_model *model, const samples *training,
                      const double *sample_weight, coefficients *found);
void coefficients_free(coefficients *found);

/* To standard output, a line a coefficient. Returns an exit status. */
int coefficients_print(const coefficients *found);

/* The same as keys of an object: the reference_label, and the coefficients, null where none are found. */
void coefficients_describe(const coefficients *found, json_t *object);

#endif
