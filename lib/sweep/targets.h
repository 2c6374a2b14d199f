/* What the rows of a design matrix are to be fitted to. */
#ifndef SWEEP_TARGETS_H
#define SWEEP_TARGETS_H

#include <linclass/matrix.h>

/* Row i counts weights[i] times (NULL: once), towards label y[i] of 0..k-1; towards the label with
 * probability 1 - smoothing and all classes with smoothing / k each; or, where probabilities are
 * given (a view of m x k), towards those. Only cross-entropy takes smoothing and probabilities. */
typedef struct fit_targets {
    const int64_t *y;
    const double *weights;
    double smoothing; /* 0 <= smoothing < 1 */
    const linclass_matrix *probabilities;
} fit_targets;

#endif
