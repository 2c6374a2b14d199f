#include "level1/csr_view.h"

#include "core/context.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/sparse_ones.h"

/* The elements that the rows have of an array of one for each; those before the first row are not read. */
static array_argument elements(const char *name, const linclass_matrix *view, const void *array,
                               size_t element)
{
    const int64_t count = matrix_nonzeros(view);
    array_argument described = array_optional(array_given(name, array, count, 1, element));
    if (array != NULL && count > 0)
        described.data = (const char *)array + (size_t)view->row_starts[0] * element;
    return described;
}

linclass_status csr_view_import(linclass_context *ctx, const linclass_matrix *given,
                                linclass_matrix *view, array_argument arrays[CSR_ARRAYS])
{
    const linclass_status status = matrix_import(ctx, "X", given, view);
    if (status != LINCLASS_OK)
        return status;
    if (!matrix_is_sparse(view))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "X.layout is %d, not LINCLASS_LAYOUT_CSR", (int)view->layout);
    /* matrix_import has refused what must not be NULL. */
    const int64_t starts = view->rows == 0 ? 0 : view->rows + 1;
    arrays[0] =
        array_optional(array_given("X.row_starts", view->row_starts, starts, 1, sizeof(int64_t)));
    arrays[1] = elements("X.columns", view, view->columns, element_bytes(view->column_dtype));
    arrays[2] = elements("X.data", view, view->data, element_bytes(view->dtype));
    sparse_leave_out_ones(ctx, view);
    return LINCLASS_OK;
}
