/* The report of a benchmark program: tables for the reader, and the same figures, in base units
 * (seconds, bytes, FLOP/s), as one JSON document.
 *
 *     {"format": "linclass-benchmark-1", "program", "revision", "started", "machine": {...},
 *      "tables": [{"name", "title", "units": {column: unit}, "rows": [{column: value}]}],
 *      "figures": {name: {"value", "unit"}}, "problems": [sentence]} */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdint.h>

typedef struct report report;

/* json_path: where the document goes, or NULL for none. */
report *report_create(const char *program, const char *json_path);

/* A table: rows are collected, and printed in columns by report_table_end, which also writes the
 * document as far as it goes; in parts where it is wider than 80 characters. title NULL: not printed, for long
 * series. */
void report_table_begin(report *r, const char *name, const char *title);
void report_row(report *r);
void report_table_end(report *r);

/* The next cell of the row, which report_row ends. The same columns in the same order in every row of a table. */
void report_text(report *r, const char *column, const char *text);
void report_count(report *r, const char *column, int64_t value);
void report_seconds(report *r, const char *column, double value);
void report_bytes(report *r, const char *column, double value);
void report_flops(report *r, const char *column, double value);     /* FLOP/s */
void report_bandwidth(report *r, const char *column, double value); /* B/s */
void report_frequency(report *r, const char *column, double value); /* Hz */
void report_ratio(report *r, const char *column, double value);
void report_percent(report *r, const char *column, double share);    /* 1 is printed as 100 % */
void report_scientific(report *r, const char *column, double value); /* errors and the like */
void report_none(report *r, const char *column, const char *why);    /* null; printed: why */

/* A figure outside tables, with the sentence that is printed. */
void report_figure(report *r, const char *name, double value, const char *unit,
                   const char *sentence);

/* Something that could not be measured, or went wrong: to stderr and into the document. The rest
 * goes on. */
void report_problem(report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What is being measured, on a terminal only, to be overwritten. */
void report_progress(report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Write the document a last time and free everything. Returns the number of problems, or -1 when the
 * document could not be written. */
int report_destroy(report *r);

#endif
