/* The parameters that a step of Newton's method with an l1 penalty moves, and the Hessian in them, made or kept. */
#ifndef SOLVER_CHOSEN_HESSIAN_H
#define SOLVER_CHOSEN_HESSIAN_H

#include "solver/solver.h"

enum { CHOSEN_MOST = 2048 }; /* parameters */

/* Where a step begins: at run->parameters. */
typedef struct chosen_point {
    const double *gradient; /* P: about the means */
    const double *means;    /* N */
    const double *unit;     /* N: the inverse root of a bound on the Hessian's diagonal */
    double *work;           /* P */
    bool is_near; /* to the minimum: an earlier Hessian may serve, of a fit by itself too */
} chosen_point;

typedef struct chosen_hessian {
    solver_run *run;
    int64_t most;     /* parameters, at most; count of them are chosen */
    int64_t count;    /* 0: none yet */
    int64_t *chosen;  /* ascending, the intercepts last */
    int64_t *numbers; /* theirs in the whole problem */
    double *rank;     /* P */
    bool is_stale;    /* the Hessian is of an earlier step */
    chosen_point at;
} chosen_hessian;

/* Lay out its arrays; self->run is set. */
void chosen_hessian_lay_out(chosen_hessian *self, space_plan *plan);

/* Choose parameters, and set the Hessian in them, count x count: at run->parameters, or, on a path or where `at` is
 * near, and without `refresh`, one made before. *same: the parameters and the Hessian are those of the last call, and
 * nothing was written. Returns as solver_hessian. */
linclass_status chosen_hessian_set(chosen_hessian *self, const chosen_point *at, bool refresh,
                                   bool *same, double *hessian);

#endif
