/* Bytes are read until one is above 1: of images the first that are not black. */
#include "data/automatic_scale.h"

#include <stdbool.h>

#include "data/matrix.h"

static bool any_above_one(const uint8_t *bytes, int64_t count, int64_t stride)
{
    for (int64_t i = 0; i < count; i++)
        if (bytes[i * stride] > 1)
            return true;
    return false;
}

/* Along the dimension that is closer together in memory first. */
static bool any_above_one_in_rows(const linclass_matrix *view)
{
    const uint8_t *bytes = view->data;
    const bool by_rows = view->col_stride <= view->row_stride;
    const int64_t outer = by_rows ? view->rows : view->cols;
    const int64_t inner = by_rows ? view->cols : view->rows;
    const int64_t outer_stride = by_rows ? view->row_stride : view->col_stride;
    const int64_t inner_stride = by_rows ? view->col_stride : view->row_stride;
    for (int64_t i = 0; i < outer; i++)
        if (any_above_one(bytes + i * outer_stride, inner, inner_stride))
            return true;
    return false;
}

double automatic_scale_of_rows(const linclass_matrix *view)
{
    if (view->dtype != LINCLASS_UINT8)
        return 1;
    if (view->data == NULL || view->rows == 0)
        return 0;
    const bool above = matrix_is_sparse(view)
                           ? any_above_one((const uint8_t *)view->data + view->row_starts[0],
                                           matrix_nonzeros(view), 1)
                           : any_above_one_in_rows(view);
    return above ? 1.0 / 255 : 0;
}

double automatic_scale(const linclass_matrix *view)
{
    const double scale = automatic_scale_of_rows(view);
    return scale != 0 ? scale : 1;
}
