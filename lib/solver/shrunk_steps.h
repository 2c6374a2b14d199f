/* Proximal steps for an l1 term of the rows of theta: they decide which rows are 0. */
#ifndef SOLVER_SHRUNK_STEPS_H
#define SOLVER_SHRUNK_STEPS_H

#include "core/space.h"
#include "solver/line_search.h"
#include "solver/preconditioner.h"
#include "solver/solver.h"

typedef struct shrunk_steps {
    solver_run *run;          /* set by the caller, as are the next two */
    preconditioner *diagonal; /* D */
    line_search *search;
    double stretch;        /* L: L D bounds the Hessian, as far as is known */
    double *gradient;      /* P: about the means */
    double *moved;         /* P: the step made, about the means */
    double *work;          /* P */
    double *place;         /* P: where the last step has led */
    double *before;        /* P: and the one before it */
    double *from;          /* P: where the last gradient was taken */
    double *from_gradient; /* P */
} shrunk_steps;

/* Lay out the vectors. L is 1. */
void shrunk_steps_lay_out(shrunk_steps *self, space_plan *plan, int64_t parameters);

/* parameters := the origin of the search + moved. */
void shrunk_steps_move(shrunk_steps *self);

/* Make a step from run->parameters, evaluated, with an L that suits. LINE_SEARCH_STALLED, without a step, where none
 * does; errors of the evaluation. */
linclass_status shrunk_steps_one(shrunk_steps *self);

/* Make `count` steps more, with momentum; none, where F has not fallen in the end. Errors of the evaluation. */
linclass_status shrunk_steps_more(shrunk_steps *self, int count);

#endif
