/* How well a model does on rows with known labels.
 *
 *     loss = sum w_i loss(h_i, y_i) / sum w_i      error = weight of rows with argmax_j h_ij != y_i / sum w_i
 *
 * and what is said of the classes, see metrics.h. One sweep over X gives loss and error; where something
 * is wanted for each class, it also keeps the predicted class of each row, and weights are added up
 * afterwards in row order, so that the bits are the same for any number of threads. The sums of the
 * slices are added in slice order. Everything is written at the end, when nothing can fail any more. */
#include "predict/evaluate.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "data/labels.h"
#include "metrics/class_counts.h"
#include "metrics/roc_auc.h"
#include "model/model_view.h"

/* Size of the evaluation in the first release. */
static const linclass_evaluation DEFAULTS = {.size = sizeof(linclass_evaluation)};

linclass_status linclass_evaluation_init(linclass_evaluation *evaluation, size_t size)
{
    return versioned_init(evaluation, size, &DEFAULTS, sizeof DEFAULTS, FIRST_EVALUATION);
}

/* What is kept of each row and counted for each class, in one allocation. */
typedef struct evaluate_memory {
    class_counts *counts;   /* k; NULL: nothing is wanted of the classes */
    int64_t *support;       /* k */
    int64_t *predicted;     /* m; in the end the work space of the sort */
    double *margins;        /* m; NULL: no area wanted */
    double *sample_weights; /* m, those of ignored rows 0; NULL: as given */
} evaluate_memory;

bool evaluate_wants_classes(const linclass_evaluation *wanted)
{
    return wanted->confusion != NULL || wanted->precision != NULL || wanted->recall != NULL ||
           wanted->f1 != NULL || wanted->support != NULL || wanted->weighted_confusion != NULL ||
           wanted->with_averages || wanted->with_roc_auc;
}

static linclass_status take_memory(linclass_context *ctx, int64_t m, int64_t k,
                                   const linclass_evaluation *wanted, evaluate_memory *memory)
{
    const int64_t columns =
        1 + (wanted->with_roc_auc ? 1 : 0) + (wanted->with_roc_auc && wanted->has_ignore_label);
    size_t rows;
    size_t classes;
    if (!checked_bytes(m, columns, sizeof(double), &rows) ||
        !checked_bytes(k, 1, sizeof(class_counts) + sizeof(int64_t), &classes) ||
        rows > PTRDIFF_MAX - classes)
        return context_fail_memory(ctx, SIZE_MAX, "what is said of the classes");
    void *taken;
    const linclass_status status =
        context_allocate(ctx, rows + classes, "what is said of the classes", &taken);
    if (status != LINCLASS_OK)
        return status;
    memory->counts = memset(taken, 0, classes);
    memory->support = (int64_t *)(memory->counts + k);
    memory->predicted = memory->support + k;
    if (wanted->with_roc_auc)
        memory->margins = (double *)(memory->predicted + m);
    if (wanted->with_roc_auc && wanted->has_ignore_label)
        memory->sample_weights = memory->margins + m;
    return LINCLASS_OK;
}

static void count_classes(const linclass_model *model, int64_t m, const evaluate_rows *rows,
                          const evaluate_memory *memory, linclass_evaluation *found)
{
    const int64_t k = model->k;
    if (found->confusion != NULL)
        memset(found->confusion, 0, (size_t)(k * k) * sizeof *found->confusion);
    if (found->weighted_confusion != NULL)
        memset(found->weighted_confusion, 0, (size_t)(k * k) * sizeof(double));
    for (int64_t i = 0; i < m; i++) {
        if (evaluate_ignores(rows, i))
            continue;
        const double weight = evaluate_weight(rows, i);
        const int64_t predicted = rows->predicted[i];
        int64_t class = 0;
        (void)labels_encode(NULL, "y", 1, &rows->y[i], k, model->labels, &class);
        memory->counts[class].support += weight;
        memory->counts[predicted].predicted += weight;
        memory->counts[class].correct += class == predicted ? weight : 0;
        memory->support[class]++;
        if (found->confusion != NULL)
            found->confusion[class * k + predicted]++;
        if (found->weighted_confusion != NULL)
            found->weighted_confusion[class * k + predicted] += weight;
    }
}

