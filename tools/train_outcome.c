#include "train_outcome.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include <linclass/linclass.h>

#include "exit_status.h"
#include "history.h"
#include "interrupt.h"
#include "json.h"
#include "names.h"

static void print_chosen(const selection_run *several)
{
    linclass_candidate candidate;
    linclass_candidate_init(&candidate, sizeof candidate);
    linclass_selection_candidate(several->selection, several->chosen, &candidate);
    fprintf(stderr, "chosen: %s %.6g (l1 %.6g, l2 %.6g)\n",
            several->settings->search ? "learning rate" : "lambda", candidate.value, candidate.l1,
            candidate.l2);
    const int64_t last = linclass_selection_count(several->selection) - 1;
    if (several->chosen == last && last > 0)
        fprintf(stderr, "it is the last of the list: a longer list may contain a better one\n");
    if (several->status != LINCLASS_OK)
        fprintf(stderr, "not all fits were made: %s\n",
                several->status == LINCLASS_STOPPED_BY_CALLBACK
                    ? "interrupted"
                    : linclass_status_string(several->status));
}

/* Probabilities of right labels that grow to 1: without a penalty F falls for ever as theta grows. A fit that ended
 * before it could tell is told of too. */
static bool separated(const train_outcome *self)
{
    const int32_t loss = self->settings->fit.loss;
    if (self->report->stopped_because == LINCLASS_NO_MINIMUM)
        return true;
    return (loss == LINCLASS_LOSS_SOFTMAX || loss == LINCLASS_LOSS_LOGISTIC) &&
           linclass_model_l1(self->model) == 0 && linclass_model_l2(self->model) == 0 &&
           self->report->error == 0 && self->report->loss < 1e-3;
}

void train_outcome_print(const train_outcome *self)
{
    const linclass_fit_report *report = self->report;
    if (self->several != NULL)
        print_chosen(self->several);
    fprintf(stderr, "%s, %s: %s after %" PRId64 " %s, %.2f s\n",
            name_of(solver_names(), report->solver), name_of(DTYPE_NAMES, report->dtype),
            stopped_because(report), report->iterations,
            report->solver == LINCLASS_SOLVER_SGD ? "epochs" : "iterations", report->seconds);
    fprintf(
        stderr,
        "objective %.6g, loss %.6g, error %.2f %%, gradient norm %.3g (largest component %.3g)\n",
        report->objective, report->loss, 100 * report->error, report->gradient_norm,
        report->gradient_infinity_norm);
    if (self->several == NULL && self->settings->fit.l2 == LINCLASS_AUTOMATIC &&
        linclass_model_l2(self->model) > 0)
        fprintf(stderr, "l2 %.6g, the default: 1 / %.6g, the sum of the weights\n",
                linclass_model_l2(self->model), report->total_weight);
    if (!isnan(report->gap))
        fprintf(stderr, "no parameters have an objective lower by more than %.3g\n", report->gap);
    if (report->best_iteration != report->iterations)
        fprintf(stderr, "the model is that of %s %" PRId64 ", with the smallest validation loss\n",
                report->solver == LINCLASS_SOLVER_SGD ? "epoch" : "iteration",
                report->best_iteration);
    if (self->validates)
        fprintf(stderr, "validation loss %.6g, validation error %.2f %%\n", report->validation_loss,
                100 * report->validation_error);
    if (separated(self))
        fprintf(stderr,
                "the classes are separable: without a penalty F has no minimum; try --l2, or "
                "--cv to choose it\n");
    if (report->stopped_because != LINCLASS_NOT_CONVERGED)
        return;
    if (self->settings->rows.offsets != NULL)
        fprintf(stderr, "base scores so large that rows are certain and wrong may be the reason: "
                        "look at --offsets, or try --dtype=float64\n");
    else
        fprintf(stderr, "columns of very different sizes may be the reason: leave identifiers out, "
                        "or try --standardize or --dtype=float64\n");
}

int train_outcome_print_json(const train_outcome *self)
{
    const linclass_fit_options *fit_options = &self->settings->fit;
    json_t *object = object_begin("linclass-train-1");
    object_set_text(object, "version", linclass_version());
    object_set_integer(object, "validation_samples", self->validation_samples);
    object_set_integer(object, "features", linclass_model_features(self->model));
    object_set_integer(object, "classes", linclass_model_classes(self->model));
    object_set_real(object, "scale", linclass_model_scale(self->model));
    object_set_integer(object, "threads", linclass_context_threads(self->ctx));
    object_set_text(object, "loss_function", name_of(loss_names(), fit_options->loss));
    object_set_real(object, "l1", linclass_model_l1(self->model));
    object_set_real(object, "l2", linclass_model_l2(self->model));
    object_set_boolean(object, "bias", fit_options->fit_bias);
    object_set_report(object, self->report);
    if (self->several != NULL)
        object_set(object, "selection", selection_run_object(self->several));
    if (self->coefficients != NULL)
        coefficients_describe(self->coefficients, object);
    return object_print(object);
}

int train_outcome_exit_status(const train_outcome *self)
{
    if (interrupt_requested())
        return EXIT_INTERRUPTED;
    if (self->several != NULL && self->several->status == LINCLASS_TIME_LIMIT &&
        self->settings->strict)
        return EXIT_NOT_CONVERGED;
    switch (self->report->stopped_because) {
    case LINCLASS_ITERATION_LIMIT:
    case LINCLASS_TIME_LIMIT:
    case LINCLASS_LINE_SEARCH_STALLED:
    case LINCLASS_NOT_CONVERGED:
    case LINCLASS_NO_MINIMUM:
        return self->settings->strict ? EXIT_NOT_CONVERGED : EXIT_OK;
    default:
        return EXIT_OK;
    }
}
