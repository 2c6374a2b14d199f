#include "fit/fit_options.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "data/elements.h"
#include "sweep/losses.h"
#include "solver/solver.h"

static const linclass_fit_options DEFAULT_OPTIONS = {
    .size = sizeof(linclass_fit_options),
    .loss = LINCLASS_LOSS_SOFTMAX,
    .solver = LINCLASS_SOLVER_AUTO,
    .fit_bias = 1,
    .l2 = LINCLASS_AUTOMATIC,
    .gradient_tolerance = SOLVER_DEFAULT_TOLERANCE,
    .batch_size = 100,
    .shuffle = 1,
    .learning_rate_period = 10,
};

linclass_status linclass_fit_options_init(linclass_fit_options *options, size_t size)
{
    linclass_fit_options defaults = DEFAULT_OPTIONS;
    if (size <= FIRST_FIT_OPTIONS)
        defaults.l2 = 0; /* as in the first release */
    return versioned_init(options, size, &defaults, sizeof defaults, FIRST_FIT_OPTIONS);
}

static bool finite_from(double least, double value)
{
    return isfinite(value) && value >= least;
}

static linclass_status check_choices(linclass_context *ctx, const linclass_fit_options *options)
{
    if (!loss_exists(options->loss))
        return refuse_integer_option(ctx, "loss", options->loss, "one of LINCLASS_LOSS_*");
    if (options->solver != LINCLASS_SOLVER_AUTO && solver_find(options->solver) == NULL)
        return refuse_integer_option(ctx, "solver", options->solver, "one of LINCLASS_SOLVER_*");
    if (options->dtype != 0 && options->dtype != LINCLASS_FLOAT32 &&
        options->dtype != LINCLASS_FLOAT64)
        return refuse_integer_option(ctx, "dtype", options->dtype,
                                     "0, LINCLASS_FLOAT32 or LINCLASS_FLOAT64");
    if (options->fit_bias != 0 && options->fit_bias != 1)
        return refuse_integer_option(ctx, "fit_bias", options->fit_bias, "0 or 1");
    if (options->shuffle != 0 && options->shuffle != 1)
        return refuse_integer_option(ctx, "shuffle", options->shuffle, "0 or 1");
    if (options->reserved != 0)
        return refuse_integer_option(ctx, "reserved", options->reserved, "0");
    return LINCLASS_OK;
}

static linclass_status check_row_weights(linclass_context *ctx, const linclass_fit_options *options)
{
    if (options->class_weight_balanced != 0 && options->class_weight_balanced != 1)
        return refuse_integer_option(ctx, "class_weight_balanced", options->class_weight_balanced,
                                     "0 or 1");
    if (options->has_ignore_label != 0 && options->has_ignore_label != 1)
        return refuse_integer_option(ctx, "has_ignore_label", options->has_ignore_label, "0 or 1");
    if (options->class_weight != NULL && options->class_weight_balanced)
        return context_fail(
            ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
            "options.class_weight and options.class_weight_balanced are both given");
    if (options->validation_sample_weight != NULL && options->validation_X == NULL)
        return context_fail(
            ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
            "options.validation_sample_weight is given, options.validation_X is NULL");
    return LINCLASS_OK;
}

static linclass_status check_targets(linclass_context *ctx, const linclass_fit_options *options)
{
    const double smoothing = options->label_smoothing;
    if (!(smoothing >= 0 && smoothing < 1))
        return refuse_option(ctx, "label_smoothing", smoothing, ">= 0 and < 1");
    if (smoothing == 0 && options->target_probabilities == NULL)
        return LINCLASS_OK;
    if (loss_kernel_of_f64(ctx->vector_set, options->loss)->soft_residual == NULL)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "options.%s is given: of the losses only softmax can be fitted to "
                            "probabilities",
                            smoothing > 0 ? "label_smoothing" : "target_probabilities");
    if (smoothing > 0 && options->target_probabilities != NULL)
        return context_fail(
            ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
            "options.label_smoothing and options.target_probabilities are both given");
    return LINCLASS_OK;
}

static linclass_status check_early_stopping(linclass_context *ctx,
                                            const linclass_fit_options *options,
                                            const char *validation, bool with_validation)
{
    if (options->patience < 0)
        return refuse_integer_option(ctx, "patience", options->patience, ">= 0");
    if (options->patience > 0 && !with_validation)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "options.patience is %" PRId64
                            ", %s is NULL: early stopping needs validation rows",
                            options->patience, validation);
    return LINCLASS_OK;
}

/* And put the decay of the schedule in, where none is given. */
static linclass_status check_schedule(linclass_context *ctx, linclass_fit_options *options)
{
    const double decay = options->learning_rate_decay;
    if (!(options->momentum >= 0 && options->momentum < 1))
        return refuse_option(ctx, "momentum", options->momentum, ">= 0 and < 1");
    if (options->reserved_2 != 0)
        return refuse_integer_option(ctx, "reserved_2", options->reserved_2, "0");
    if (!finite_from(0, decay))
        return refuse_option(ctx, "learning_rate_decay", decay, "finite and >= 0");
    if (options->learning_rate_period < 1)
        return refuse_integer_option(ctx, "learning_rate_period", options->learning_rate_period,
                                     ">= 1");
    switch (options->learning_rate_schedule) {
    case LINCLASS_LEARNING_RATE_CONSTANT:
        return LINCLASS_OK;
    case LINCLASS_LEARNING_RATE_STEP:
        if (decay > 1)
            return refuse_option(ctx, "learning_rate_decay", decay,
                                 "<= 1, as the step schedule needs");
        options->learning_rate_decay = decay > 0 ? decay : 0.5;
        return LINCLASS_OK;
    case LINCLASS_LEARNING_RATE_INVERSE_TIME:
        options->learning_rate_decay = decay > 0 ? decay : 1;
        return LINCLASS_OK;
    default:
        return refuse_integer_option(ctx, "learning_rate_schedule", options->learning_rate_schedule,
                                     "one of LINCLASS_LEARNING_RATE_*");
    }
}

