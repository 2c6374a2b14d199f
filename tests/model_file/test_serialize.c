/* Models as bytes in memory: the bytes of the file, back to the same model; what is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model_file.h"
#include "models.h"
#include "support/context_of.h"
#include "support/failing_allocator.h"
#include "support/memory_rounds.h"
#include "support/temporary_directory.h"

enum { N = 7, K = 3 };

/* The bytes in a block of their exact size, so that a read or write outside it is found; free. */
static uint8_t *serialized(linclass_context *ctx, const linclass_model *model, int64_t *length)
{
    assert_int_equal(linclass_model_serialize(ctx, model, NULL, 0, length), LINCLASS_OK);
    uint8_t *bytes = malloc((size_t)*length);
    assert_non_null(bytes);
    const int64_t room = *length;
    assert_int_equal(linclass_model_serialize(ctx, model, bytes, room, length), LINCLASS_OK);
    assert_int_equal(*length, room);
    return bytes;
}

static void the_bytes_are_those_of_the_file(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_path(&directory, "model", path);
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 1);
    int64_t length;
    uint8_t *bytes = serialized(ctx, model, &length);
    assert_int_equal(linclass_model_save(ctx, model, path), LINCLASS_OK);
    const model_bytes file = model_bytes_read(path);
    assert_int_equal(file.size, length);
    assert_memory_equal(file.bytes, bytes, file.size);
    free(bytes);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
}

static void every_bit_comes_back(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    for (int64_t n = 0; n <= N; n += N)
        for (int variant = 0; variant < 4; variant++) {
            const int32_t dtype = (variant & 1) != 0 ? LINCLASS_FLOAT32 : LINCLASS_FLOAT64;
            linclass_model *model = random_model(ctx, dtype, n, K, variant & 2, 2);
            linclass_model *copy;
            int64_t length;
            uint8_t *bytes = serialized(ctx, model, &length);
            assert_int_equal(linclass_model_deserialize(ctx, bytes, length, &copy), LINCLASS_OK);
            free(bytes);
            assert_true(models_equal(model, copy));
            linclass_model_destroy(copy);
            linclass_model_destroy(model);
        }
    linclass_context_destroy(ctx);
}

static void too_little_room_writes_nothing(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT64, N, K, 1, 3);
    int64_t length;
    uint8_t *bytes = serialized(ctx, model, &length);
    memset(bytes, 0xAA, (size_t)length);
    const int64_t whole = length;
    assert_int_equal(linclass_model_serialize(ctx, model, bytes, whole - 1, &length),
                     LINCLASS_ERROR_DIMENSION);
    assert_int_equal(length, whole);
    for (int64_t i = 0; i < whole; i++)
        assert_int_equal(bytes[i], 0xAA);
    free(bytes);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* Cut anywhere, or one byte too long, or one bit wrong: refused, and nothing outside is read. */
static void damaged_bytes_are_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 4);
    int64_t length;
    uint8_t *bytes = serialized(ctx, model, &length);
    linclass_model *none;
    for (int64_t cut = 0; cut < length; cut++) {
        uint8_t *part = malloc((size_t)cut + 1);
        assert_non_null(part);
        memcpy(part, bytes, (size_t)cut);
        uint8_t *exact = realloc(part, cut == 0 ? 1 : (size_t)cut);
        assert_non_null(exact);
        assert_int_equal(linclass_model_deserialize(ctx, exact, cut, &none), LINCLASS_ERROR_FORMAT);
        assert_null(none);
        free(exact);
    }
    for (int64_t i = 0; i < length; i++) {
        bytes[i] ^= 4;
        assert_int_equal(linclass_model_deserialize(ctx, bytes, length, &none),
                         LINCLASS_ERROR_FORMAT);
        bytes[i] ^= 4;
    }
    uint8_t *longer = calloc(1, (size_t)length + 1);
    assert_non_null(longer);
    memcpy(longer, bytes, (size_t)length);
    assert_int_equal(linclass_model_deserialize(ctx, longer, length + 1, &none),
                     LINCLASS_ERROR_FORMAT);
    free(longer);
    free(bytes);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 5);
    int64_t length;
    assert_int_equal(linclass_model_serialize(ctx, NULL, NULL, 0, &length),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_string_equal(linclass_context_message(ctx), "model is NULL");
    assert_int_equal(linclass_model_serialize(ctx, model, NULL, 0, NULL),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_string_equal(linclass_context_message(ctx), "length is NULL");
    assert_int_equal(linclass_model_deserialize(ctx, "x", 1, NULL),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_model *none;
    assert_int_equal(linclass_model_deserialize(ctx, NULL, 0, &none),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_string_equal(linclass_context_message(ctx), "bytes is NULL");
    assert_int_equal(linclass_model_deserialize(ctx, "x", -1, &none), LINCLASS_ERROR_DIMENSION);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

static void memory_that_fails_leaves_nothing(void **state)
{
    (void)state;
    linclass_context *plain = context_of(1);
    linclass_model *model = random_model(plain, LINCLASS_FLOAT32, N, K, 1, 6);
    int64_t length;
    uint8_t *bytes = serialized(plain, model, &length);
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_model *copy;
        if (memory_rounds_failed(&r, linclass_model_deserialize(r.ctx, bytes, length, &copy)))
            assert_int_equal(linclass_model_deserialize(r.ctx, bytes, length, &copy), LINCLASS_OK);
        assert_true(models_equal(model, copy));
        linclass_model_destroy(copy);
    }
    free(bytes);
    linclass_model_destroy(model);
    linclass_context_destroy(plain);
}

/* The length takes no memory; without memory for the header the caller's bytes are as they were. */
static void a_serialize_without_memory_writes_nothing(void **state)
{
    (void)state;
    linclass_context *plain = context_of(1);
    linclass_model *model = random_model(plain, LINCLASS_FLOAT32, N, K, 1, 7);
    int64_t length;
    uint8_t *bytes = serialized(plain, model, &length);
    uint8_t *made = malloc((size_t)length);
    assert_non_null(made);
    for (int64_t k = 1, failures = 1; failures > 0; k++) {
        failing_allocator memory = failing_allocator_begin();
        linclass_context *ctx = failing_allocator_context(&memory, 1);
        memset(made, 0xAA, (size_t)length);
        failing_allocator_fail_from(&memory, 1);
        assert_int_equal(linclass_model_serialize(ctx, model, NULL, 0, &length), LINCLASS_OK);
        assert_int_equal(memory.failures, 0);
        failing_allocator_fail_at(&memory, k);
        const linclass_status status = linclass_model_serialize(ctx, model, made, length, &length);
        failures = memory.failures;
        assert_int_equal(status, failures > 0 ? LINCLASS_ERROR_MEMORY : LINCLASS_OK);
        for (int64_t i = 0; failures > 0 && i < length; i++)
            assert_int_equal(made[i], 0xAA);
        if (failures > 0)
            assert_int_equal(linclass_model_serialize(ctx, model, made, length, &length),
                             LINCLASS_OK);
        assert_memory_equal(made, bytes, (size_t)length);
        linclass_context_destroy(ctx);
        assert_int_equal(memory.live, 0);
        assert_true(failures > 0 || k > 1);
    }
    free(made);
    free(bytes);
    linclass_model_destroy(model);
    linclass_context_destroy(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_are_those_of_the_file),
        cmocka_unit_test(every_bit_comes_back),
        cmocka_unit_test(too_little_room_writes_nothing),
        cmocka_unit_test(damaged_bytes_are_refused),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(memory_that_fails_leaves_nothing),
        cmocka_unit_test(a_serialize_without_memory_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
