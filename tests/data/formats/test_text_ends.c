/* Texts that end anywhere, at a page that may not be touched: every beginning of texts with all that the formats
 * know. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "core/context.h"
#include "data/formats/csv_rows.h"
#include "data/formats/csv_sniff.h"
#include "data/formats/csv_texts.h"
#include "data/formats/libsvm_rows.h"
#include "support/guarded.h"

enum { ROOM = 400 }; /* rows and elements, more than a text has */

static linclass_context *ctx;

typedef void (*reader)(const char *begin, const char *end);

static void read_every_beginning(const char *text, reader read)
{
    for (size_t length = 1; length <= strlen(text); length++) {
        guarded block = guarded_new(1, (int64_t)length, (int64_t)length, 1);
        memcpy(block.data, text, length);
        read(block.data, (const char *)block.data + length);
        guarded_free(&block);
    }
}

static void read_libsvm(const char *begin, const char *end)
{
    int64_t labels[ROOM];
    int64_t row_ends[ROOM];
    int32_t columns[ROOM];
    float floats[ROOM];
    const libsvm_target target = {.labels = labels,
                                  .row_ends = row_ends,
                                  .columns = columns,
                                  .floats = floats,
                                  .index_base = 1};
    libsvm_piece piece = {0};
    libsvm_count(begin, end, &piece.row_room, &piece.element_room);
    assert_true(piece.row_room <= ROOM && piece.element_room <= ROOM);
    (void)libsvm_looks_like(begin, end);
    const bool fine = libsvm_fill(&target, begin, end, &piece);
    assert_true(fine == (piece.mistake == LIBSVM_FINE));
    assert_true(piece.rows <= piece.row_room && piece.elements <= piece.element_room);
}

static void fill_columns(csv_target *target, csv_piece *piece)
{
    for (int64_t j = 0; j < target->columns; j++) {
        csv_column *const column = &target->column[j];
        void *const block = malloc((size_t)(piece->rows + 1) * sizeof(double));
        assert_non_null(block);
        column->kind = j % 2 == 0 ? CSV_NUMBERS : CSV_TEXTS;
        column->numbers = j % 2 == 0 ? block : NULL;
        column->cells = j % 2 == 0 ? NULL : block;
    }
    const bool fine = csv_fill(target, piece);
    assert_true(fine == (piece->mistake == CSV_FINE));
    for (int64_t j = 0; j < target->columns; j++) {
        csv_column *const column = &target->column[j];
        table_column texts = {0};
        if (fine && column->kind == CSV_TEXTS)
            assert_int_equal(csv_categories(ctx, &target->dialect, column->cells, target->text_end,
                                            piece->rows, &texts),
                             LINCLASS_OK);
        free(column->numbers);
        free((void *)column->cells);
        context_release(ctx, texts.codes);
        text_list_end(&texts.categories, &ctx->allocator);
    }
}

static void read_csv(const char *begin, const char *end)
{
    linclass_read_options options;
    (void)linclass_read_options_init(&options, sizeof options);
    csv_format format;
    assert_int_equal(csv_sniff(ctx, begin, end, &options, &format), LINCLASS_OK);
    int64_t lines[ROOM];
    csv_column columns[ROOM] = {0};
    assert_true(format.columns <= ROOM);
    csv_target target = {.dialect = format.dialect,
                         .text = begin,
                         .text_end = end,
                         .columns = format.columns,
                         .column = columns,
                         .lines = lines};
    csv_piece piece = {.begin = begin};
    (void)csv_check_bytes(begin, end, &piece);
    csv_find_rows(&target, end, &piece);
    if (piece.mistake == CSV_FINE)
        fill_columns(&target, &piece);
    context_release(ctx, format.guess);
}

static void libsvm(void **state)
{
    (void)state;
    read_every_beginning("# comment\r\n+1 qid:3 1:0.5 3:-2e-3\t# 5:6\n\n-1.0 2147483646:1 \r\n"
                         "2 1:1 2:12345678901234567890 7:1\n3 1:inf\n",
                         read_libsvm);
    read_every_beginning("1 5:1e+5 6:+.5\n1,2 5:1\n", read_libsvm);
    read_every_beginning("1 1:1 2:1 2:1\n", read_libsvm);
}

static void csv(void **state)
{
    (void)state;
    read_every_beginning("a,\"b \"\"c\"\"\",d\r\n1,\"x\ny\",2.5e-3\r\n\r\n NA , ,12345678901\n",
                         read_csv);
    read_every_beginning("1;'a;b';+2\n-3.;'';nan\n", read_csv);
    read_every_beginning("  1   2\t3 \r\n 4 \"5\" 6  \r\n\n", read_csv);
    read_every_beginning("a\tb\n1\t\xc3\xa4\n\t\n", read_csv);
    read_every_beginning("x\n\n1\n\"2\"\r\n", read_csv);
    read_every_beginning("1,2\r\n3,4\r\n", read_csv);
}

static int begin_tests(void **state)
{
    (void)state;
    return linclass_context_create(NULL, &ctx);
}

static int end_tests(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libsvm),
        cmocka_unit_test(csv),
    };
    return cmocka_run_group_tests(tests, begin_tests, end_tests);
}
