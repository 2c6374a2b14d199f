/* CSV texts as tables: dialects and types that are found, the corners of cells, mistakes and their places. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/context.h"
#include "data/formats/csv.h"
#include "text_file.h"

static linclass_status read_bytes(const char *text, size_t length,
                                  const linclass_read_options *options, table *read)
{
    byte_reader *reader;
    linclass_context *const ctx = text_file_context();
    assert_int_equal(byte_reader_open(ctx, text_file_write(text, length), &reader), LINCLASS_OK);
    linclass_read_options defaults = text_options();
    const linclass_status status =
        csv_read_table(ctx, reader, options == NULL ? &defaults : options, read);
    byte_reader_close(reader);
    return status;
}

static table read_with(const char *text, const linclass_read_options *options)
{
    table read;
    const linclass_status status = read_bytes(text, strlen(text), options, &read);
    if (status != LINCLASS_OK)
        fail_msg("\"%.60s\": %d, %s", text, (int)status,
                 linclass_context_message(text_file_context()));
    return read;
}

static void refuse_with(const char *text, size_t length, const linclass_read_options *options,
                        linclass_status want, const char *part)
{
    table read;
    const linclass_status status = read_bytes(text, length, options, &read);
    const char *const message = linclass_context_message(text_file_context());
    if (status != want || strstr(message, part) == NULL)
        fail_msg("\"%.60s\": %d, \"%s\", not \"%s\"", text, (int)status, message, part);
    assert_null(read.column);
    assert_null(read.lines);
}

static void refuse(const char *text, const char *part)
{
    refuse_with(text, strlen(text), NULL, LINCLASS_ERROR_FORMAT, part);
}

/* A table as a text: names in a line, if there are any, then the cells, | between them, texts in brackets, a
 * missing cell as _. */
static void show(const table *read, char *text)
{
    for (int64_t j = 0; j < read->names.count; j++)
        text += sprintf(text, "%s%s", j > 0 ? "|" : "", text_list_get(&read->names, j));
    if (read->names.count > 0)
        text += sprintf(text, "\n");
    for (int64_t i = 0; i < read->rows; i++) {
        for (int64_t j = 0; j < read->columns; j++) {
            const table_column *const column = &read->column[j];
            text += sprintf(text, "%s", j > 0 ? "|" : "");
            if (column->kind == TABLE_TEXTS && column->codes[i] >= 0)
                text += sprintf(text, "[%s]", text_list_get(&column->categories, column->codes[i]));
            else if (column->kind == TABLE_TEXTS || isnan(column->numbers[i]))
                text += sprintf(text, "_");
            else
                text += sprintf(text, "%g", column->numbers[i]);
        }
        text += sprintf(text, "\n");
    }
    *text = '\0';
}

static void expect_with(const char *text, const linclass_read_options *options, const char *want,
                        const char *dialect)
{
    table read = read_with(text, options);
    char found[2000];
    show(&read, found);
    if (strcmp(found, want) != 0 || (dialect != NULL && strcmp(read.dialect, dialect) != 0))
        fail_msg("\"%s\" is, %s,\n%s, not, %s,\n%s", text, read.dialect, found,
                 dialect == NULL ? "any" : dialect, want);
    table_end(&read);
}

static void expect(const char *text, const char *want, const char *dialect)
{
    expect_with(text, NULL, want, dialect);
}

