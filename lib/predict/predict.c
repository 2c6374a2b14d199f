/* Scores, probabilities, labels and rankings: check the arguments, then one sweep over X in the
 * precision of the model. The sweep takes the context's work space and keeps it; nothing else is
 * allocated. */
#include "predict/predict.h"

#include "core/arguments.h"
#include "core/context.h"
#include "model/model_view.h"
#include "sweep/losses.h"

static linclass_status predict_rows(linclass_context *ctx, const linclass_model *model,
                                    const linclass_matrix *view, int what, int32_t dtype,
                                    array_argument output)
{
    if (dtype != LINCLASS_FLOAT32 && dtype != LINCLASS_FLOAT64)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "dtype is %d, neither LINCLASS_FLOAT32 nor LINCLASS_FLOAT64", dtype);
    output.rows = view->rows;
    output.cols = model->k;
    output.element = model_element_bytes(dtype);
    output.output = true;
    const linclass_status status = check_arrays(ctx, 1, &output);
    if (status != LINCLASS_OK)
        return status;
    void *const data = (void *)output.data;
    return model->dtype == LINCLASS_FLOAT32
               ? predict_rows_f32(ctx, model, view, what, dtype, data, output.ld)
               : predict_rows_f64(ctx, model, view, what, dtype, data, output.ld);
}

linclass_status linclass_model_scores(linclass_context *ctx, const linclass_model *model,
                                      const linclass_matrix *X, int32_t dtype, void *H, int64_t ldh)
{
    CONTEXT_ENTER(ctx);
    linclass_matrix view = {.size = 0};
    const linclass_status status = model_view_import(ctx, model, X, &view);
    if (status != LINCLASS_OK)
        return status;
    return predict_rows(ctx, model, &view, PREDICT_SCORES, dtype,
                        (array_argument){.name = "H", .data = H, .ld_name = "ldh", .ld = ldh});
}

linclass_status linclass_model_probabilities(linclass_context *ctx, const linclass_model *model,
                                             const linclass_matrix *X, int32_t dtype, void *Z,
                                             int64_t ldz)
{
    CONTEXT_ENTER(ctx);
    linclass_matrix view = {.size = 0};
    const linclass_status status = model_view_import(ctx, model, X, &view);
    if (status != LINCLASS_OK)
        return status;
    if (!loss_gives_probabilities(model->loss))
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the %s loss gives scores but no probabilities",
                            loss_name(model->loss));
    return predict_rows(ctx, model, &view, PREDICT_PROBABILITIES, dtype,
                        (array_argument){.name = "Z", .data = Z, .ld_name = "ldz", .ld = ldz});
}

static __attribute__((noinline)) linclass_status predict_labels(linclass_context *ctx,
                                                                const linclass_model *model,
                                                                const linclass_matrix *X,
                                                                int64_t *labels)
{
    linclass_matrix view = {.size = 0};
    linclass_status status = model_view_import(ctx, model, X, &view);
    if (status != LINCLASS_OK)
        return status;
    const array_argument output =
        array_output(array_given("labels", labels, view.rows, 1, sizeof *labels));
    status = check_arrays(ctx, 1, &output);
    if (status != LINCLASS_OK)
        return status;
    return model->dtype == LINCLASS_FLOAT32 ? predict_labels_f32(ctx, model, &view, labels)
                                            : predict_labels_f64(ctx, model, &view, labels);
}

/* A row by itself that there is nothing to object to needs no more than its product: to copy the view, to check it
 * member by member and to divide the work takes nearly as long as that with ten classes. */
linclass_status linclass_model_predict(linclass_context *ctx, const linclass_model *model,
                                       const linclass_matrix *X, int64_t *labels)
{
    CONTEXT_ENTER(ctx);
    if (ctx != NULL && labels != NULL && model_view_is_plain_row(model, X) &&
        (model->dtype == LINCLASS_FLOAT32 ? predict_row_label_f32(ctx, model, X->data, labels)
                                          : predict_row_label_f64(ctx, model, X->data, labels)))
        return LINCLASS_OK;
    return predict_labels(ctx, model, X, labels);
}

linclass_status linclass_model_top_k(linclass_context *ctx, const linclass_model *model,
                                     const linclass_matrix *X, int64_t count, int64_t *labels,
                                     double *scores)
{
    CONTEXT_ENTER(ctx);
    linclass_matrix view = {.size = 0};
    linclass_status status = model_view_import(ctx, model, X, &view);
    if (status != LINCLASS_OK)
        return status;
    if (count < 1 || count > model->k)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "count is %lld, outside 1..%lld, the number of classes",
                            (long long)count, (long long)model->k);
    const array_argument labels_output =
        array_output(array_given("labels", labels, view.rows, count, sizeof *labels));
    const array_argument scores_output =
        array_output(array_given("scores", scores, view.rows, count, sizeof *scores));
    const array_argument outputs[] = {labels_output, array_optional(scores_output)};
    status = check_arrays(ctx, 2, outputs);
    if (status != LINCLASS_OK)
        return status;
    return model->dtype == LINCLASS_FLOAT32
               ? predict_top_f32(ctx, model, &view, count, labels, scores)
               : predict_top_f64(ctx, model, &view, count, labels, scores);
}
