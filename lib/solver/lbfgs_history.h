/* The last steps of a quasi-Newton solver, and the inverse Hessian they stand for: limited-memory BFGS
 * (Nocedal 1980; Liu and Nocedal 1989). */
#ifndef SOLVER_LBFGS_HISTORY_H
#define SOLVER_LBFGS_HISTORY_H

#include "core/space.h"
#include "solver/preconditioner.h"

enum { LBFGS_PAIRS = 10 };

typedef struct lbfgs_history {
    int64_t length;
    double *s;                 /* LBFGS_PAIRS x length: steps */
    double *y;                 /* LBFGS_PAIRS x length: changes of the gradient */
    double rho[LBFGS_PAIRS];   /* 1 / s.y */
    double alpha[LBFGS_PAIRS]; /* of the recursion */
    int pairs;                 /* kept */
    int newest;                /* index of the newest */
    double *work;              /* length */
} lbfgs_history;

/* Lay out the memory for vectors of that length; no steps. */
void lbfgs_history_lay_out(lbfgs_history *self, space_plan *plan, int64_t length);

/* Forget all steps. */
void lbfgs_history_clear(lbfgs_history *self);

/* Remember step s = to - from and change y; left out where s.y is not clearly positive. */
void lbfgs_history_add(lbfgs_history *self, const double *from, const double *to,
                       const double *from_gradient, const double *to_gradient);

/* v := H v, H the approximation of the inverse Hessian that starts from the preconditioner's. */
void lbfgs_history_apply(lbfgs_history *self, const preconditioner *start, double *v);

#endif
