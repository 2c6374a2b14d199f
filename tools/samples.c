#include "samples.h"

#include "exit_status.h"
#include "message.h"
#include "names.h"

#include <linclass/status.h>

int samples_read(linclass_context *ctx, const char *images, const char *labels, double scale,
                 samples *read)
{
    *read = (samples){0};
    linclass_status status = linclass_dataset_read_idx(ctx, images, labels, &read->dataset);
    if (status != LINCLASS_OK)
        return fail_library(ctx, status);
    status = linclass_dataset_matrix(read->dataset, &read->X, sizeof read->X);
    if (status != LINCLASS_OK) {
        samples_close(read);
        return fail_library(NULL, status);
    }
    read->X.scale *= scale;
    read->y = linclass_dataset_labels(read->dataset);
    return EXIT_OK;
}

void samples_close(samples *read)
{
    linclass_dataset_destroy(read->dataset);
    *read = (samples){0};
}

double samples_default_scale(const linclass_matrix *X)
{
    return X->dtype == LINCLASS_UINT8 ? 1.0 / 255 : 1;
}

void samples_warn_of_scale(const linclass_matrix *X, const char *path)
{
    if (X->dtype != LINCLASS_UINT8 && X->scale != 1)
        warn("the %s numbers in %s are multiplied by the model's scale, %.6g; give --scale 1 when "
             "they are scaled already",
             name_of(ELEMENT_NAMES, X->dtype), path, X->scale);
}

static int64_t element_bytes(int32_t dtype)
{
    switch (dtype) {
    case LINCLASS_UINT8:
        return 1;
    case LINCLASS_FLOAT32:
        return sizeof(float);
    default:
        return sizeof(double);
    }
}

linclass_matrix samples_rows(const linclass_matrix *X, int64_t first, int64_t count)
{
    linclass_matrix rows = *X;
    rows.rows = count;
    if (count > 0)
        rows.data = (const char *)X->data + first * X->row_stride * element_bytes(X->dtype);
    return rows;
}
