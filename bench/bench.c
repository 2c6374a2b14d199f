#include "bench.h"

#include "machine.h"
#include "peak_memory.h"
#include "timing.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 * 1024 * 1024 };

typedef struct settings {
    const bench_description *description;
    const char *shapes;
    const char *json;
    double seconds;
    int64_t memory;
    int threads;
} settings;

static const struct argp_option options[] = {
    {"shapes", 's', "FILE", 0, "Shapes to measure, one a line: m n k name", 0},
    {"seconds", 't', "S", 0, "Time budget of the whole run", 0},
    {"memory", 'm', "SIZE", 0, "Memory budget, such as 500M or 6G (default: 80 % of what is free)",
     0},
    {"threads", 'p', "T", 0, "Largest number of threads (default: all)", 0},
    {"json", 'j', "FILE", 0, "Write the figures as one JSON document", 0},
    {0}};

/* A number > 0 with an optional suffix K, M, G (powers of 1000); -1 when it is not one. */
static double parse_amount(const char *text, int with_suffix)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || !(value > 0) || value > 1e15)
        return -1;
    if (with_suffix && *end != '\0' && strchr("KMG", *end) != NULL) {
        value *= *end == 'K' ? 1e3 : *end == 'M' ? 1e6 : 1e9;
        end++;
    }
    return *end == '\0' ? value : -1;
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    settings *const s = state->input;
    switch (key) {
    case 's':
        if (s->description->shapes == NULL)
            argp_error(state, "%s has no shapes", s->description->name);
        s->shapes = argument;
        return 0;
    case 't':
        if ((s->seconds = parse_amount(argument, 0)) < 0)
            argp_error(state, "--seconds is \"%s\", not a number > 0", argument);
        return 0;
    case 'm':
        if ((s->memory = (int64_t)parse_amount(argument, 1)) < 0)
            argp_error(state, "--memory is \"%s\", not a size such as 500M or 6G", argument);
        return 0;
    case 'p':
        s->threads = (int)parse_amount(argument, 0);
        if (s->threads < 1 || s->threads > 1024)
            argp_error(state, "--threads is \"%s\", not an integer from 1 to 1024", argument);
        return 0;
    case 'j':
        s->json = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void complain(const char *sentence, void *user)
{
    report_problem(user, "%s", sentence);
}

void bench_begin(bench *b, const bench_description *description, int argc, char **argv)
{
    char shapes_path[1024] = "";
    settings s = {.description = description,
                  .seconds = description->seconds,
                  .memory = available_memory() / 10 * 8,
                  .threads = machine_threads()};
    const struct argp parser = {
        .options = options, .parser = parse_option, .doc = description->purpose};
    argp_err_exit_status = 2;
    argp_parse(&parser, argc, argv, 0, NULL, &s);
    if (s.shapes == NULL && description->shapes != NULL) {
        snprintf(shapes_path, sizeof shapes_path, "%s/%s", BENCH_SHAPES_DIRECTORY,
                 description->shapes);
        s.shapes = shapes_path;
    }
    *b = (bench){.report = report_create(description->name, s.json),
                 .seconds = s.seconds,
                 .deadline = timing_now() + s.seconds,
                 .memory = s.memory,
                 .threads = s.threads,
                 .begun = load_begin()};
    if (s.shapes != NULL) {
        b->shapes_path = strdup(s.shapes);
        b->shape_count = shapes_read(s.shapes, &b->shapes, complain, b->report);
    }
}

int bench_end(bench *b)
{
    const int problems = report_destroy(b->report);
    free(b->shapes);
    free((char *)b->shapes_path);
    if (b->checks_failed || problems < 0)
        return 1;
    if (b->limits_wrong)
        return 4;
    return problems > 0 ? 3 : 0;
}

double bench_share(const bench *b, size_t parts)
{
    const double left = b->deadline - timing_now();
    return left > 0 && parts > 0 ? left / (double)parts : 0;
}

int bench_thread_counts(const bench *b)
{
    return b->threads > 1 ? 2 : 1;
}

int bench_thread_count(const bench *b, int i)
{
    return i == 0 ? 1 : b->threads;
}

int bench_fits(bench *b, const shape *s, double bytes)
{
    if (timing_now() > b->deadline + b->seconds) {
        report_problem(b->report,
                       "%s:%d: %s: twice the time budget is used up (--seconds): skipped",
                       b->shapes_path, s->line, s->name);
        return 0;
    }
    if (bytes <= (double)b->memory)
        return 1;
    report_problem(b->report,
                   "%s:%d: %s (m = %lld, n = %lld, k = %lld) needs %.2f GB, the memory budget is "
                   "%.2f GB (--memory): skipped",
                   b->shapes_path, s->line, s->name, (long long)s->m, (long long)s->n,
                   (long long)s->k, bytes * 1e-9, (double)b->memory * 1e-9);
    return 0;
}

int bench_machine_busy(const bench *b, load during)
{
    return (during.seconds >= 0.5 && load_is_busy(during)) || load_is_busy(load_end(b->begun));
}

int bench_check(bench *b, const shape *s, const char *what, double error, double tolerance)
{
    if (error < tolerance)
        return 1;
    report_problem(b->report,
                   "%s:%d: %s: %s has relative error %.1e, more than %.1e: wrong, so not timed",
                   b->shapes_path, s->line, s->name, what, error, tolerance);
    b->checks_failed = 1;
    return 0;
}

void *bench_allocate(int64_t count, size_t element)
{
    const size_t bytes = (size_t)(count > 0 ? count : 1) * element;
    const size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : 64;
    void *const memory = aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (memory == NULL) {
        fprintf(stderr, "no memory for %.2f GB\n", (double)bytes * 1e-9);
        exit(1);
    }
    if (bytes >= HUGE_PAGE)
        madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

linclass_context *bench_context(int threads)
{
    linclass_context *ctx = NULL;
    linclass_context_options context_options;
    bench_require(NULL, linclass_context_options_init(&context_options, sizeof context_options));
    context_options.threads = threads;
    bench_require(NULL, linclass_context_create(&context_options, &ctx));
    return ctx;
}

void bench_require(const linclass_context *ctx, linclass_status status)
{
    if (status >= 0)
        return;
    fprintf(stderr, "the library reports %s: %s\n", linclass_status_string(status),
            linclass_context_message(ctx));
    exit(1);
}
