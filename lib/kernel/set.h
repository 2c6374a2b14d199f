/* The kernels of one set and precision: what each defines, and the table made of them. Whoever includes
 * this has defined KERNEL(name), the set's name for a function: name_reference_f32, name_avx2_f64 and so
 * on. The contracts are in kernel.h. */
#ifndef KERNEL_SET_H
#define KERNEL_SET_H

#include "core/real.h"
#include "kernel/kernel.h"

/* The types of the functions of a table. */
typedef int64_t loss_of_rows(int64_t m, int64_t k, const real *H, int64_t ldh, const int64_t *y,
                             double *row_loss);
typedef int64_t residual_of_rows(int64_t m, int64_t k, real *H, int64_t ldh, const int64_t *y,
                                 double *row_loss);
typedef int64_t residual_alone_of_rows(int64_t m, int64_t k, real *H, int64_t ldh,
                                       const int64_t *y);
typedef int64_t curvature_of_rows(int64_t m, int64_t k, const real *H, int64_t ldh,
                                  const int64_t *y, real *D, int64_t ldd);
typedef int64_t soft_loss_of_rows(int64_t m, int64_t k, const real *H, int64_t ldh, const real *P,
                                  int64_t ldp, double *row_loss);
typedef int64_t soft_residual_of_rows(int64_t m, int64_t k, real *H, int64_t ldh, const real *P,
                                      int64_t ldp, double *row_loss);
typedef int64_t smooth_loss_of_rows(int64_t m, int64_t k, const real *H, int64_t ldh,
                                    const int64_t *y, double mu, double *row_loss);
typedef int64_t smooth_residual_of_rows(int64_t m, int64_t k, real *H, int64_t ldh,
                                        const int64_t *y, double mu, double *row_loss);
typedef int64_t smooth_curvature_of_rows(int64_t m, int64_t k, const real *H, int64_t ldh,
                                         const int64_t *y, double mu, real *D, int64_t ldd);
typedef int64_t activation_of_rows(int64_t m, int64_t k, const real *H, int64_t ldh, real *Z,
                                   int64_t ldz);

activation_of_rows KERNEL(softmax);
activation_of_rows KERNEL(sigmoid);
loss_of_rows KERNEL(cross_entropy_loss);
residual_of_rows KERNEL(cross_entropy_residual);
residual_alone_of_rows KERNEL(cross_entropy_residual_alone);
curvature_of_rows KERNEL(cross_entropy_curvature);
soft_loss_of_rows KERNEL(cross_entropy_soft_loss);
soft_residual_of_rows KERNEL(cross_entropy_soft_residual);
loss_of_rows KERNEL(multiclass_perceptron_loss);
residual_of_rows KERNEL(multiclass_perceptron_residual);
loss_of_rows KERNEL(multiclass_hinge_loss);
residual_of_rows KERNEL(multiclass_hinge_residual);
smooth_loss_of_rows KERNEL(multiclass_hinge_smooth_loss);
smooth_residual_of_rows KERNEL(multiclass_hinge_smooth_residual);
smooth_curvature_of_rows KERNEL(multiclass_hinge_smooth_curvature);
loss_of_rows KERNEL(crammer_singer_loss);
residual_of_rows KERNEL(crammer_singer_residual);
smooth_loss_of_rows KERNEL(crammer_singer_smooth_loss);
smooth_residual_of_rows KERNEL(crammer_singer_smooth_residual);
smooth_curvature_of_rows KERNEL(crammer_singer_smooth_curvature);
loss_of_rows KERNEL(squared_hinge_loss);
residual_of_rows KERNEL(squared_hinge_residual);
curvature_of_rows KERNEL(squared_hinge_curvature);
loss_of_rows KERNEL(logistic_loss);
residual_of_rows KERNEL(logistic_residual);
curvature_of_rows KERNEL(logistic_curvature);
loss_of_rows KERNEL(sigmoid_squared_loss);
residual_of_rows KERNEL(sigmoid_squared_residual);
curvature_of_rows KERNEL(sigmoid_squared_curvature);
void KERNEL(exp_all)(int64_t count, const real *x, real *y);

#define LOSS_OF(loss_name) \
    .name = #loss_name, .loss = KERNEL(loss_name##_loss), .residual = KERNEL(loss_name##_residual)
#define CURVED_LOSS_OF(loss_name) LOSS_OF(loss_name), .curvature = KERNEL(loss_name##_curvature)
#define KINKED_LOSS_OF(loss_name) \
    LOSS_OF(loss_name), .smooth_loss = KERNEL(loss_name##_smooth_loss), \
                        .smooth_residual = KERNEL(loss_name##_smooth_residual), \
                        .smooth_curvature = KERNEL(loss_name##_smooth_curvature)

#define TABLE_OF_SET(set_name) \
    { \
        .name = (set_name), .softmax = KERNEL(softmax), .sigmoid = KERNEL(sigmoid), \
        .losses = {[LINCLASS_LOSS_SOFTMAX] = {CURVED_LOSS_OF(cross_entropy), \
                                              .residual_alone = \
                                                  KERNEL(cross_entropy_residual_alone), \
                                              .soft_loss = KERNEL(cross_entropy_soft_loss), \
                                              .soft_residual = \
                                                  KERNEL(cross_entropy_soft_residual)}, \
                   [LINCLASS_LOSS_LOGISTIC] = {CURVED_LOSS_OF(logistic)}, \
                   [LINCLASS_LOSS_SIGMOID_SQUARED] = {CURVED_LOSS_OF(sigmoid_squared)}, \
                   [LINCLASS_LOSS_PERCEPTRON] = {LOSS_OF(multiclass_perceptron)}, \
                   [LINCLASS_LOSS_HINGE] = {KINKED_LOSS_OF(multiclass_hinge)}, \
                   [LINCLASS_LOSS_SQUARED_HINGE] = {CURVED_LOSS_OF(squared_hinge)}, \
                   [LINCLASS_LOSS_CRAMMER_SINGER] = {KINKED_LOSS_OF(crammer_singer)}}, \
        .exp = KERNEL(exp_all), \
    }

#endif
