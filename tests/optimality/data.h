/* The data sets of the sweep: small problems whose classes overlap, spoilt in every way that real columns
 * are. */
#ifndef OPTIMALITY_DATA_H
#define OPTIMALITY_DATA_H

#include <stdbool.h>
#include <stdint.h>

enum {
    DATA_HUGE = 1,    /* a refusal with a message is an answer */
    DATA_HARD = 2,    /* the precision resolves it poorly: a fit may say that it did not converge */
    DATA_NO_LASSO = 4 /* columns 16 orders apart: the minimum under an l1 penalty is not found */
};

typedef struct fit_data {
    int64_t m;
    int64_t n;
    int64_t k;
    double *X; /* m x n, row-major */
    int64_t *y;
    double *weights; /* m, or NULL */
} fit_data;

typedef struct data_shape {
    const char *name;
    int64_t m;
    int64_t n;
    int64_t k;
} data_shape;

typedef struct data_change {
    const char *name;
    void (*apply)(fit_data *data);
    int f64; /* DATA_* in double precision */
    int f32; /* and in single */
} data_change;

enum { DATA_SHAPES = 8 };
extern const data_shape data_shapes[DATA_SHAPES];

/* Ways to spoil the data, and how many. */
extern const data_change data_changes[];
extern const int data_change_count;

fit_data data_new(const data_shape *shape, const data_change *change);
void data_free(fit_data *self);

/* Columns of mean 0 and variance 1. */
void data_standardise(fit_data *data);

#endif
