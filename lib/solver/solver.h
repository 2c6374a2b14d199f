/* The contract of the solvers: minimise an objective, and report the result.
 *
 * A solver starts from run->parameters, leaves its result there, and fills run->value,
 * gradient_norm, ... for exactly that result. It asks the monitor after every iteration whether to go
 * on. It returns LINCLASS_OK when it converged, or did the epochs it was asked for; a positive status
 * for an early end with a usable result; an error otherwise. */
#ifndef SOLVER_SOLVER_H
#define SOLVER_SOLVER_H

#include <stdbool.h>

#include <linclass/fit.h>

#include "core/space.h"
#include "objective/objective.h"
#include "solver/monitor.h"
#include "solver/warm_state.h"

/* Of the norm of the gradient, relative to that at zero parameters. */
#define SOLVER_DEFAULT_TOLERANCE 1e-4

/* What a solver is to reach where that is known: its run begins evaluated at run->parameters. */
typedef struct solver_target {
    double reference; /* the norm at zero parameters */
    double enough;    /* the norm to stop at */
    bool is_round;    /* another follows: the norm alone says that this is enough */
} solver_target;

/* Parameters of the whole fit, for those of a part that a solver works on. */
typedef struct solver_part {
    void *owner;
    const double *(*whole)(void *owner, const double *parameters);
    const int64_t
        *features; /* whose weights come first in the part; the others are the last of the whole */
} solver_part;

typedef struct solver_run {
    linclass_context *ctx;
    objective *objective;
    objective *exact; /* the same in double precision; NULL: not to be used */
    const linclass_fit_options *options;
    monitor *monitor;
    double tolerance;      /* of the norm that the solver stops by */
    int32_t solver;        /* LINCLASS_SOLVER_*, the one that runs */
    int64_t products_left; /* Hessian products it may still make */
    int64_t products_made; /* that it has made; of a Hessian as many as take as long */
    double gap_tolerance;  /* of the gap (objective_gap_of_gradient), over F at zero; 0: any */
    bool by_gap;           /* such a gap is enough, whatever the norm */
    double
        unjudged; /* a gap, over what F has fallen by, that is proof enough without a judge; 0: none */
    double at_zero; /* F at zero parameters, once it is known */
    double bound;   /* of the minimum, proven; NaN before */
    duality proven; /* of the parameters, with that bound, where is_proven */
    bool is_proven;
    double mu; /* the width of smoothing that the result was found with; 0: none */

    double *parameters; /* objective->parameters of them: start and result */
    double *gradient;   /* of F at the result */

    objective_value value; /* of the result */
    double gradient_norm;
    /* The norm that the solver stops by over that at zero parameters, as it was last computed; NaN where none was. */
    double relative_gradient;
    int64_t iterations;
    int64_t evaluations;
    double learning_rate; /* of the last step */
    double damping; /* of Newton's model with an l1 penalty, as a run before left it; 0 at first */
    int64_t
        near_since; /* iterations when the norm was small enough for the first time; -1 before */

    const solver_target *target; /* NULL: tolerance times the norm at zero parameters */
    const solver_part *part;     /* NULL: parameters are those of the fit */
    warm_state *warm;            /* of the path that the fit is of, or NULL */
} solver_run;

typedef linclass_status (*solver_function)(solver_run *run);

typedef struct solver {
    int32_t number;     /* LINCLASS_SOLVER_* */
    const char *name;   /* in sentences */
    const char *option; /* in the options of programs */
    int64_t default_iterations;
    bool (*can_minimise)(const objective *F);
    solver_function minimise;
} solver;

/* The solver of a number; NULL when there is none. */
const solver *solver_find(int32_t number);

/* The solver that options ask for, or, for `auto`, the one for the objective, as linclass_fit_options says.
 * UNSUPPORTED, with the list of those that can, when the one asked for cannot minimise it. */
linclass_status solver_choose(objective *F, const linclass_fit_options *options,
                              const solver **chosen);

/* A point that a run can go back to. */
typedef struct solver_point {
    double *parameters;
    double *gradient;
    objective_value value;
    double gradient_norm;
} solver_point;

/* Lay out its vectors of `length` parameters. */
void solver_point_lay_out(solver_point *self, space_plan *plan, int64_t length);

/* Keep where the run stands; go back there. */
void solver_point_keep(solver_point *self, const solver_run *run);
void solver_point_return(const solver_point *self, solver_run *run);

/* Evaluate F and its gradient at run->parameters into run. */
linclass_status solver_evaluate(solver_run *run);

/* Tolerances are relative to the gradient at zero parameters, wherever a fit starts. The first function
 * keeps run->parameters in `start` and evaluates at zero, which is done once for the fits of a path; the
 * second goes back to them and evaluates there, unless they are zero too. */
linclass_status solver_evaluate_zero(solver_run *run, double *start);
linclass_status solver_evaluate_start(solver_run *run, const double *start);

/* Whether the gap, too, is small enough where the norm is. So it is said to be after as many iterations as the norm
 * took and some more: then rounding, or a penalty that is small beside the curvature, lies before it. */
bool solver_gap_is_small(solver_run *run);

/* Whether the gap that the gradient proves is as small as it has to be, whatever the norm: what ends the fits
 * of a path. */
bool solver_gap_is_enough(const solver_run *run);

/* product := F'' direction at run->parameters. Returns TIME_LIMIT, or NOT_CONVERGED where no products are left;
 * an iteration may be made of hundreds of them. Errors: those of the objective's hessian_product. */
linclass_status solver_hessian_product(solver_run *run, const double *direction, double *product);

/* The same with the Hessian that the objective holds. */
linclass_status solver_held_product(solver_run *run, const double *direction, double *product);

/* hessian := F'' at run->parameters in those chosen, or, where chosen is NULL, in all, in coordinates about the means:
 * for as many products as there are parameters, times the square of the share that is chosen. Returns as
 * solver_hessian_product. */
linclass_status solver_hessian(solver_run *run, const double *means, const int64_t *chosen,
                               int64_t count, double *hessian);

/* Return whether parameters of zero would have been better by far, so that the steps were too long.
 * at_zero: F there, or, while it is not known, 0: then only false is certain. */
bool solver_has_diverged(const solver_run *run, double at_zero);

/* Report iteration run->iterations to the monitor. Returns its decision: 0 to continue. */
linclass_status solver_report(solver_run *run);

/* The gap that solver_smoothing stops at, once F at zero is known. */
double solver_smoothing_gap(const solver_run *run);

/* The solvers. */
linclass_status solver_sgd(solver_run *run);
linclass_status solver_gradient_descent(solver_run *run);
linclass_status solver_lbfgs(solver_run *run);
linclass_status solver_newton(solver_run *run);
linclass_status solver_newton_cg(solver_run *run);
linclass_status solver_projected_newton(solver_run *run);
linclass_status solver_working_sets(solver_run *run);
linclass_status solver_smoothing(solver_run *run);
linclass_status solver_dual_ascent(solver_run *run);
linclass_status solver_probability_ascent(solver_run *run); /* the same of smooth losses */

#endif
