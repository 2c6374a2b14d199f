/* Whole trainings on images, from the uint8 pixels as they lie in the file.
 *
 * epochs       softmax regression as in a course: SGD, batches of 100, 10 epochs. Time by repeated fits;
 *              peak memory of a process that reads the data and fits, everything included
 * iteration    what L-BFGS costs beside its evaluations of F and the gradient (iteration.c)
 * time to ...  each solver minimises F = mean loss + (l2 / 2) ||theta||^2, l2 = 1e-4: seconds until the
 *              test error, and until the objective, is below a line. The lines of the objective are
 *              given by the gap to the smallest value any solver reached in this run,
 *              (F - F_best) / F_best. Seconds include what each solver spends on reporting. */
#include "bench.h"
#include "images.h"
#include "iteration.h"
#include "load.h"
#include "peak_memory.h"
#include "timing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EPOCHS = 10, BATCH = 100, MAX_POINTS = 4096 };

typedef struct solver {
    const char *name;
    int32_t number;
} solver;

static const solver solvers[] = {
    {"sgd", LINCLASS_SOLVER_SGD},
    {"gradient descent", LINCLASS_SOLVER_GRADIENT_DESCENT},
    {"l-bfgs", LINCLASS_SOLVER_LBFGS},
    {"newton-cg", LINCLASS_SOLVER_NEWTON_CG},
};
enum { SOLVERS = sizeof solvers / sizeof solvers[0] };

/* One training as in a course, and what came of it. */
typedef struct training {
    const char *directory;
    int threads;
    double seconds; /* of the fit alone */
    double test_error;
    double test_loss;
    double memory; /* bytes */
} training;

static void fit_epochs(linclass_context *ctx, const images *set, training *t)
{
    linclass_fit_options options;
    linclass_model *model;
    linclass_evaluation evaluation;
    bench_require(ctx, linclass_fit_options_init(&options, sizeof options));
    options.l2 = 0;
    options.solver = LINCLASS_SOLVER_SGD;
    options.max_iterations = EPOCHS;
    options.batch_size = BATCH;
    const double start = timing_now();
    bench_require(ctx, linclass_fit(ctx, &set->train_X, set->train_y, &options, NULL, &model));
    t->seconds = timing_now() - start;
    bench_require(ctx, linclass_evaluation_init(&evaluation, sizeof evaluation));
    bench_require(ctx, linclass_model_evaluate(ctx, model, &set->test_X, set->test_y, &evaluation));
    t->test_error = evaluation.error;
    t->test_loss = evaluation.loss;
    linclass_model_destroy(model);
}

static void train_in_own_process(void *argument)
{
    training *const t = argument;
    char message[200];
    images set;
    linclass_context *const ctx = bench_context(t->threads);
    if (images_read(ctx, t->directory, &set, message, sizeof message) != 0)
        return;
    fit_epochs(ctx, &set, t);
}

/* Bytes of the whole process, whose parent has not read the data yet; NaN after a problem. */
static double epochs_memory(bench *b, const char *name, training *t)
{
    char message[200];
    peak_memory peak;
    const peak_memory_work work = {NULL, train_in_own_process, t};
    if (peak_memory_measure(&work, &peak, message, sizeof message) == 0)
        return (double)peak.whole;
    report_problem(b->report, "%s: memory not measured: %s", name, message);
    return NAN;
}

static void report_epochs(bench *b, const char *name, const images *set, training *t, double budget)
{
    double seconds[TIMING_MAX_REPEATS];
    size_t repeats = 0;
    report_progress(b->report, "%s, %d epochs, %d threads", name, EPOCHS, t->threads);
    linclass_context *const ctx = bench_context(t->threads);
    const double deadline = timing_now() + budget;
    const load_clock clock = load_begin();
    do {
        fit_epochs(ctx, set, t);
        seconds[repeats++] = t->seconds;
    } while (repeats < TIMING_MAX_REPEATS && timing_now() < deadline);
    const load l = load_end(clock);
    const summary time = statistics_summarise(seconds, repeats);
    report_text(b->report, "data", name);
    report_count(b->report, "threads", t->threads);
    report_count(b->report, "epochs", EPOCHS);
    report_seconds(b->report, "training", time.median);
    report_percent(b->report, "spread", time.spread);
    report_seconds(b->report, "an epoch", time.median / EPOCHS);
    report_percent(b->report, "test error", t->test_error);
    report_ratio(b->report, "test loss", t->test_loss);
    report_bytes(b->report, "peak RSS", t->memory);
    report_count(b->report, "repeats", (int64_t)repeats);
    report_percent(b->report, "others' load", l.others + l.steal);
    report_row(b->report);
    linclass_context_destroy(ctx);
}

typedef struct point {
    double seconds;
    double objective;
    double test_error;
} point;

typedef struct trajectory {
    int64_t count;
    point points[MAX_POINTS];
} trajectory;

static int32_t remember(const linclass_progress *progress, void *user)
{
    trajectory *const t = user;
    if (t->count < MAX_POINTS)
        t->points[t->count++] =
            (point){progress->seconds, progress->objective, progress->validation_error};
    return 0;
}

static void follow(linclass_context *ctx, const images *set, const solver *s, double budget,
                   trajectory *t)
{
    linclass_fit_options options;
    linclass_model *model;
    bench_require(ctx, linclass_fit_options_init(&options, sizeof options));
    options.solver = s->number;
    options.l2 = 1e-4;
    options.max_seconds = fmax(budget, 1);
    options.max_iterations = MAX_POINTS;
    options.gradient_tolerance = 1e-6;
    options.validation_X = &set->test_X;
    options.validation_y = set->test_y;
    options.progress = remember;
    options.progress_user = t;
    bench_require(ctx, linclass_fit(ctx, &set->train_X, set->train_y, &options, NULL, &model));
    linclass_model_destroy(model);
}

