/* Temperature scaling: T > 0 that minimises the mean cross-entropy L of softmax(h / T) on held-out rows.
 *
 * In b = 1 / T, L is convex: a mean of log-sum-exp of b h, less b h_y. So there is a minimum, one, if and only if L
 * decreases at b = 0 (the scores say something about the labels) and increases for large b (the label of some row
 * does not have the highest score). Newton's method in log b, where steps have the scale of b itself:
 *
 *     d L / d log b = b L',   d^2 L / (d log b)^2 = b L' + b^2 L'',   step = -L' / (L' + b L'')
 *
 * Hazards. L is not convex in log b: far below the minimum the second derivative may be negative, and the step is
 * then 1 upwards; no step is longer than that. The signs of L' enclose the minimum, and a step that leaves the
 * enclosure, or a slow sequence, is replaced by its middle. b is multiplied by (2 + step) / (2 - step), which is
 * exp(step) to second order: Newton's steps converge as fast, and the bits do not depend on the C library's exp.
 *
 * Each step is one sweep over the rows: nothing of size m is kept. */
#include "predict/temperature.h"

#include <math.h>
#include <string.h>

#include <linclass/calibration.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "model/model_view.h"
#include "predict/calibration_rows.h"

enum { MOST_STEPS = 400, NEWTON_STEPS = 160 };

static const linclass_calibration DEFAULTS = {.size = sizeof(linclass_calibration)};

linclass_status linclass_calibration_init(linclass_calibration *calibration, size_t size)
{
    return versioned_init(calibration, size, &DEFAULTS, sizeof DEFAULTS, FIRST_CALIBRATION);
}

typedef struct calibration_task {
    linclass_context *ctx;
    const linclass_model *model;
    const linclass_matrix *X;
    temperature_rows rows;
} calibration_task;

static void add_sums(temperature_sums *all, const temperature_sums *sums)
{
    all->weight += sums->weight;
    all->loss += sums->loss;
    all->slope += sums->slope;
    all->curvature += sums->curvature;
    all->slope_at_0 += sums->slope_at_0;
    all->wrong += sums->wrong;
    for (int bin = 0; bin < TEMPERATURE_BINS; bin++) {
        all->bins[bin].weight += sums->bins[bin].weight;
        all->bins[bin].confidence += sums->bins[bin].confidence;
        all->bins[bin].right += sums->bins[bin].right;
    }
}

static linclass_status sweep(const calibration_task *task, double inverse, temperature_sums *all)
{
    temperature_sums slices[SCORES_SLICES];
    memset(slices, 0, sizeof slices);
    const linclass_status status =
        task->model->dtype == LINCLASS_FLOAT32
            ? temperature_sweep_f32(task->ctx, task->model, task->X, &task->rows, inverse, slices)
            : temperature_sweep_f64(task->ctx, task->model, task->X, &task->rows, inverse, slices);
    memset(all, 0, sizeof *all);
    for (int slice = 0; slice < SCORES_SLICES; slice++)
        add_sums(all, &slices[slice]);
    return status;
}

static double calibration_error(const temperature_sums *sums)
{
    double distance = 0;
    for (int bin = 0; bin < TEMPERATURE_BINS; bin++)
        distance += fabs(sums->bins[bin].confidence - sums->bins[bin].right);
    return distance / sums->weight;
}

/* Whether there is a minimum, from the sums at any b. */
static linclass_status check_minimum(linclass_context *ctx, const temperature_sums *sums)
{
    if (sums->weight <= 0)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "there are no rows with a weight to calibrate on");
    if (!isfinite(sums->loss) || !isfinite(sums->slope) || !isfinite(sums->curvature))
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC, "the sum of the losses overflows");
    if (sums->wrong <= 0)
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                            "no temperature: every row has its highest score at its label, and the "
                            "loss decreases towards temperature 0; calibrate on more rows, which "
                            "the model has not seen");
    if (sums->slope_at_0 >= 0)
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                            "no temperature: the scores say nothing about the labels, and the loss "
                            "decreases towards an infinite temperature");
    return LINCLASS_OK;
}

/* The minimum lies in lowest < b < highest. */
typedef struct enclosure {
    double lowest;
    double highest;
} enclosure;

/* The next b; *step: the step in log b that Newton's method asks for. */
static double next_inverse(enclosure *known, double inverse, const temperature_sums *sums,
                           int steps, double *step)
{
    if (sums->slope > 0)
        known->highest = inverse;
    else
        known->lowest = inverse;
    const double second = sums->slope + inverse * sums->curvature;
    *step = sums->slope == 0 ? 0 : second > 0 ? -sums->slope / second : 1;
    const double bounded = fmax(-1, fmin(1, *step));
    const double next = inverse * ((2 + bounded) / (2 - bounded));
    const bool enclosed = known->lowest > 0 && isfinite(known->highest);
    if (*step != 0 && enclosed &&
        (next < known->lowest || next > known->highest || steps >= NEWTON_STEPS)) {
        const double middle = sqrt(known->lowest) * sqrt(known->highest);
        *step = known->highest / known->lowest - 1;
        return middle;
    }
    return next;
}

