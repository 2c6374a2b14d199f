/* The model of a certificate: its parameters in double, and what rounding did to the figures of its fit at most. */
#ifndef DIAGNOSTICS_CERTIFICATE_MODEL_H
#define DIAGNOSTICS_CERTIFICATE_MODEL_H

#include <stdbool.h>

#include "model/model.h"

/* Arrays of n + 1 rows end in that of the intercepts. c: columns, k or 1. */
typedef struct certificate_model {
    const linclass_model *model;
    int64_t n;
    int64_t c;
    double unit;       /* the rounding unit of the precision of the fit */
    double gamma_n;    /* of sums over the features */
    double gamma_m;    /* of sums over the rows */
    double gamma_c;    /* of sums over the classes */
    double gamma_here; /* of sums over all rows in double, as they are made here */
    double least;      /* the least normal number of the precision of the fit */
    double *theta;     /* (n + 1) x c */
    double *widest;    /* n + 1: max_c |theta_jc| */
    void *memory;
} certificate_model;

/* Errors: MEMORY. The bounds are those of a fit over so many rows. To be ended whatever the status. */
linclass_status certificate_model_begin(linclass_context *ctx, const linclass_model *model,
                                        double rows, bool sparse, certificate_model *self);
void certificate_model_end(linclass_context *ctx, certificate_model *self);

#endif
