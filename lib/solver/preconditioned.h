/* Solvers with a line search and a preconditioner: what they do first and last. */
#ifndef SOLVER_PRECONDITIONED_H
#define SOLVER_PRECONDITIONED_H

#include "core/space.h"
#include "solver/conjugate_gradients.h"
#include "solver/line_search.h"
#include "solver/preconditioner.h"

typedef struct preconditioned_solver {
    void *owner;
    line_search *search;                      /* of the owner */
    conjugate_gradients *cg;                  /* of the owner, or NULL */
    preconditioner *preconditioner;           /* of the owner */
    bool diagonal;                            /* preconditioner */
    const char *purpose;                      /* of the work space, for the error message */
    space_layout lay_out;                     /* what else the owner has, or NULL */
    linclass_status (*minimise)(void *owner); /* LINE_SEARCH_STALLED: to be judged by the search */
} preconditioned_solver;

/* Lay out the owner, make the preconditioner, minimise, and end both. Errors: NON_FINITE (X), MEMORY, those of
 * minimise. */
linclass_status preconditioned_solve(const preconditioned_solver *method, solver_run *run);

/* An iteration of such a solver: a step along the direction, begun with 1, and its report;
 * ITERATION_LIMIT when there may be no more. */
linclass_status preconditioned_iterate(line_search *search, solver_run *run);

/* Whether the gap, small enough, is so near to being proof enough without a judge, who costs as much as several
 * iterations, that a few more may do: at most `times` as large. work: as long as the gradient. */
bool preconditioned_nears_proof(const solver_run *run, const preconditioner *M, double times,
                                double *work);

#endif
