/* Tensors of a safetensors file: each type, the choice of samples and labels, damaged headers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "npy_file.h"
#include "reading.h"

static const double SIX[] = {0, 1, 2, 3, 4, 5};

/* pad: spaces after the header, so that the tensors begin at a multiple of 8 bytes. */
static byte_string tensors_of(const char *header, int pad, const void *data, size_t bytes,
                              size_t width)
{
    char text[1000];
    uint64_t length = (uint64_t)snprintf(text, sizeof text, "%s", header);
    while (pad && length % 8 != 0)
        text[length++] = ' ';
    byte_string first = byte_string_of(&length, 8);
    in_file_order(first.bytes, 8, 8);
    const byte_string head = byte_string_join(first, byte_string_of(text, (size_t)length));
    const byte_string file = byte_string_join(head, byte_string_of(data, bytes));
    in_file_order(file.bytes + file.size - bytes, bytes, width);
    return file;
}

/* Tensors of numbers of 8 bytes. */
static byte_string tensors(const char *header, int pad, const void *data, size_t bytes)
{
    return tensors_of(header, pad, data, bytes, 8);
}

static byte_string one(const char *dtype, const char *shape, const void *data, size_t bytes)
{
    char header[300];
    (void)snprintf(header, sizeof header,
                   "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%zu]}}", dtype, shape,
                   bytes);
    const char *const bits = dtype + strcspn(dtype, "123468");
    return tensors_of(header, 1, data, bytes, *bits == '\0' ? 1 : strtoul(bits, NULL, 10) / 8);
}

