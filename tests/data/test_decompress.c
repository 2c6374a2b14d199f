/* Compressed files: each format alike. Whole, in several streams, truncated anywhere, with any byte changed, with
 * bytes after the end, and when an allocation fails. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <bzlib.h>
#include <lzma.h>
#include <zstd.h>

#include "core/context.h"
#include "data/byte_reader.h"
#include "byte_string.h"
#include "support/failing_allocator.h"

static temporary_directory directory;
static failing_allocator memory;
static linclass_context *ctx;

static byte_string empty_string(size_t room)
{
    byte_string made = {malloc(room + 1), room};
    assert_non_null(made.bytes);
    return made;
}

static byte_string bzip2_of(byte_string plain)
{
    byte_string packed = empty_string(plain.size + plain.size / 100 + 600);
    unsigned room = (unsigned)packed.size;
    assert_int_equal(BZ2_bzBuffToBuffCompress((char *)packed.bytes, &room, (char *)plain.bytes,
                                              (unsigned)plain.size, 9, 0, 0),
                     BZ_OK);
    packed.size = room;
    byte_string_free(&plain);
    return packed;
}

static byte_string xz_of(byte_string plain)
{
    byte_string packed = empty_string(lzma_stream_buffer_bound(plain.size));
    size_t used = 0;
    assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, plain.bytes, plain.size,
                                             packed.bytes, &used, packed.size),
                     LZMA_OK);
    packed.size = used;
    byte_string_free(&plain);
    return packed;
}

static byte_string zstd_of(byte_string plain)
{
    byte_string packed = empty_string(ZSTD_compressBound(plain.size));
    ZSTD_CCtx *const zstd = ZSTD_createCCtx();
    assert_non_null(zstd);
    (void)ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    packed.size = ZSTD_compress2(zstd, packed.bytes, packed.size, plain.bytes, plain.size);
    assert_false(ZSTD_isError(packed.size));
    (void)ZSTD_freeCCtx(zstd);
    byte_string_free(&plain);
    return packed;
}

static const struct {
    const char *name;
    byte_string (*pack)(byte_string plain);
    size_t magic; /* bytes without which a file is none of the format */
} FORMATS[] = {
    {"gzip", gzip_of, 2}, {"bzip2", bzip2_of, 10}, {"xz", xz_of, 6}, {"zstd", zstd_of, 4}};

enum { FORMAT_COUNT = sizeof FORMATS / sizeof FORMATS[0] };

static int begin(void **state)
{
    (void)state;
    directory = temporary_directory_begin();
    memory = failing_allocator_begin();
    ctx = failing_allocator_context(&memory, 1);
    return ctx == NULL;
}

static int end(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
    return memory.live != 0;
}

/* Text that compresses as text does. */
static byte_string content_of(size_t size)
{
    byte_string made = empty_string(size);
    uint32_t random = 1;
    for (size_t i = 0; i < size; i++) {
        random = random * 1664525 + 1013904223;
        made.bytes[i] = (uint8_t)("0123456789.,\n e"[(random >> 24) % 15]);
    }
    return made;
}

static byte_string copy_of(byte_string from)
{
    return byte_string_of(from.bytes, from.size);
}

/* Read a file to its end in parts of `part` bytes; what was read, and the status. */
static linclass_status read_all(byte_string file, size_t part, int peek, byte_string *content)
{
    char path[TEMPORARY_PATH_BYTES];
    *content = empty_string(file.size * 8 + (1 << 20));
    byte_string_write(&directory, "packed", file, path);
    size_t count = 0;
    byte_reader *reader;
    linclass_status status = byte_reader_open(ctx, path, &reader);
    if (status == LINCLASS_OK && peek) {
        const uint8_t *first;
        bool whole;
        status = byte_reader_peek(reader, &first, &count, &whole);
        count = 0;
    }
    for (size_t got = part; status == LINCLASS_OK && got == part; count += got) {
        assert_true(count + part <= content->size);
        status = byte_reader_read(reader, content->bytes + count, part, &got);
        assert_true(count + got <= content->size);
    }
    content->size = count;
    byte_reader_close(reader);
    return status;
}