void evaluate_describe_classes(const class_counts *counts_of, const int64_t *support,
                               linclass_evaluation *found)
{
    averages_sums sums = {{0, 0, 0}, 0, 0, 0, 0};
    for (int64_t j = 0; j < found->classes; j++) {
        const class_counts counts = counts_of[j];
        averages_add(&sums, counts);
        if (found->precision != NULL)
            found->precision[j] = class_precision(counts);
        if (found->recall != NULL)
            found->recall[j] = class_recall(counts);
        if (found->f1 != NULL)
            found->f1[j] = class_f1(counts);
        if (found->support != NULL)
            found->support[j] = support[j];
    }
    if (!found->with_averages)
        return;
    linclass_averages averages;
    averages_end(&sums, &averages);
    found->macro_precision = averages.macro_precision;
    found->macro_recall = averages.macro_recall;
    found->macro_f1 = averages.macro_f1;
    found->micro_precision = averages.micro_precision;
    found->micro_recall = averages.micro_recall;
    found->micro_f1 = averages.micro_f1;
}

static double area(const linclass_model *model, int64_t m, const evaluate_rows *rows,
                   const evaluate_memory *memory)
{
    for (int64_t i = 0; memory->sample_weights != NULL && i < m; i++)
        memory->sample_weights[i] = evaluate_weight(rows, i);
    const double *sample_weights =
        memory->sample_weights != NULL ? memory->sample_weights : rows->sample_weights;
    double auc = (double)NAN;
    (void)roc_auc_f64(m, memory->margins, rows->y, model->labels[1], sample_weights,
                      memory->predicted, &auc);
    return auc;
}

static linclass_status sweep(linclass_context *ctx, const linclass_model *model,
                             const linclass_matrix *view, const evaluate_rows *rows,
                             linclass_evaluation *found)
{
    evaluate_sums slices[SCORES_SLICES];
    memset(slices, 0, sizeof slices);
    const linclass_status status = model->dtype == LINCLASS_FLOAT32
                                       ? evaluate_sweep_f32(ctx, model, view, rows, slices)
                                       : evaluate_sweep_f64(ctx, model, view, rows, slices);
    if (status != LINCLASS_OK)
        return status;
    evaluate_sums all = {0, 0, 0, 0};
    for (int slice = 0; slice < SCORES_SLICES; slice++) {
        all.weight += slices[slice].weight;
        all.loss += slices[slice].loss;
        all.wrong += slices[slice].wrong;
        all.samples += slices[slice].samples;
    }
    found->samples = all.samples;
    found->classes = model->k;
    found->weight = all.weight;
    found->loss = share(all.loss, all.weight);
    found->error = share(all.wrong, all.weight);
    found->accuracy = share(all.weight - all.wrong, all.weight);
    return LINCLASS_OK;
}

void evaluate_clear(linclass_evaluation *found)
{
    found->macro_precision = found->macro_recall = found->macro_f1 = 0;
    found->micro_precision = found->micro_recall = found->micro_f1 = 0;
    found->roc_auc = (double)NAN;
}

static linclass_status evaluate(linclass_context *ctx, const linclass_model *model,
                                const linclass_matrix *view, evaluate_rows *rows,
                                linclass_evaluation *found)
{
    evaluate_clear(found);
    evaluate_memory memory = {NULL, NULL, NULL, NULL, NULL};
    linclass_status status = LINCLASS_OK;
    if (evaluate_wants_classes(found))
        status = take_memory(ctx, view->rows, model->k, found, &memory);
    if (status != LINCLASS_OK)
        return status;
    rows->predicted = memory.predicted;
    rows->margins = memory.margins;
    status = sweep(ctx, model, view, rows, found);
    if (status == LINCLASS_OK && memory.counts != NULL) {
        count_classes(model, view->rows, rows, &memory, found);
        evaluate_describe_classes(memory.counts, memory.support, found);
        if (found->with_roc_auc)
            found->roc_auc = area(model, view->rows, rows, &memory);
    }
    context_release(ctx, memory.counts);
    return status;
}