static void dialects(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *want;
        const char *dialect;
    } CASES[] = {
        {"a,b\n1,2\n3,4\n", "a|b\n1|2\n3|4\n", "comma-separated, quote \", header"},
        {"1,2\n3,4\n", "1|2\n3|4\n", "comma-separated, quote \", no header"},
        {"a;b\n1,5;2\n3,5;4\n", "a|b\n1.5|2\n3.5|4\n",
         "semicolon-separated, quote \", header, decimal comma"},
        {"a\tb c\n1\t2\n", "a|b c\n1|2\n", "tab-separated, quote \", header"},
        {"a|b\n1|2\n", "a|b\n1|2\n", "bar-separated, quote \", header"},
        {"1 2 3\n4 5 6\n", "1|2|3\n4|5|6\n", "blank-separated, quote \", no header"},
        {"  1   2\t3 \r\n 4 5 6  \r\n", "1|2|3\n4|5|6\n", "blank-separated, quote \", no header"},
        {"x\n1\n2\n", "x\n1\n2\n", "one column, quote \", header"},
        {"1\n2\n", "1\n2\n", "one column, quote \", no header"},
        {"a,'b,c'\n1,2\n3,'4'\n", "a|b,c\n1|2\n3|4\n", "comma-separated, quote ', header"},
        {"n,t\n1,'tis\n2,it's\n", "n|t\n1|['tis]\n2|[it's]\n", "comma-separated, quote \", header"},
        {"n,t\n1,it's\n2,x\n", "n|t\n1|[it's]\n2|[x]\n", "comma-separated, quote \", header"},
        {"n,t\n1,'tis\n2,x\n", "n|t\n1|['tis]\n2|[x]\n", "comma-separated, quote \", header"},
        {"a;b,c\n1;2,5\n3,4\n", "a;b|c\n[1;2]|5\n[3]|4\n", "comma-separated, quote \", header"},
        {"x,y\n'p,1'\nq,2\n", "x|y\n['p]|[1']\n[q]|[2]\n", NULL},
        {"a;b,c\n1;2,5\n3;4,5\n6;7\n", "a|b,c\n1|2.5\n3|4.5\n6|7\n",
         "semicolon-separated, quote \", header, decimal comma"},
        {"a;b,c\n1,2\n3,4\n", "a;b|c\n1|2\n3|4\n", "comma-separated, quote \", header"},
        {"n,t\n1,\"a\" b\n2,c\n", "n|t\n1|[\"a\" b]\n2|[c]\n", "comma-separated, no quote, header"},
        {"39, State-gov, 77516\n50, ?, 83311\n", "39|[State-gov]|77516\n50|_|83311\n",
         "comma-separated, quote \", no header"},
        {"2020-01-01 10:00,1\n2020-01-02 11:00,2\n", "[2020-01-01 10:00]|1\n[2020-01-02 11:00]|2\n",
         "comma-separated, quote \", no header"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        expect(CASES[i].text, CASES[i].want, CASES[i].dialect);
}

static void cells(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *want;
    } CASES[] = {
        {"a,b\n\"x,y\",1\n\"p\nq\",2\n", "a|b\n[x,y]|1\n[p\nq]|2\n"},
        {"a,b\n\"say \"\"hi\"\"\",1\n\"\"\"\",2\n", "a|b\n[say \"hi\"]|1\n[\"]|2\n"},
        {"a,b\r\n\"x\",1\r\n y ,2", "a|b\n[x]|1\n[y]|2\n"},
        {"\xef\xbb\xbf"
         "a,b\n1,2\n",
         "a|b\n1|2\n"},
        {"a,b\n1,2\n\n\r\n", "a|b\n1|2\n"},
        {"a,b\n\n1,2\n   \n3,4\n", "a|b\n1|2\n3|4\n"},
        {"a\n1\n\n3\n\n", "a\n1\n_\n3\n"},
        {"a,b\n,2\nNA,N/A\nNaN,nan\nnull,NULL\nNone,?\n\"\",\"NA\"\n1,5",
         "a|b\n_|2\n_|_\n_|_\n_|_\n_|_\n_|_\n1|5\n"},
        {"a,b\nx,\n,1\n", "a|b\n[x]|_\n_|1\n"},
        {"a,b\n1,2\r3\n4,5\n", "a|b\n1|[2\r3]\n4|[5]\n"},
        {"a,b\n\"1.5\",+2e3\n -.5 ,1.\n3E2,4e1\n", "a|b\n1.5|2000\n-0.5|1\n300|40\n"},
        {"a,b\n0x10,1\n1_000,2\n", "a|b\n[0x10]|1\n[1_000]|2\n"},
        {"a,b\n,\n,\n", "a|b\n_|_\n_|_\n"},
        {"a,b\ninf,1\nx,2\n", "a|b\n[inf]|1\n[x]|2\n"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        expect(CASES[i].text, CASES[i].want, NULL);
}

static void headers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *want;
    } CASES[] = {
        {"name,class\nann,x\nbob,y\ncid,x\n", "name|class\n[ann]|[x]\n[bob]|[y]\n[cid]|[x]\n"},
        {"ann,x\nbob,y\nann,x\n", "[ann]|[x]\n[bob]|[y]\n[ann]|[x]\n"},
        {"a,b\n", "a|b\n"},   /* a header alone */
        {"a,1\n", "[a]|1\n"}, /* a row alone */
        {"1,2\n", "1|2\n"},
        {",a\n0,1\n1,2\n", "column_0|a\n0|1\n1|2\n"}, /* row numbers without a name */
        {"id,2020,2021\n1,5,6\n2,7,8\n", "id|2020|2021\n1|5|6\n2|7|8\n"},
        {"NA,1\n2,3\n", "_|1\n2|3\n"},
        {"\n  \na,b\n1,2\n", "a|b\n1|2\n"},
        {"\"a \"\"b\"\"\",\"c\nd\"\n1,2\n", "a \"b\"|c\nd\n1|2\n"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        expect(CASES[i].text, CASES[i].want, NULL);
}

/* Numbers above numbers are names where they are years, and nothing else is against it. */
static void headers_of_years(void **state)
{
    (void)state;
    static const char HEADER[] = "comma-separated, quote \", header";
    static const char NONE[] = "comma-separated, quote \", no header";
    static const char DOUBT[] = "comma-separated, quote \", no header (the first line may be one)";
    static const struct {
        const char *text;
        const char *want;
        const char *dialect;
    } CASES[] = {
        {"country,2019,2020,class\nDE,1.5,2.5,yes\nFR,2.5,3,no\n",
         "country|2019|2020|class\n[DE]|1.5|2.5|[yes]\n[FR]|2.5|3|[no]\n", HEADER},
        {"a,2010,2005,2000\nx,1,,3\ny,,,6\n", "a|2010|2005|2000\n[x]|1|_|3\n[y]|_|_|6\n", HEADER},
        {",1999,2000,c\nx,1,2,p\ny,3,4,q\n", "column_0|1999|2000|c\n[x]|1|2|[p]\n[y]|3|4|[q]\n",
         "comma-separated, quote \", header, 1 without a name"},
        /* The same rows without a header. */
        {"DE,1.5,2.5,yes\nFR,2.5,3,no\n", "[DE]|1.5|2.5|[yes]\n[FR]|2.5|3|[no]\n", NONE},
        /* Years of samples: the column has others. */
        {"DE,2019,2020\nFR,2001,7\n", "[DE]|2019|2020\n[FR]|2001|7\n", NONE},
        /* Texts that occur again. */
        {"DE,2019,2020,yes\nFR,2.5,3,yes\n", "[DE]|2019|2020|[yes]\n[FR]|2.5|3|[yes]\n", NONE},
        /* One year; years not evenly spaced, far apart, the same; numbers that are no years; one above texts. */
        {"a,2019\nx,1\ny,2\n", "[a]|2019\n[x]|1\n[y]|2\n", NONE},
        {"a,2000,2001,2003\nx,1,2,3\n", "[a]|2000|2001|2003\n[x]|1|2|3\n", NONE},
        {"a,1900,2000\nx,1,2\n", "[a]|1900|2000\n[x]|1|2\n", NONE},
        {"a,2000,2000\nx,1,2\n", "[a]|2000|2000\n[x]|1|2\n", NONE},
        {"a,1799,1800\nx,1,2\n", "[a]|1799|1800\n[x]|1|2\n", NONE},
        {"a,2100,2101\nx,1,2\n", "[a]|2100|2101\n[x]|1|2\n", NONE},
        {"a,2000.0,2001\nx,1,2\n", "[a]|2000|2001\n[x]|1|2\n", NONE},
        {"a,2000,2001,7\nx,1,2,3\n", "[a]|2000|2001|7\n[x]|1|2|3\n", NONE},
        {"a,2000,2001\nx,1,b\n", "[a]|2000|[2001]\n[x]|1|[b]\n", NONE},
        /* Years alone, and names that are the same. */
        {"2019,2020\n1.5,2.5\n", "2019|2020\n1.5|2.5\n", NONE},
        {"a,2019,2020,a\nx,1,2,p\n", "[a]|2019|2020|[a]\n[x]|1|2|[p]\n", NONE},
        /* Not years, but below the texts others occur again: said, not decided. */
        {"id,1,2,class\na,5,6,yes\nb,6,7,yes\nc,7,9,no\n",
         "[id]|1|2|[class]\n[a]|5|6|[yes]\n[b]|6|7|[yes]\n[c]|7|9|[no]\n", DOUBT},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        expect(CASES[i].text, CASES[i].want, CASES[i].dialect);
    linclass_read_options options = text_options();
    options.header = 0;
    expect_with("id,1,class\na,5,y\nb,6,y\n", &options, "[id]|1|[class]\n[a]|5|[y]\n[b]|6|[y]\n",
                NONE);
}

static void options_before_what_is_found(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.header = 0;
    expect_with("a,b\n1,2\n", &options, "[a]|[b]\n[1]|[2]\n", NULL);
    options.header = 1;
    expect_with("1,2\n3,4\n", &options, "1|2\n3|4\n", "comma-separated, quote \", header");
    options = text_options();
    options.delimiter = ':';
    expect_with("a:b\n1,5:2\n", &options, "a|b\n[1,5]|2\n", ":-separated, quote \", header");
    options.delimiter = '\t';
    expect_with("a,b\tc\nx,y\t3\n", &options, "a,b|c\n[x,y]|3\n",
                "tab-separated, quote \", header");
    options.delimiter = ' ';
    expect_with("1\n\n2\n", &options, "1\n2\n", "blank-separated, quote \", no header");
    options.delimiter = ',';
    options.quote = 0;
    expect_with("a,b\n\"x,1\n", &options, "a|b\n[\"x]|1\n", "comma-separated, no quote, header");
    options.quote = '%';
    expect_with("a,b\n%x,y%,1\n", &options, "a|b\n[x,y]|1\n", "comma-separated, quote %, header");
    static const int32_t BAD[] = {-1, 'a', '7', '.', '-', '\n', '\r', 127, 1000};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        options = text_options();
        options.delimiter = BAD[i];
        refuse_with("a\n", 2, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "options.delimiter");
        options = text_options();
        options.quote = i == 0 ? -2 : BAD[i];
        refuse_with("a\n", 2, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "options.quote");
    }
    options = text_options();
    options.header = 2;
    refuse_with("a\n", 2, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "options.header");
    static const int32_t BLANKS[] = {' ', '\t'};
    for (size_t i = 0; i < sizeof BLANKS / sizeof BLANKS[0]; i++) {
        options = text_options();
        options.quote = BLANKS[i];
        refuse_with("a\n", 2, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "options.quote");
    }
    options = text_options();
    options.delimiter = options.quote = ';';
    refuse_with("a\n", 2, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "options.quote");
}

static void rows_that_end_with_carriage_returns(void **state)
{
    (void)state;
    expect("a,b\r1,2\r3,4\r", "a|b\n1|2\n3|4\n", NULL);
    expect("a,b\r\r1,\"x\ry\"\r3,z", "a|b\n1|[x\ny]\n3|[z]\n", NULL);
    expect("1,2\r", "1|2\n", NULL);
    refuse("a,b\r1,2\r3\r", "line 3, column 1: a row of 1 cells");
    table read = read_with("a,b\r1,2\r\r3,4\r", NULL);
    assert_int_equal(read.lines[0], 2);
    assert_int_equal(read.lines[1], 4);
    table_end(&read);
}

static void columns_without_names(void **state)
{
    (void)state;
    expect("a,,b,\"\"\n1,2,3,4\n5,6,7,8\n", "a|column_1|b|column_3\n1|2|3|4\n5|6|7|8\n",
           "comma-separated, quote \", header, 2 without a name");
    refuse("column_1,\n1,2\n", "columns 0 and 1 have the same name, 'column_1'");
}

static void what_precedes_the_rows(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *want;
        const char *dialect;
    } CASES[] = {
        {"# made, by\n#\n\na,b\n1,2\n", "a|b\n1|2\n",
         "comma-separated, quote \", header, 2 of comment before"},
        {"#made by x\na,b\n1,2\n", "a|b\n1|2\n",
         "comma-separated, quote \", header, 1 of comment before"},
        {"# comment\n#a,b\n1,2\n", "#a|b\n1|2\n",
         "comma-separated, quote \", header, 1 of comment before"},
        {"#a,b\n# comment\n1,2\n", "1|2\n",
         "comma-separated, quote \", no header, 2 of comment before"},
        {"#f00,1\n#0f0,2\nred,3\n", "[#f00]|1\n[#0f0]|2\n[red]|3\n",
         "comma-separated, quote \", no header"},
        {"#f00\n#0f0\n", "#f00\n[#0f0]\n", NULL},
        {"a,b\n#1,2\n", "a|b\n[#1]|2\n", NULL},
        {"sep=;\na;b\n1;2\n", "a|b\n1|2\n", "semicolon-separated, quote \", header"},
        {"sep=:\r\na:b,c\r\n1:2,5\r\n", "a|b,c\n1|[2,5]\n", ":-separated, quote \", header"},
        {"sep=\t\n# x\na\tb\n1,5\t2\n", "a|b\n1.5|2\n",
         "tab-separated, quote \", header, decimal comma, 1 of comment before"},
        {"# c\nx\n1\n", "x\n1\n", "one column, quote \", header, 1 of comment before"},
        {"#\tc,d\na,b\n1,2\n", "a|b\n1|2\n",
         "comma-separated, quote \", header, 1 of comment before"},
        {"#c,\"d\na,b\n1,2\n", "a|b\n1|2\n",
         "comma-separated, quote \", header, 1 of comment before"},
        {"sep=x\n1\n", "sep=x\n1\n", NULL},
        {"sep=;", "[sep=]|_\n", NULL},
        {"sep=\n1\n", "sep=\n1\n", NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        expect(CASES[i].text, CASES[i].want, CASES[i].dialect);
    refuse("# c\n\na,b\n1,2\n3\n", "line 5, column 1: a row of 1 cells");
    linclass_read_options options = text_options();
    options.delimiter = ',';
    expect_with("sep=;\na,b\n1,2\n", &options, "a|b\n1|2\n", NULL);
}

static void decimal_points(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *want;
    } CASES[] = {
        {"a;b\n\"-1,5e2\";,5\n7;1,\n", "a|b\n-150|0.5\n7|1\n"},
        {"a;b\n1,23456789012345678901;2\n", "a|b\n1.23457|2\n"},
        {"a;b\n1,5;2.5\n", "a|b\n[1,5]|2.5\n"},
        {"a;b\n1,5;1.2.2020\n", "a|b\n1.5|[1.2.2020]\n"},
        {"a|b\n1,5|2\n", "a|b\n[1,5]|2\n"},
        {"a;b\n1.234,5;2\n", "a|b\n[1.234,5]|2\n"},
        {"a;b\n1,5;\"x\"y\n2,5;z\n", "a|b\n1.5|[\"x\"y]\n2.5|[z]\n"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        expect(CASES[i].text, CASES[i].want, NULL);
    linclass_read_options options = text_options();
    options.decimal = '.';
    expect_with("a;b\n1,5;2\n", &options, "a|b\n[1,5]|2\n", NULL);
    options.decimal = ',';
    expect_with("a|b\n1,5|2.5\n", &options, "a|b\n1.5|[2.5]\n",
                "bar-separated, quote \", header, decimal comma");
    expect_with("a\n1,5\n", &options, "a\n1.5\n", NULL); /* no comma separates */
    expect_with("sep=,\na\n1,5\n", &options, "a\n1.5\n", NULL);
    options.delimiter = ',';
    refuse_with("a\n", 2, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "are both a comma");
    options = text_options();
    options.decimal = ';';
    refuse_with("a\n", 2, &options, LINCLASS_ERROR_INVALID_ARGUMENT, "options.decimal is 59");
}

static void mistakes(void **state)
{
    (void)state;
    refuse("a,b\n1,2\n1,2,3\n4,5\n", "line 3, column 1: a row of 3 cells, where the first has 2");
    refuse("a,b\n1,2\n\n7\n4,5\n", "line 4, column 1: a row of 1 cells, where the first has 2");
    refuse("a,b\n1,2\n3,4,\n", "line 3, column 1: a row of 3 cells");
    refuse("a,b\n1,2\n3,\"x\n4,5\n", "line 3, column 3: a quote that is never closed");
    refuse("a,\"b\n1,2\n", "line 1, column 3: a quote that is never closed");
    refuse("\"a,b\n", "line 1, column 1: a quote that is never closed");
    refuse("a,b\n1,2\n3,inf\n", "line 3, column 3: a number that is not finite");
    refuse("a,b\n1,2\n-Infinity,3\n", "line 3, column 1: a number that is not finite");
    refuse("a,b\n1,2\n3,1e400\n", "line 3, column 3: a number that is not finite");
    refuse("a,b\n1,2\n3,1e400\n5,6\n", "line 3, column 3: a number that is not finite");
    refuse("a,b,a\n1,2,3\n", "columns 0 and 2 have the same name, 'a'");
    refuse("a,b\n1,\xff\n", "line 2, column 3: bytes that are not UTF-8");
    refuse("a,b\n1,\xc3\n", "line 2, column 3: bytes that are not UTF-8");
    refuse_with("a,b\n1,2\n3\0,4\n", 13, NULL, LINCLASS_ERROR_FORMAT,
                "line 3, column 2: a NUL byte");
    refuse("", "has no rows");
    refuse("\n \r\n\n", "has no rows");
    refuse("\xef\xbb\xbf", "has no rows");
    linclass_read_options options = text_options();
    options.quote = '"';
    const char *const text = "a,b\n1,\"x\"y\n";
    refuse_with(text, strlen(text), &options, LINCLASS_ERROR_FORMAT,
                "line 2, column 5: a cell goes on after its closing quote");
    static const struct {
        const char *text;
        const char *place;
    } AFTER_QUOTE[] = {
        {"\"a\"x,b\n1,2\n", "line 1, column 3: a cell goes on after its closing quote"},
        {"a,b\n1,\"x\"\ry\n", "line 2, column 5: a cell goes on after its closing quote"},
        {"a;b\n1,5;\"x\"y\n", "line 2, column 7: a cell goes on after its closing quote"},
    };
    for (size_t i = 0; i < sizeof AFTER_QUOTE / sizeof AFTER_QUOTE[0]; i++)
        refuse_with(AFTER_QUOTE[i].text, strlen(AFTER_QUOTE[i].text), &options,
                    LINCLASS_ERROR_FORMAT, AFTER_QUOTE[i].place);
    options.header = 1;
    refuse_with(AFTER_QUOTE[0].text, strlen(AFTER_QUOTE[0].text), &options, LINCLASS_ERROR_FORMAT,
                AFTER_QUOTE[0].place);
    refuse_with("a,\"b\n1,2\n", 9, &options, LINCLASS_ERROR_FORMAT,
                "line 1, column 3: a quote that is never closed");
    options = text_options();
    options.delimiter = ',';
    options.header = 1;
    expect_with("\t\n", &options, "column_0\n", NULL); /* blanks, but for a header without a name */
}

static void lines_and_counts(void **state)
{
    (void)state;
    table read = read_with("a,b,c\n1,2.5,\"p\nq\"\n\n3,,x\r\n4,5,\n", NULL);
    assert_int_equal(read.rows, 3);
    assert_int_equal(read.columns, 3);
    assert_int_equal(read.lines[0], 2);
    assert_int_equal(read.lines[1], 5);
    assert_int_equal(read.lines[2], 6);
    assert_int_equal(read.column[0].integers, 1);
    assert_int_equal(read.column[1].integers, 0);
    assert_int_equal(read.column[0].missing, 0);
    assert_int_equal(read.column[1].missing, 1);
    assert_int_equal(read.column[2].missing, 1);
    assert_int_equal(read.column[2].categories.count, 2);
    assert_non_null(strstr(read.source, "text'"));
    table_end(&read);
    /* All doubles from 2^53 on are integers, also those beyond int64_t. */
    read = read_with("a,b\n1e300,-1e20\n9007199254740992,9223372036854775808\n", NULL);
    assert_int_equal(read.column[0].integers, 1);
    assert_int_equal(read.column[1].integers, 1);
    table_end(&read);
}

/* Standard input of which something has been read already: only what is left is the table. */
static void standard_input_from_its_middle(void **state)
{
    (void)state;
    static const char TEXT[] = "read\na,b\n1,2\n";
    const int file = open(text_file_write(TEXT, strlen(TEXT)), O_RDONLY | O_CLOEXEC);
    const int before = dup(STDIN_FILENO);
    assert_true(file >= 0 && lseek(file, 5, SEEK_SET) == 5);
    assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
    byte_reader *reader;
    table read;
    const linclass_read_options defaults = text_options();
    linclass_context *const ctx = text_file_context();
    assert_int_equal(byte_reader_open(ctx, "-", &reader), LINCLASS_OK);
    assert_int_equal(csv_read_table(ctx, reader, &defaults, &read), LINCLASS_OK);
    byte_reader_close(reader);
    assert_int_equal(read.rows, 1);
    assert_int_equal(read.columns, 2);
    assert_true(read.column[1].numbers[0] == 2);
    table_end(&read);
    (void)close(file);
    (void)dup2(before, STDIN_FILENO);
    (void)close(before);
}

/* Doubles around 2^52, from where on all are integers. */
static void integers_around_2_to_52(void **state)
{
    (void)state;
    table read = read_with("a,b,c,d\n4503599627370495.5,4503599627370495,-4503599627370497,\n"
                           "1,,-0,.25\n",
                           NULL);
    assert_int_equal(read.column[0].integers, 0);
    assert_int_equal(read.column[1].integers, 1);
    assert_int_equal(read.column[2].integers, 1);
    assert_int_equal(read.column[3].integers, 0);
    table_end(&read);
}

/* Integers of 1 to 12 digits, which are read 8 bytes at once where so many are left: behind each another cell, the end
 * of the row or that of the text, or characters that make it another number or none. */
static void integers_of_any_length(void **state)
{
    (void)state;
    static const char *const ENDS[] = {"", "\n", "\r\n", "\n3,4\n", ".5\n", "e1\n", "E-1\n3,4\n"};
    static const char *const LATER[] = {"",        ",1\n2",      ".25,1\n2",   "e2,1\n2",
                                        "E2,1\n2", " ,1\n2,3\n", "\t,1\n2,3\n"};
    for (int digits = 1; digits <= 12; digits++) {
        for (size_t i = 0; i < sizeof ENDS / sizeof ENDS[0]; i++) {
            char text[100];
            char *end;
            (void)sprintf(text, "a,b\n7,%.*s%s", digits, "908172635499", ENDS[i]);
            table read = read_with(text, NULL);
            assert_int_equal(read.column[1].kind, TABLE_NUMBERS);
            assert_true(read.column[1].numbers[0] == strtod(text + 6, &end));
            table_end(&read);
            (void)sprintf(text, "a,b\n%.*s%s,4\n", digits, "0081726354990", LATER[i]);
            read = read_with(text, NULL);
            assert_int_equal(read.column[0].kind, TABLE_NUMBERS);
            assert_true(read.column[0].numbers[0] == strtod(text + 4, &end));
            table_end(&read);
        }
    }
    /* What follows the digits makes a text of them: the bytes before '0' and behind '9', and those beyond ASCII. */
    static const char *const TEXTS[] = {
        "12/3", "12:3", "1/", "1:", "12x", "1234567:", "12\xc3\xa9"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        char text[100];
        (void)sprintf(text, "a,b\n%s,1\n5,6\n", TEXTS[i]);
        table read = read_with(text, NULL);
        assert_int_equal(read.column[0].kind, TABLE_TEXTS);
        assert_string_equal(text_list_get(&read.column[0].categories, read.column[0].codes[0]),
                            TEXTS[i]);
        table_end(&read);
    }
}

enum { MANY = 80000 };

/* A text of several pieces; in quotes, newlines and delimiters. late: the row from which a column of numbers has
 * texts. */
static char *many_rows(bool quotes, int64_t late)
{
    char *const text = malloc((size_t)MANY * 80 + 100);
    assert_non_null(text);
    char *at = text + sprintf(text, "i,half,t,late\n");
    for (int64_t i = 0; i < MANY; i++) {
        at += sprintf(at, "%d,%d.5,", (int)i, (int)(i % 1000));
        at += sprintf(at, quotes && i % 3 == 0 ? "\"x\n,%d\n\"\"\n\"" : "x%d", (int)(i % 50));
        at += sprintf(at, i >= late ? ",t%d\n" : ",%d\n", (int)(i % 9));
    }
    return text;
}

static void check_many(const table *read, bool quotes, bool late)
{
    assert_int_equal(read->rows, MANY);
    assert_int_equal(read->columns, 4);
    assert_int_equal(read->column[2].kind, TABLE_TEXTS);
    assert_int_equal(read->column[3].kind, late ? TABLE_TEXTS : TABLE_NUMBERS);
    int64_t line = 2;
    for (int64_t i = 0; i < MANY; i++) {
        char want[40];
        const table_column *const texts = &read->column[2];
        const bool quoted = quotes && i % 3 == 0;
        assert_true(read->column[0].numbers[i] == (double)i);
        assert_true(read->column[1].numbers[i] == (double)(i % 1000) + 0.5);
        (void)sprintf(want, quoted ? "x\n,%d\n\"\n" : "x%d", (int)(i % 50));
        assert_string_equal(text_list_get(&texts->categories, texts->codes[i]), want);
        assert_int_equal(read->lines[i], line);
        line += quoted ? 4 : 1;
        if (!late)
            assert_true(read->column[3].numbers[i] == (double)(i % 9));
    }
    for (int64_t c = 1; c < read->column[2].categories.count; c++)
        assert_true(strcmp(text_list_get(&read->column[2].categories, c - 1),
                           text_list_get(&read->column[2].categories, c)) < 0);
}

static void many_pieces(void **state)
{
    (void)state;
    for (int quotes = 0; quotes < 2; quotes++) {
        for (int late = 0; late < 2; late++) {
            char *const text = many_rows(quotes == 1, late == 1 ? MANY - 1 : MANY);
            table read = read_with(text, NULL);
            check_many(&read, quotes == 1, late == 1);
            if (late == 1) {
                const table_column *const column = &read.column[3];
                assert_int_equal(column->categories.count, 10);
                assert_string_equal(text_list_get(&column->categories, column->codes[9]), "0");
                assert_string_equal(text_list_get(&column->categories, column->codes[MANY - 1]),
                                    "t7");
            }
            table_end(&read);
            free(text);
        }
    }
}

/* One cell of quotes and newlines that is longer than several pieces. */
static void huge_cell(void **state)
{
    (void)state;
    enum { LONG = 3000000 };
    char *const text = malloc(LONG + 100);
    assert_non_null(text);
    char *at = text + sprintf(text, "a,b\n1,\"");
    for (int i = 0; i < LONG; i++)
        *at++ = "\n,x"[i % 3];
    (void)sprintf(at, "\"\n2,y\n");
    table read = read_with(text, NULL);
    assert_int_equal(read.rows, 2);
    assert_int_equal(read.column[1].categories.count, 2);
    assert_int_equal(strlen(text_list_get(&read.column[1].categories, 0)), LONG);
    assert_int_equal(read.lines[1], 3 + LONG / 3);
    table_end(&read);
    free(text);
}

/* Rows of 700000 bytes, of which the beginning of a text that is looked at has eight, and the last has no end of
 * line. The ninth has a text. */
static void wide_rows(void **state)
{
    (void)state;
    enum { COLUMNS = 100000, ROWS = 10 };
    char *const text = malloc((size_t)ROWS * COLUMNS * 7 + 1);
    assert_non_null(text);
    char *at = text;
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            at += sprintf(at, i == 8 && j == 7 ? "text%d%c" : "%d%c", 10000 + j % 1000 + i,
                          j + 1 < COLUMNS ? ',' : '\n');
    at[-1] = '\0';
    table read = read_with(text, NULL);
    assert_int_equal(read.rows, ROWS);
    assert_int_equal(read.columns, COLUMNS);
    assert_true(read.column[COLUMNS - 1].numbers[ROWS - 1] == 10999 + ROWS - 1);
    assert_int_equal(read.column[7].kind, TABLE_TEXTS);
    table_end(&read);
    free(text);
}

static void first_mistake_of_many(void **state)
{
    (void)state;
    char *const text = many_rows(true, MANY);
    const size_t length = strlen(text);
    text[length - 1] = ',';
    refuse(text, "a row of 5 cells");
    char *const half = strstr(text, "\n40000,");
    half[6] = '\xff';
    refuse(text, "bytes that are not UTF-8");
    free(text);
}

/* Through the public function, labels by name. */
static void data_set(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.label = "kind";
    linclass_dataset *dataset = text_file_read("x,kind,y\n1,b,2\n3,a,4.5\n5,b,6\n", &options);
    linclass_matrix X;
    assert_int_equal(linclass_dataset_matrix(dataset, &X, sizeof X), LINCLASS_OK);
    assert_int_equal(X.rows, 3);
    assert_int_equal(X.cols, 2);
    const int64_t *const labels = linclass_dataset_labels(dataset);
    assert_true(labels[0] == 1 && labels[1] == 0 && labels[2] == 1);
    assert_string_equal(linclass_dataset_class_name(dataset, 0), "a");
    assert_string_equal(linclass_dataset_feature_name(dataset, 1), "y");
    linclass_dataset_destroy(dataset);
    text_file_refuse_bytes("\x01\x02\x03", 3, NULL, LINCLASS_ERROR_FORMAT, "is of no format");
}

static int32_t stop_at_once(int64_t done, int64_t total, void *user)
{
    (void)done;
    (void)total;
    (void)user;
    return 1;
}

static void stopped_by_its_callback(void **state)
{
    (void)state;
    char *const text = many_rows(false, MANY);
    linclass_read_options options = text_options();
    options.progress = stop_at_once;
    refuse_with(text, strlen(text), &options, LINCLASS_STOPPED_BY_CALLBACK, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialects),
        cmocka_unit_test(cells),
        cmocka_unit_test(headers),
        cmocka_unit_test(headers_of_years),
        cmocka_unit_test(options_before_what_is_found),
        cmocka_unit_test(rows_that_end_with_carriage_returns),
        cmocka_unit_test(columns_without_names),
        cmocka_unit_test(what_precedes_the_rows),
        cmocka_unit_test(decimal_points),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(lines_and_counts),
        cmocka_unit_test(standard_input_from_its_middle),
        cmocka_unit_test(integers_around_2_to_52),
        cmocka_unit_test(integers_of_any_length),
        cmocka_unit_test(many_pieces),
        cmocka_unit_test(huge_cell),
        cmocka_unit_test(wide_rows),
        cmocka_unit_test(first_mistake_of_many),
        cmocka_unit_test(data_set),
        cmocka_unit_test(stopped_by_its_callback),
    };
    return cmocka_run_group_tests(tests, text_file_begin, text_file_end);
}