static linclass_status check_bounds(linclass_context *ctx, const linclass_fit_options *options)
{
    if (options->has_weight_bounds != 0 && options->has_weight_bounds != 1)
        return refuse_integer_option(ctx, "has_weight_bounds", options->has_weight_bounds,
                                     "0 or 1");
    if (options->reserved_3 != 0)
        return refuse_integer_option(ctx, "reserved_3", options->reserved_3, "0");
    if (!options->has_weight_bounds)
        return LINCLASS_OK;
    if (!(options->weight_min <= 0))
        return refuse_option(ctx, "weight_min", options->weight_min, "<= 0");
    if (!(options->weight_max >= 0))
        return refuse_option(ctx, "weight_max", options->weight_max, ">= 0");
    return LINCLASS_OK;
}

static linclass_status check_groups(linclass_context *ctx, const linclass_fit_options *options)
{
    if (options->group_l1 != 0 && options->group_l1 != 1)
        return refuse_integer_option(ctx, "group_l1", options->group_l1, "0 or 1");
    if (options->reserved_4 != 0)
        return refuse_integer_option(ctx, "reserved_4", options->reserved_4, "0");
    return LINCLASS_OK;
}

static linclass_status check_numbers(linclass_context *ctx, const linclass_fit_options *options)
{
    const struct {
        const char *name;
        double value;
    } reals[] = {
        {"l1", options->l1},
        {"max_seconds", options->max_seconds},
        {"gradient_tolerance", options->gradient_tolerance},
        {"gap_tolerance", options->gap_tolerance},
        {"learning_rate", options->learning_rate},
    };
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        if (!finite_from(0, reals[i].value))
            return refuse_option(ctx, reals[i].name, reals[i].value, "finite and >= 0");
    }
    if (options->l2 != LINCLASS_AUTOMATIC && !finite_from(0, options->l2))
        return refuse_option(ctx, "l2", options->l2, "finite and >= 0, or LINCLASS_AUTOMATIC");
    if (options->max_iterations < 0)
        return refuse_integer_option(ctx, "max_iterations", options->max_iterations, ">= 0");
    if (options->batch_size < 1)
        return refuse_integer_option(ctx, "batch_size", options->batch_size, ">= 1");
    return LINCLASS_OK;
}

static linclass_status check_validation(linclass_context *ctx, const linclass_fit_options *options)
{
    if ((options->validation_X == NULL) == (options->validation_y == NULL))
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "options.%s is NULL, its companion is not",
                        options->validation_X == NULL ? "validation_X" : "validation_y");
}

typedef linclass_status (*options_check)(linclass_context *ctx,
                                         const linclass_fit_options *options);

static const options_check CHECKS[] = {check_choices, check_numbers, check_row_weights,
                                       check_targets, check_bounds,  check_groups};

/* All checks but that of early stopping. */
static linclass_status read_options(linclass_context *ctx, const linclass_fit_options *given,
                                    linclass_fit_options *options)
{
    linclass_status status = versioned_read(ctx, "options", given, options, &DEFAULT_OPTIONS,
                                            sizeof DEFAULT_OPTIONS, FIRST_FIT_OPTIONS);
    for (size_t i = 0; status == LINCLASS_OK && i < sizeof CHECKS / sizeof CHECKS[0]; i++)
        status = CHECKS[i](ctx, options);
    if (status == LINCLASS_OK)
        status = check_schedule(ctx, options);
    return status == LINCLASS_OK ? check_validation(ctx, options) : status;
}

linclass_status fit_options_read(linclass_context *ctx, const linclass_fit_options *given,
                                 linclass_fit_options *options)
{
    const linclass_status status = read_options(ctx, given, options);
    return status == LINCLASS_OK ? check_early_stopping(ctx, options, "options.validation_X",
                                                        options->validation_X != NULL)
                                 : status;
}

linclass_status fit_options_read_for_parts(linclass_context *ctx, const linclass_fit_options *given,
                                           bool with_validation, linclass_fit_options *options)
{
    const linclass_status status = read_options(ctx, given, options);
    if (status == LINCLASS_OK && options->has_weight_bounds)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "options.has_weight_bounds is 1: a fit over parts has no bounds");
    if (status == LINCLASS_OK && options->group_l1)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "options.group_l1 is 1: a fit over parts has no l1 penalty of rows");
    return status == LINCLASS_OK ? check_early_stopping(ctx, options, "validation", with_validation)
                                 : status;
}

int32_t fit_options_dtype(const linclass_fit_options *options, int32_t data_dtype)
{
    if (options->dtype != 0)
        return options->dtype;
    return element_fits_float(data_dtype) ? LINCLASS_FLOAT32 : LINCLASS_FLOAT64;
}
