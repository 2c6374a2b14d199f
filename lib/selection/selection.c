/* The handle: one block for the figures, and a model for each candidate that has one. */
#include "selection/selection.h"

#include <math.h>
#include <string.h>

#include <linclass/model.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/space.h"
#include "core/versioned.h"

static const linclass_candidate EMPTY = {.size = sizeof(linclass_candidate)};

/* The handle itself is the first part of its block. */
static void lay_out(void *owner, space_plan *plan)
{
    linclass_selection *self = owner;
    const int64_t capacity = self->capacity;
    (void)space_next(plan, 1, 1, sizeof *self);
    self->candidates = space_next(plan, capacity, 1, sizeof *self->candidates);
    self->models = space_next(plan, capacity, 1, sizeof(void *));
    self->fold_losses = space_doubles(plan, capacity, self->folds);
    self->fold_errors = space_doubles(plan, capacity, self->folds);
    self->fold_weights = space_doubles(plan, self->folds, 1);
}

linclass_status selection_new(linclass_context *ctx, int64_t capacity, int64_t folds,
                              linclass_selection **selection)
{
    linclass_selection made = {.allocator = ctx->allocator,
                               .capacity = capacity,
                               .folds = folds,
                               .best = -1,
                               .one_standard_error = -1};
    void *memory;
    const linclass_status status = space_lay_out(ctx, lay_out, &made, "the candidates", &memory);
    if (status != LINCLASS_OK)
        return status;
    memset(made.candidates, 0, (size_t)capacity * sizeof *made.candidates);
    memset(made.models, 0, (size_t)capacity * sizeof(linclass_model *));
    for (int64_t i = 0; i < capacity * folds; i++) {
        made.fold_losses[i] = NAN;
        made.fold_errors[i] = NAN;
    }
    for (int64_t i = 0; i < folds; i++)
        made.fold_weights[i] = 0;
    *selection = memory;
    **selection = made;
    return LINCLASS_OK;
}

void selection_hand_over(linclass_context *ctx, linclass_status status, linclass_selection **made,
                         linclass_selection **selection)
{
    if (status < 0)
        return;
    *selection = *made;
    *made = NULL;
    context_clear(ctx);
}

void linclass_selection_destroy(linclass_selection *selection)
{
    if (selection == NULL)
        return;
    for (int64_t i = 0; i < selection->count; i++)
        linclass_model_destroy(selection->models[i]);
    const allocator source = selection->allocator;
    allocator_give(&source, selection);
}

linclass_status linclass_candidate_init(linclass_candidate *candidate, size_t size)
{
    return versioned_init(candidate, size, &EMPTY, sizeof EMPTY, FIRST_CANDIDATE);
}

static bool exists(const linclass_selection *selection, int64_t index)
{
    return selection != NULL && index >= 0 && index < selection->count;
}

int64_t linclass_selection_count(const linclass_selection *selection)
{
    return selection == NULL ? 0 : selection->count;
}

linclass_status linclass_selection_candidate(const linclass_selection *selection, int64_t index,
                                             linclass_candidate *candidate)
{
    if (!exists(selection, index) || candidate == NULL)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    return versioned_write(NULL, "candidate", candidate, &selection->candidates[index],
                           sizeof *candidate, FIRST_CANDIDATE);
}

const linclass_model *linclass_selection_model(const linclass_selection *selection, int64_t index)
{
    return exists(selection, index) ? selection->models[index] : NULL;
}

linclass_model *linclass_selection_take_model(linclass_selection *selection, int64_t index)
{
    if (!exists(selection, index))
        return NULL;
    linclass_model *model = selection->models[index];
    selection->models[index] = NULL;
    return model;
}

int64_t linclass_selection_best(const linclass_selection *selection)
{
    return selection == NULL ? -1 : selection->best;
}

int64_t linclass_selection_one_standard_error(const linclass_selection *selection)
{
    return selection == NULL ? -1 : selection->one_standard_error;
}

int64_t linclass_selection_folds(const linclass_selection *selection)
{
    return selection == NULL ? 0 : selection->folds;
}

const double *linclass_selection_fold_losses(const linclass_selection *selection)
{
    return linclass_selection_folds(selection) == 0 ? NULL : selection->fold_losses;
}

const double *linclass_selection_fold_errors(const linclass_selection *selection)
{
    return linclass_selection_folds(selection) == 0 ? NULL : selection->fold_errors;
}
