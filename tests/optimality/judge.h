/* One fit held against the minimum.
 *
 * s = (F(model) - F*) / (F(0) - F*), in long double, at the parameters the model has. The promise to a fit
 * that returns OK:
 *
 *     s <= 20 * gradient_tolerance^2 + min((attainable - F*) / (F(0) - F*), 1e-6)
 *
 * fit.h says that 1e-4 leaves about 1e-8 of what there was to gain. The factor is what "about" may hide: a fit
 * knows its distance by a quadratic model, which may be wrong by 2, and by solvers' norms, which are
 * those of approximations of the Hessian. The second term is what rounding
 * in the precision takes away (minimum.h).
 *
 * NO_MINIMUM, of a fit without penalty, promises as much: F* is then an infimum.
 *
 * Whatever the status, the lower bound in the report is none above F*, but for 1e-11 of F(0), sums of some hundred
 * terms in double, and for the rounding of the scores, which features far from zero make large. */
#ifndef OPTIMALITY_JUDGE_H
#define OPTIMALITY_JUDGE_H

#include <linclass/linclass.h>

#include "minimum.h"

typedef enum verdict {
    VERDICT_KEPT,        /* OK, and as near as promised */
    VERDICT_UNJUDGED,    /* OK, and the minimum is not known well enough to say more */
    VERDICT_NOT_CLAIMED, /* a positive status */
    VERDICT_REFUSED,     /* an error with a message, where one is allowed */
    VERDICT_FAR,         /* OK, but away from the optimum */
    VERDICT_ERROR,       /* an error where none is allowed, or without a message */
    VERDICT_ACCEPTED,    /* data that are infinite in the precision */
    VERDICT_NOT_FINITE,  /* a parameter is not finite */
    VERDICT_ROSE,        /* F is above that at the start */
    VERDICT_NO_BOUND,    /* the lower bound that the report proves is above the minimum */
    VERDICTS
} verdict;

extern const char *const verdict_names[VERDICTS];

typedef struct judgement {
    verdict verdict;
    linclass_status status;
    int32_t solver; /* that ran */
    long long iterations;
    double s;
    double promise;
    char message[160]; /* of an error */
} judgement;

typedef struct fit_choice {
    int32_t solver;
    double tolerance;
    bool far_start; /* from parameters 1000 * normal */
} fit_choice;

/* attainable: minimum_attainable(best). may_refuse: errors are allowed. */
judgement judge(linclass_context *ctx, const fit_data *data, const objective_terms *terms,
                const minimum *best, long double attainable, const fit_choice *choice,
                bool may_refuse);

#endif
