/* The last steps of a quasi-Newton solver, and the inverse Hessian they stand for: limited-memory BFGS
 * (Nocedal 1980; Liu and Nocedal 1989). */
#ifndef SOLVER_LBFGS_HISTORY_H
#define SOLVER_LBFGS_HISTORY_H

#include "core/space.h"
#include "solver/preconditioner.h"
#include "solver/stored_vectors.h"

enum { LBFGS_PAIRS = STORED_MOST, LBFGS_SLOTS = LBFGS_PAIRS + 1 };

typedef struct lbfgs_history {
    linclass_context *ctx;
    int64_t length;
    const stored_functions *functions;
    char *s;                 /* LBFGS_SLOTS x length: steps; the slot that is free takes the next */
    char *y;                 /* the same: changes of the gradient */
    double rho[LBFGS_SLOTS]; /* 1 / s.y */
    double product[LBFGS_SLOTS][LBFGS_SLOTS]; /* s_i . y_j of each step j and the older steps i */
    bool complete;                            /* products with the newest y are known */
    int pairs;                                /* kept */
    int newest;                               /* slot of the newest */
    double *work;                             /* 2 x length */
} lbfgs_history;

/* Lay out the memory for the parameters of F; no steps. */
void lbfgs_history_lay_out(lbfgs_history *self, space_plan *plan, const objective *F);

/* Forget all steps. */
void lbfgs_history_clear(lbfgs_history *self);

/* Remember step s = to - from and change y; left out where s.y is not clearly positive. */
void lbfgs_history_add(lbfgs_history *self, const double *from, const double *to,
                       const double *from_gradient, const double *to_gradient);

/* v := -H v, H the approximation of the inverse Hessian that starts from the preconditioner's. */
void lbfgs_history_apply(lbfgs_history *self, const preconditioner *start, double *v);

#endif