static void expect_content(byte_string file, size_t part, int peek, byte_string want)
{
    byte_string found;
    const linclass_status status = read_all(file, part, peek, &found);
    if (status != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(ctx));
    assert_int_equal(found.size, want.size);
    assert_memory_equal(found.bytes, want.bytes, want.size);
    byte_string_free(&found);
}

static void expect_refusal(byte_string file, const char *name, const char *part)
{
    byte_string found;
    assert_int_equal(read_all(file, 1000, 0, &found), LINCLASS_ERROR_FORMAT);
    const char *const text = linclass_context_message(ctx);
    if (strstr(text, name) == NULL || strstr(text, part) == NULL)
        fail_msg("\"%s\" lacks \"%s\" or \"%s\"", text, name, part);
    byte_string_free(&found);
}

static void whole_files(void **state)
{
    (void)state;
    static const size_t SIZES[] = {0, 1, 1000, 65535, 65536, 65537, 300000};
    for (int f = 0; f < FORMAT_COUNT; f++) {
        for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
            byte_string content = content_of(SIZES[i]);
            expect_content(FORMATS[f].pack(copy_of(content)), 70001, 0, content);
            expect_content(FORMATS[f].pack(copy_of(content)), 70001, 1, content);
            byte_string_free(&content);
        }
    }
}

static void streams_one_after_the_other(void **state)
{
    (void)state;
    byte_string content = content_of(100000);
    for (int f = 0; f < FORMAT_COUNT; f++) {
        byte_string parts = FORMATS[f].pack(byte_string_of(content.bytes, 10));
        parts = byte_string_join(parts, FORMATS[f].pack(content_of(0)));
        parts = byte_string_join(
            parts, FORMATS[f].pack(byte_string_of(content.bytes + 10, content.size - 10)));
        parts = byte_string_join(parts, FORMATS[f].pack(content_of(0)));
        expect_content(parts, 999, 0, content);
    }
    byte_string_free(&content);
}

/* The specification of xz allows zeros between streams, four at a time; that of Zstandard frames to be skipped. */
static void padding_between_streams(void **state)
{
    (void)state;
    byte_string content = content_of(1000);
    byte_string file = byte_string_join(xz_of(copy_of(content)), byte_string_of("\0\0\0\0", 4));
    file = byte_string_join(file, xz_of(content_of(0)));
    expect_content(file, 100, 0, content);
    file = byte_string_of("\x53\x2a\x4d\x18\x03\0\0\0abc", 11);
    file = byte_string_join(file, zstd_of(copy_of(content)));
    file = byte_string_join(file, byte_string_of("\x5f\x2a\x4d\x18\x01\0\0\0a", 9));
    expect_content(file, 100, 0, content);
    byte_string_free(&content);
}

static void bytes_after_the_end(void **state)
{
    (void)state;
    static const char *const AFTER[] = {"x", "\n", "something longer than a magic number"};
    for (int f = 0; f < FORMAT_COUNT; f++)
        for (size_t i = 0; i < sizeof AFTER / sizeof AFTER[0]; i++)
            expect_refusal(byte_string_join(FORMATS[f].pack(content_of(3000)),
                                            byte_string_of(AFTER[i], strlen(AFTER[i]))),
                           FORMATS[f].name, "stream");
}

static void truncated_anywhere(void **state)
{
    (void)state;
    for (int f = 0; f < FORMAT_COUNT; f++) {
        byte_string whole = FORMATS[f].pack(content_of(500));
        for (size_t size = FORMATS[f].magic; size < whole.size; size++)
            expect_refusal(byte_string_of(whole.bytes, size), FORMATS[f].name, "truncated");
        byte_string_free(&whole);
    }
}

