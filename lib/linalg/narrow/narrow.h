/* Products with few classes, written in vectors: what gemm.h uses for them in the place of BLAS.
 *
 * BLAS packs both factors and, however narrow they are, works in tiles of its own. OpenBLAS 0.3.21 runs
 * the two products of 96 rows, n = 784, k = 10, at 128 GFLOP/s where it knows the processor as one with
 * kernels for small products, at 48 where it does not. These need neither packing nor lock, and keep
 * 200 GFLOP/s there; above GEMM_FEW classes BLAS is as fast.
 *
 * Sums are kept in registers; an element of C has the same bits whatever rows and columns are computed
 * with it. */
#ifndef LINALG_NARROW_NARROW_H
#define LINALG_NARROW_NARROW_H

#include <stdbool.h>
#include <stdint.h>

/* What a product should ask memory for while it computes: without it memory rests during one of the two products
 * of a sweep, and the other waits. It does not change results; {false, NULL, 0}: nothing. */
typedef struct narrow_memory {
    bool cold;        /* by_class: the rows of A may be in no cache */
    const void *next; /* what is read after the product, so many bytes of it */
    int64_t bytes;
} narrow_memory;

/* The arguments of a product: alpha, beta and leading dimensions as in BLAS, C is not read when
 * beta = 0. */
typedef struct narrow_product_f32 {
    int64_t m;
    int64_t n;
    int64_t k;
    float alpha;
    const float *A;
    int64_t lda;
    const float *B;
    int64_t ldb;
    float beta;
    float *C;
    int64_t ldc;
    narrow_memory memory;
} narrow_product_f32;

typedef struct narrow_product_f64 {
    int64_t m;
    int64_t n;
    int64_t k;
    double alpha;
    const double *A;
    int64_t lda;
    const double *B;
    int64_t ldb;
    double beta;
    double *C;
    int64_t ldc;
    narrow_memory memory;
} narrow_product_f64;

typedef void (*narrow_function_f32)(const narrow_product_f32 *product);
typedef void (*narrow_function_f64)(const narrow_product_f64 *product);

/* The arguments of a step on one row (step_tmpl.c). theta, velocity: k x n; x, next: n; residuals, scores: k. */
typedef struct narrow_step_f32 {
    int64_t n;
    int64_t k;
    float *theta;
    float *velocity; /* or NULL: no momentum */
    const float *x;
    const float *residuals; /* scaled; may be the scores */
    float keep;
    float decay; /* with a velocity */
    const float *next;
    float *scores;
    const float *ahead; /* a row to be asked for, or NULL */
    bool last_first;    /* the last classes first: changes no result */
} narrow_step_f32;

typedef struct narrow_step_f64 {
    int64_t n;
    int64_t k;
    double *theta;
    double *velocity; /* or NULL: no momentum */
    const double *x;
    const double *residuals; /* scaled; may be the scores */
    double keep;
    double decay; /* with a velocity */
    const double *next;
    double *scores;
    const double *ahead; /* a row to be asked for, or NULL */
    bool last_first;     /* the last classes first: changes no result */
} narrow_step_f64;

/* The arguments of a step on each of two rows (step_pair_tmpl.c). theta: k x n; rows: n. */
typedef struct narrow_step_pair_f32 {
    int64_t n;
    int64_t k;
    float *theta;
    const float *x[2];
    const float *residuals; /* 2 x k, scaled; may be the scores */
    float keep[2];
    const float *next[2];
    float *scores;         /* 2 x k */
    float *product;        /* of next[0] and next[1] */
    const float *ahead[2]; /* rows to be asked for, or NULL */
    bool last_first;       /* the last classes first: changes no result */
} narrow_step_pair_f32;

typedef struct narrow_step_pair_f64 {
    int64_t n;
    int64_t k;
    double *theta;
    const double *x[2];
    const double *residuals; /* 2 x k, scaled; may be the scores */
    double keep[2];
    const double *next[2];
    double *scores;         /* 2 x k */
    double *product;        /* of next[0] and next[1] */
    const double *ahead[2]; /* rows to be asked for, or NULL */
    bool last_first;        /* the last classes first: changes no result */
} narrow_step_pair_f64;

