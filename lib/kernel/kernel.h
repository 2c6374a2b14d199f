/* The contract of the row-wise loss kernels, and the tables that hold them.
 *
 * A kernel takes m rows of k scores, H (ldh >= k), and works on each row by itself; it knows nothing
 * of X, theta, threads or penalties. Every kernel exists as plain C (the reference, and the oracle of
 * the others) and in vector versions: those of all vector sets give the same bits for up to 64 classes, the
 * reference within rounding. A table holds one version of each; that of a context's set is used. Tables are constant.
 * Losses are indexed by their numbers.
 *
 * A kernel never stops half-way and never fails: it returns the index of the first row that has no
 * finite result (NaN or +infinity among the scores, only -infinity, an infinite loss or residual), or -1
 * when all have; what it wrote to such a row is undefined, the other rows are right. m and k may be 0; a
 * row of no classes has loss 0. The bits of a row's results depend on that row alone.
 *
 *   loss      row_loss[i] = loss of row i, for label y[i] in 0..k-1
 *   residual  the same, and H[i] := gradient of that loss in the scores of row i
 *   residual_alone  the residual without the losses, whose rows without a finite one are reported all the same; NULL
 *             where the losses cost little
 *   curvature D[i] := Hessian of that loss in the scores of row i, times D[i]; NULL where the loss has
 *             none. A generalised Hessian where the loss has kinks in its gradient. A row whose D[i]
 *             is not finite is reported too
 *   smooth_*  the same of a loss with kinks rounded off over a width mu > 0 (docs/mathematics.md), which has
 *             all three; NULL where the loss has none
 *   soft_*    the same towards class probabilities P[i] (ldp >= k, >= 0, sum 1) instead of a label; NULL
 *             but for cross-entropy. P[i] of any other sum p weights the row by p
 *   softmax   Z[i] = softmax(H[i]); Z may be H
 *   sigmoid   z_ij = 1 / (1 + exp(-h_ij)); Z may be H. Every infinite score is reported
 *
 * The losses are those of linclass/fit.h, with cross_entropy for LINCLASS_LOSS_SOFTMAX. Where one has a kink,
 * its residual there is the derivative of the side that is 0, but for the perceptron, whose ties count as
 * violations. Those of two classes have one column, k = 1, the score of class 1 against class 0; every
 * infinite score is reported.
 *
 * Row losses are double, and their sums are accumulated in double, whatever the type of H. */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include <stdint.h>

#include <linclass/fit.h>

/* The numbers of losses are below; 0 is none. A table with a number beyond does not compile. */
enum { LOSS_NUMBERS = 16 };

typedef int64_t (*loss_value_f32)(int64_t m, int64_t k, const float *H, int64_t ldh,
                                  const int64_t *y, double *row_loss);
typedef int64_t (*loss_residual_f32)(int64_t m, int64_t k, float *H, int64_t ldh, const int64_t *y,
                                     double *row_loss);
typedef struct loss_kernel_f32 {
    const char *name;
    loss_value_f32 loss;
    loss_residual_f32 residual;
    int64_t (*residual_alone)(int64_t m, int64_t k, float *H, int64_t ldh, const int64_t *y);
    int64_t (*curvature)(int64_t m, int64_t k, const float *H, int64_t ldh, const int64_t *y,
                         float *D, int64_t ldd);
    int64_t (*soft_loss)(int64_t m, int64_t k, const float *H, int64_t ldh, const float *P,
                         int64_t ldp, double *row_loss);
    int64_t (*soft_residual)(int64_t m, int64_t k, float *H, int64_t ldh, const float *P,
                             int64_t ldp, double *row_loss);
    int64_t (*smooth_loss)(int64_t m, int64_t k, const float *H, int64_t ldh, const int64_t *y,
                           double mu, double *row_loss);
    int64_t (*smooth_residual)(int64_t m, int64_t k, float *H, int64_t ldh, const int64_t *y,
                               double mu, double *row_loss);
    int64_t (*smooth_curvature)(int64_t m, int64_t k, const float *H, int64_t ldh, const int64_t *y,
                                double mu, float *D, int64_t ldd);
} loss_kernel_f32;
typedef int64_t (*activation_kernel_f32)(int64_t m, int64_t k, const float *H, int64_t ldh,
                                         float *Z, int64_t ldz);

typedef int64_t (*loss_value_f64)(int64_t m, int64_t k, const double *H, int64_t ldh,
                                  const int64_t *y, double *row_loss);
typedef int64_t (*loss_residual_f64)(int64_t m, int64_t k, double *H, int64_t ldh, const int64_t *y,
                                     double *row_loss);
typedef struct loss_kernel_f64 {
    const char *name;
    loss_value_f64 loss;
    loss_residual_f64 residual;
    int64_t (*residual_alone)(int64_t m, int64_t k, double *H, int64_t ldh, const int64_t *y);
    int64_t (*curvature)(int64_t m, int64_t k, const double *H, int64_t ldh, const int64_t *y,
                         double *D, int64_t ldd);
    int64_t (*soft_loss)(int64_t m, int64_t k, const double *H, int64_t ldh, const double *P,
                         int64_t ldp, double *row_loss);
    int64_t (*soft_residual)(int64_t m, int64_t k, double *H, int64_t ldh, const double *P,
                             int64_t ldp, double *row_loss);
    int64_t (*smooth_loss)(int64_t m, int64_t k, const double *H, int64_t ldh, const int64_t *y,
                           double mu, double *row_loss);
    int64_t (*smooth_residual)(int64_t m, int64_t k, double *H, int64_t ldh, const int64_t *y,
                               double mu, double *row_loss);
    int64_t (*smooth_curvature)(int64_t m, int64_t k, const double *H, int64_t ldh,
                                const int64_t *y, double mu, double *D, int64_t ldd);
} loss_kernel_f64;
typedef int64_t (*activation_kernel_f64)(int64_t m, int64_t k, const double *H, int64_t ldh,
                                         double *Z, int64_t ldz);

/* name   "reference", "portable", "avx2", "avx512"
 * losses by LINCLASS_LOSS_*
 * exp    y[i] = exp(x[i]) within 2 ulp over all x; underflow to 0, overflow to infinity, NaN to NaN.
 *        The heart of the vector kernels, in the table so that it can be tested alone */
typedef struct kernels_f32 {
    const char *name;
    activation_kernel_f32 softmax;
    activation_kernel_f32 sigmoid;
    loss_kernel_f32 losses[LOSS_NUMBERS];
    void (*exp)(int64_t count, const float *x, float *y);
} kernels_f32;

typedef struct kernels_f64 {
    const char *name;
    activation_kernel_f64 softmax;
    activation_kernel_f64 sigmoid;
    loss_kernel_f64 losses[LOSS_NUMBERS];
    void (*exp)(int64_t count, const double *x, double *y);
} kernels_f64;

/* The reference, then a table for each vector set this processor can run, in the order of the sets; *count of
 * them. */
const kernels_f32 *const *kernels_all_f32(int *count);
const kernels_f64 *const *kernels_all_f64(int *count);

/* That of a set that is usable. */
const kernels_f32 *kernels_of_f32(int32_t set);
const kernels_f64 *kernels_of_f64(int32_t set);

#ifdef REAL_BITS /* in *_tmpl.c */
#define loss_value        REAL(loss_value)
#define loss_residual     REAL(loss_residual)
#define loss_kernel       REAL(loss_kernel)
#define activation_kernel REAL(activation_kernel)
#define kernels           REAL(kernels)
#define kernels_all       REAL(kernels_all)
#define kernels_of        REAL(kernels_of)
#endif

#endif
