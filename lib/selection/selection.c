/* The handle: one block for the figures, and a model for each candidate that has one. */
#include "selection/selection.h"

#include <math.h>
#include <string.h>

#include <linclass/model.h>

#include "core/context.h"
#include "core/space.h"
#include "core/versioned.h"

static const linclass_candidate EMPTY = {.size = sizeof(linclass_candidate)};

linclass_status selection_new(linclass_context *ctx, int64_t capacity, int64_t folds,
                              linclass_selection **selection)
{
    space_plan plan = {0};
    const size_t self = space_part(&plan, 1, 1, sizeof(linclass_selection));
    const size_t candidates = space_part(&plan, capacity, 1, sizeof(linclass_candidate));
    const size_t models = space_part(&plan, capacity, 1, sizeof(linclass_model *));
    const size_t losses = space_part(&plan, capacity, folds, sizeof(double));
    const size_t errors = space_part(&plan, capacity, folds, sizeof(double));
    const size_t weights = space_part(&plan, folds, 1, sizeof(double));
    void *memory;
    const linclass_status status = space_allocate(ctx, &plan, "the candidates", &memory);
    if (status != LINCLASS_OK)
        return status;
    memset(memory, 0, plan.bytes);
    linclass_selection *made = space_at(memory, self);
    made->allocator = ctx->allocator;
    made->capacity = capacity;
    made->folds = folds;
    made->candidates = space_at(memory, candidates);
    made->models = space_at(memory, models);
    made->fold_losses = space_at(memory, losses);
    made->fold_errors = space_at(memory, errors);
    made->fold_weights = space_at(memory, weights);
    made->best = -1;
    made->one_standard_error = -1;
    for (int64_t i = 0; i < capacity * folds; i++) {
        made->fold_losses[i] = NAN;
        made->fold_errors[i] = NAN;
    }
    *selection = made;
    return LINCLASS_OK;
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
