/* Prediction sets by split conformal prediction.
 *
 * m held-out rows give the nonconformity s_i of their labels. A further row that is exchangeable with them has its
 * label's among the r = ceil((m + 1) c) smallest of m + 1 with probability r / (m + 1) >= c or more, which it has
 * if and only if it is at most the r-th smallest of the m, q. The set of all classes whose nonconformity is at
 * most q therefore contains the label with probability c at least, whatever the model and the distribution; without
 * ties, with less than c + 1 / (m + 1). r = m + 1 has no such q: then the set is all classes.
 *
 * All m scores are kept, in order, so that any coverage can be asked for later. */
#include "predict/prediction_sets.h"

#include <math.h>

#include <linclass/calibration.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/sort.h"
#include "model/model_view.h"
#include "predict/calibration_rows.h"

static linclass_status take_work(linclass_context *ctx, int64_t k, set_work *work)
{
    size_t bytes;
    void *taken;
    if (!checked_bytes(k, ctx->threads, sizeof(double) + sizeof(int64_t), &bytes))
        return context_fail_memory(ctx, SIZE_MAX, "prediction sets");
    const linclass_status status = context_allocate(ctx, bytes, "prediction sets", &taken);
    if (status != LINCLASS_OK)
        return status;
    work->nonconformity = taken;
    work->ranking = (int64_t *)(work->nonconformity + k * ctx->threads);
    return LINCLASS_OK;
}

static linclass_status fill_scores(linclass_context *ctx, const linclass_matrix *view,
                                   const int64_t *y, linclass_model *made)
{
    set_work work;
    linclass_status status = take_work(ctx, made->k, &work);
    if (status != LINCLASS_OK)
        return status;
    status = made->dtype == LINCLASS_FLOAT32
                 ? sets_of_labels_f32(ctx, made, view, made->sets, y, &work, made->set_scores)
                 : sets_of_labels_f64(ctx, made, view, made->sets, y, &work, made->set_scores);
    context_release(ctx, work.nonconformity);
    if (status == LINCLASS_OK)
        sort_doubles(made->set_rows, made->set_scores);
    return status;
}

static linclass_status check(linclass_context *ctx, const linclass_model *model, int64_t m,
                             const int64_t *y, int32_t method, linclass_model **calibrated)
{
    if (!all_given(ctx, 1, &(required_pointer){"calibrated", calibrated}))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (method != LINCLASS_SETS_LAC && method != LINCLASS_SETS_APS)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "method is %d, neither LINCLASS_SETS_LAC nor LINCLASS_SETS_APS",
                            (int)method);
    if (m < 1)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "there are no rows to calibrate prediction sets on");
    return calibration_check_rows(ctx, model, m, y);
}

linclass_status linclass_model_calibrate_sets(linclass_context *ctx, const linclass_model *model,
                                              const linclass_matrix *X, const int64_t *y,
                                              int32_t method, linclass_model **calibrated)
{
    if (calibrated != NULL)
        *calibrated = NULL;
    CONTEXT_ENTER(ctx);
    linclass_matrix view = {.size = 0};
    linclass_status status = model_view_import(ctx, model, X, &view);
    if (status == LINCLASS_OK)
        status = check(ctx, model, view.rows, y, method, calibrated);
    linclass_model *made = NULL;
    if (status == LINCLASS_OK)
        status = model_copy(ctx, model, view.rows, &made);
    if (status != LINCLASS_OK)
        return status;
    made->sets = method;
    status = fill_scores(ctx, &view, y, made);
    if (status != LINCLASS_OK) {
        linclass_model_destroy(made);
        return status;
    }
    *calibrated = made;
    return LINCLASS_OK;
}

double linclass_model_sets_threshold(const linclass_model *model, double coverage)
{
    if (model->sets == 0 || !(coverage > 0 && coverage < 1))
        return (double)NAN;
    /* 0.55 as a double is more than 55/100: a product that is an integer but for its rounding is meant as one. */
    const double rank = ceil((double)(model->set_rows + 1) * coverage * (1 - 0x1p-50));
    return rank > (double)model->set_rows ? (double)INFINITY : model->set_scores[(int64_t)rank - 1];
}

static linclass_status check_wanted(linclass_context *ctx, const linclass_model *model, int64_t m,
                                    double coverage, uint8_t *sets, int64_t ldsets)
{
    if (model->sets == 0)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model is not calibrated for prediction sets");
    if (!(coverage > 0 && coverage < 1))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "coverage is %g, not between 0 and 1", coverage);
    const array_argument output = {.name = "sets",
                                   .data = sets,
                                   .rows = m,
                                   .cols = model->k,
                                   .ld_name = "ldsets",
                                   .ld = ldsets,
                                   .element = sizeof *sets,
                                   .output = true};
    return check_arrays(ctx, 1, &output);
}

linclass_status linclass_model_predict_sets(linclass_context *ctx, const linclass_model *model,
                                            const linclass_matrix *X, double coverage,
                                            uint8_t *sets, int64_t ldsets)
{
    CONTEXT_ENTER(ctx);
    linclass_matrix view = {.size = 0};
    set_work work;
    linclass_status status = model_view_import(ctx, model, X, &view);
    if (status == LINCLASS_OK)
        status = check_wanted(ctx, model, view.rows, coverage, sets, ldsets);
    if (status == LINCLASS_OK)
        status = take_work(ctx, model->k, &work);
    if (status != LINCLASS_OK)
        return status;
    const double threshold = linclass_model_sets_threshold(model, coverage);
    status = model->dtype == LINCLASS_FLOAT32
                 ? sets_of_rows_f32(ctx, model, &view, threshold, &work, sets, ldsets)
                 : sets_of_rows_f64(ctx, model, &view, threshold, &work, sets, ldsets);
    context_release(ctx, work.nonconformity);
    return status;
}
