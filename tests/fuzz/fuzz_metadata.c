/* Any bytes as a key and a value of a model's metadata: up to the first zero the key, the rest the value.
 *
 * A pair is refused with a message, or kept: the copy says the value, so does the model read from its file,
 * and the file is the same when written again. The rules of keys are checked here by themselves. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <linclass/linclass.h>

#include "support/failing_allocator.h"

enum { LONGEST_KEY = 48, MOST_BYTES = 4096 };

static void expect(int truth)
{
    if (!truth)
        abort();
}

static int is_key(const char *key)
{
    const size_t length = strlen(key);
    if (length < 1 || length > LONGEST_KEY)
        return 0;
    for (size_t i = 0; i < length; i++)
        if (key[i] < ' ' || key[i] > '~' || key[i] == '"' || key[i] == '\\')
            return 0;
    return 1;
}

static linclass_model *new_model(linclass_context *ctx)
{
    static const float theta[2] = {1, 2};
    linclass_model *model;
    expect(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, 1, 2, theta, 2, NULL,
                                 NULL, &model) == LINCLASS_OK);
    return model;
}

static void check_kept(linclass_context *ctx, const linclass_model *model, const char *key,
                       const char *value)
{
    expect(is_key(key) && strcmp(linclass_model_metadata(model, key), value) == 0);
    expect(strcmp(linclass_model_metadata_key(model, 0), key) == 0);
    int64_t length;
    expect(linclass_model_serialize(ctx, model, NULL, 0, &length) == LINCLASS_OK);
    char *once = malloc((size_t)length);
    char *twice = malloc((size_t)length);
    linclass_model *again;
    expect(once != NULL && twice != NULL);
    expect(linclass_model_serialize(ctx, model, once, length, &length) == LINCLASS_OK);
    expect(linclass_model_deserialize(ctx, once, length, &again) == LINCLASS_OK);
    expect(strcmp(linclass_model_metadata(again, key), value) == 0);
    expect(linclass_model_serialize(ctx, again, twice, length, &length) == LINCLASS_OK);
    expect(memcmp(once, twice, (size_t)length) == 0);
    linclass_model_destroy(again);
    free(twice);
    free(once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[MOST_BYTES + 2];
    if (size > MOST_BYTES)
        return 0;
    memset(text, 0, sizeof text);
    memcpy(text, data, size);
    const char *const value = text + strlen(text) + 1;
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    linclass_model *const model = new_model(ctx);
    linclass_model *changed;
    const linclass_status status = linclass_model_with_metadata(ctx, model, text, value, &changed);
    expect((status == LINCLASS_OK) == (changed != NULL));
    expect((status == LINCLASS_OK) == (linclass_context_message(ctx)[0] == '\0'));
    expect(status == LINCLASS_OK || status == LINCLASS_ERROR_INVALID_ARGUMENT);
    if (changed != NULL)
        check_kept(ctx, changed, text, value);
    linclass_model_destroy(changed);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    expect(memory.live == 0);
    return 0;
}

#define PAIR(text) \
    { \
        text, sizeof(text) - 1 \
    }

static const struct {
    const char *bytes;
    size_t size;
} SEEDS[] = {
    PAIR("key\0value"),
    PAIR("classes\0[\"a\", \"\xc3\xa9\"]"),
    PAIR("k\0\xf0\x9f\x98\x80\n\t\"\\"),
    PAIR("a key\0"),
    PAIR("k\0\xed\xa0\x80"),
    PAIR("\x7f\0\x1f\x7f"),
};

size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    if (index >= sizeof SEEDS / sizeof SEEDS[0])
        return 0;
    memcpy(bytes, SEEDS[index].bytes, SEEDS[index].size);
    return SEEDS[index].size;
}
