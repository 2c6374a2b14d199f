/* The rows of a certificate: each sample in double, one after the other, and its scores. */
#ifndef DIAGNOSTICS_CERTIFIER_H
#define DIAGNOSTICS_CERTIFIER_H

#include "diagnostics/certificate_model.h"
#include "diagnostics/known_rows.h"
#include "diagnostics/row_loss.h"

/* A sample: x_j in double for `count` of the features, in ascending order; the others are 0. */
typedef struct sample {
    int64_t count;
    const int64_t *features; /* NULL: 0..n-1 */
    const double *x;
} sample;

typedef struct certifier {
    linclass_context *ctx;
    const certificate_model *of;
    const known_rows *rows;
    double *samples;   /* BLOCK x n; of sparse rows, n */
    int64_t *features; /* n: those of a sparse row */
    double *scores;    /* c */
    double *residual;  /* c */
    double *p;         /* k */
    void *memory;
} certifier;

/* Errors: MEMORY. To be ended whatever the status. */
linclass_status certifier_begin(linclass_context *ctx, const certificate_model *of,
                                const known_rows *rows, certifier *self);
void certifier_end(certifier *self);

/* Visit every row, in order. Errors: NON_FINITE. */
typedef void (*certifier_visit)(certifier *self, void *argument, int64_t row, const sample *of);
linclass_status certifier_sweep(certifier *self, certifier_visit visit, void *argument);

/* Set the scores of a sample; returns the bound on their errors. */
double certifier_set_scores(certifier *self, int64_t row, const sample *of);

/* What a row is fitted to. */
row_target certifier_target(certifier *self, int64_t row);

#endif
