/* A step along a direction of descent, of a length that satisfies the strong Wolfe conditions
 *
 *     F(x + t d) <= F(x) + c1 t g.d        |grad F(x + t d) . d| <= c2 |g.d|,   c1 = 1e-4, c2 = 0.9
 *
 * or, where rounding hides the fall of F, their approximation by slopes (Hager and Zhang 2005):
 *
 *     (2 c1 - 1) g.d >= grad F(x + t d) . d >= c2 g.d,   F(x + t d) <= F(x) + rounding */
#ifndef SOLVER_LINE_SEARCH_H
#define SOLVER_LINE_SEARCH_H

#include "core/space.h"
#include "solver/moments.h"
#include "solver/solver.h"

typedef struct line_search {
    double *origin;          /* parameters where the search starts: set by line_search_from */
    double *origin_gradient; /* gradient there */
    double *direction;       /* set by the solver */
    objective_value value;   /* F there */
    double gradient_norm;
    const moments *moments; /* set by the solver */
    double rounding;        /* of F at the origin, about */
    double promised; /* how much lower F would be along the direction if it were quadratic and the
                             * step 1 its minimum */
    double lowest;   /* F at the origins so far */
    double least_promised;
    int idle; /* origins since the last that was lower, or promised less */
} line_search;

/* Lay out the vectors of a search over `length` parameters; no origin yet. */
void line_search_lay_out(line_search *self, space_plan *plan, int64_t length);

/* Remember where run stands as the origin. */
void line_search_from(line_search *self, const solver_run *run);

/* Put run back to the origin. */
void line_search_back(const line_search *self, solver_run *run);

/* Move run to origin + t direction, t near first_step, and set run->learning_rate = t. Returns
 * LINE_SEARCH_STALLED, with run back at the origin, when the direction does not descend or no step is
 * found; errors of the evaluation other than overflow, which only shortens the step. */
linclass_status line_search_step(line_search *self, solver_run *run, double first_step);

/* Whether the search may go on from its origin, with self->promised set. Once rounding decides, steps can
 * be accepted for ever: after 30 of them with neither F nor the promise lower than ever before there is
 * nothing more to be had. */
bool line_search_may_go_on(line_search *self);

/* How a fit ends whose search stalled: OK when what the direction promised is no more than the rounding
 * of F, so that no step could be seen to lower it; else LINE_SEARCH_STALLED. */
linclass_status line_search_verdict(const line_search *self);

#endif
