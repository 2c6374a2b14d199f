/* An approximation of the Hessian that is cheap to invert, made of the samples' second moments: one
 * N x N block for each column of theta, N the features, and one for the intercept.
 *
 *     M = c S + l2 D                  at first: S the mean of x x^T, c the bound on a row's curvature,
 *                                     the same block for every column; where no M_j can follow, c the
 *                                     curvature at zero parameters
 *     M_j = S_j + l2 D                refreshed: S_j the mean of h''_jj x x^T at the present parameters,
 *                                     the diagonal blocks of the Hessian
 *
 * D is the identity but for a 0 at the intercept. Coordinates are those of moments.h inside, outside
 * they are theta and b. Preconditioning changes how fast a solver gets to the
 * optimum, never which. */
#ifndef SOLVER_PRECONDITIONER_H
#define SOLVER_PRECONDITIONER_H

#include <stdbool.h>

#include "objective/objective.h"
#include "solver/kept_curvature.h"
#include "solver/moments.h"

typedef struct preconditioner {
    linclass_context *ctx;
    int64_t N;       /* features, and 1 for the intercept */
    int64_t columns; /* of theta */
    double *factor;  /* N x N, lower Cholesky factor of M; NULL: M is taken as its diagonal */
    double *unit;    /* N: M, or its factor's product, is 1 on the diagonal in these units */
    double
        shortening; /* what makes -M^-1 g a step that is not too long: 1 where M bounds the Hessian */
    float *blocks;  /* columns x N (N + 1) / 2, factors of the M_j, packed; NULL: M */
    float *vectors; /* columns x N, work */
    double *units;  /* columns x N, of the blocks */
    double *shift;  /* N, work */
    double *lost;   /* N, work */
    moments moments;
    kept_curvature *kept; /* of the path that the fit is of, or NULL */
    double rounding;
    void *memory;
    void *block_memory;
} preconditioner;

/* Make M. kept: of a path whose fits are of the same samples; read and written until the end; or NULL. Errors:
 * NON_FINITE (X), MEMORY. */
linclass_status preconditioner_begin(preconditioner *self, objective *F, kept_curvature *kept);

/* Make only the diagonal of M. */
linclass_status preconditioner_begin_diagonal(preconditioner *self, objective *F);

/* Whether preconditioner_refresh can make blocks of its own for the columns: the loss has a second
 * derivative and the blocks are few and small enough. */
bool preconditioner_can_refresh(const preconditioner *self, const objective *F);

/* Make M_j at `parameters`. Errors: NON_FINITE (X), NUMERIC, MEMORY; M is left as it was then. */
linclass_status preconditioner_refresh(preconditioner *self, objective *F,
                                       const double *parameters);

/* Make M_j of what a fit before has kept, with the present penalty. Nothing changes where nothing is kept. Errors:
 * MEMORY. */
linclass_status preconditioner_recall(preconditioner *self, objective *F);

/* Go back from the M_j to M. In single precision an ill-conditioned M_j is not quite symmetric, which
 * conjugate gradients cannot bear. */
void preconditioner_forget(preconditioner *self);

/* v := M^-1 v, v a vector of parameters. */
void preconditioner_apply(const preconditioner *self, double *v);

/* Whether a shift of all columns of a row together is kept apart from the rest. */
bool preconditioner_has_shifts(const preconditioner *self);

/* The same for a gradient, and its result a step, in the coordinates of moments.h. */
void preconditioner_apply_centred(const preconditioner *self, double *v);

/* g . M^-1 g. work: as long as g. */
double preconditioner_square(const preconditioner *self, const double *g, double *work);

/* The root of that, the norm in which half the square of a gradient is about the gap to the optimum. */
double preconditioner_norm(const preconditioner *self, const double *g, double *work);

/* That norm of a gradient that is rounding error alone, where the mean loss is `loss`: a gradient as
 * small as this cannot be told from zero. */
double preconditioner_floor(const preconditioner *self, double loss);

void preconditioner_end(preconditioner *self);

#endif
