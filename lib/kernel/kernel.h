/* The contract of the row-wise loss kernels, and the tables that hold them.
 *
 * A kernel takes m rows of k scores, H (ldh >= k), and works on each row by itself; it knows nothing
 * of X, theta, threads or penalties. Every kernel exists as plain C (the reference, and the oracle of
 * the others) and in vector versions for the instruction sets worth having; all of one kind are
 * interchangeable within rounding. A table holds one version of each; the best for the processor is
 * chosen at run time. Tables are constant.
 *
 * A kernel never stops half-way and never fails: it returns the index of the first row that has no
 * finite result (NaN or +infinity among the scores, only -infinity, or an infinite loss), or -1 when
 * all have; what it wrote to such a row is undefined, the other rows are right. m and k may be 0; a
 * row of no classes has loss 0.
 *
 *   loss      row_loss[i] = loss of row i, for label y[i] in 0..k-1
 *   residual  the same, and H[i] := gradient of that loss in the scores of row i
 *   curvature D[i] := Hessian of that loss in the scores of row i, times D[i]; NULL where the loss has
 *             none. A generalised Hessian where the loss has kinks in its gradient
 *   soft_*    the same towards class probabilities P[i] (ldp >= k, sum 1) instead of a label; NULL
 *             but for cross-entropy
 *   softmax   Z[i] = softmax(H[i]); Z may be H
 *
 * Row losses are double, and their sums are accumulated in double, whatever the type of H. */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include <stdint.h>

#define DECLARE_KERNELS(real, suffix)                                                                \
    typedef int64_t (*loss_value_##suffix)(int64_t m, int64_t k, const real *H, int64_t ldh,         \
                                           const int64_t *y, double *row_loss);                      \
    typedef int64_t (*loss_residual_##suffix)(int64_t m, int64_t k, real * H, int64_t ldh,           \
                                              const int64_t *y, double *row_loss);                   \
    typedef struct loss_kernel_##suffix {                                                            \
        const char *name;                                                                            \
        loss_value_##suffix loss;                                                                    \
        loss_residual_##suffix residual;                                                             \
        int64_t (*curvature)(int64_t m, int64_t k, const real *H, int64_t ldh, const int64_t *y,     \
                             real *D, int64_t ldd);                                                  \
        int64_t (*soft_loss)(int64_t m, int64_t k, const real *H, int64_t ldh, const real *P,        \
                             int64_t ldp, double *row_loss);                                         \
        int64_t (*soft_residual)(int64_t m, int64_t k, real *H, int64_t ldh, const real *P,          \
                                 int64_t ldp, double *row_loss);                                     \
    } loss_kernel_##suffix;                                                                          \
    typedef struct kernels_##suffix {                                                                \
        const char *name; /* "reference", "avx2", "avx512" */                                        \
        int64_t (*softmax)(int64_t m, int64_t k, const real *H, int64_t ldh, real *Z,                \
                           int64_t ldz);                                                             \
        loss_kernel_##suffix cross_entropy;                                                          \
        /* y[i] = exp(x[i]) within 2 ulp over all x; underflow to 0, overflow to infinity, NaN to  \
         * NaN. The heart of the vector kernels, in the table so that it can be tested alone. */ \
        void (*exp)(int64_t count, const real *x, real *y);                                          \
    } kernels_##suffix;                                                                              \
    /* Every table this processor can run, the reference first, the best last; *count of them. */    \
    const kernels_##suffix *const *kernels_all_##suffix(int *count);                                 \
    /* The last of them. */                                                                          \
    const kernels_##suffix *kernels_best_##suffix(void);

DECLARE_KERNELS(float, f32)
DECLARE_KERNELS(double, f64)

#endif