/* All have checksums; but for bytes that mean nothing, such as the time in a gzip header, a change is found. */
static void changed_anywhere(void **state)
{
    (void)state;
    byte_string content = content_of(500);
    for (int f = 0; f < FORMAT_COUNT; f++) {
        byte_string whole = FORMATS[f].pack(copy_of(content));
        for (size_t at = FORMATS[f].magic; at < whole.size; at++) {
            byte_string changed = copy_of(whole);
            changed.bytes[at] ^= 0x10;
            byte_string found;
            const linclass_status status = read_all(changed, 700, 0, &found);
            assert_true(status == LINCLASS_ERROR_FORMAT || status == LINCLASS_OK);
            if (status == LINCLASS_OK) {
                assert_int_equal(found.size, content.size);
                assert_memory_equal(found.bytes, content.bytes, content.size);
            } else {
                assert_non_null(strstr(linclass_context_message(ctx), FORMATS[f].name));
            }
            byte_string_free(&found);
        }
        byte_string_free(&whole);
    }
    byte_string_free(&content);
}

/* However well it compresses: what can follow is never less than what does. */
static void limits_of_zeros(void **state)
{
    (void)state;
    enum { SIZE = 1 << 26 };
    for (int f = 0; f < FORMAT_COUNT; f++) {
        byte_string zeros = empty_string(SIZE);
        memset(zeros.bytes, 0, SIZE);
        char path[TEMPORARY_PATH_BYTES];
        byte_string_write(&directory, "zeros", FORMATS[f].pack(zeros), path);
        byte_reader *reader;
        assert_int_equal(byte_reader_open(ctx, path, &reader), LINCLASS_OK);
        const size_t limit = byte_reader_limit(reader);
        assert_true(limit >= SIZE && limit < SIZE_MAX);
        byte_string part = empty_string(1 << 20);
        size_t count = 0;
        size_t got;
        do {
            assert_int_equal(byte_reader_read(reader, part.bytes, 1 << 20, &got), LINCLASS_OK);
            count += got;
            assert_int_equal(byte_reader_limit(reader), limit - count);
        } while (got > 0);
        assert_int_equal(count, SIZE);
        assert_int_equal(byte_reader_consumed(reader), byte_reader_source_bytes(reader));
        byte_reader_close(reader);
        byte_string_free(&part);
    }
}

static void failing_allocations(void **state)
{
    (void)state;
    for (int f = 0; f < FORMAT_COUNT; f++) {
        const int64_t live = memory.live;
        for (int64_t k = 1;; k++) {
            byte_string found;
            const int64_t failures = memory.failures;
            failing_allocator_fail_at(&memory, k);
            const byte_string first = FORMATS[f].pack(content_of(1000));
            const linclass_status status =
                read_all(byte_string_join(first, FORMATS[f].pack(content_of(500))), 300, 1, &found);
            failing_allocator_fail_never(&memory);
            byte_string_free(&found);
            assert_int_equal(memory.live, live);
            if (memory.failures == failures) {
                assert_int_equal(status, LINCLASS_OK);
                assert_true(k > 3);
                break;
            }
            assert_int_equal(status, LINCLASS_ERROR_MEMORY);
            assert_non_null(strstr(linclass_context_message(ctx), "out of memory"));
        }
    }
}

/* Half a magic number, or one with nothing valid behind it, is plain bytes. */
static void not_compressed(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {"\x1f", "BZh", "BZh9 is a name,1\n", "\xfd\x37zXZ",
                                        "\x28\xb5\x2f"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        byte_string text = byte_string_of(TEXTS[i], strlen(TEXTS[i]));
        expect_content(copy_of(text), 100, 0, text);
        byte_string_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_files),
        cmocka_unit_test(streams_one_after_the_other),
        cmocka_unit_test(padding_between_streams),
        cmocka_unit_test(bytes_after_the_end),
        cmocka_unit_test(truncated_anywhere),
        cmocka_unit_test(changed_anywhere),
        cmocka_unit_test(limits_of_zeros),
        cmocka_unit_test(failing_allocations),
        cmocka_unit_test(not_compressed),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
