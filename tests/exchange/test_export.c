/* Exports: what the calls refuse; files and bytes; LIBLINEAR's text, worked by hand and read again; memory that fails.
 * That onnxruntime, compilers and LIBLINEAR predict the same by them: tests/python/test_exchange.py. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "models.h"
#include "support/context_of.h"
#include "support/memory_rounds.h"
#include "support/temporary_directory.h"

static const int32_t FORMATS[] = {LINCLASS_EXPORT_ONNX, LINCLASS_EXPORT_C,
                                  LINCLASS_EXPORT_LIBLINEAR};
enum { FORMAT_COUNT = sizeof FORMATS / sizeof FORMATS[0] };

/* To be freed; a zero follows. */
static char *exported(linclass_context *ctx, const linclass_model *model, int32_t format,
                      int64_t *length)
{
    assert_int_equal(linclass_model_export_bytes(ctx, model, format, NULL, NULL, 0, length),
                     LINCLASS_OK);
    char *bytes = malloc((size_t)*length + 1);
    assert_non_null(bytes);
    assert_int_equal(linclass_model_export_bytes(ctx, model, format, NULL, bytes, *length, length),
                     LINCLASS_OK);
    bytes[*length] = '\0';
    return bytes;
}

static void files_hold_the_bytes(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_path(&directory, "exported", path);
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, 9, 4, 1, 1);
    for (int i = 0; i < FORMAT_COUNT; i++) {
        int64_t length;
        char *bytes = exported(ctx, model, FORMATS[i], &length);
        assert_int_equal(linclass_model_export(ctx, model, FORMATS[i], NULL, path), LINCLASS_OK);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        char *read = malloc((size_t)length + 1);
        assert_int_equal(fread(read, 1, (size_t)length + 1, file), length);
        assert_memory_equal(read, bytes, (size_t)length);
        fclose(file);
        free(read);
        free(bytes);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
}

static void arguments_are_checked(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, 2, 3, 1, 1);
    int64_t length;
    char bytes[1];
    static const int32_t unknown[] = {0, 4, -1};
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            linclass_model_export_bytes(ctx, model, unknown[i], NULL, NULL, 0, &length),
            LINCLASS_ERROR_INVALID_ARGUMENT);
    static const char *const names[] = {"", "1a", "a-b", "a b", "\xc3\xa9"};
    for (int i = 0; i < 5; i++)
        assert_int_equal(
            linclass_model_export_bytes(ctx, model, LINCLASS_EXPORT_C, names[i], NULL, 0, &length),
            LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(
        linclass_model_export_bytes(ctx, model, LINCLASS_EXPORT_C, "_a1", bytes, 1, &length),
        LINCLASS_ERROR_DIMENSION);
    assert_true(length > 1);
    assert_int_equal(
        linclass_model_export_bytes(ctx, NULL, LINCLASS_EXPORT_C, NULL, NULL, 0, &length),
        LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(
        linclass_model_export_bytes(ctx, model, LINCLASS_EXPORT_C, NULL, NULL, 0, NULL),
        LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_export(ctx, model, LINCLASS_EXPORT_C, NULL, NULL),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_export(NULL, model, LINCLASS_EXPORT_C, NULL, "x"),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_export(ctx, model, LINCLASS_EXPORT_C, NULL, "/nowhere/at/all"),
                     LINCLASS_ERROR_IO);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void the_text_of_liblinear(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    static const double theta[] = {0.5, 1.5, -1, 0.25};
    static const double bias[] = {1, -0.125};
    static const int64_t labels[] = {-7, 3};
    linclass_model *model;
    int64_t length;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SQUARED_HINGE, LINCLASS_FLOAT64, 2, 2,
                                           theta, 2, bias, labels, &model),
                     LINCLASS_OK);
    char *text = exported(ctx, model, LINCLASS_EXPORT_LIBLINEAR, &length);
    assert_string_equal(text, "solver_type L2R_L2LOSS_SVC\nnr_class 2\nlabel 3 -7\nnr_feature 2\n"
                              "bias 1\nw\n1 \n1.25 \n-1.125 \n");
    free(text);
    linclass_model_destroy(model);
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 1, 4,
                                           theta, 4, NULL, NULL, &model),
                     LINCLASS_OK);
    text = exported(ctx, model, LINCLASS_EXPORT_LIBLINEAR, &length);
    assert_string_equal(text, "solver_type MCSVM_CS\nnr_class 4\nlabel 0 1 2 3\nnr_feature 1\n"
                              "bias -1\nw\n0.5 1.5 -1 0.25 \n");
    free(text);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* 17 digits give every double back. */
static void liblinear_files_come_back(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_path(&directory, "exported", path);
    linclass_context *ctx = context_of(1);
    for (int64_t k = 1; k <= 5; k++) {
        if (k == 2)
            continue; /* one score: the difference */
        linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, 6, k, k % 2 == 1, (uint64_t)k);
        linclass_model *read;
        assert_int_equal(linclass_model_export(ctx, model, LINCLASS_EXPORT_LIBLINEAR, NULL, path),
                         LINCLASS_OK);
        assert_int_equal(linclass_model_import_liblinear(ctx, path, &read), LINCLASS_OK);
        const size_t row = (size_t)k * sizeof(double);
        assert_memory_equal(linclass_model_theta(read), linclass_model_theta(model), 6 * row);
        assert_memory_equal(linclass_model_labels(read), linclass_model_labels(model), row);
        if (k % 2 == 1)
            assert_memory_equal(linclass_model_bias(read), linclass_model_bias(model), row);
        linclass_model_destroy(read);
        linclass_model_destroy(model);
    }
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
}

static void what_liblinear_has_no_room_for(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    static const double theta[] = {-1e308, 1e308};
    static const int64_t labels[] = {INT64_C(-2147483649), 0};
    linclass_model *model;
    int64_t length;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 1, 2,
                                           theta, 2, NULL, labels, &model),
                     LINCLASS_OK);
    assert_int_equal(
        linclass_model_export_bytes(ctx, model, LINCLASS_EXPORT_LIBLINEAR, NULL, NULL, 0, &length),
        LINCLASS_ERROR_UNSUPPORTED);
    linclass_model_destroy(model);
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 1, 2,
                                           theta, 2, NULL, NULL, &model),
                     LINCLASS_OK);
    assert_int_equal(
        linclass_model_export_bytes(ctx, model, LINCLASS_EXPORT_LIBLINEAR, NULL, NULL, 0, &length),
        LINCLASS_ERROR_NUMERIC);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* Enough for the memory of the file to grow several times. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, 900, 4, 1, 1);
    for (int i = 0; i < FORMAT_COUNT; i++) {
        memory_rounds r = memory_rounds_begin(1);
        while (memory_rounds_next(&r)) {
            int64_t length;
            const linclass_status status =
                linclass_model_export_bytes(r.ctx, model, FORMATS[i], NULL, NULL, 0, &length);
            (void)memory_rounds_failed(&r, status);
        }
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_hold_the_bytes),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(the_text_of_liblinear),
        cmocka_unit_test(liblinear_files_come_back),
        cmocka_unit_test(what_liblinear_has_no_room_for),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
