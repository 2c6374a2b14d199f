/* The k-fold reduction, measured: memory and time of the materialised Jacobian (Approach 1) against
 * the structured gradient (Approach 2). Predicted for B samples: memory B (k^2 n + k) against n k
 * numbers, a ratio of B (k + 1/n); operations B k^2 n against B n k, a ratio of k.
 *
 * Both approaches do one multiplication and one addition for every number they touch, so their times
 * are those of memory: Approach 1 reads its Jacobian, Approach 2 writes its gradient. Where the two
 * live in different caches the ratio of times is not k alone, but
 *
 *     k * (bandwidth of writing n k numbers) / (bandwidth of reading k^2 n numbers)
 *
 * so the bandwidths at exactly these sizes are measured too, and the power law in k is fitted to the
 * ratio as it is and to the ratio without their quotient. */
#include "approaches.h"
#include "bandwidth.h"
#include "load.h"
#include "machine.h"
#include "reference.h"
#include "timing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double tolerance = 1e-5; /* float32, sums of B terms */

/* Points of the power law: the shapes of one sample, by k. */
typedef struct series {
    double *k;
    double *ratio;
    double *corrected;
    size_t count;
} series;

static void report_shape(bench *b, const shape *s)
{
    report_text(b->report, "shape", s->name);
    report_count(b->report, "B", s->m);
    report_count(b->report, "n", s->n);
    report_count(b->report, "k", s->k);
}

static void measure_memory(bench *b, const shape *s, double *largest)
{
    const double numbers_1 = approaches_predicted_numbers(s, 1);
    const double numbers_2 = approaches_predicted_numbers(s, 2);
    report_progress(b->report, "memory, n = %lld, k = %lld", (long long)s->n, (long long)s->k);
    const double first = approaches_memory(b, s, 1);
    const double second = approaches_memory(b, s, 2);
    const double predicted = numbers_1 / numbers_2;
    report_shape(b, s);
    report_bytes(b->report, "approach 1", first);
    report_bytes(b->report, "predicted 1", 4 * numbers_1);
    report_bytes(b->report, "approach 2", second);
    report_bytes(b->report, "predicted 2", 4 * numbers_2);
    report_ratio(b->report, "ratio", first / second);
    report_ratio(b->report, "predicted", predicted);
    report_ratio(b->report, "ratio/predicted", first / second / predicted);
    report_row(b->report);
    *largest = fmax(*largest, fabs(first / second / predicted - 1));
}

/* Both against plain loops in double over the terms that are not zero, sum_i x_ij r_ic. */
static int answers_right(bench *b, const shape *s, approaches *a)
{
    double *const G = bench_allocate(a->n * a->k, sizeof *G);
    memset(G, 0, (size_t)(a->n * a->k) * sizeof *G);
    for (int64_t i = 0; i < a->B; i++)
        for (int64_t j = 0; j < a->n; j++)
            for (int64_t c = 0; c < a->k; c++)
                G[j * a->k + c] += (double)a->X[i * a->n + j] * a->R[i * a->k + c];
    approaches_build_and_multiply(a);
    approaches_use_structure(a);
    const double first = reference_error(a->G_naive, G, a->n * a->k);
    const double second = reference_error(a->G, G, a->n * a->k);
    free(G);
    report_scientific(b->report, "error 1", first);
    report_scientific(b->report, "error 2", second);
    return bench_check(b, s, "the materialised Jacobian's gradient", first, tolerance) &&
           bench_check(b, s, "linclass_gradient_f32", second, tolerance);
}

enum { BUILT, MULTIPLIED, STRUCTURE, CONTESTANTS };

static void report_times(bench *b, const shape *s, approaches *a, double budget, series *points)
{
    contestant c[CONTESTANTS] = {
        [BUILT] = {.run = approaches_build_and_multiply, .argument = a},
        [MULTIPLIED] = {.run = approaches_multiply, .argument = a},
        [STRUCTURE] = {.run = approaches_use_structure, .argument = a},
    };
    const int64_t bytes_1 = 4 * s->m * s->k * s->n * s->k;
    const int64_t bytes_2 = 4 * s->n * s->k;
    const load_clock clock = load_begin();
    timing_run(c, CONTESTANTS, 0.7 * budget);
    const load l = load_end(clock);
    const double reading = bandwidth_measure(BANDWIDTH_READ, bytes_1, 1, 0.1 * budget);
    const double writing = bandwidth_measure(BANDWIDTH_WRITE, bytes_2, 1, 0.1 * budget);
    const double ratio = timing_ratio(&c[MULTIPLIED], &c[STRUCTURE]);
    const double corrected = ratio * reading / writing;
    report_seconds(b->report, "built", c[BUILT].time.median);
    report_seconds(b->report, "multiplied", c[MULTIPLIED].time.median);
    report_percent(b->report, "spread", c[MULTIPLIED].time.spread);
    report_seconds(b->report, "structure", c[STRUCTURE].time.median);
    report_percent(b->report, "its spread", c[STRUCTURE].time.spread);
    report_ratio(b->report, "ratio built", timing_ratio(&c[BUILT], &c[STRUCTURE]));
    report_ratio(b->report, "ratio", ratio);
    report_ratio(b->report, "ratio/k", ratio / (double)s->k);
    report_text(b->report, "J in", machine_level(bytes_1));
    report_bandwidth(b->report, "read at", (double)bytes_1 / c[MULTIPLIED].time.median);
    report_bandwidth(b->report, "read limit", reading);
    report_text(b->report, "G in", machine_level(bytes_2));
    report_bandwidth(b->report, "write limit", writing);
    report_ratio(b->report, "ratio/k at equal bandwidth", corrected / (double)s->k);
    report_percent(b->report, "others' load", l.others + l.steal);
    if (s->m == 1) {
        points->k[points->count] = (double)s->k;
        points->ratio[points->count] = ratio;
        points->corrected[points->count++] = corrected;
    }
}