static linclass_status check_labels(linclass_context *ctx, const linclass_model *model, int64_t m,
                                    const evaluate_rows *rows)
{
    if (!rows->has_ignore_label)
        return labels_encode(ctx, "y", m, rows->y, model->k, model->labels, NULL);
    for (int64_t i = 0; i < m; i++) {
        if (evaluate_ignores(rows, i) ||
            labels_encode(NULL, "y", 1, &rows->y[i], model->k, model->labels, NULL) == LINCLASS_OK)
            continue;
        return context_fail(ctx, LINCLASS_ERROR_LABEL,
                            "y[%" PRId64 "] is %" PRId64 ", none of the %" PRId64 " classes", i,
                            rows->y[i], model->k);
    }
    return LINCLASS_OK;
}

static bool is_flag(int32_t value)
{
    return value == 0 || value == 1;
}

linclass_status evaluate_check_wanted(linclass_context *ctx, const linclass_model *model,
                                      const linclass_evaluation *wanted)
{
    if (!is_flag(wanted->has_ignore_label) || !is_flag(wanted->with_averages) ||
        !is_flag(wanted->with_roc_auc) || wanted->reserved != 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "has_ignore_label, with_averages or with_roc_auc of evaluation is "
                            "neither 0 nor 1, or reserved is not 0");
    if (wanted->with_roc_auc && model->k != 2)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "with_roc_auc: the ROC curve is of 2 classes, the model has %" PRId64,
                            model->k);
    return LINCLASS_OK;
}

static linclass_status check_rows(linclass_context *ctx, int64_t m, const int64_t *y,
                                  const linclass_evaluation *wanted)
{
    const array_argument array = array_given("y", y, m, 1, sizeof *y);
    const linclass_status status = check_arrays(ctx, 1, &array);
    return status != LINCLASS_OK
               ? status
               : check_nonnegative(ctx, "sample_weight", m, wanted->sample_weight);
}

linclass_status evaluate_view(linclass_context *ctx, const linclass_model *model,
                              const linclass_matrix *view, const int64_t *y,
                              linclass_evaluation *found)
{
    evaluate_rows rows = {
        y, found->sample_weight, found->has_ignore_label, found->ignore_label, NULL, NULL};
    linclass_status status = evaluate_check_wanted(ctx, model, found);
    if (status == LINCLASS_OK)
        status = check_rows(ctx, view->rows, y, found);
    if (status == LINCLASS_OK)
        status = check_labels(ctx, model, view->rows, &rows);
    return status == LINCLASS_OK ? evaluate(ctx, model, view, &rows, found) : status;
}

linclass_status evaluate_read(linclass_context *ctx, const linclass_evaluation *given,
                              linclass_evaluation *wanted)
{
    return versioned_read(ctx, "evaluation", given, wanted, &DEFAULTS, sizeof DEFAULTS,
                          FIRST_EVALUATION);
}

linclass_status linclass_model_evaluate(linclass_context *ctx, const linclass_model *model,
                                        const linclass_matrix *X, const int64_t *y,
                                        linclass_evaluation *evaluation)
{
    CONTEXT_ENTER(ctx);
    linclass_matrix view = {.size = 0};
    linclass_evaluation found;
    linclass_status status = model_view_import(ctx, model, X, &view);
    if (status == LINCLASS_OK && !all_given(ctx, 1, &(required_pointer){"evaluation", evaluation}))
        status = LINCLASS_ERROR_INVALID_ARGUMENT;
    if (status == LINCLASS_OK)
        status = evaluate_read(ctx, evaluation, &found);
    if (status == LINCLASS_OK)
        status = evaluate_view(ctx, model, &view, y, &found);
    if (status != LINCLASS_OK)
        return status;
    return versioned_write(ctx, "evaluation", evaluation, &found, sizeof found, FIRST_EVALUATION);
}
