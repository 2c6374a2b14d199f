/* Any bytes as a model file. Byte 0 of the input says what is put right first, byte 1 which allocation
 * fails (0: none), the rest is the file:
 *
 *     bit 0    the checksum: mutations get past it
 *     bit 1    the length of the header: up to the last brace
 *
 * Whatever the bytes are: a model that can be written and read again and predicts, or a status with a
 * sentence and no model; all memory back; and no more memory than the bytes can account for. */
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <linclass/linclass.h>

#include "support/failing_allocator.h"

enum { SIGNED = 1, MEASURED = 2, CHECKSUM_PLACE = 37, CHECKSUM_DIGITS = 8 };

static void expect(int truth)
{
    if (!truth)
        abort();
}

static void measure_header(uint8_t *bytes, size_t size)
{
    uint64_t length = size;
    while (length > 8 && bytes[length - 1] != '}')
        length--;
    length -= 8;
    memcpy(bytes, &length, sizeof length);
}

static void sign_file(uint8_t *bytes, size_t size)
{
    char digits[CHECKSUM_DIGITS + 1];
    memset(bytes + CHECKSUM_PLACE, '0', CHECKSUM_DIGITS);
    (void)snprintf(digits, sizeof digits, "%08lx", crc32(0, bytes, (uInt)size));
    memcpy(bytes + CHECKSUM_PLACE, digits, CHECKSUM_DIGITS);
}

static void check_values(const linclass_model *model)
{
    const int64_t k = linclass_model_classes(model);
    const int64_t count = linclass_model_features(model) * k;
    const void *theta = linclass_model_theta(model);
    for (int64_t i = 0; i < count; i++)
        expect(linclass_model_dtype(model) == LINCLASS_FLOAT32
                   ? isfinite(((const float *)theta)[i])
                   : isfinite(((const double *)theta)[i]));
    const int64_t *labels = linclass_model_labels(model);
    for (int64_t j = 1; j < k; j++)
        expect(labels[j - 1] < labels[j]);
    expect(linclass_model_scale(model) != 0 && isfinite(linclass_model_scale(model)));
}

/* A row of zeros has the scores of the bias: a prediction that cannot fail. */
static void check_prediction(linclass_context *ctx, const linclass_model *model)
{
    const int64_t n = linclass_model_features(model);
    uint8_t *row = calloc((size_t)n + 1, 1);
    expect(row != NULL);
    linclass_matrix X;
    int64_t label;
    expect(linclass_matrix_init(&X, sizeof X, LINCLASS_UINT8, 1, n, row, n) == LINCLASS_OK);
    expect(linclass_model_predict(ctx, model, &X, &label) == LINCLASS_OK);
    free(row);
}

static void check_round_trip(linclass_context *ctx, const linclass_model *model)
{
    int64_t length;
    expect(linclass_model_serialize(ctx, model, NULL, 0, &length) == LINCLASS_OK);
    uint8_t *bytes = malloc((size_t)length);
    uint8_t *again = malloc((size_t)length);
    expect(bytes != NULL && again != NULL);
    linclass_model *copy;
    expect(linclass_model_serialize(ctx, model, bytes, length, &length) == LINCLASS_OK);
    expect(linclass_model_deserialize(ctx, bytes, length, &copy) == LINCLASS_OK);
    expect(linclass_model_serialize(ctx, copy, again, length, &length) == LINCLASS_OK);
    expect(memcmp(bytes, again, (size_t)length) == 0);
    linclass_model_destroy(copy);
    free(bytes);
    free(again);
}

static void load(const uint8_t *bytes, size_t size, int64_t failing)
{
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    expect(ctx != NULL);
    if (failing > 0)
        failing_allocator_fail_at(&memory, failing);
    linclass_model *model = NULL;
    const linclass_status status = linclass_model_deserialize(ctx, bytes, (int64_t)size, &model);
    expect((status == LINCLASS_OK) == (model != NULL));
    expect((status == LINCLASS_OK) == (linclass_context_message(ctx)[0] == '\0'));
    expect(status == LINCLASS_OK || status == LINCLASS_ERROR_FORMAT ||
           (status == LINCLASS_ERROR_MEMORY && memory.failures > 0));
    /* The context, the header, and theta twice. */
    expect(memory.peak_bytes <= 8192 + 4 * size);
    failing_allocator_fail_never(&memory);
    if (model != NULL) {
        check_values(model);
        check_prediction(ctx, model);
        check_round_trip(ctx, model);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    expect(memory.live == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t file[FUZZ_MAX_BYTES];
    if (size < 2 || size > FUZZ_MAX_BYTES)
        return 0;
    const size_t count = size - 2;
    memcpy(file, data + 2, count);
    if ((data[0] & MEASURED) != 0 && count >= 8)
        measure_header(file, count);
    if ((data[0] & SIGNED) != 0 && count >= CHECKSUM_PLACE + CHECKSUM_DIGITS)
        sign_file(file, count);
    load(file, count, data[1]);
    return 0;
}

/* Models small enough to be mutated all over. */
typedef struct seed {
    uint8_t mode;
    int32_t dtype;
    int64_t n;
    int64_t k;
    int with_bias;
} seed;

static const seed SEEDS[] = {
    {0, LINCLASS_FLOAT32, 2, 2, 1},
    {SIGNED, LINCLASS_FLOAT32, 2, 3, 1},
    {SIGNED, LINCLASS_FLOAT64, 0, 1, 0},
    {SIGNED | MEASURED, LINCLASS_FLOAT32, 3, 2, 0},
    {SIGNED | MEASURED, LINCLASS_FLOAT64, 1, 2, 1},
};

size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    if (index >= sizeof SEEDS / sizeof SEEDS[0])
        return 0;
    const seed *const given = &SEEDS[index];
    static const double zeros[8];
    linclass_context *ctx;
    linclass_model *model;
    int64_t length;
    expect(linclass_context_create(NULL, &ctx) == LINCLASS_OK);
    expect(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, given->dtype, given->n, given->k,
                                 zeros, given->k, given->with_bias ? zeros : NULL, NULL,
                                 &model) == LINCLASS_OK);
    bytes[0] = given->mode;
    bytes[1] = 0;
    expect(linclass_model_serialize(ctx, model, bytes + 2, FUZZ_MAX_BYTES - 2, &length) ==
           LINCLASS_OK);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    return 2 + (size_t)length;
}