static void report_until(bench *b, const char *column, const trajectory *t, double error,
                         double objective)
{
    for (int64_t i = 0; i < t->count; i++)
        if (t->points[i].test_error <= error && t->points[i].objective <= objective) {
            report_seconds(b->report, column, t->points[i].seconds);
            return;
        }
    report_none(b->report, column, "not reached");
}

static void report_trajectories(bench *b, const char *name, const trajectory *trajectories)
{
    report_table_begin(b->report, "trajectory", NULL);
    for (size_t s = 0; s < SOLVERS; s++)
        for (int64_t i = 0; i < trajectories[s].count; i++) {
            const point *const p = &trajectories[s].points[i];
            report_text(b->report, "data", name);
            report_text(b->report, "solver", solvers[s].name);
            report_seconds(b->report, "seconds", p->seconds);
            report_ratio(b->report, "objective", p->objective);
            report_ratio(b->report, "test error", p->test_error);
            report_row(b->report);
        }
    report_table_end(b->report);
}

static void race_solvers(bench *b, const char *name, const images *set, double budget)
{
    trajectory *const trajectories = calloc(SOLVERS, sizeof *trajectories);
    linclass_context *const ctx = bench_context(b->threads);
    double best = INFINITY;
    if (trajectories == NULL)
        abort();
    for (size_t s = 0; s < SOLVERS; s++) {
        report_progress(b->report, "%s, %s", name, solvers[s].name);
        follow(ctx, set, &solvers[s], budget / SOLVERS, &trajectories[s]);
        for (int64_t i = 0; i < trajectories[s].count; i++)
            best = fmin(best, trajectories[s].points[i].objective);
    }
    report_table_begin(b->report, "time_to", "Time to a test error, and to a gap of the objective");
    for (size_t s = 0; s < SOLVERS; s++) {
        const trajectory *const t = &trajectories[s];
        report_text(b->report, "data", name);
        report_text(b->report, "solver", solvers[s].name);
        report_count(b->report, "threads", b->threads);
        if (strcmp(name, "mnist") == 0) {
            report_until(b, "error 10 %", t, 0.10, INFINITY);
            report_until(b, "error 8 %", t, 0.08, INFINITY);
        } else {
            report_until(b, "error 18 %", t, 0.18, INFINITY);
            report_until(b, "error 16 %", t, 0.16, INFINITY);
        }
        report_until(b, "gap 1e-1", t, INFINITY, best * (1 + 1e-1));
        report_until(b, "gap 1e-2", t, INFINITY, best * (1 + 1e-2));
        report_until(b, "gap 1e-3", t, INFINITY, best * (1 + 1e-3));
        report_until(b, "gap 1e-4", t, INFINITY, best * (1 + 1e-4));
        report_count(b->report, "iterations", t->count);
        report_scientific(b->report, "last gap",
                          t->count > 0 ? t->points[t->count - 1].objective / best - 1 : NAN);
        report_row(b->report);
    }
    report_table_end(b->report);
    report_trajectories(b, name, trajectories);
    linclass_context_destroy(ctx);
    free(trajectories);
}

/* Returns 0 when the data set is there; *set is to be destroyed. */
static int open_data_set(bench *b, const char *name, images *set)
{
    char message[200];
    linclass_context *const ctx = bench_context(1);
    const int status = images_read(ctx, images_directory(name), set, message, sizeof message);
    if (status != 0)
        report_problem(b->report, "%s: %s", name, message);
    linclass_context_destroy(ctx);
    return status;
}

static void measure_epochs(bench *b, const char *name, double budget)
{
    images set;
    training trainings[2];
    const int counts = bench_thread_counts(b);
    for (int i = 0; i < counts; i++) {
        trainings[i] =
            (training){.directory = images_directory(name), .threads = bench_thread_count(b, i)};
        trainings[i].memory = epochs_memory(b, name, &trainings[i]);
    }
    if (open_data_set(b, name, &set) != 0)
        return;
    for (int i = 0; i < counts; i++)
        report_epochs(b, name, &set, &trainings[i], budget / counts);
    images_destroy(&set);
}

int main(int argc, char **argv)
{
    static const bench_description description = {
        .name = "train",
        .purpose =
            "Whole trainings on images: time of an epoch, peak memory, time to a test error and "
            "to an objective. MNIST too, where LINCLASS_MNIST names its directory.",
        .seconds = 90};
    const char *data_sets[2];
    size_t count = 0;
    bench b;
    bench_begin(&b, &description, argc, argv);
    if (images_directory("fashion-mnist") != NULL)
        data_sets[count++] = "fashion-mnist";
    else
        report_problem(b.report,
                       "no Fashion-MNIST (Debian's package dataset-fashion-mnist): skipped");
    if (images_directory("mnist") != NULL)
        data_sets[count++] = "mnist";
    report_table_begin(b.report, "epochs", "Softmax regression by SGD, batches of 100, from uint8");
    for (size_t i = 0; i < count; i++)
        measure_epochs(&b, data_sets[i], b.seconds / 6);
    report_table_end(b.report);
    report_table_begin(b.report, "iteration",
                       "Softmax regression by L-BFGS, l2 = 1e-4, float32 from uint8");
    for (size_t i = 0; i < count; i++)
        iteration_report(&b, data_sets[i], b.seconds / 8);
    report_table_end(b.report);
    for (size_t i = 0; i < count; i++) {
        images set;
        if (open_data_set(&b, data_sets[i], &set) != 0)
            continue;
        race_solvers(&b, data_sets[i], &set, bench_share(&b, count - i));
        images_destroy(&set);
    }
    return bench_end(&b);
}
