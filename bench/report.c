#include "report.h"

#include "machine.h"
#include "revision.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_COLUMNS = 24, CELL_LENGTH = 48, LINE_WIDTH = 80, GAP = 2 };

typedef char cell[CELL_LENGTH];

struct report {
    const char *json_path;
    json_t *document;
    json_t *table; /* the open one; owned by the document */
    size_t columns;
    size_t column; /* the next cell's */
    size_t rows;
    int printed; /* the table is */
    size_t capacity;
    cell *cells; /* row 0: headings */
    int left_aligned[MAX_COLUMNS];
    int width[MAX_COLUMNS];
    size_t keys; /* the first columns that are counts or texts: what a row is of */
};

report *report_create(const char *program, const char *json_path)
{
    report *const r = calloc(1, sizeof *r);
    if (r == NULL)
        abort();
    const time_t now = time(NULL);
    struct tm utc;
    char started[32];
    gmtime_r(&now, &utc);
    strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", &utc);
    r->json_path = json_path;
    r->document =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:[], s:{}, s:[]}", "format", "linclass-benchmark-1",
                  "program", program, "revision", bench_revision, "started", started, "machine",
                  machine_describe(), "tables", "figures", "problems");
    machine_print();
    printf("revision %s, %s\n", bench_revision, started);
    return r;
}