static void measure_times(bench *b, const shape *s, double budget, series *points)
{
    report_progress(b->report, "time, n = %lld, k = %lld", (long long)s->n, (long long)s->k);
    approaches a = {.B = s->m, .n = s->n, .k = s->k, .ctx = bench_context(1)};
    approaches_inputs(&a);
    a.J = bench_allocate(a.B * a.k * a.n * a.k, sizeof *a.J);
    a.G = bench_allocate(a.n * a.k, sizeof *a.G);
    a.G_naive = bench_allocate(a.n * a.k, sizeof *a.G_naive);
    report_shape(b, s);
    if (answers_right(b, s, &a))
        report_times(b, s, &a, budget, points);
    report_row(b->report);
    linclass_context_destroy(a.ctx);
    approaches_free_inputs(&a);
    free(a.J);
    free(a.G);
    free(a.G_naive);
}

static void report_power_law(bench *b, const series *points)
{
    char sentence[200];
    double exponent, factor;
    if (statistics_power_law(points->k, points->ratio, points->count, &exponent, &factor) != 0)
        return;
    snprintf(sentence, sizeof sentence,
             "Time ratio of one sample, multiplied / structure: %.2f k^%.3f", factor, exponent);
    report_figure(b->report, "time_ratio_exponent", exponent, "1", sentence);
    statistics_power_law(points->k, points->corrected, points->count, &exponent, &factor);
    snprintf(sentence, sizeof sentence,
             "The same without the quotient of the bandwidths: %.2f k^%.3f", factor, exponent);
    report_figure(b->report, "time_ratio_exponent_at_equal_bandwidth", exponent, "1", sentence);
}

static void measure_all_memory(bench *b)
{
    double largest = 0;
    char sentence[200];
    report_table_begin(
        b->report, "memory",
        "Peak memory of one gradient: measured in a process of its own, and predicted");
    for (size_t i = 0; i < b->shape_count; i++)
        measure_memory(b, &b->shapes[i], &largest);
    report_table_end(b->report);
    snprintf(sentence, sizeof sentence,
             "Largest deviation of the memory ratio from B (k + 1/n): %.1f %%", 100 * largest);
    report_figure(b->report, "memory_ratio_deviation", largest, "1", sentence);
}

static void measure_all_times(bench *b)
{
    series points = {.k = bench_allocate((int64_t)b->shape_count, sizeof(double)),
                     .ratio = bench_allocate((int64_t)b->shape_count, sizeof(double)),
                     .corrected = bench_allocate((int64_t)b->shape_count, sizeof(double))};
    report_table_begin(
        b->report, "time",
        "Time of one gradient on one thread: the Jacobian built and multiplied, only "
        "multiplied, and by structure");
    for (size_t i = 0; i < b->shape_count; i++)
        measure_times(b, &b->shapes[i], bench_share(b, b->shape_count - i), &points);
    report_table_end(b->report);
    report_power_law(b, &points);
    free(points.k);
    free(points.ratio);
    free(points.corrected);
}

/* Keep the shapes whose arrays, with a second Jacobian for the bandwidth, fit the memory. */
static void drop_too_large(bench *b)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->shape_count; i++)
        if (bench_fits(b, &b->shapes[i],
                       4.1 * (approaches_predicted_numbers(&b->shapes[i], 1) +
                              5 * approaches_predicted_numbers(&b->shapes[i], 2))))
            b->shapes[kept++] = b->shapes[i];
    b->shape_count = kept;
}

int main(int argc, char **argv)
{
    static const bench_description description = {
        .name = "jacobian",
        .purpose = "Memory and time of the gradient through the materialised Jacobian, and by "
                   "structure. Shapes: B n k name.",
        .shapes = "jacobian.txt",
        .seconds = 90};
    bench b;
    bench_begin(&b, &description, argc, argv);
    machine_set_blas_threads(1);
    drop_too_large(&b);
    measure_all_memory(&b);
    measure_all_times(&b);
    return bench_end(&b);
}
