/* Samples to train on: classes around random centres, near enough that no line separates them. */
#ifndef SUPPORT_SAMPLES_H
#define SUPPORT_SAMPLES_H

#include <stdint.h>

#include <linclass/linclass.h>

typedef struct samples {
    int64_t m;
    int64_t n;
    int64_t k;
    double *X;  /* m x n, row-major, every number a float */
    int64_t *y; /* m, in 0..k-1; class c is less frequent the larger c is, and none is missing */
} samples;

/* m >= k >= 1. */
samples samples_new(int64_t m, int64_t n, int64_t k, uint64_t seed);
void samples_free(samples *self);

/* A view of X. */
linclass_matrix samples_view(const samples *self);

/* The defaults of linclass_fit, but without a penalty. */
linclass_fit_options samples_options(void);

#endif