typedef void (*narrow_step_function_f32)(const narrow_step_f32 *step);
typedef void (*narrow_step_function_f64)(const narrow_step_f64 *step);
typedef void (*narrow_step_pair_function_f32)(const narrow_step_pair_f32 *pair);
typedef void (*narrow_step_pair_function_f64)(const narrow_step_pair_f64 *pair);

/* Some classes and a row (chosen_tmpl.c). theta: k x n; x: n; classes, values: count. */
typedef struct narrow_chosen_f32 {
    int64_t n;
    int64_t count;
    const int64_t *classes;
    float *theta;
    const float *x;
    float *values; /* the scores, written; or of an update what x is multiplied by */
} narrow_chosen_f32;

typedef struct narrow_chosen_f64 {
    int64_t n;
    int64_t count;
    const int64_t *classes;
    double *theta;
    const double *x;
    double *values; /* the scores, written; or of an update what x is multiplied by */
} narrow_chosen_f64;

typedef void (*narrow_chosen_function_f32)(const narrow_chosen_f32 *chosen);
typedef void (*narrow_chosen_function_f64)(const narrow_chosen_f64 *chosen);

/* by_class     scores from theta by class: C = alpha A B^T + beta C. A: m x n, B: k x n, C: m x k;
 *              n, k >= 1
 * plain        scores of a few rows from theta as it is: C = alpha A B + beta C. A: m x n, B: n x k,
 *              C: m x k; n, k >= 1
 * transposed   the gradient by class, from residuals and samples: C = alpha A^T B + beta C. A: n x m,
 *              B: n x k, C: m x k; m, n >= 1. Here m counts classes, n rows
 * outer        the gradient of a few rows, from samples and residuals: C = alpha A^T B + beta C. A: n x m,
 *              B: n x k, C: m x k; m, n, k >= 1. Here n counts rows, m features
 * step         the update of theta by one row and the scores of another, these to the bits of by_class; n, k >= 1
 * step_pair    the updates by two rows, to the bits of two steps, and the scores of two others and their product, to
 *              the bits of by_class; n, k >= 1
 * chosen_scores, chosen_update
 *              the scores of one row in some of the classes, to the bits of by_class, and an update of these */
typedef struct narrow_f32 {
    const char *name;
    narrow_function_f32 by_class;
    narrow_function_f32 plain;
    narrow_function_f32 transposed;
    narrow_function_f32 outer;
    narrow_step_function_f32 step;
    narrow_step_pair_function_f32 step_pair;
    narrow_chosen_function_f32 chosen_scores;
    narrow_chosen_function_f32 chosen_update;
} narrow_f32;

typedef struct narrow_f64 {
    const char *name;
    narrow_function_f64 by_class;
    narrow_function_f64 plain;
    narrow_function_f64 transposed;
    narrow_function_f64 outer;
    narrow_step_function_f64 step;
    narrow_step_pair_function_f64 step_pair;
    narrow_chosen_function_f64 chosen_scores;
    narrow_chosen_function_f64 chosen_update;
} narrow_f64;

/* Those of the vector sets this processor can run, in the order of the sets, which are numbered from 1; *count >= 1. */
const narrow_f32 *const *narrow_all_f32(int *count);
const narrow_f64 *const *narrow_all_f64(int *count);

/* Those of a set that is usable, or NULL where its fused multiply-adds are no instructions: BLAS is faster then. */
const narrow_f32 *narrow_of_f32(int32_t set);
const narrow_f64 *narrow_of_f64(int32_t set);

#ifdef REAL_BITS /* in *_tmpl.c */
#define narrow_product       REAL(narrow_product)
#define narrow_function      REAL(narrow_function)
#define narrow_step          REAL(narrow_step)
#define narrow_step_function REAL(narrow_step_function)
#define narrow_step_pair     REAL(narrow_step_pair)
#define narrow_chosen        REAL(narrow_chosen)
#define narrow               REAL(narrow)
#define narrow_all           REAL(narrow_all)
#define narrow_of            REAL(narrow_of)
#endif

#endif
