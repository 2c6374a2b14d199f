/* Products with the elements of one sparse row: what the two products of a sweep are made of.
 *
 *     scores   h    += sum_e v_e theta[column_e]      a sum of rows of theta
 *     update   G[column_e] += alpha v_e r             r added to rows of G
 *
 * A row of theta is k reals in order in memory, whatever the column: for k > 1 a vector of classes at a
 * time. The sum of a score has one order, which k alone decides: with LANES of any width, and with fused
 * multiply-adds, it has the same bits. */
#ifndef LINALG_SPARSE_SPARSE_H
#define LINALG_SPARSE_SPARSE_H

#include <stdint.h>

/* At most so many elements of a row are multiplied in one run: a longer row is several. */
enum { SPARSE_RUN = 256 };

/* v_e = factor * values[e], or factor where values is NULL. */
typedef struct sparse_run_f32 {
    int64_t count;
    const int32_t *columns;
    int64_t following; /* columns that can be read behind these `count`, to prefetch */
    const float *values;
    float factor;
} sparse_run_f32;

typedef struct sparse_run_f64 {
    int64_t count;
    const int32_t *columns;
    int64_t following;
    const double *values;
    double factor;
} sparse_run_f64;

/* k >= 1. theta and G have leading dimension ld >= k; no column occurs twice in a run. */
typedef struct sparse_functions_f32 {
    const char *name;
    void (*scores)(const sparse_run_f32 *run, int64_t k, const float *theta, int64_t ld, float *h);
    void (*update)(const sparse_run_f32 *run, int64_t k, float alpha, const float *r, float *G,
                   int64_t ld);
} sparse_functions_f32;

typedef struct sparse_functions_f64 {
    const char *name;
    void (*scores)(const sparse_run_f64 *run, int64_t k, const double *theta, int64_t ld,
                   double *h);
    void (*update)(const sparse_run_f64 *run, int64_t k, double alpha, const double *r, double *G,
                   int64_t ld);
} sparse_functions_f64;

/* Those of this processor, from slow to fast; *count >= 1: the first are plain C. */
const sparse_functions_f32 *const *sparse_all_f32(int *count);
const sparse_functions_f64 *const *sparse_all_f64(int *count);

/* The fastest. */
const sparse_functions_f32 *sparse_best_f32(void);
const sparse_functions_f64 *sparse_best_f64(void);

#ifdef REAL_BITS /* in *_tmpl.c */
#define sparse_run       REAL(sparse_run)
#define sparse_functions REAL(sparse_functions)
#define sparse_all       REAL(sparse_all)
#define sparse_best      REAL(sparse_best)
#endif

#endif
