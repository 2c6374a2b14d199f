/* Products with sparse rows: what the two products of a sweep are made of.
 *
 *     scores   h_i += sum_e v_e theta[column_e]      a sum of rows of theta
 *     update   G[column_e] += alpha v_e r_i          r_i added to rows of G
 *     add_one  sums[column_e] += v_e r_i             the same with one class, in double
 *
 * with e over the elements of row i. A row of theta is k reals in order in memory, whatever the column: for
 * k > 1 a vector of classes at a time. The sum of a score has one order, which k alone decides: with vectors
 * of any width, and with fused multiply-adds, it has the same bits. */
#ifndef LINALG_SPARSE_SPARSE_H
#define LINALG_SPARSE_SPARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/range.h"

/* A score is a sum of sums over at most so many elements. */
enum { SPARSE_RUN = 256 };

/* Rows of elements: those of row i are ranges[i * stride]. v_e = factor * values[e], or factor where values is
 * NULL. No column occurs twice in a row. is_far: theta and G are larger than the caches and are prefetched. */
typedef struct sparse_block_f32 {
    int64_t rows;
    const element_range *ranges;
    int64_t stride;
    const int32_t *columns;
    const float *values;
    float factor;
    bool is_far;
} sparse_block_f32;

typedef struct sparse_block_f64 {
    int64_t rows;
    const element_range *ranges;
    int64_t stride;
    const int32_t *columns;
    const double *values;
    double factor;
    bool is_far;
} sparse_block_f64;

/* k >= 1. theta and G have leading dimension ld >= k, H and R ldh and ldr >= k. */
typedef struct sparse_functions_f32 {
    const char *name;
    void (*scores)(const sparse_block_f32 *block, int64_t k, const float *theta, int64_t ld,
                   float *H, int64_t ldh);
    void (*update)(const sparse_block_f32 *block, int64_t k, float alpha, const float *R,
                   int64_t ldr, float *G, int64_t ld);
    void (*add_one)(const sparse_block_f32 *block, const float *R, int64_t ldr, double *sums);
} sparse_functions_f32;

typedef struct sparse_functions_f64 {
    const char *name;
    void (*scores)(const sparse_block_f64 *block, int64_t k, const double *theta, int64_t ld,
                   double *H, int64_t ldh);
    void (*update)(const sparse_block_f64 *block, int64_t k, double alpha, const double *R,
                   int64_t ldr, double *G, int64_t ld);
    void (*add_one)(const sparse_block_f64 *block, const double *R, int64_t ldr, double *sums);
} sparse_functions_f64;

/* Those of the vector sets this processor can run, in the order of the sets; *count >= 1. */
const sparse_functions_f32 *const *sparse_all_f32(int *count);
const sparse_functions_f64 *const *sparse_all_f64(int *count);

/* Those of a set that is usable. */
const sparse_functions_f32 *sparse_of_f32(int32_t set);
const sparse_functions_f64 *sparse_of_f64(int32_t set);

#ifdef REAL_BITS /* in *_tmpl.c */
#define sparse_block     REAL(sparse_block)
#define sparse_functions REAL(sparse_functions)
#define sparse_all       REAL(sparse_all)
#define sparse_of        REAL(sparse_of)
#endif

#endif
