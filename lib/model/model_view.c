#include "model/model_view.h"

#include "core/context.h"
#include "data/matrix.h"
#include "sweep/losses.h"

bool model_view_is_plain_row(const linclass_model *model, const linclass_matrix *X)
{
    return model != NULL && X != NULL && X->size == sizeof *X && X->rows == 1 && X->cols > 0 &&
           X->cols == model->n && X->dtype == model->dtype &&
           X->layout == LINCLASS_LAYOUT_STRIDED && X->col_stride == 1 && X->reserved == 0 &&
           X->offset == NULL && (X->scale == 0 ? model->scale : X->scale) == 1 && X->data != NULL &&
           (uintptr_t)X->data % (X->dtype == LINCLASS_FLOAT32 ? sizeof(float) : sizeof(double)) ==
               0;
}

linclass_status model_view_import(linclass_context *ctx, const linclass_model *model,
                                  const linclass_matrix *X, linclass_matrix *view)
{
    if (ctx == NULL)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (model == NULL || X == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "%s is NULL",
                            model == NULL ? "model" : "X");
    const linclass_status status = matrix_import_rows(ctx, "X", X, view);
    if (status != LINCLASS_OK)
        return status;
    if (view->cols != model->n)
        return context_fail(ctx, LINCLASS_ERROR_DIMENSION,
                            "X has %lld columns, the model %lld features", (long long)view->cols,
                            (long long)model->n);
    if (view->scale == 0)
        view->scale = model->scale;
    return matrix_check_offset(ctx, "X", view, loss_has_one_score(model->loss) ? 1 : model->k);
}
