#include "selection/selection_options.h"

#include <inttypes.h>
#include <math.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"

static const linclass_path_options DEFAULT_PATH = {
    .size = sizeof(linclass_path_options),
    .count = 20,
    .folds = 5,
};

static const linclass_learning_rate_options DEFAULT_LEARNING_RATE = {
    .size = sizeof(linclass_learning_rate_options),
    .count = 11,
    .lowest = 1e-4,
    .highest = 10,
};

linclass_status linclass_path_options_init(linclass_path_options *options, size_t size)
{
    return versioned_init(options, size, &DEFAULT_PATH, sizeof DEFAULT_PATH, FIRST_PATH_OPTIONS);
}

linclass_status linclass_learning_rate_options_init(linclass_learning_rate_options *options,
                                                    size_t size)
{
    return versioned_init(options, size, &DEFAULT_LEARNING_RATE, sizeof DEFAULT_LEARNING_RATE,
                          FIRST_LEARNING_RATE_OPTIONS);
}

static linclass_status check_common(linclass_context *ctx, int64_t count, int32_t select_by,
                                    int32_t reserved)
{
    if (count < 1)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.count is %" PRId64 ", not >= 1", count);
    if (select_by != LINCLASS_SELECT_BY_LOSS && select_by != LINCLASS_SELECT_BY_ERROR)
        return refuse_option(ctx, "select_by", select_by, "one of LINCLASS_SELECT_BY_*");
    if (reserved != 0)
        return refuse_option(ctx, "reserved", reserved, "0");
    return LINCLASS_OK;
}

/* sign: 1 where the numbers are to ascend, -1 where they are to descend. */
static linclass_status check_order(linclass_context *ctx, const char *name, int64_t count,
                                   const double *numbers, int sign)
{
    for (int64_t i = 1; i < count; i++) {
        if (!(sign * numbers[i] > sign * numbers[i - 1]))
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "options.%s[%" PRId64 "] is %g, not %s than the one before, %g",
                                name, i, numbers[i], sign > 0 ? "greater" : "less", numbers[i - 1]);
    }
    return LINCLASS_OK;
}

static linclass_status check_lambdas(linclass_context *ctx, const linclass_path_options *options)
{
    if (options->lambdas == NULL)
        return LINCLASS_OK;
    for (int64_t i = 0; i < options->count; i++) {
        const double lambda = options->lambdas[i];
        if (!(isfinite(lambda) && lambda >= 0))
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "options.lambdas[%" PRId64 "] is %g, not finite and >= 0", i,
                                lambda);
    }
    return check_order(ctx, "lambdas", options->count, options->lambdas, -1);
}

linclass_status path_options_read(linclass_context *ctx, const linclass_path_options *given,
                                  linclass_path_options *options)
{
    linclass_status status = versioned_read(ctx, "options", given, options, &DEFAULT_PATH,
                                            sizeof DEFAULT_PATH, FIRST_PATH_OPTIONS);
    if (status == LINCLASS_OK)
        status = check_common(ctx, options->count, options->select_by, options->reserved);
    if (status != LINCLASS_OK)
        return status;
    if (options->leave_one_out != 0 && options->leave_one_out != 1)
        return refuse_option(ctx, "leave_one_out", options->leave_one_out, "0 or 1");
    if (options->reserved_2 != 0)
        return refuse_option(ctx, "reserved_2", options->reserved_2, "0");
    if (!(options->ratio >= 0 && options->ratio < 1))
        return refuse_option(ctx, "ratio", options->ratio, ">= 0 and < 1");
    if (!(options->l1_ratio >= 0 && options->l1_ratio <= 1))
        return refuse_option(ctx, "l1_ratio", options->l1_ratio, "0..1");
    if (options->folds < 2)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.folds is %" PRId64 ", not >= 2", options->folds);
    return check_lambdas(ctx, options);
}

static linclass_status check_rates(linclass_context *ctx,
                                   const linclass_learning_rate_options *options)
{
    if (options->rates == NULL)
        return LINCLASS_OK;
    for (int64_t i = 0; i < options->count; i++) {
        const double rate = options->rates[i];
        if (!(isfinite(rate) && rate > 0))
            return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                "options.rates[%" PRId64 "] is %g, not finite and > 0", i, rate);
    }
    return check_order(ctx, "rates", options->count, options->rates, 1);
}

linclass_status learning_rate_options_read(linclass_context *ctx,
                                           const linclass_learning_rate_options *given,
                                           linclass_learning_rate_options *options)
{
    linclass_status status =
        versioned_read(ctx, "options", given, options, &DEFAULT_LEARNING_RATE,
                       sizeof DEFAULT_LEARNING_RATE, FIRST_LEARNING_RATE_OPTIONS);
    if (status == LINCLASS_OK)
        status = check_common(ctx, options->count, options->select_by, options->reserved);
    if (status != LINCLASS_OK)
        return status;
    if (!(options->lowest > 0 && isfinite(options->lowest)))
        return refuse_option(ctx, "lowest", options->lowest, "finite and > 0");
    if (!(options->highest > options->lowest && isfinite(options->highest)))
        return refuse_option(ctx, "highest", options->highest, "finite and greater than lowest");
    return check_rates(ctx, options);
}

void spaced_evenly_in_logarithm(int64_t count, double first, double last, double *numbers)
{
    const double step = count > 1 ? (log(last) - log(first)) / (double)(count - 1) : 0;
    for (int64_t i = 0; i < count; i++)
        numbers[i] = first * exp((double)i * step);
    if (count > 1)
        numbers[count - 1] = last;
}
