/* linclass_evaluate_parts: a model on rows in parts. Each part is evaluated by itself; what adds up is the weight, the
 * loss, the weight that is wrong, and, where figures of the classes are wanted, both confusion matrices, of which those
 * figures are made. */
#include <linclass/parts.h>

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/versioned.h"
#include "parts/answer.h"
#include "parts/asker.h"
#include "parts/part_model.h"
#include "predict/evaluate.h"

enum { ROWS, WEIGHT, LOSS, WRONG, CONFUSION };

int64_t part_assess_length(const part_request *request)
{
    const int64_t k = request->fit.k;
    return CONFUSION + (request->with_classes ? 2 * k * k : 0);
}

static linclass_status evaluate_rows_of(linclass_context *ctx, const part_request *request,
                                        const part_rows *rows, const linclass_model *model,
                                        int64_t *confusion, double *sums)
{
    const int64_t k = request->fit.k;
    linclass_evaluation found = {
        .size = sizeof found,
        .sample_weight = rows->given_weights,
        .ignore_label = request->fit.ignore_label,
        .has_ignore_label = (int32_t)request->fit.has_ignore_label,
        .confusion = confusion,
        .weighted_confusion = confusion == NULL ? NULL : sums + CONFUSION + k * k,
    };
    const linclass_status status = evaluate_view(ctx, model, &rows->X, rows->labels, &found);
    if (status != LINCLASS_OK)
        return status;
    sums[ROWS] = (double)found.samples;
    sums[WEIGHT] = found.weight;
    sums[LOSS] = found.loss * found.weight;
    sums[WRONG] = found.error * found.weight;
    for (int64_t e = 0; confusion != NULL && e < k * k; e++)
        sums[CONFUSION + e] = (double)confusion[e];
    return LINCLASS_OK;
}

linclass_status part_answer_assess(linclass_context *ctx, const part_request *request,
                                   const part_rows *rows, const linclass_model *model, double *sums)
{
    linclass_status status = LINCLASS_OK;
    void *confusion = NULL;
    if (request->with_classes)
        status = context_allocate_array(ctx, request->fit.k * request->fit.k, sizeof(int64_t),
                                        "the confusion matrix", &confusion);
    if (status == LINCLASS_OK)
        status = evaluate_rows_of(ctx, request, rows, model, confusion, sums);
    context_release(ctx, confusion);
    return status;
}

/* The figures of the classes, of confusion matrices: counts by rows and by weights. */
static linclass_status describe_classes(linclass_context *ctx, const double *sums,
                                        linclass_evaluation *found)
{
    const int64_t k = found->classes;
    void *memory;
    const linclass_status status = context_allocate_array(
        ctx, k, sizeof(class_counts) + sizeof(int64_t), "what is said of the classes", &memory);
    if (status != LINCLASS_OK)
        return status;
    class_counts *counts = memset(memory, 0, (size_t)k * (sizeof *counts + sizeof(int64_t)));
    int64_t *support = (int64_t *)(void *)(counts + k);
    const double *rows = sums + CONFUSION;
    const double *weights = rows + k * k;
    for (int64_t e = 0; e < k * k; e++) {
        counts[e / k].support += weights[e];
        counts[e % k].predicted += weights[e];
        counts[e / k].correct += e / k == e % k ? weights[e] : 0;
        support[e / k] += (int64_t)rows[e];
        if (found->confusion != NULL)
            found->confusion[e] = (int64_t)rows[e];
        if (found->weighted_confusion != NULL)
            found->weighted_confusion[e] = weights[e];
    }
    evaluate_describe_classes(counts, support, found);
    context_release(ctx, memory);
    return LINCLASS_OK;
}

static linclass_status check(linclass_context *ctx, const linclass_model *model,
                             const linclass_evaluation *wanted)
{
    if (wanted->sample_weight != NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "evaluation.sample_weight is given: the parts bring their weights");
    if (wanted->with_roc_auc)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "with_roc_auc: the area under the ROC curve takes all rows together");
    return evaluate_check_wanted(ctx, model, wanted);
}

static linclass_status ask(part_asker *asker, const linclass_model *model,
                           linclass_evaluation *found, double **sums)
{
    part_request request = {.identity = {.kind = PART_ASSESS},
                            .with_classes = evaluate_wants_classes(found)};
    linclass_status status = part_model_describe(asker->ctx, model, &request.fit);
    if (status != LINCLASS_OK)
        return status;
    request.fit.has_ignore_label = found->has_ignore_label;
    request.fit.ignore_label = found->ignore_label;
    double *parameters;
    status = part_model_parameters(asker->ctx, model, &parameters);
    request.parameters = parameters;
    if (status == LINCLASS_OK)
        status = part_asker_ask(asker, &request, part_assess_length(&request), sums, NULL);
    context_release(asker->ctx, parameters);
    return status;
}

static linclass_status evaluate(part_asker *asker, const linclass_model *model,
                                linclass_evaluation *found)
{
    double *sums;
    const bool with_classes = evaluate_wants_classes(found);
    linclass_status status = ask(asker, model, found, &sums);
    if (status != LINCLASS_OK)
        return status;
    evaluate_clear(found);
    found->samples = (int64_t)sums[ROWS];
    found->classes = model->k;
    found->weight = sums[WEIGHT];
    found->loss = share(sums[LOSS], sums[WEIGHT]);
    found->error = share(sums[WRONG], sums[WEIGHT]);
    found->accuracy = share(sums[WEIGHT] - sums[WRONG], sums[WEIGHT]);
    if (with_classes)
        status = describe_classes(asker->ctx, sums, found);
    context_release(asker->ctx, sums);
    return status;
}

linclass_status linclass_evaluate_parts(linclass_context *ctx, const linclass_model *model,
                                        const linclass_parts *parts,
                                        linclass_evaluation *evaluation)
{
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {
        {"ctx", ctx}, {"model", model}, {"evaluation", evaluation}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    linclass_evaluation found;
    part_asker asker = {.ctx = NULL};
    linclass_status status = evaluate_read(ctx, evaluation, &found);
    if (status == LINCLASS_OK)
        status = check(ctx, model, &found);
    if (status == LINCLASS_OK)
        status = part_asker_begin(&asker, ctx, "evaluated", parts);
    if (status == LINCLASS_OK)
        status = evaluate(&asker, model, &found);
    part_asker_end(&asker);
    return status == LINCLASS_OK ? versioned_write(ctx, "evaluation", evaluation, &found,
                                                   sizeof found, FIRST_EVALUATION)
                                 : status;
}