/* *inverse: 1 / T; last: the sums there, first: those at 1. */
static linclass_status minimise(const calibration_task *task, double *inverse,
                                temperature_sums *first, temperature_sums *last)
{
    enclosure known = {0, (double)INFINITY};
    *inverse = 1;
    linclass_status status = sweep(task, 1, first);
    if (status == LINCLASS_OK)
        status = check_minimum(task->ctx, first);
    *last = *first;
    for (int steps = 0; status == LINCLASS_OK; steps++) {
        double step;
        *inverse = next_inverse(&known, *inverse, last, steps, &step);
        if (steps >= MOST_STEPS || !model_temperature_is_possible(*inverse))
            return context_fail(task->ctx, LINCLASS_ERROR_NUMERIC,
                                "no temperature: none between 1e-30 and 1e30 minimises the loss");
        status = sweep(task, *inverse, last);
        /* The error of Newton's next b is of the order of step^2. */
        if (fabs(step) <= 1e-8)
            break;
    }
    return status;
}

static linclass_status calibrate(const calibration_task *task, linclass_calibration *found,
                                 linclass_model **calibrated)
{
    double inverse;
    temperature_sums first;
    temperature_sums last;
    linclass_status status = minimise(task, &inverse, &first, &last);
    if (status != LINCLASS_OK)
        return status;
    found->temperature = 1 / inverse;
    found->loss = last.loss / last.weight;
    found->uncalibrated_loss = first.loss / first.weight;
    found->calibration_error = calibration_error(&last);
    found->uncalibrated_calibration_error = calibration_error(&first);
    status = model_copy(task->ctx, task->model, 0, calibrated);
    if (status == LINCLASS_OK)
        (*calibrated)->temperature = found->temperature;
    return status;
}

static linclass_status check(linclass_context *ctx, const linclass_model *model, int64_t m,
                             const int64_t *y, const linclass_calibration *wanted)
{
    const linclass_status status = calibration_check_rows(ctx, model, m, y);
    return status != LINCLASS_OK
               ? status
               : check_nonnegative(ctx, "sample_weight", m, wanted->sample_weight);
}

static linclass_status run(linclass_context *ctx, const linclass_model *model,
                           const linclass_matrix *view, const int64_t *y,
                           linclass_calibration *found, linclass_model **calibrated)
{
    size_t bytes;
    void *work;
    if (!checked_bytes(ctx->threads, model->k, sizeof(double), &bytes))
        return context_fail_memory(ctx, SIZE_MAX, "a calibration");
    linclass_status status = context_allocate(ctx, bytes, "a calibration", &work);
    if (status != LINCLASS_OK)
        return status;
    const calibration_task task = {ctx, model, view, {y, found->sample_weight, work}};
    status = calibrate(&task, found, calibrated);
    context_release(ctx, work);
    return status;
}

linclass_status linclass_model_calibrate(linclass_context *ctx, const linclass_model *model,
                                         const linclass_matrix *X, const int64_t *y,
                                         linclass_calibration *calibration,
                                         linclass_model **calibrated)
{
    if (calibrated != NULL)
        *calibrated = NULL;
    CONTEXT_ENTER(ctx);
    linclass_matrix view = {.size = 0};
    linclass_calibration found;
    linclass_status status = model_view_import(ctx, model, X, &view);
    if (status == LINCLASS_OK && !all_given(ctx, 1, &(required_pointer){"calibrated", calibrated}))
        status = LINCLASS_ERROR_INVALID_ARGUMENT;
    if (status == LINCLASS_OK)
        status = versioned_read(ctx, "calibration", calibration, &found, &DEFAULTS, sizeof DEFAULTS,
                                FIRST_CALIBRATION);
    if (status == LINCLASS_OK)
        status = check(ctx, model, view.rows, y, &found);
    if (status == LINCLASS_OK)
        status = run(ctx, model, &view, y, &found, calibrated);
    if (status != LINCLASS_OK || calibration == NULL)
        return status;
    return versioned_write(ctx, "calibration", calibration, &found, sizeof found,
                           FIRST_CALIBRATION);
}

linclass_status linclass_model_with_temperature(linclass_context *ctx, const linclass_model *model,
                                                double temperature, linclass_model **changed)
{
    if (changed != NULL)
        *changed = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}, {"changed", changed}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (!model_temperature_is_possible(temperature))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "temperature is %g, not between 1e-30 and 1e30", temperature);
    linclass_status status =
        temperature == 1 ? LINCLASS_OK : calibration_refuse_margins(ctx, model);
    if (status == LINCLASS_OK)
        status = model_copy(ctx, model, 0, changed);
    if (status == LINCLASS_OK)
        (*changed)->temperature = temperature;
    return status;
}
