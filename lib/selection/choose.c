/* Which candidate to take.
 *
 *     M = sum_f W_f L_f / sum_f W_f,   s = sqrt( sum_f W_f (L_f - M)^2 / sum_f W_f / (K - 1) )
 *
 * With equal weights s is the standard deviation of the L_f over the root of K. The sum of squares is
 * taken about the mean, in a second pass: the difference of two sums would lose what folds differ by. */
#include "selection/choose.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "core/context.h"

void choose_mean(int64_t folds, const double *figures, const double *weights, double *mean,
                 double *standard_error)
{
    assert(folds >= 2);
    double weight = 0;
    double sum = 0;
    for (int64_t f = 0; f < folds; f++) {
        weight += weights[f];
        sum += weights[f] * figures[f];
    }
    *mean = sum / weight;
    double squares = 0;
    for (int64_t f = 0; f < folds; f++)
        squares += weights[f] * (figures[f] - *mean) * (figures[f] - *mean);
    *standard_error = sqrt(squares / weight / (double)(folds - 1));
}

int64_t choose_least(int64_t count, const double *numbers)
{
    int64_t least = -1;
    for (int64_t i = 0; i < count; i++) {
        if (!isnan(numbers[i]) && (least < 0 || numbers[i] < numbers[least]))
            least = i;
    }
    return least;
}

int64_t choose_one_standard_error(const double *means, const double *standard_errors, int64_t best)
{
    const double limit = means[best] + standard_errors[best];
    int64_t i = 0;
    while (!(means[i] <= limit))
        i++;
    return i;
}

/* Two arrays of a number for each candidate, the second after the first. */
static linclass_status take_numbers(linclass_context *ctx, const linclass_selection *selection,
                                    double **numbers)
{
    void *memory;
    const linclass_status status = context_allocate_array(
        ctx, selection->capacity, 2 * sizeof(double), "the figures", &memory);
    *numbers = memory;
    return status;
}

linclass_status choose_by_validation(linclass_context *ctx, linclass_selection *selection,
                                     int32_t select_by)
{
    double *numbers;
    const linclass_status status = take_numbers(ctx, selection, &numbers);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t i = 0; i < selection->count; i++) {
        const linclass_candidate *candidate = &selection->candidates[i];
        numbers[i] = select_by == LINCLASS_SELECT_BY_ERROR ? candidate->validation_error
                                                           : candidate->validation_loss;
    }
    selection->best = choose_least(selection->count, numbers);
    context_release(ctx, numbers);
    return LINCLASS_OK;
}

/* Set both choices by means and their standard errors. */
static void choose_both(linclass_selection *selection, const double *means, const double *errors)
{
    selection->best = choose_least(selection->count, means);
    if (selection->best >= 0)
        selection->one_standard_error = choose_one_standard_error(means, errors, selection->best);
}

linclass_status choose_by_left_out(linclass_context *ctx, linclass_selection *selection,
                                   int32_t select_by)
{
    double *means;
    const linclass_status status = take_numbers(ctx, selection, &means);
    if (status != LINCLASS_OK)
        return status;
    double *errors = means + selection->capacity;
    const bool by_error = select_by == LINCLASS_SELECT_BY_ERROR;
    for (int64_t i = 0; i < selection->count; i++) {
        const linclass_candidate *of = &selection->candidates[i];
        means[i] = by_error ? of->left_out_error : of->left_out_loss;
        errors[i] = by_error ? of->left_out_error_standard_error : of->left_out_loss_standard_error;
    }
    choose_both(selection, means, errors);
    context_release(ctx, means);
    return LINCLASS_OK;
}

linclass_status choose_by_folds(linclass_context *ctx, linclass_selection *selection,
                                int32_t select_by, int64_t finished)
{
    if (finished < 2)
        return LINCLASS_OK;
    double *means;
    const linclass_status status = take_numbers(ctx, selection, &means);
    if (status != LINCLASS_OK)
        return status;
    double *errors = means + selection->capacity;
    for (int64_t i = 0; i < selection->count; i++) {
        linclass_candidate *candidate = &selection->candidates[i];
        const int64_t row = i * selection->folds;
        choose_mean(finished, selection->fold_losses + row, selection->fold_weights,
                    &candidate->mean_loss, &candidate->loss_standard_error);
        choose_mean(finished, selection->fold_errors + row, selection->fold_weights,
                    &candidate->mean_error, &candidate->error_standard_error);
        const bool by_error = select_by == LINCLASS_SELECT_BY_ERROR;
        const double mean = by_error ? candidate->mean_error : candidate->mean_loss;
        means[i] = selection->models[i] == NULL ? NAN : mean;
        errors[i] = by_error ? candidate->error_standard_error : candidate->loss_standard_error;
    }
    choose_both(selection, means, errors);
    context_release(ctx, means);
    return LINCLASS_OK;
}
