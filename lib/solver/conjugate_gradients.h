/* Preconditioned conjugate gradients on A d = r, A a Hessian known by its products: for directions of
 * truncated Newton methods. */
#ifndef SOLVER_CONJUGATE_GRADIENTS_H
#define SOLVER_CONJUGATE_GRADIENTS_H

#include "core/space.h"
#include "objective/objective.h"

/* The system, by its products with A and with M^-1, where M is an approximation of A. */
typedef struct linear_system {
    void *owner;
    linclass_status (*multiply)(void *owner, const double *direction, double *product);
    void (*precondition)(void *owner, double *v); /* in place */
} linear_system;

typedef struct conjugate_gradients {
    linclass_context *ctx;
    int64_t length;
    double epsilon;   /* unit in the last place of 1 in the precision of the products */
    double *residual; /* r, set by the caller before and changed */
    double *scaled;
    double *conjugate;
    double *product;
} conjugate_gradients;

/* Lay out the vectors for the products of an objective. */
void conjugate_gradients_lay_out(conjugate_gradients *self, space_plan *plan, const objective *F);

/* d, with ||r - A d||_M^-1 <= enough unless most_products come first or a direction without curvature,
 * which is added at the length M gives it. *gain: d . r, twice what the quadratic r . d - d . A d / 2 was
 * raised by. Errors: those of multiply. */
linclass_status conjugate_gradients_solve(conjugate_gradients *self, const linear_system *system,
                                          double enough, int most_products, double *d,
                                          double *gain);

#endif