static void every_type(void **state)
{
    (void)state;
    const uint8_t u1[] = {0, 1, 2, 3, 4, 5};
    const int16_t i2[] = {0, 1, 2, 3, 4, 5};
    const int32_t i4[] = {0, 1, 2, 3, 4, 5};
    const int64_t i8[] = {0, 1, 2, 3, 4, 5};
    const uint16_t f2[] = {0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500};
    const uint16_t b2[] = {0, 0x3f80, 0x4000, 0x4040, 0x4080, 0x40a0};
    const float f4[] = {0, 1, 2, 3, 4, 5};
    const struct {
        const char *name;
        const void *elements;
        size_t bytes;
        int32_t dtype;
    } types[] = {
        {"U8", u1, 6, LINCLASS_UINT8},       {"BOOL", u1, 6, LINCLASS_UINT8},
        {"I8", u1, 6, LINCLASS_INT8},        {"U16", i2, 12, LINCLASS_UINT16},
        {"I16", i2, 12, LINCLASS_INT16},     {"I32", i4, 24, LINCLASS_INT32},
        {"U32", i4, 24, LINCLASS_INT64},     {"I64", i8, 48, LINCLASS_INT64},
        {"U64", i8, 48, LINCLASS_INT64},     {"F16", f2, 12, LINCLASS_FLOAT16},
        {"BF16", b2, 12, LINCLASS_BFLOAT16}, {"F32", f4, 24, LINCLASS_FLOAT32},
        {"F64", SIX, 48, LINCLASS_FLOAT64},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        reading_expect(
            reading_accept(one(types[i].name, "[2,3]", types[i].elements, types[i].bytes)),
            types[i].dtype, 2, 3, SIX);
}

static void compressed_unaligned_and_empty(void **state)
{
    (void)state;
    reading_expect(reading_accept(gzip_of(one("F64", "[3,2]", SIX, 48))), LINCLASS_FLOAT64, 3, 2,
                   SIX);
    reading_expect(
        reading_accept(tensors(
            "{\"a\":{\"dtype\":\"F64\",\"shape\":[6,1],\"data_offsets\":[0,48]} }", 0, SIX, 48)),
        LINCLASS_FLOAT64, 6, 1, SIX);
    reading_expect(reading_accept(one("F32", "[0,7]", "", 0)), LINCLASS_FLOAT32, 0, 7, NULL);
    reading_refuse(one("F32", "[]", SIX, 4), LINCLASS_ERROR_FORMAT, "is a single number");
}

#define ENTRY(dtype, shape, begin, end) \
    "{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"

static void samples_and_labels(void **state)
{
    (void)state;
    double data[9];
    memcpy(data, SIX, sizeof SIX);
    memcpy(data + 6, (int64_t[]){7, 8, 9}, 24);
    const char *const header = "{\"__metadata__\":{\"k\":\"v\"},\"e\":" ENTRY(
        "F64", "[3,2]", "0", "48") ",\"labels\":" ENTRY("I64", "[3]", "48", "72") "}";
    for (int named = 0; named < 2; named++) {
        READING.options.samples = named ? "e" : NULL;
        READING.options.label = named ? "labels" : NULL;
        linclass_dataset *dataset = reading_accept(tensors(header, 1, data, sizeof data));
        assert_int_equal(linclass_dataset_labels(dataset)[2], 9);
        reading_expect(dataset, LINCLASS_FLOAT64, 3, 2, SIX);
    }
    const int64_t others[] = {4, 5, 6};
    char path[TEMPORARY_PATH_BYTES];
    (void)snprintf(
        path, sizeof path, "%s",
        reading_write("labels", npy_file(1, "<i8", "False", "(3,)", others, sizeof others)));
    READING.options.labels_path = path;
    READING.options.label = NULL;
    linclass_dataset *dataset = reading_accept(tensors(header, 1, data, sizeof data));
    assert_int_equal(linclass_dataset_labels(dataset)[2], 6);
    linclass_dataset_destroy(dataset);
    READING.options.labels_path = NULL;
    READING.options.label = "g";
    reading_refuse(tensors(header, 1, data, sizeof data), LINCLASS_ERROR_INVALID_ARGUMENT,
                   "options.label is 'g'");
    READING.options.label = NULL;
    READING.options.samples = "f";
    reading_refuse(tensors(header, 1, data, sizeof data), LINCLASS_ERROR_INVALID_ARGUMENT,
                   "options.samples is 'f', which is no array of");
    READING.options.samples = NULL;
    READING.options.label = "e";
    reading_refuse(tensors(header, 1, data, sizeof data), LINCLASS_ERROR_FORMAT, "labels are an");
}

static void a_type_that_is_not_read(void **state)
{
    (void)state;
    READING.options.samples = "a";
    reading_refuse(one("F8_E4M3", "[2,3]", "abcdef", 6), LINCLASS_ERROR_UNSUPPORTED,
                   "dtype 'F8_E4M3', which are not read");
    const char *const header =
        "{\"X\":" ENTRY("F64", "[3,2]", "0", "48") ",\"z\":" ENTRY("F4", "[4,4]", "48", "50") "}";
    READING.options.samples = NULL;
    uint8_t data[50] = {0};
    memcpy(data, SIX, 48);
    reading_expect(reading_accept(tensors(header, 1, data, 50)), LINCLASS_FLOAT64, 3, 2, SIX);
    READING.options.label = "z";
    reading_refuse(tensors(header, 1, data, 50), LINCLASS_ERROR_UNSUPPORTED, "'F4', which are not");
    READING.options.label = NULL;
}

static void headers_that_are_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *part;
    } HEADERS[] = {
        {"{\"a\":{}}", "the header is not"},
        {"{\"a\":" ENTRY("F64", "[6]", "0", "48"), "the header is not"},
        {"{\"a\":" ENTRY("F64", "[6]", "0", "48") "}x", "the header is not"},
        {"{\"a\":{\"dtype\":\"F64\",\"shape\":[6]}}", "the header is not"},
        {"{\"a\":" ENTRY("F64", "[6", "0", "48") "}", "the header is not"},
        {"{\"a\":" ENTRY("F64", "[-6]", "0", "48") "}", "the header is not"},
        {"{\"a\":" ENTRY("F64", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,6]", "0", "48") "}",
         "the header is"},
        {"{\"__metadata__\":[],\"a\":" ENTRY("F64", "[6]", "0", "48") "}", "the header is not"},
        {"{\"__metadata__\":{\"k\":1},\"a\":" ENTRY("F64", "[6]", "0", "48") "}", "the header is"},
        {"{\"a\\u0000\":" ENTRY("F64", "[6]", "0", "48") "}", "the header is not"},
        {"{\"a\xff\":" ENTRY("F64", "[6]", "0", "48") "}", "not UTF-8 at its byte 3"},
        {"{\"a\":" ENTRY("F64", "[6]", "0", "49") "}", "outside the file"},
        {"{\"a\":" ENTRY("F64", "[6]", "48", "0") "}", "outside the file"},
        {"{\"a\":" ENTRY("F64", "[5]", "0", "48") "}", "do not fit its shape"},
        {"{\"a\":" ENTRY("F64", "[4611686018427387904,4]", "0", "48") "}", "be addressed"},
        {"{\"a\":" ENTRY("F64", "[5]", "8", "48") "}", "begin where the one before"},
        {"{\"a\":" ENTRY("F64", "[5]", "0", "40") "}", "8 bytes after the end of the last"},
        {"{\"a\":" ENTRY("F64", "[4]", "0", "32") ",\"b\":" ENTRY("F64", "[3]", "24", "48") "}",
         "tensor 'b' does not begin where"},
        {"{\"a\":" ENTRY("F64", "[3]", "0", "24") ",\"a\":" ENTRY("F64", "[3]", "24", "48") "}",
         "there twice"},
    };
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++)
        reading_refuse(tensors(HEADERS[i].header, 0, SIX, 48), LINCLASS_ERROR_FORMAT,
                       HEADERS[i].part);
    reading_refuse(tensors("{}", 0, "", 0), LINCLASS_ERROR_INVALID_ARGUMENT, "has 0 arrays");
    /* Found by its content, and by its name alone. */
    READING.options.format = "safetensors";
    reading_refuse(tensors("[]", 0, "", 0), LINCLASS_ERROR_FORMAT, "the header is not");
    reading_refuse(tensors("{}", 0, "", 0), LINCLASS_ERROR_INVALID_ARGUMENT, "has 0 arrays");
}

