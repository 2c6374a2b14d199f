/* The results of several fits: one line each, with marks for the best and the chosen; or a JSON object. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include <linclass/status.h>

#include "exit_status.h"
#include "json.h"
#include "names.h"
#include "output.h"
#include "selection_run.h"

static linclass_candidate candidate_at(const selection_run *self, int64_t index)
{
    linclass_candidate candidate;
    linclass_candidate_init(&candidate, sizeof candidate);
    linclass_selection_candidate(self->selection, index, &candidate);
    return candidate;
}

static const char *value_name(const selection_run *self)
{
    return self->settings->search ? "rate" : "lambda";
}

static const char *remark(const selection_run *self, int64_t index,
                          const linclass_candidate *candidate)
{
    if (candidate->stopped_because == LINCLASS_ERROR_NUMERIC)
        return "  diverged";
    if (index == self->chosen)
        return "  chosen";
    if (index == linclass_selection_best(self->selection))
        return "  best";
    if (index == linclass_selection_one_standard_error(self->selection))
        return "  1 s.e.";
    return "";
}

/* Whether any candidate has been held against validation rows. */
static bool is_validated(const selection_run *self)
{
    bool found = false;
    for (int64_t i = 0; i < linclass_selection_count(self->selection); i++)
        found |= !isnan(candidate_at(self, i).validation_loss);
    return found;
}

/* Beside the figures of the rows fitted to stand those of folds and of rows left out one by one; of validation rows
 * where there are some, or neither. */
static bool with_validation(const selection_run *self)
{
    return linclass_selection_folds(self->selection) == 0 &&
           (!self->settings->leave_one_out || is_validated(self));
}

static void print_head(const selection_run *self)
{
    printf("%11s  %8s  %8s  %7s", value_name(self), "weights", "loss", "error");
    if (linclass_selection_folds(self->selection) > 0)
        printf("  %8s  %7s  %7s  %7s", "cv loss", "s.e.", "error", "s.e.");
    if (self->settings->leave_one_out)
        printf("  %8s  %7s  %7s  %7s", "loo loss", "s.e.", "error", "s.e.");
    if (with_validation(self))
        printf("  %15s  %16s", "validation loss", "validation error");
    printf("\n");
}

static void print_row(const selection_run *self, int64_t index)
{
    const linclass_candidate candidate = candidate_at(self, index);
    printf("%11.6g  %8" PRId64 "  %8.5f  %7.4f", candidate.value, candidate.nonzero, candidate.loss,
           candidate.error);
    if (linclass_selection_folds(self->selection) > 0)
        printf("  %8.5f  %7.5f  %7.4f  %7.5f", candidate.mean_loss, candidate.loss_standard_error,
               candidate.mean_error, candidate.error_standard_error);
    if (self->settings->leave_one_out)
        printf("  %8.5f  %7.5f  %7.4f  %7.5f", candidate.left_out_loss,
               candidate.left_out_loss_standard_error, candidate.left_out_error,
               candidate.left_out_error_standard_error);
    if (with_validation(self))
        printf("  %15.5f  %16.4f", candidate.validation_loss, candidate.validation_error);
    printf("%s\n", remark(self, index, &candidate));
}

int selection_run_print(const selection_run *self)
{
    print_head(self);
    for (int64_t i = 0; i < linclass_selection_count(self->selection); i++)
        print_row(self, i);
    return output_finish(stdout, "-");
}

static json_t *candidate_object(const selection_run *self, int64_t index)
{
    const linclass_candidate candidate = candidate_at(self, index);
    const int64_t folds = linclass_selection_folds(self->selection);
    json_t *object = json_object();
    object_set_real(object, self->settings->search ? "learning_rate" : "lambda", candidate.value);
    object_set_real(object, "l1", candidate.l1);
    object_set_real(object, "l2", candidate.l2);
    object_set_text(object, "solver", name_of(solver_names(), candidate.solver));
    object_set_boolean(object, "diverged", candidate.stopped_because == LINCLASS_ERROR_NUMERIC);
    object_set_integer(object, "iterations", candidate.iterations);
    object_set_integer(object, "nonzero_weights", candidate.nonzero);
    object_set_real(object, "objective", candidate.objective);
    object_set_real(object, "loss", candidate.loss);
    object_set_real(object, "error", candidate.error);
    object_set_real(object, "validation_loss", candidate.validation_loss);
    object_set_real(object, "validation_error", candidate.validation_error);
    object_set_real(object, "seconds", candidate.seconds);
    if (self->settings->leave_one_out) {
        object_set_real(object, "left_out_loss", candidate.left_out_loss);
        object_set_real(object, "left_out_loss_standard_error",
                        candidate.left_out_loss_standard_error);
        object_set_real(object, "left_out_error", candidate.left_out_error);
        object_set_real(object, "left_out_error_standard_error",
                        candidate.left_out_error_standard_error);
    }
    if (folds == 0)
        return object;
    object_set_real(object, "mean_loss", candidate.mean_loss);
    object_set_real(object, "loss_standard_error", candidate.loss_standard_error);
    object_set_real(object, "mean_error", candidate.mean_error);
    object_set_real(object, "error_standard_error", candidate.error_standard_error);
    object_set_reals(object, "fold_losses", folds,
                     linclass_selection_fold_losses(self->selection) + index * folds);
    object_set_reals(object, "fold_errors", folds,
                     linclass_selection_fold_errors(self->selection) + index * folds);
    return object;
}

static void set_index(json_t *object, const char *key, int64_t index)
{
    object_set(object, key, index < 0 ? json_null() : json_integer(index));
}

json_t *selection_run_object(const selection_run *self)
{
    json_t *object = json_object();
    json_t *candidates = json_array();
    object_set_text(object, "select_by", name_of(SELECT_BY_NAMES, self->settings->select_by));
    object_set_integer(object, "folds", linclass_selection_folds(self->selection));
    if (!self->settings->search)
        object_set_real(object, "l1_ratio", self->settings->l1_ratio);
    object_set_boolean(object, "complete", self->status == LINCLASS_OK);
    set_index(object, "chosen", self->chosen);
    set_index(object, "best", linclass_selection_best(self->selection));
    set_index(object, "one_standard_error", linclass_selection_one_standard_error(self->selection));
    for (int64_t i = 0; i < linclass_selection_count(self->selection); i++)
        array_append(candidates, candidate_object(self, i));
    object_set(object, "candidates", candidates);
    return object;
}
