/* A quadratic function and an l1 penalty, minimised over one coordinate after the other. */
#ifndef SOLVER_COORDINATE_DESCENT_H
#define SOLVER_COORDINATE_DESCENT_H

#include <stdint.h>

/* slope0 . s + 1/2 s . (H + ridge) s + l1 sum over the weights of |point + s|, a function of the step s. */
typedef struct penalised_quadratic {
    int64_t length;
    int64_t weights;     /* the penalised coordinates, which come first */
    double l1;
    const double *hessian; /* H: length x length, symmetric, not negative on the diagonal */
    const double *ridge;   /* length: added to the diagonal */
    const double *point;   /* length */
    double *step;          /* length: s */
    double *slope;         /* length: slope0 + (H + ridge) s, kept up with s */
} penalised_quadratic;

/* Pass over the coordinates, up and down in turn, until a pass changes next to nothing: `enough` times what the first
 * changed, in the norm of the diagonal; most_passes at most. From s = 0: slope is slope0, step is 0. Coordinates whose
 * curvature is 0 stay where they are. */
void coordinate_descent(const penalised_quadratic *self, double enough, int most_passes);

#endif
