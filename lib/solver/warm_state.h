/* What the fits of a path leave to one another: neighbouring penalties have nearly the same Hessian, and F at zero
 * parameters does not depend on them.
 *
 * Parameters are named by their numbers in the whole problem, whichever features a solver works on, and the Hessian is
 * that of either precision. It lacks the l2 penalty. What is kept changes how a solver gets to a minimum, never
 * which. */
#ifndef SOLVER_WARM_STATE_H
#define SOLVER_WARM_STATE_H

#include "objective/objective.h"
#include "solver/kept_curvature.h"

typedef struct warm_state {
    linclass_context *ctx;
    int64_t parameters; /* P */
    int64_t N;          /* features, and 1 for the intercept */

    bool knows_moments;
    feature_moments moments;

    kept_curvature curvature;

    bool knows_zero;
    objective_value at_zero;
    double *zero_gradient; /* P; of the loss */

    /* Where a fit has ended, before single precision rounds its parameters. */
    bool knows_end;
    objective_value at_end;
    double end_epsilon;   /* of the precision in which it was evaluated */
    double *end;          /* P */
    double *end_gradient; /* P; of the loss and, with end_l2, the l2 penalty */
    double end_l2;

    int64_t count;    /* parameters of the Hessian; 0: none is kept */
    int64_t room;     /* elements of `hessian` */
    int32_t *place;   /* P: of each parameter in the Hessian, or -1 */
    double *hessian;  /* count x count, in coordinates about the means */
    bool wants_exact; /* a fit before had to go on in double precision for its gap */
    void *memory;
} warm_state;

/* For fits of F, in whatever precision. To be ended after an error too. Errors: MEMORY. */
linclass_status warm_state_begin(warm_state *self, const objective *F);
void warm_state_end(warm_state *self);

/* F->known := the moments of the samples, measured if no fit has before; until the caller sets it to NULL. Errors:
 * NON_FINITE (X), MEMORY. */
linclass_status warm_state_know_moments(warm_state *self, objective *F);

/* Keep parameters where F has been evaluated. */
void warm_state_keep_end(warm_state *self, const objective *F, const double *parameters,
                         const objective_value *value, const double *gradient);

/* Go there, where `start`, rounded or not, is that end and F of the same precision: parameters, and F and its gradient
 * there, with the present penalties. Returns whether it was so. */
bool warm_state_take_end(const warm_state *self, const objective *F, const double *start,
                         double *parameters, objective_value *value, double *gradient);

/* Keep the Hessian at the parameters chosen[0..count-1]; its diagonal has l2 on it for those below `weights`.
 * Errors: MEMORY. */
linclass_status warm_state_keep_hessian(warm_state *self, const int64_t *chosen, int64_t count,
                                        int64_t weights, double l2, const double *hessian);

/* hessian := that part of it, with l2; all chosen are in it. */
void warm_state_hessian(const warm_state *self, const int64_t *chosen, int64_t count,
                        int64_t weights, double l2, double *hessian);

#endif