/* Tensors without elements lie where the next one begins. */
static void tensors_without_elements(void **state)
{
    (void)state;
    static const char *const ORDERS[] = {
        "{\"X\":" ENTRY("F64", "[3,2]", "0", "48") ",\"none\":" ENTRY("F64", "[0]", "0", "0") "}",
        "{\"none\":" ENTRY("F64", "[0]", "0", "0") ",\"X\":" ENTRY("F64", "[3,2]", "0", "48") "}",
    };
    READING.options.samples = "X";
    for (size_t i = 0; i < 2; i++)
        reading_expect(reading_accept(tensors(ORDERS[i], 1, SIX, sizeof SIX)), LINCLASS_FLOAT64, 3,
                       2, SIX);
}

/* What a header can describe is counted before anything of it is read. */
static void more_tensors_than_are_read(void **state)
{
    (void)state;
    enum { BYTES = 14 << 16 };
    static char header[BYTES + 1] = "{";
    for (size_t i = 1; i < BYTES; i += 14)
        memcpy(header + i, "\"data_offsets\"", 14);
    uint8_t length[8] = {(BYTES + 1) & 255, BYTES >> 8 & 255, BYTES >> 16};
    reading_refuse(byte_string_join(byte_string_of(length, 8), byte_string_of(header, BYTES + 1)),
                   LINCLASS_ERROR_FORMAT, "has more than 65536 tensors");
}

static void every_truncation(void **state)
{
    (void)state;
    byte_string whole = one("F64", "[2,3]", SIX, sizeof SIX);
    READING.options.format = "safetensors";
    for (size_t size = 0; size < whole.size; size++)
        reading_refuse(byte_string_of(whole.bytes, size), LINCLASS_ERROR_FORMAT, "");
    byte_string_free(&whole);
}

static void allocations(void **state)
{
    (void)state;
    reading_fail_allocations(one("F64", "[2,3]", SIX, sizeof SIX), 8);
    reading_fail_allocations(gzip_of(one("U32", "[2,6]", SIX, sizeof SIX)), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_type, reading_defaults),
        cmocka_unit_test_setup(compressed_unaligned_and_empty, reading_defaults),
        cmocka_unit_test_setup(samples_and_labels, reading_defaults),
        cmocka_unit_test_setup(a_type_that_is_not_read, reading_defaults),
        cmocka_unit_test_setup(headers_that_are_wrong, reading_defaults),
        cmocka_unit_test_setup(tensors_without_elements, reading_defaults),
        cmocka_unit_test_setup(more_tensors_than_are_read, reading_defaults),
        cmocka_unit_test_setup(every_truncation, reading_defaults),
        cmocka_unit_test_setup(allocations, reading_defaults),
    };
    return cmocka_run_group_tests(tests, reading_begin, reading_end);
}
