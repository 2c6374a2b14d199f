/* The kernels of one set and precision: what each defines, and the table made of them. Whoever includes
 * this has defined KERNEL(name), the set's name for a function. The contracts are in kernel.h. */
#ifndef KERNEL_SET_H
#define KERNEL_SET_H

#include "core/real.h"
#include "kernel/kernel.h"

#define DECLARE_LOSS(name) \
    int64_t KERNEL(name##_loss)(int64_t m, int64_t k, const real *H, int64_t ldh, \
                                const int64_t *y, double *row_loss); \
    int64_t KERNEL(name##_residual)(int64_t m, int64_t k, real * H, int64_t ldh, const int64_t *y, \
                                    double *row_loss);

#define DECLARE_CURVATURE(name) \
    int64_t KERNEL(name##_curvature)(int64_t m, int64_t k, const real *H, int64_t ldh, \
                                     const int64_t *y, real *D, int64_t ldd);

#define DECLARE_ACTIVATION(name) \
    int64_t KERNEL(name)(int64_t m, int64_t k, const real *H, int64_t ldh, real *Z, int64_t ldz);

DECLARE_ACTIVATION(softmax)
DECLARE_ACTIVATION(sigmoid)
DECLARE_LOSS(cross_entropy)
DECLARE_CURVATURE(cross_entropy)
DECLARE_LOSS(multiclass_perceptron)
DECLARE_LOSS(multiclass_hinge)
DECLARE_LOSS(squared_hinge)
DECLARE_CURVATURE(squared_hinge)
DECLARE_LOSS(logistic)
DECLARE_CURVATURE(logistic)
DECLARE_LOSS(sigmoid_squared)
DECLARE_CURVATURE(sigmoid_squared)

int64_t KERNEL(cross_entropy_soft_loss)(int64_t m, int64_t k, const real *H, int64_t ldh,
                                        const real *P, int64_t ldp, double *row_loss);
int64_t KERNEL(cross_entropy_soft_residual)(int64_t m, int64_t k, real *H, int64_t ldh,
                                            const real *P, int64_t ldp, double *row_loss);
void KERNEL(exp_all)(int64_t count, const real *x, real *y);

#define LOSS_OF(loss_name) \
    .name = #loss_name, .loss = KERNEL(loss_name##_loss), .residual = KERNEL(loss_name##_residual)
#define CURVED_LOSS_OF(loss_name) LOSS_OF(loss_name), .curvature = KERNEL(loss_name##_curvature)

#define TABLE_OF_SET(set_name) \
    { \
        .name = (set_name), .softmax = KERNEL(softmax), .sigmoid = KERNEL(sigmoid), \
        .losses = {[LINCLASS_LOSS_SOFTMAX] = {CURVED_LOSS_OF(cross_entropy), \
                                              .soft_loss = KERNEL(cross_entropy_soft_loss), \
                                              .soft_residual = \
                                                  KERNEL(cross_entropy_soft_residual)}, \
                   [LINCLASS_LOSS_LOGISTIC] = {CURVED_LOSS_OF(logistic)}, \
                   [LINCLASS_LOSS_SIGMOID_SQUARED] = {CURVED_LOSS_OF(sigmoid_squared)}, \
                   [LINCLASS_LOSS_PERCEPTRON] = {LOSS_OF(multiclass_perceptron)}, \
                   [LINCLASS_LOSS_HINGE] = {LOSS_OF(multiclass_hinge)}, \
                   [LINCLASS_LOSS_SQUARED_HINGE] = {CURVED_LOSS_OF(squared_hinge)}}, \
        .exp = KERNEL(exp_all), \
    }

#endif
