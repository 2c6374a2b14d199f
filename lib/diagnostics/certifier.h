/* The rows of a certificate: each sample in double, one after the other, and its scores. */
#ifndef DIAGNOSTICS_CERTIFIER_H
#define DIAGNOSTICS_CERTIFIER_H

#include <linclass/certificate.h>

#include "diagnostics/known_rows.h"
#include "diagnostics/row_loss.h"

/* A sample: x_j in double for `count` of the features, in ascending order; the others are 0. */
typedef struct sample {
    int64_t count;
    const int64_t *features; /* NULL: 0..n-1 */
    const double *x;
} sample;

/* Arrays of n + 1 rows end in that of the intercepts. c: columns, k or 1. */
typedef struct certifier {
    linclass_context *ctx;
    const linclass_model *model;
    const known_rows *rows;
    int64_t n;
    int64_t c;
    double gamma_n;    /* of sums over the features */
    double gamma_m;    /* of sums over the rows */
    double least;      /* the least normal number of the precision of the fit */
    double *theta;     /* (n + 1) x c */
    double *gradient;  /* (n + 1) x c; sums first */
    double *widest;    /* n + 1: max_c |theta_jc| */
    double *slack;     /* n + 1: the bound on an error of the gradient */
    double *samples;   /* BLOCK x n; of sparse rows, n */
    int64_t *features; /* n: those of a sparse row */
    double *scores;    /* c */
    double *residual;  /* c */
    double *p;         /* k */
    double loss;       /* sums */
    double loss_slack;
} certifier;

/* Visit every row, in order. Errors: NON_FINITE. */
typedef void (*certifier_visit)(certifier *self, void *argument, int64_t row, const sample *of);
linclass_status certifier_sweep(certifier *self, certifier_visit visit, void *argument);

/* Set the scores of a sample; returns the bound on their errors. */
double certifier_set_scores(certifier *self, int64_t row, const sample *of);

/* What a row is fitted to. */
row_target certifier_target(certifier *self, int64_t row);

#endif
