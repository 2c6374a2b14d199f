/* How well a model does on rows with known labels.
 *
 *     loss = 1/m sum_i loss(h_i, y_i)        error = share of rows with argmax_j h_ij != y_i
 *     precision = correct / predicted   recall = correct / support   f1 = 2 correct / (predicted + support)
 *
 * One sweep over X gives loss and error; where something is wanted for each class, it also keeps the
 * predicted class of each row, and these are counted afterwards. Counts are integers: exact, and the
 * same in any order. The loss sums of the slices are added in slice order. Everything is written at
 * the end, when nothing can fail any more.
 *
 * f1 = 2 precision recall / (precision + recall) is evaluated as the quotient of counts it equals: it
 * needs no case for precision = recall = 0. */
#include "model/evaluate.h"

#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "data/labels.h"
#include "model/predict.h"

/* Size of the evaluation in the first release. */
#define FIRST_SIZE (offsetof(linclass_evaluation, support) + sizeof(int64_t *))

static const linclass_evaluation DEFAULTS = {.size = sizeof(linclass_evaluation)};

linclass_status linclass_evaluation_init(linclass_evaluation *evaluation, size_t size)
{
    return versioned_init(evaluation, size, &DEFAULTS, sizeof DEFAULTS, FIRST_SIZE);
}

/* What is counted for each class, in one allocation. */
typedef struct class_counts {
    int64_t *predicted_class; /* m: the class each row is given */
    int64_t *support;         /* k: rows of the class */
    int64_t *predicted;       /* k: rows given the class */
    int64_t *correct;         /* k: rows of the class that are given it */
} class_counts;

static linclass_status take_counts(linclass_context *ctx, int64_t m, int64_t k,
                                   class_counts *counts)
{
    size_t rows;
    size_t classes;
    if (!checked_bytes(m, 1, sizeof(int64_t), &rows) ||
        !checked_bytes(k, 3, sizeof(int64_t), &classes) || rows > PTRDIFF_MAX - classes)
        return context_fail_memory(ctx, SIZE_MAX, "the predicted classes");
    void *taken;
    const linclass_status status =
        context_allocate(ctx, rows + classes, "the predicted classes", &taken);
    if (status != LINCLASS_OK)
        return status;
    counts->support = memset(taken, 0, classes);
    counts->predicted = counts->support + k;
    counts->correct = counts->predicted + k;
    counts->predicted_class = counts->correct + k;
    return LINCLASS_OK;
}

static double quotient(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : (double)part / (double)whole;
}

static void count_classes(const linclass_model *model, int64_t m, const int64_t *y,
                          const class_counts *counts, int64_t *confusion)
{
    const int64_t k = model->k;
    if (confusion != NULL)
        memset(confusion, 0, (size_t)(k * k) * sizeof *confusion);
    for (int64_t i = 0; i < m; i++) {
        int64_t class = 0;
        (void)labels_encode(NULL, "y", 1, &y[i], k, model->labels, &class);
        const int64_t predicted = counts->predicted_class[i];
        counts->support[class]++;
        counts->predicted[predicted]++;
        counts->correct[class] += class == predicted;
        if (confusion != NULL)
            confusion[class * k + predicted]++;
    }
}

static void write_classes(const linclass_evaluation *evaluation, const class_counts *counts)
{
    for (int64_t j = 0; j < evaluation->classes; j++) {
        const int64_t correct = counts->correct[j];
        if (evaluation->precision != NULL)
            evaluation->precision[j] = quotient(correct, counts->predicted[j]);
        if (evaluation->recall != NULL)
            evaluation->recall[j] = quotient(correct, counts->support[j]);
        if (evaluation->f1 != NULL)
            evaluation->f1[j] = quotient(2 * correct, counts->predicted[j] + counts->support[j]);
        if (evaluation->support != NULL)
            evaluation->support[j] = counts->support[j];
    }
}

static bool wants_classes(const linclass_evaluation *evaluation)
{
    return evaluation->confusion != NULL || evaluation->precision != NULL ||
           evaluation->recall != NULL || evaluation->f1 != NULL || evaluation->support != NULL;
}

static linclass_status check_labels(linclass_context *ctx, const linclass_model *model, int64_t m,
                                    const int64_t *y)
{
    const array_argument array = {
        .name = "y", .data = y, .rows = m, .cols = 1, .element = sizeof *y};
    const linclass_status status = check_arrays(ctx, 1, &array);
    return status != LINCLASS_OK ? status
                                 : labels_encode(ctx, "y", m, y, model->k, model->labels, NULL);
}

static linclass_status sweep(linclass_context *ctx, const linclass_model *model,
                             const linclass_matrix *view, const int64_t *y,
                             int64_t *predicted_class, linclass_evaluation *evaluation)
{
    evaluate_sums slices[SCORES_SLICES];
    memset(slices, 0, sizeof slices);
    const linclass_status status =
        model->dtype == LINCLASS_FLOAT32
            ? evaluate_sweep_f32(ctx, model, view, y, predicted_class, slices)
            : evaluate_sweep_f64(ctx, model, view, y, predicted_class, slices);
    if (status != LINCLASS_OK)
        return status;
    double loss = 0;
    int64_t wrong = 0;
    for (int slice = 0; slice < SCORES_SLICES; slice++) {
        loss += slices[slice].loss;
        wrong += slices[slice].wrong;
    }
    evaluation->samples = view->rows;
    evaluation->classes = model->k;
    evaluation->loss = view->rows == 0 ? 0 : loss / (double)view->rows;
    evaluation->error = quotient(wrong, view->rows);
    return LINCLASS_OK;
}

static linclass_status evaluate(linclass_context *ctx, const linclass_model *model,
                                const linclass_matrix *view, const int64_t *y,
                                linclass_evaluation *evaluation)
{
    if (!wants_classes(evaluation))
        return sweep(ctx, model, view, y, NULL, evaluation);
    class_counts counts = {0};
    linclass_status status = take_counts(ctx, view->rows, model->k, &counts);
    if (status != LINCLASS_OK)
        return status;
    status = sweep(ctx, model, view, y, counts.predicted_class, evaluation);
    if (status == LINCLASS_OK) {
        count_classes(model, view->rows, y, &counts, evaluation->confusion);
        write_classes(evaluation, &counts);
    }
    context_release(ctx, counts.support);
    return status;
}

linclass_status linclass_model_evaluate(linclass_context *ctx, const linclass_model *model,
                                        const linclass_matrix *X, const int64_t *y,
                                        linclass_evaluation *evaluation)
{
    linclass_matrix view;
    linclass_status status = predict_import(ctx, model, X, &view);
    if (status != LINCLASS_OK)
        return status;
    if (evaluation == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "evaluation is NULL");
    linclass_evaluation wanted;
    status = versioned_read(ctx, "evaluation", evaluation, &wanted, &DEFAULTS, sizeof DEFAULTS,
                            FIRST_SIZE);
    if (status == LINCLASS_OK)
        status = check_labels(ctx, model, view.rows, y);
    if (status == LINCLASS_OK)
        status = evaluate(ctx, model, &view, y, &wanted);
    if (status != LINCLASS_OK)
        return status;
    return versioned_write(ctx, "evaluation", evaluation, &wanted, sizeof wanted, FIRST_SIZE);
}
