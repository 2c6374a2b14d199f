/* What there is to know of each loss.
 *
 * Bounds on the largest eigenvalue of a row's second derivative: for cross-entropy diag(z) - z z^T <=
 * 1/2 (Boehning 1992); for the logistic loss p (1 - p) <= 1/4; for the squared error through the sigmoid
 * |(p - y) p (1 - p) (1 - 2 p) + (p (1 - p))^2| < 0.16; for the squared hinge 2 sum_j (e_j - e_y) (e_j -
 * e_y)^T, whose largest eigenvalue is 2 k: its use is to precondition, and the 2 of a single margin fits
 * better where few are violated. The others have kinks; theirs is the scale of a step.
 *
 * A step with a fixed rate meets the worst rows again and again: for the squared hinge it has to allow
 * for all 2 k, or it diverges where every margin is violated, as at zero. For all others 1/2 serves. */
#include "sweep/losses.h"

#include <math.h>
#include <stddef.h>

#include <linclass/fit.h>

typedef struct loss_facts {
    int32_t loss;
    bool one_score;
    bool smooth;
    bool convex;
    double curvature_bound;
} loss_facts;

static const loss_facts FACTS[] = {
    {LINCLASS_LOSS_SOFTMAX, false, true, true, 0.5},
    {LINCLASS_LOSS_LOGISTIC, true, true, true, 0.25},
    {LINCLASS_LOSS_SIGMOID_SQUARED, true, true, false, 0.16},
    {LINCLASS_LOSS_PERCEPTRON, false, false, true, 1},
    {LINCLASS_LOSS_HINGE, false, false, true, 1},
    {LINCLASS_LOSS_SQUARED_HINGE, false, true, true, 2},
};

static const loss_facts *find(int32_t loss)
{
    for (size_t i = 0; i < sizeof FACTS / sizeof *FACTS; i++) {
        if (FACTS[i].loss == loss)
            return &FACTS[i];
    }
    return NULL;
}

bool loss_exists(int32_t loss)
{
    return find(loss) != NULL;
}

bool loss_has_one_score(int32_t loss)
{
    return find(loss)->one_score;
}

bool loss_is_smooth(int32_t loss)
{
    return find(loss)->smooth;
}

bool loss_is_convex(int32_t loss)
{
    return find(loss)->convex;
}

double loss_curvature_bound(int32_t loss)
{
    return find(loss)->curvature_bound;
}

bool loss_curvature_jumps(int32_t loss)
{
    return loss == LINCLASS_LOSS_SQUARED_HINGE;
}

double loss_step_curvature(int32_t loss, int64_t k)
{
    return loss == LINCLASS_LOSS_SQUARED_HINGE ? 2 * (double)k : 0.5;
}

double loss_residual_bound(int32_t loss, int64_t k)
{
    switch (loss) {
    case LINCLASS_LOSS_PERCEPTRON:
    case LINCLASS_LOSS_HINGE:
        return (double)k; /* of the label's score: one for each margin that is violated */
    case LINCLASS_LOSS_SQUARED_HINGE:
        return INFINITY;
    default:
        return 1;
    }
}

#define DEFINE_LOSS_KERNEL(suffix) \
    const loss_kernel_##suffix *loss_kernel_of_##suffix(int32_t loss) \
    { \
        const kernels_##suffix *kernels = kernels_best_##suffix(); \
        switch (loss) { \
        case LINCLASS_LOSS_LOGISTIC: \
            return &kernels->logistic; \
        case LINCLASS_LOSS_SIGMOID_SQUARED: \
            return &kernels->sigmoid_squared; \
        case LINCLASS_LOSS_PERCEPTRON: \
            return &kernels->multiclass_perceptron; \
        case LINCLASS_LOSS_HINGE: \
            return &kernels->multiclass_hinge; \
        case LINCLASS_LOSS_SQUARED_HINGE: \
            return &kernels->squared_hinge; \
        default: \
            return &kernels->cross_entropy; \
        } \
    }

DEFINE_LOSS_KERNEL(f32)
DEFINE_LOSS_KERNEL(f64)
