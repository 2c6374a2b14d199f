/* Any bytes as structs that the library is given: byte 0 of the input says which, the rest is laid over a
 * struct of defaults, all but its pointers.
 *
 *     0  linclass_fit_options          to linclass_fit
 *     1  linclass_path_options         to linclass_fit_path and linclass_cross_validate, in turns
 *     2  linclass_learning_rate_options  to linclass_search_learning_rate
 *     3  linclass_matrix               to linclass_model_predict; data and strides stay
 *
 * Whatever the bytes are: an error with a message and no handle, or a handle with finite parameters; all
 * memory back. Limits keep a fit short: how long it runs is the caller's to choose. */
#include "fuzz.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/linclass.h>

#include "support/failing_allocator.h"

enum { M = 12, N = 2, MOST_FITS = 4 };

static float X_data[M * N] = {0, 1, 2, 1, 0, 3, 1, 1, 4, 2, 0, 1,
                              3, 3, 1, 2, 2, 0, 1, 4, 0, 2, 3, 1};
static const int64_t y_data[M] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};

static void expect(int truth)
{
    if (!truth)
        abort();
}

static linclass_matrix view(void)
{
    linclass_matrix X;
    expect(linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, M, N, X_data, N) == LINCLASS_OK);
    return X;
}

/* The input over a struct, from the byte after its size on; the size too when the first byte says so: at most
 * that of the struct, since a larger one promises members that are not there. */
static void lay_over(void *target, size_t known, const uint8_t *data, size_t size)
{
    uint8_t *const bytes = target;
    if (size > 0 && data[0] % 8 == 1)
        *(size_t *)target = data[0] / 8 * 16u < known ? data[0] / 8 * 16u : known;
    for (size_t i = 1; i < size && sizeof(size_t) + i <= known; i++)
        bytes[sizeof(size_t) + i - 1] ^= data[i];
}

static void expect_told(const linclass_context *ctx, linclass_status status, const void *handle)
{
    expect((status < 0) == (handle == NULL));
    expect(status >= 0 || linclass_context_message(ctx)[0] != '\0');
    expect(status != LINCLASS_ERROR_INTERNAL);
}

static void expect_finite(const linclass_model *model)
{
    const int64_t count = linclass_model_features(model) * linclass_model_classes(model);
    const void *const theta = linclass_model_theta(model);
    for (int64_t e = 0; e < count; e++)
        expect(linclass_model_dtype(model) == LINCLASS_FLOAT32
                   ? isfinite(((const float *)theta)[e])
                   : isfinite(((const double *)theta)[e]));
}

static int64_t at_most(int64_t value, int64_t most)
{
    return value > most || value == 0 ? most : value;
}

static void restore_fit(linclass_fit_options *options, const linclass_matrix *validation)
{
    options->max_iterations = at_most(options->max_iterations, 4);
    options->progress = NULL;
    options->validation_X = validation;
    options->validation_y = validation == NULL ? NULL : y_data;
    options->sample_weight = options->validation_sample_weight = options->class_weight = NULL;
    options->initial = NULL;
    options->target_probabilities = NULL;
}

static void try_fit(linclass_context *ctx, const uint8_t *data, size_t size)
{
    linclass_fit_options options;
    const linclass_matrix X = view();
    (void)linclass_fit_options_init(&options, sizeof options);
    lay_over(&options, sizeof options, data, size);
    restore_fit(&options, size % 2 == 0 ? &X : NULL);
    linclass_model *model;
    const linclass_status status = linclass_fit(ctx, &X, y_data, &options, NULL, &model);
    expect_told(ctx, status, model);
    if (model != NULL)
        expect_finite(model);
    linclass_model_destroy(model);
}

static void try_path(linclass_context *ctx, const uint8_t *data, size_t size)
{
    linclass_path_options options;
    linclass_fit_options fit;
    const linclass_matrix X = view();
    (void)linclass_fit_options_init(&fit, sizeof fit);
    (void)linclass_path_options_init(&options, sizeof options);
    lay_over(&options, sizeof options, data, size);
    restore_fit(&fit, NULL);
    options.fit = &fit;
    options.lambdas = NULL;
    options.fold = NULL;
    options.progress = NULL;
    options.count = at_most(options.count, MOST_FITS);
    linclass_selection *selection;
    const linclass_status status =
        size % 2 == 0 ? linclass_fit_path(ctx, &X, y_data, &options, &selection)
                      : linclass_cross_validate(ctx, &X, y_data, &options, &selection);
    expect_told(ctx, status, selection);
    linclass_selection_destroy(selection);
}

static void try_search(linclass_context *ctx, const uint8_t *data, size_t size)
{
    linclass_learning_rate_options options;
    linclass_fit_options fit;
    const linclass_matrix X = view();
    (void)linclass_fit_options_init(&fit, sizeof fit);
    (void)linclass_learning_rate_options_init(&options, sizeof options);
    lay_over(&options, sizeof options, data, size);
    restore_fit(&fit, &X);
    options.fit = &fit;
    options.rates = NULL;
    options.progress = NULL;
    options.count = at_most(options.count, MOST_FITS);
    linclass_selection *selection;
    const linclass_status status =
        linclass_search_learning_rate(ctx, &X, y_data, &options, &selection);
    expect_told(ctx, status, selection);
    linclass_selection_destroy(selection);
}

static void try_view(linclass_context *ctx, const uint8_t *data, size_t size)
{
    static double room[256];
    struct {
        linclass_matrix X;
        char tail[256]; /* a size of more than a view is read as far as that */
    } given = {.X = view()};
    linclass_matrix *const X = &given.X;
    static const float theta[N * 2] = {1, 2, 3, 4};
    lay_over(X, sizeof *X, data, size);
    X->data = room;
    X->rows = X->rows > M ? M : X->rows;
    X->row_stride = N;
    X->col_stride = 1;
    X->offset = X->offset != NULL ? room : NULL; /* addresses are the caller's to get right */
    X->offset_stride = 2;
    linclass_model *model;
    int64_t labels[M];
    expect(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, N, 2, theta, 2, NULL,
                                 NULL, &model) == LINCLASS_OK);
    const linclass_status status = linclass_model_predict(ctx, model, X, labels);
    expect_told(ctx, status, status < 0 ? NULL : X);
    for (int64_t i = 0; i < X->rows && status == LINCLASS_OK; i++)
        expect(labels[i] == 0); /* scores of zeros are a tie */
    linclass_model_destroy(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(linclass_context *, const uint8_t *,
                                 size_t) = {try_fit, try_path, try_search, try_view};
    if (size < 1)
        return 0;
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    expect(ctx != NULL);
    tries[data[0] % 4](ctx, data + 1, size - 1);
    linclass_context_destroy(ctx);
    expect(memory.live == 0);
    return 0;
}

/* Zeros leave the defaults, of either parity of the length. */
size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    if (index >= 8)
        return 0;
    const size_t size = 320 + index / 4;
    memset(bytes, 0, size);
    bytes[0] = (uint8_t)(index % 4);
    return size;
}
