/* Any bytes up to the first zero as the text of an encoding.
 *
 * A text is refused with a message, or taken: written again it is a text that gives the same text once more, and
 * what the accessors say fits together. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "data/encoding.h"
#include "data/encoding_text.h"
#include "support/failing_allocator.h"

enum { MOST_BYTES = 8192 };

static void expect(int truth)
{
    if (!truth)
        abort();
}

static void check_columns(const linclass_encoding *encoding)
{
    int64_t features = 0;
    for (int64_t j = 0; j < linclass_encoding_columns(encoding); j++) {
        const int32_t kind = linclass_encoding_column_kind(encoding, j);
        expect(kind == LINCLASS_COLUMN_NUMBERS || kind == LINCLASS_COLUMN_TEXTS);
        const int64_t count = linclass_encoding_categories(encoding, j);
        for (int64_t c = 1; c < count; c++)
            expect(strcmp(linclass_encoding_category(encoding, j, c - 1),
                          linclass_encoding_category(encoding, j, c)) < 0);
        features += kind == LINCLASS_COLUMN_NUMBERS ? 1 : count;
        expect((linclass_encoding_column_name(encoding, j) != NULL) ==
               (linclass_encoding_column_name(encoding, 0) != NULL));
    }
    expect(features == linclass_encoding_features(encoding));
    expect(encoding_missing_name(linclass_encoding_missing(encoding)) != NULL);
}

static void check_taken(linclass_context *ctx, const linclass_encoding *encoding)
{
    char *once;
    char *twice;
    linclass_encoding *again;
    check_columns(encoding);
    expect(encoding_text(ctx, encoding, &once) == LINCLASS_OK);
    expect(encoding_parse(ctx, "text", once, &again) == LINCLASS_OK);
    expect(encoding_text(ctx, again, &twice) == LINCLASS_OK);
    expect(strcmp(once, twice) == 0);
    context_release(ctx, twice);
    context_release(ctx, once);
    encoding_destroy(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[MOST_BYTES + 1];
    if (size > MOST_BYTES)
        return 0;
    memset(text, 0, sizeof text);
    memcpy(text, data, size);
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    linclass_encoding *encoding;
    const linclass_status status = encoding_parse(ctx, "text", text, &encoding);
    expect((status == LINCLASS_OK) == (encoding != NULL));
    expect((status == LINCLASS_OK) == (linclass_context_message(ctx)[0] == '\0'));
    expect(status == LINCLASS_OK || status == LINCLASS_ERROR_FORMAT);
    if (encoding != NULL)
        check_taken(ctx, encoding);
    encoding_destroy(encoding);
    linclass_context_destroy(ctx);
    expect(memory.live == 0);
    return 0;
}

static const char *const SEEDS[] = {
    ("{\"version\":1,\"missing\":\"mean\",\"label\":{\"place\":1,\"name\":\"kind\"},"
     "\"classes\":[\"ant\",\"caf\xc3\xa9\"],\"columns\":[{\"name\":\"size\",\"mean\":\"-1.5\"},"
     "{\"name\":\"\",\"categories\":[\"\",\"blue\",\"red\"]}]}"),
    "{\"version\":1,\"missing\":\"error\",\"columns\":[]}",
    ("{\"columns\":[{\"mean\":\"0\"},{\"categories\":[]}],\"missing\":\"zero\",\"version\":1,"
     "\"label\":{\"place\":2}}"),
    "{\"version\":1,\"missing\":\"zero\",\"classes\":[\"\\u00e9\\n\"],\"columns\":[]}",
};

size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    if (index >= sizeof SEEDS / sizeof SEEDS[0])
        return 0;
    const size_t length = strlen(SEEDS[index]);
    memcpy(bytes, SEEDS[index], length);
    return length;
}
