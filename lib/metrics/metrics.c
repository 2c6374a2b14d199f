/* Metrics over arrays: check everything, then count in row order.
 *
 *     error = sum w_i [predicted_i != y_i] / sum w_i        confusion[y_i, predicted_i] += w_i
 *
 * Weights are added in double one row after the other: for whole weights exact up to 2^53, and the
 * same bits always. */
#include <linclass/metrics.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "metrics/class_counts.h"
#include "metrics/weighted_rows.h"

static array_argument square(const double *confusion, int64_t k, int64_t ldc)
{
    return (array_argument){.name = "confusion",
                            .data = confusion,
                            .rows = k,
                            .cols = k,
                            .ld_name = "ldc",
                            .ld = ldc,
                            .element = sizeof *confusion};
}

linclass_status linclass_error_rate(linclass_context *ctx, int64_t m, const int64_t *y,
                                    const int64_t *predicted, const double *sample_weights,
                                    double *error)
{
    CONTEXT_ENTER(ctx);
    const linclass_status status =
        check_weighted_rows(ctx, m, array_given("y", y, m, 1, sizeof *y),
                            array_given("predicted", predicted, m, 1, sizeof *predicted),
                            sample_weights, array_given("error", error, 1, 1, sizeof *error));
    if (status != LINCLASS_OK)
        return status;
    double wrong = 0;
    double all = 0;
    for (int64_t i = 0; i < m; i++) {
        const double weight = sample_weights == NULL ? 1 : sample_weights[i];
        wrong += y[i] != predicted[i] ? weight : 0;
        all += weight;
    }
    *error = share(wrong, all);
    return LINCLASS_OK;
}

static linclass_status check_classes(linclass_context *ctx, const char *name, int64_t m, int64_t k,
                                     const int64_t *classes)
{
    for (int64_t i = 0; i < m; i++)
        if (classes[i] < 0 || classes[i] >= k)
            return context_fail(ctx, LINCLASS_ERROR_LABEL,
                                "%s[%" PRId64 "] is %" PRId64 ", outside 0..%" PRId64, name, i,
                                classes[i], k - 1);
    return LINCLASS_OK;
}

linclass_status linclass_confusion(linclass_context *ctx, int64_t m, int64_t k, const int64_t *y,
                                   const int64_t *predicted, const double *sample_weights,
                                   double *confusion, int64_t ldc)
{
    CONTEXT_ENTER(ctx);
    linclass_status status = check_shape(ctx, m, 0, k);
    if (status == LINCLASS_OK)
        status = check_weighted_rows(ctx, m, array_given("y", y, m, 1, sizeof *y),
                                     array_given("predicted", predicted, m, 1, sizeof *predicted),
                                     sample_weights, square(confusion, k, ldc));
    if (status == LINCLASS_OK)
        status = check_classes(ctx, "y", m, k, y);
    if (status == LINCLASS_OK)
        status = check_classes(ctx, "predicted", m, k, predicted);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t a = 0; a < k; a++)
        memset(confusion + a * ldc, 0, (size_t)k * sizeof *confusion);
    for (int64_t i = 0; i < m; i++)
        confusion[y[i] * ldc + predicted[i]] += sample_weights == NULL ? 1 : sample_weights[i];
    return LINCLASS_OK;
}

/* Everything there is to check of a confusion matrix that is given. */
static linclass_status check_confusion(linclass_context *ctx, int64_t k, const double *confusion,
                                       int64_t ldc)
{
    for (int64_t a = 0; a < k; a++) {
        char name[48];
        (void)snprintf(name, sizeof name, "confusion, row %" PRId64 ": element ", a);
        const linclass_status status = check_nonnegative(ctx, name, k, confusion + a * ldc);
        if (status != LINCLASS_OK)
            return status;
    }
    return LINCLASS_OK;
}

static class_counts count_class(int64_t k, const double *confusion, int64_t ldc, int64_t class)
{
    class_counts counts = {.correct = confusion[class * ldc + class]};
    for (int64_t j = 0; j < k; j++) {
        counts.support += confusion[class * ldc + j];
        counts.predicted += confusion[j * ldc + class];
    }
    return counts;
}

linclass_status linclass_class_metrics(linclass_context *ctx, int64_t k, const double *confusion,
                                       int64_t ldc, double *precision, double *recall, double *f1,
                                       double *support)
{
    CONTEXT_ENTER(ctx);
    const array_argument arrays[] = {
        square(confusion, k, ldc),
        array_output(array_optional(array_given("precision", precision, k, 1, sizeof *precision))),
        array_output(array_optional(array_given("recall", recall, k, 1, sizeof *recall))),
        array_output(array_optional(array_given("f1", f1, k, 1, sizeof *f1))),
        array_output(array_optional(array_given("support", support, k, 1, sizeof *support))),
    };
    linclass_status status = check_dimension(ctx, "k", k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 5, arrays);
    if (status == LINCLASS_OK)
        status = check_confusion(ctx, k, confusion, ldc);
    if (status != LINCLASS_OK)
        return status;
    for (int64_t j = 0; j < k; j++) {
        const class_counts counts = count_class(k, confusion, ldc, j);
        if (precision != NULL)
            precision[j] = class_precision(counts);
        if (recall != NULL)
            recall[j] = class_recall(counts);
        if (f1 != NULL)
            f1[j] = class_f1(counts);
        if (support != NULL)
            support[j] = counts.support;
    }
    return LINCLASS_OK;
}

static const linclass_averages NO_AVERAGES = {.size = sizeof(linclass_averages)};

/* Size of the averages in the first release. */
linclass_status linclass_averages_init(linclass_averages *averages, size_t size)
{
    return versioned_init(averages, size, &NO_AVERAGES, sizeof NO_AVERAGES, FIRST_AVERAGES);
}

linclass_status linclass_confusion_averages(linclass_context *ctx, int64_t k,
                                            const double *confusion, int64_t ldc,
                                            linclass_averages *averages)
{
    CONTEXT_ENTER(ctx);
    if (averages == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "averages is NULL");
    const array_argument array = square(confusion, k, ldc);
    linclass_status status = check_dimension(ctx, "k", k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 1, &array);
    if (status == LINCLASS_OK)
        status = check_confusion(ctx, k, confusion, ldc);
    if (status != LINCLASS_OK)
        return status;
    averages_sums sums = {{0, 0, 0}, 0, 0, 0, 0};
    for (int64_t j = 0; j < k; j++)
        averages_add(&sums, count_class(k, confusion, ldc, j));
    linclass_averages found = NO_AVERAGES;
    averages_end(&sums, &found);
    return versioned_write(ctx, "averages", averages, &found, sizeof found, FIRST_AVERAGES);
}
