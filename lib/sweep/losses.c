/* The properties of each loss.
 *
 * Bounds on the largest eigenvalue of a row's second derivative: for cross-entropy diag(z) - z z^T <=
 * 1/2 (Boehning 1992); for the logistic loss p (1 - p) <= 1/4; for the squared error through the sigmoid
 * |(p - y) p (1 - p) (1 - 2 p) + (p (1 - p))^2| < 0.16; for the squared hinge 2 sum_j (e_j - e_y) (e_j -
 * e_y)^T, whose largest eigenvalue is 2 k: the bound is for preconditioning, and the 2 of a single margin fits
 * better where few are violated. The others have kinks; for them it is the scale of a step.
 *
 * A step with a fixed rate meets the worst rows repeatedly: for the squared hinge it has to allow for all of
 * 2 k, or it diverges where every margin is violated, as at zero. For all others 1/2 is enough.
 *
 * Residuals: a difference of probabilities is at most 1, and so is one of Crammer and Singer's shares; the residual of
 * the label's score is 1 for each margin that is violated; that of the squared hinge has no bound. */
#include "sweep/losses.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include <linclass/fit.h>

/* fixed + per_score k, for k scores. */
typedef struct by_scores {
    double fixed;
    double per_score;
} by_scores;

typedef struct loss_facts {
    const char *name;   /* in error messages and in model files */
    const char *option; /* in the options of programs */
    bool one_score;
    bool smooth;
    bool convex;
    bool curvature_jumps;
    bool probabilities;
    bool likelihood;
    bool least_at_zero;
    loss_dual dual;
    double margin;
    double curvature_bound;
    by_scores step_curvature;
    by_scores residual_bound;
} loss_facts;

static const loss_facts FACTS[LOSS_NUMBERS] = {
    [LINCLASS_LOSS_SOFTMAX] = {.name = "softmax",
                               .option = "softmax",
                               .smooth = true,
                               .convex = true,
                               .probabilities = true,
                               .likelihood = true,
                               .dual = LOSS_DUAL_PROBABILITIES,
                               .curvature_bound = 0.5,
                               .step_curvature = {.fixed = 0.5},
                               .residual_bound = {.fixed = 1}},
    [LINCLASS_LOSS_LOGISTIC] = {.name = "logistic",
                                .option = "logistic",
                                .one_score = true,
                                .smooth = true,
                                .convex = true,
                                .probabilities = true,
                                .likelihood = true,
                                .dual = LOSS_DUAL_PROBABILITIES,
                                .curvature_bound = 0.25,
                                .step_curvature = {.fixed = 0.5},
                                .residual_bound = {.fixed = 1}},
    [LINCLASS_LOSS_SIGMOID_SQUARED] = {.name = "sigmoid squared",
                                       .option = "sigmoid-squared",
                                       .one_score = true,
                                       .smooth = true,
                                       .probabilities = true,
                                       .curvature_bound = 0.16,
                                       .step_curvature = {.fixed = 0.5},
                                       .residual_bound = {.fixed = 1}},
    [LINCLASS_LOSS_PERCEPTRON] = {.name = "perceptron",
                                  .option = "perceptron",
                                  .convex = true,
                                  .least_at_zero = true,
                                  .dual = LOSS_DUAL_MARGINS,
                                  .curvature_bound = 1,
                                  .step_curvature = {.fixed = 0.5},
                                  .residual_bound = {.per_score = 1}},
    [LINCLASS_LOSS_HINGE] = {.name = "hinge",
                             .option = "hinge",
                             .convex = true,
                             .dual = LOSS_DUAL_MARGINS,
                             .margin = 1,
                             .curvature_bound = 1,
                             .step_curvature = {.fixed = 0.5},
                             .residual_bound = {.per_score = 1}},
    [LINCLASS_LOSS_SQUARED_HINGE] = {.name = "squared hinge",
                                     .option = "squared-hinge",
                                     .smooth = true,
                                     .convex = true,
                                     .curvature_jumps = true,
                                     .dual = LOSS_DUAL_SQUARED_MARGINS,
                                     .margin = 1,
                                     .curvature_bound = 2,
                                     .step_curvature = {.per_score = 2},
                                     .residual_bound = {.fixed = INFINITY}},
    [LINCLASS_LOSS_CRAMMER_SINGER] = {.name = "Crammer-Singer",
                                      .option = "crammer-singer",
                                      .convex = true,
                                      .dual = LOSS_DUAL_LARGEST_MARGIN,
                                      .margin = 1,
                                      .curvature_bound = 1,
                                      .step_curvature = {.fixed = 0.5},
                                      .residual_bound = {.fixed = 1}},
};

static const loss_facts *find(int32_t loss)
{
    const bool known = loss > 0 && loss < LOSS_NUMBERS && FACTS[loss].name != NULL;
    return known ? &FACTS[loss] : NULL;
}

bool loss_exists(int32_t loss)
{
    return find(loss) != NULL;
}

const char *loss_name(int32_t loss)
{
    return loss_exists(loss) ? find(loss)->name : NULL;
}

const char *linclass_loss_name(int32_t loss)
{
    return loss_exists(loss) ? find(loss)->option : NULL;
}

int64_t linclass_loss_columns(int32_t loss, int64_t classes)
{
    if (!loss_exists(loss))
        return 0;
    return loss_has_one_score(loss) ? 1 : classes;
}

int32_t loss_named(const char *name)
{
    for (int32_t loss = 1; loss < LOSS_NUMBERS; loss++) {
        if (loss_exists(loss) && strcmp(FACTS[loss].name, name) == 0)
            return loss;
    }
    return 0;
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

bool loss_gives_probabilities(int32_t loss)
{
    return find(loss)->probabilities;
}

bool loss_is_likelihood(int32_t loss)
{
    return find(loss)->likelihood;
}

bool loss_is_least_at_zero(int32_t loss)
{
    return find(loss)->least_at_zero;
}

double loss_curvature_bound(int32_t loss)
{
    return find(loss)->curvature_bound;
}

bool loss_curvature_jumps(int32_t loss)
{
    return find(loss)->curvature_jumps;
}

loss_dual loss_dual_of(int32_t loss)
{
    return find(loss)->dual;
}

bool loss_dual_is_of_shares(loss_dual kind)
{
    return kind == LOSS_DUAL_PROBABILITIES || kind == LOSS_DUAL_LARGEST_MARGIN;
}

double loss_margin(int32_t loss)
{
    return find(loss)->margin;
}

static double for_scores(by_scores bound, int64_t k)
{
    return bound.fixed + bound.per_score * (double)k;
}

double loss_step_curvature(int32_t loss, int64_t k)
{
    return for_scores(find(loss)->step_curvature, k);
}

double loss_residual_bound(int32_t loss, int64_t k)
{
    return for_scores(find(loss)->residual_bound, k);
}

const loss_kernel_f32 *loss_kernel_of_f32(int32_t set, int32_t loss)
{
    return loss_exists(loss) ? &kernels_of_f32(set)->losses[loss] : NULL;
}

const loss_kernel_f64 *loss_kernel_of_f64(int32_t set, int32_t loss)
{
    return loss_exists(loss) ? &kernels_of_f64(set)->losses[loss] : NULL;
}
