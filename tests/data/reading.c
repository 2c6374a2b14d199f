#include "reading.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/memory_rounds.h"

reading READING;

int reading_begin(void **state)
{
    (void)state;
    READING.directory = temporary_directory_begin();
    return linclass_context_create(NULL, &READING.ctx);
}

int reading_end(void **state)
{
    (void)state;
    linclass_context_destroy(READING.ctx);
    temporary_directory_end(&READING.directory);
    return 0;
}

int reading_defaults(void **state)
{
    (void)state;
    return linclass_read_options_init(&READING.options, sizeof READING.options);
}

const char *reading_write(const char *name, byte_string content)
{
    static char path[TEMPORARY_PATH_BYTES];
    return byte_string_write(&READING.directory, name, content, path);
}

linclass_dataset *reading_accept(byte_string content)
{
    linclass_dataset *dataset;
    const linclass_status status = linclass_dataset_read(
        READING.ctx, reading_write("file", content), &READING.options, &dataset);
    if (status != LINCLASS_OK)
        fail_msg("refused: %s", linclass_context_message(READING.ctx));
    return dataset;
}

void reading_refuse(byte_string content, linclass_status status, const char *part)
{
    linclass_dataset *dataset = (linclass_dataset *)&READING;
    const linclass_status found = linclass_dataset_read(
        READING.ctx, reading_write("damaged", content), &READING.options, &dataset);
    const char *const message = linclass_context_message(READING.ctx);
    if (found != status)
        fail_msg("status %d, not %d: \"%s\"", (int)found, (int)status, message);
    assert_null(dataset);
    if (part[0] != '\0' && (strstr(message, part) == NULL || strstr(message, "damaged'") == NULL))
        fail_msg("the message \"%s\" lacks \"%s\" or the name of the file", message, part);
}

linclass_matrix reading_view(const linclass_dataset *dataset)
{
    linclass_matrix view;
    assert_int_equal(linclass_dataset_matrix(dataset, &view, sizeof view), LINCLASS_OK);
    return view;
}

/* IEEE 754's binary16, normal numbers and zero only. */
static double half(uint16_t bits)
{
    double value = (bits & 0x7fff) == 0 ? 0 : 1 + (bits & 1023) / 1024.0;
    for (int exponent = bits >> 10 & 31; exponent < 15; exponent++)
        value /= 2;
    for (int exponent = bits >> 10 & 31; exponent > 15; exponent--)
        value *= 2;
    return (bits & 0x8000) != 0 ? -value : value;
}

static double number(const void *data, int32_t dtype, int64_t at)
{
    const uint32_t word =
        dtype == LINCLASS_BFLOAT16 ? (uint32_t)((const uint16_t *)data)[at] << 16 : 0;
    float from_word;
    memcpy(&from_word, &word, sizeof word);
    switch (dtype) {
    case LINCLASS_UINT8:
        return ((const uint8_t *)data)[at];
    case LINCLASS_INT8:
        return ((const int8_t *)data)[at];
    case LINCLASS_UINT16:
        return ((const uint16_t *)data)[at];
    case LINCLASS_INT16:
        return ((const int16_t *)data)[at];
    case LINCLASS_INT32:
        return ((const int32_t *)data)[at];
    case LINCLASS_INT64:
        return (double)((const int64_t *)data)[at];
    case LINCLASS_FLOAT16:
        return half(((const uint16_t *)data)[at]);
    case LINCLASS_BFLOAT16:
        return from_word;
    case LINCLASS_FLOAT32:
        return ((const float *)data)[at];
    default:
        return ((const double *)data)[at];
    }
}

static double sparse_element(const linclass_matrix *view, int64_t i, int64_t j)
{
    for (int64_t e = view->row_starts[i]; e < view->row_starts[i + 1]; e++)
        if ((int64_t)number(view->columns, view->column_dtype, e) == j)
            return view->data == NULL ? 1 : number(view->data, view->dtype, e);
    return 0;
}

double reading_element(const linclass_matrix *view, int64_t i, int64_t j)
{
    if (view->layout == LINCLASS_LAYOUT_CSR)
        return sparse_element(view, i, j);
    return number(view->data, view->dtype, i * view->row_stride + j * view->col_stride);
}

void reading_expect(linclass_dataset *dataset, int32_t dtype, int64_t rows, int64_t cols,
                    const double *elements)
{
    const linclass_matrix view = reading_view(dataset);
    assert_int_equal(view.dtype, dtype);
    assert_int_equal(view.rows, rows);
    assert_int_equal(view.cols, cols);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++)
            assert_true(reading_element(&view, i, j) == elements[i * cols + j]);
    linclass_dataset_destroy(dataset);
}

void reading_fail_allocations(byte_string content, int64_t at_least)
{
    char path[TEMPORARY_PATH_BYTES];
    byte_string_write(&READING.directory, "allocations", content, path);
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_dataset *dataset;
        if (memory_rounds_failed(&r,
                                 linclass_dataset_read(r.ctx, path, &READING.options, &dataset))) {
            assert_null(dataset);
            assert_int_equal(r.memory.live, r.live);
            assert_int_equal(linclass_dataset_read(r.ctx, path, &READING.options, &dataset),
                             LINCLASS_OK);
        }
        linclass_dataset_destroy(dataset);
        assert_int_equal(r.memory.live, r.live);
    }
    assert_true(r.k - 1 >= at_least);
}