static int write_document(const report *r)
{
    if (r->json_path == NULL)
        return 0;
    return json_dump_file(r->document, r->json_path, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
}

void report_table_begin(report *r, const char *name, const char *title)
{
    r->table =
        json_pack("{s:s, s:s?, s:{}, s:[{}]}", "name", name, "title", title, "units", "rows");
    json_array_append_new(json_object_get(r->document, "tables"), r->table);
    r->columns = 0;
    r->column = 0;
    r->keys = 0;
    r->rows = 0;
    r->printed = title != NULL;
    if (r->printed)
        printf("\n%s\n", title);
}

static cell *cell_at(report *r, size_t row, size_t column)
{
    const size_t needed = (row + 1) * MAX_COLUMNS;
    if (needed > r->capacity) {
        r->cells = realloc(r->cells, needed * sizeof *r->cells);
        if (r->cells == NULL)
            abort();
        memset(r->cells + r->capacity, 0, (needed - r->capacity) * sizeof *r->cells);
        r->capacity = needed;
    }
    return &r->cells[row * MAX_COLUMNS + column];
}

static void add(report *r, const char *column, const char *unit, json_t *value, const char *text)
{
    json_t *const rows = json_object_get(r->table, "rows");
    json_t *const row = json_array_get(rows, json_array_size(rows) - 1);
    if (r->column >= MAX_COLUMNS)
        abort();
    json_object_set_new(row, column, value);
    if (unit[0] != '\0')
        json_object_set_new(json_object_get(r->table, "units"), column, json_string(unit));
    snprintf(*cell_at(r, r->rows + 1, r->column), CELL_LENGTH, "%s", text);
    if (r->column >= r->columns) { /* the first row that has the column */
        snprintf(*cell_at(r, 0, r->column), CELL_LENGTH, "%s", column);
        r->left_aligned[r->column] = json_is_string(value);
        if (r->keys == r->column && (json_is_string(value) || json_is_integer(value)))
            r->keys++;
        r->columns = r->column + 1;
    }
    r->column++;
}

void report_row(report *r)
{
    json_array_append_new(json_object_get(r->table, "rows"), json_object());
    r->rows++;
    r->column = 0;
}

static int width_of(const char *text)
{
    return (int)strlen(text);
}

static void measure_columns(report *r)
{
    for (size_t column = 0; column < r->columns; column++) {
        r->width[column] = 0;
        for (size_t i = 0; i <= r->rows; i++)
            if (width_of(*cell_at(r, i, column)) > r->width[column])
                r->width[column] = width_of(*cell_at(r, i, column));
    }
}

/* The end of the columns from `begin` on that fit into a line beside the first `keys`; one more than begin at least. */
static size_t last_that_fits(const report *r, size_t keys, size_t begin)
{
    int width = 0;
    for (size_t column = 0; column < keys; column++)
        width += r->width[column] + GAP;
    size_t end = begin;
    while (end < r->columns && (end == begin || width + r->width[end] <= LINE_WIDTH))
        width += r->width[end++] + GAP;
    return end;
}

static void print_cells(report *r, size_t row, size_t begin, size_t end)
{
    for (size_t column = begin; column < end; column++)
        printf("%s%*s", column > 0 ? "  " : "",
               r->left_aligned[column] ? -r->width[column] : r->width[column],
               *cell_at(r, row, column));
}

/* A table that is wider than a line is printed in parts, each with the columns that say what a row is of. */
static void print_table(report *r)
{
    measure_columns(r);
    size_t begin = 0;
    while (begin < r->columns) {
        const size_t keys = begin == 0 ? 0 : r->keys;
        const size_t end = last_that_fits(r, keys, begin);
        if (begin > 0)
            printf("\n");
        for (size_t row = 0; row <= r->rows; row++) {
            print_cells(r, row, 0, keys);
            print_cells(r, row, begin, end);
            printf("\n");
        }
        begin = end;
    }
}

void report_table_end(report *r)
{
    json_t *const rows = json_object_get(r->table, "rows");
    json_array_remove(rows, json_array_size(rows) - 1);
    report_progress(r, "%s", "");
    if (r->rows > 0 && r->printed)
        print_table(r);
    fflush(stdout);
    if (r->cells != NULL)
        memset(r->cells, 0, r->capacity * sizeof *r->cells);
    write_document(r);
}

static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* value in a unit whose prefix leaves three digits before the point at most. */
static void with_prefix(cell text, double value, const char *unit, int smallest)
{
    static const char *const prefixes[] = {"n", "u", "m", "", "k", "M", "G", "T"};
    int prefix = 3;
    while (prefix < 7 && fabs(value) >= 999.5) {
        value /= 1000;
        prefix++;
    }
    while (prefix > smallest && value != 0 && fabs(value) < 0.9995) {
        value *= 1000;
        prefix--;
    }
    const int decimals = fabs(value) < 9.995 ? 2 : fabs(value) < 99.95 ? 1 : 0;
    snprintf(text, CELL_LENGTH, "%.*f %s%s", decimals, value, prefixes[prefix], unit);
}

void report_text(report *r, const char *column, const char *text)
{
    add(r, column, "", json_string(text), text);
}

void report_none(report *r, const char *column, const char *why)
{
    add(r, column, "", json_null(), why);
}

void report_count(report *r, const char *column, int64_t value)
{
    cell text;
    snprintf(text, sizeof text, "%lld", (long long)value);
    add(r, column, "", json_integer(value), text);
}

void report_seconds(report *r, const char *column, double value)
{
    cell text;
    with_prefix(text, value, "s", 0);
    add(r, column, "s", real_or_null(value), text);
}

void report_bytes(report *r, const char *column, double value)
{
    cell text;
    with_prefix(text, value, "B", 3);
    add(r, column, "B", real_or_null(value), text);
}

void report_flops(report *r, const char *column, double value)
{
    cell text;
    with_prefix(text, value, "FLOP/s", 3);
    add(r, column, "FLOP/s", real_or_null(value), text);
}

void report_bandwidth(report *r, const char *column, double value)
{
    cell text;
    with_prefix(text, value, "B/s", 3);
    add(r, column, "B/s", real_or_null(value), text);
}

void report_frequency(report *r, const char *column, double value)
{
    cell text;
    with_prefix(text, value, "Hz", 3);
    add(r, column, "Hz", real_or_null(value), text);
}

void report_ratio(report *r, const char *column, double value)
{
    cell text;
    snprintf(text, sizeof text, "%.*f",
             fabs(value) < 9.995   ? 3
             : fabs(value) < 999.5 ? 1
                                   : 0,
             value);
    add(r, column, "1", real_or_null(value), text);
}

void report_percent(report *r, const char *column, double share)
{
    cell text;
    snprintf(text, sizeof text, "%.*f %%", fabs(share) < 0.0995 ? 1 : 0, 100 * share);
    add(r, column, "1", real_or_null(share), text);
}

void report_scientific(report *r, const char *column, double value)
{
    cell text;
    snprintf(text, sizeof text, "%.1e", value);
    add(r, column, "1", real_or_null(value), text);
}

void report_figure(report *r, const char *name, double value, const char *unit,
                   const char *sentence)
{
    json_object_set_new(json_object_get(r->document, "figures"), name,
                        json_pack("{s:o, s:s, s:s}", "value", real_or_null(value), "unit", unit,
                                  "sentence", sentence));
    printf("%s\n", sentence);
}

void report_problem(report *r, const char *format, ...)
{
    char sentence[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s\n", sentence);
    json_array_append_new(json_object_get(r->document, "problems"), json_string(sentence));
}

void report_progress(report *r, const char *format, ...)
{
    va_list arguments;
    (void)r;
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r\033[K");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fflush(stderr);
}

int report_destroy(report *r)
{
    int result = (int)json_array_size(json_object_get(r->document, "problems"));
    if (write_document(r) != 0) {
        fprintf(stderr, "%s: cannot be written\n", r->json_path);
        result = -1;
    }
    json_decref(r->document);
    free(r->cells);
    free(r);
    return result;
}
