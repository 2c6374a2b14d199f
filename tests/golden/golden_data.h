/* The rows that are hashed about: small made ones, wide ones, the digits. */
#ifndef GOLDEN_DATA_H
#define GOLDEN_DATA_H

#include <stdbool.h>

#include <linclass/linclass.h>

typedef struct golden_data {
    const char *name;
    linclass_matrix X;
    const int64_t *y;
    int64_t k;
    const double *weights;    /* m, some of them 0 */
    const linclass_matrix *Z; /* m x k probabilities */
    int64_t max_iterations;   /* of a fit, which need not converge */
    int variations;           /* of a fit: how many of those in hash_fits.c */
    bool small;
} golden_data;

enum { GOLDEN_DATA = 6 };

/* Data set `number` of the GOLDEN_DATA ones; what it points to lives as long as the process. */
golden_data golden_data_make(int number);

#endif
