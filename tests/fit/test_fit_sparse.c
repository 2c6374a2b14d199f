/* Sparse rows and dense rows of the same numbers give the same fit: status and objective, for every loss,
 * solver and penalty, and everything that follows from a fit. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/csr.h"
#include "support/failing_allocator.h"
#include "support/fitting.h"
#include "support/losses.h"
#include "support/memory_rounds.h"
#include "support/noise.h"

enum { M = 160, N = 11, K = 3, HELD_OUT = 50, DTYPES = 11 };

static const double scale = 0.125;

/* Rows of whole numbers times the scale, and labels that no line separates. */
typedef struct rows {
    double X[M * N];
    int64_t y[M];
    double weights[M];
} rows;

static rows *rows_new(int64_t classes, uint64_t seed)
{
    rows *made = calloc(1, sizeof *made);
    assert_non_null(made);
    csr_fill(M, N, 30, scale, seed, made->X);
    uint64_t noise = seed + 1;
    for (int64_t i = 0; i < M; i++) {
        const double pull = made->X[i * N] - made->X[i * N + 1] + 2 * noise_uniform(&noise);
        made->y[i] = i < classes ? i : pull < -0.3 ? 0 : pull > 0.5 ? classes - 1 : 1;
        made->weights[i] = i % 6 == 1 ? 0 : 0.5 + (double)noise_below(&noise, 4);
    }
    return made;
}

static linclass_matrix dense_view(const rows *r, int64_t first, int64_t count)
{
    linclass_matrix view;
    assert_int_equal(
        linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, count, N, r->X + first * N, N),
        LINCLASS_OK);
    view.scale = 1;
    return view;
}

/* Form number 0 has no values: only for rows of zeros and one other number. */
static csr sparse_form(const rows *r, int form, int64_t first, int64_t count)
{
    return csr_new(count, N, r->X + first * N,
                   (csr_form){form, form % 2 ? LINCLASS_INT32 : LINCLASS_INT64, scale, form % 4});
}

/* What came of a fit. */
typedef struct outcome {
    linclass_status status;
    linclass_fit_report report;
    linclass_model *model;
} outcome;

static outcome fit(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                   const linclass_fit_options *options)
{
    outcome o = {.report = fitting_report()};
    o.status = linclass_fit(ctx, X, y, options, &o.report, &o.model);
    return o;
}

static double relative(double a, double b)
{
    const double size = fmax(fabs(a), fabs(b));
    return size == 0 || (isnan(a) && isnan(b)) ? 0 : fabs(a - b) / size;
}

/* F is flat at its minimum; its parts are not, and lie as far apart as the parameters do: the square root. */
static void assert_same(const char *what, const outcome *dense, const outcome *sparse,
                        double tolerance)
{
    if (dense->status != sparse->status)
        fail_msg("%s: status %d of dense rows, %d of sparse ones", what, (int)dense->status,
                 (int)sparse->status);
    if (dense->status < 0)
        return;
    const double pairs[][2] = {
        {dense->report.objective, sparse->report.objective},
        {dense->report.loss, sparse->report.loss},
        {dense->report.validation_loss, sparse->report.validation_loss},
        {dense->report.total_weight, sparse->report.total_weight},
    };
    for (int i = 0; i < 4; i++) {
        const double allowed = i == 0 || i == 3 || tolerance < 1e-10 ? tolerance : sqrt(tolerance);
        if (!(relative(pairs[i][0], pairs[i][1]) <= allowed))
            fail_msg("%s: figure %d is %.17g of dense rows, %.17g of sparse ones", what, i,
                     pairs[i][0], pairs[i][1]);
    }
}

static int32_t count_losses(void)
{
    int32_t count = 0;
    while (linclass_loss_name(count + 1) != NULL)
        count++;
    return count;
}

static linclass_fit_options exact_options(int32_t loss, int32_t solver)
{
    linclass_fit_options options = samples_options();
    options.loss = loss;
    options.solver = solver;
    options.dtype = LINCLASS_FLOAT64;
    options.gradient_tolerance = 1e-7;
    /* The ascents of dense and of sparse rows take different ways to a gap. */
    if (!losses_find(loss)->smooth && losses_find(loss)->convex)
        options.gap_tolerance = 1e-7;
    options.max_iterations = solver == LINCLASS_SOLVER_SGD                ? 6
                             : solver == LINCLASS_SOLVER_GRADIENT_DESCENT ? 60
                                                                          : 0;
    options.batch_size = 20;
    options.seed = 5;
    return options;
}

/* One of the ways to weigh rows and classes. */
static void vary(linclass_fit_options *options, int way, const rows *r, const double *class_weight,
                 int64_t k)
{
    options->fit_bias = way % 3 != 2;
    if (way % 4 == 1)
        options->sample_weight = r->weights;
    if (way % 4 == 2) {
        options->class_weight = class_weight;
        options->class_weight_count = k;
    }
    /* Balanced classes may be at a stationary point of a loss that is not convex from the start, where rounding
     * alone decides what is said of it. */
    options->class_weight_balanced = way % 4 == 3 && losses_find(options->loss)->convex;
    if (way % 5 == 4 && options->loss == LINCLASS_LOSS_SOFTMAX)
        options->label_smoothing = 0.1;
    if (way % 7 == 6) {
        options->has_ignore_label = 1;
        options->ignore_label = 77;
    }
}

/* Steps of SGD touch each number in the same order; minima that solvers reach agree as far as gradients of
 * 1e-7 say, but where the loss has kinks or is not convex they take the same way only at first. */
static double tolerance_of(int32_t loss, int32_t solver)
{
    const bool smooth = losses_find(loss)->smooth && losses_find(loss)->convex;
    return solver == LINCLASS_SOLVER_SGD ? 1e-12 : smooth ? 1e-9 : 1e-7;
}

static void test_every_loss_solver_and_penalty(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    const double class_weight[] = {1, 0.5, 2};
    int way = 0;
    for (int32_t loss = 1; loss <= count_losses(); loss++) {
        const int64_t k = losses_find(loss)->one_score ? 2 : K;
        rows *r = rows_new(k, (uint64_t)loss);
        const linclass_matrix dense = dense_view(r, 0, M);
        for (int s = -1; s < FITTING_SOLVERS; s++) {
            for (int penalty = 0; penalty < 4; penalty++) {
                for (int repeat = 0; repeat < 3; repeat++, way++) {
                    const int32_t solver = s < 0 ? LINCLASS_SOLVER_AUTO : fitting_solvers[s];
                    linclass_fit_options options = exact_options(loss, solver);
                    options.l1 = penalty % 2 == 1 ? 0.02 : 0;
                    options.l2 = penalty / 2 == 1 ? 0.05 : 0;
                    vary(&options, way, r, class_weight, k);
                    if (options.has_ignore_label)
                        r->y[M - 1] = 77;
                    const int form = 1 + way % (DTYPES - 1);
                    csr X = sparse_form(r, form, 0, M);
                    outcome of_dense = fit(ctx, &dense, r->y, &options);
                    outcome of_sparse = fit(ctx, &X.view, r->y, &options);
                    char what[120];
                    (void)snprintf(what, sizeof what, "%s, solver %s, penalty %d, way %d, dtype %d",
                                   linclass_loss_name(loss), linclass_solver_name(solver), penalty,
                                   way, form);
                    const int32_t ran = of_dense.status < 0 ? solver : of_dense.report.solver;
                    assert_same(what, &of_dense, &of_sparse, tolerance_of(loss, ran));
                    linclass_model_destroy(of_dense.model);
                    linclass_model_destroy(of_sparse.model);
                    csr_free(&X);
                    r->y[M - 1] = 0;
                }
            }
        }
        free(r);
    }
    linclass_context_destroy(ctx);
}

/* Every dtype of values and columns, and none. In single precision as well: types round alike. */
static void test_every_type(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    rows *r = rows_new(K, 30);
    for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
        for (int s = 0; s < FITTING_SOLVERS; s++) {
            linclass_fit_options options = exact_options(LINCLASS_LOSS_SOFTMAX, fitting_solvers[s]);
            options.l2 = 0.05;
            options.dtype = dtype;
            outcome first = {0};
            for (int form = 1; form < DTYPES; form++) {
                csr X = sparse_form(r, form, 0, M);
                outcome o = fit(ctx, &X.view, r->y, &options);
                assert_true(o.status >= 0);
                if (first.model == NULL)
                    first = o;
                else if (!fitting_same(first.model, o.model))
                    fail_msg("dtype %d gives other bits, solver %d", form, s);
                if (first.model != o.model)
                    linclass_model_destroy(o.model);
                csr_free(&X);
            }
            linclass_model_destroy(first.model);
        }
    }
    free(r);
    linclass_context_destroy(ctx);
}

static void test_no_values(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    rows *r = rows_new(K, 31);
    for (int e = 0; e < M * N; e++)
        r->X[e] = r->X[e] != 0 ? scale : 0;
    const linclass_matrix dense = dense_view(r, 0, M);
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        for (int columns = 0; columns < 2; columns++) {
            linclass_fit_options options = exact_options(LINCLASS_LOSS_SOFTMAX, fitting_solvers[s]);
            options.l2 = 0.01;
            csr X = csr_new(M, N, r->X,
                            (csr_form){0, columns ? LINCLASS_INT32 : LINCLASS_INT64, scale, 5});
            outcome of_dense = fit(ctx, &dense, r->y, &options);
            outcome of_sparse = fit(ctx, &X.view, r->y, &options);
            assert_same("no values", &of_dense, &of_sparse,
                        tolerance_of(LINCLASS_LOSS_SOFTMAX, fitting_solvers[s]));
            linclass_model_destroy(of_dense.model);
            linclass_model_destroy(of_sparse.model);
            csr_free(&X);
        }
    }
    free(r);
    linclass_context_destroy(ctx);
}

/* Stored zeros are elements like others. */
static void test_stored_zeros(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    rows *r = rows_new(K, 32);
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        linclass_fit_options options = exact_options(LINCLASS_LOSS_SOFTMAX, fitting_solvers[s]);
        options.l2 = 0.01;
        const csr_form form = {LINCLASS_FLOAT32, LINCLASS_INT32, scale, 0};
        csr few = csr_new(M, N, r->X, form);
        csr all = csr_new_with_zeros(M, N, r->X, form);
        outcome of_few = fit(ctx, &few.view, r->y, &options);
        outcome of_all = fit(ctx, &all.view, r->y, &options);
        assert_same("stored zeros", &of_few, &of_all,
                    tolerance_of(LINCLASS_LOSS_SOFTMAX, fitting_solvers[s]));
        linclass_model_destroy(of_few.model);
        linclass_model_destroy(of_all.model);
        csr_free(&few);
        csr_free(&all);
    }
    free(r);
    linclass_context_destroy(ctx);
}

/* The decay of all weights is a factor beside them: of 1, near 0, 0 and below, and for many steps; with
 * momentum; batches of one row, of a few hundred, and of more than one thread takes. */
static void test_steps(void **state)
{
    (void)state;
    static const double decays[] = {0, 1e-3, 0.3, 0.999999, 1, 1.5, 1.99};
    static const int64_t batches[] = {1, 7, 160, 1000};
    linclass_context *ctx = context_of(2);
    rows *r = rows_new(K, 33);
    const linclass_matrix dense = dense_view(r, 0, M);
    csr X = sparse_form(r, LINCLASS_FLOAT16, 0, M);
    for (size_t d = 0; d < sizeof decays / sizeof *decays; d++) {
        for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
            for (int way = 0; way < 12; way++) {
                linclass_fit_options options =
                    exact_options(LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_SGD);
                options.learning_rate = 0.05;
                options.l2 = decays[d] / options.learning_rate;
                options.batch_size = batches[b];
                options.momentum = way % 3 == 1 ? 0.9 : way % 3 == 2 ? 0.5 : 0;
                options.fit_bias = way / 3 % 2;
                options.shuffle = way / 6;
                options.sample_weight = way % 4 == 3 ? r->weights : NULL;
                options.learning_rate_schedule =
                    way % 2 == 1 ? LINCLASS_LEARNING_RATE_INVERSE_TIME : 0;
                outcome of_dense = fit(ctx, &dense, r->y, &options);
                outcome of_sparse = fit(ctx, &X.view, r->y, &options);
                char what[100];
                (void)snprintf(what, sizeof what, "decay %g, batches of %d, way %d", decays[d],
                               (int)batches[b], way);
                assert_same(what, &of_dense, &of_sparse, 1e-12);
                linclass_model_destroy(of_dense.model);
                linclass_model_destroy(of_sparse.model);
            }
        }
    }
    csr_free(&X);
    free(r);
    linclass_context_destroy(ctx);
}

/* Batches of one thread, then, the last of each epoch, of fewer rows; and batches that are sweeps. */
static void test_batches_of_many_rows(void **state)
{
    (void)state;
    enum { ROWS = 1100 };
    static double numbers[ROWS * N];
    static int64_t y[ROWS];
    csr_fill(ROWS, N, 25, scale, 34, numbers);
    for (int64_t i = 0; i < ROWS; i++)
        y[i] = (numbers[i * N] > 0.3) + (numbers[i * N + 1] > 0.9);
    linclass_matrix dense;
    assert_int_equal(
        linclass_matrix_init(&dense, sizeof dense, LINCLASS_FLOAT64, ROWS, N, numbers, N),
        LINCLASS_OK);
    csr X = csr_new(ROWS, N, numbers, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT32, scale, 0});
    linclass_context *ctx = context_of(3);
    static const int64_t batches[] = {255, 256, 257, 300, 1024, 5000};
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
        for (int momentum = 0; momentum < 2; momentum++) {
            linclass_fit_options options =
                exact_options(LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_SGD);
            options.batch_size = batches[b];
            options.learning_rate = 0.1;
            options.l2 = 0.5;
            options.momentum = momentum * 0.8;
            outcome of_dense = fit(ctx, &dense, y, &options);
            outcome of_sparse = fit(ctx, &X.view, y, &options);
            assert_same("batches of many rows", &of_dense, &of_sparse, 1e-12);
            linclass_model_destroy(of_dense.model);
            linclass_model_destroy(of_sparse.model);
        }
    }
    linclass_context_destroy(ctx);
    csr_free(&X);
}

/* Validation rows of the other layout, early stopping, and a model to start from. */
static void test_validation_rows_and_initial_model(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    rows *r = rows_new(K, 35);
    rows *held_out = rows_new(K, 36);
    const linclass_matrix X[2] = {dense_view(r, 0, M)};
    const linclass_matrix V = dense_view(held_out, 0, HELD_OUT);
    csr sparse_X = sparse_form(r, LINCLASS_INT16, 0, M);
    csr sparse_V = sparse_form(held_out, LINCLASS_BFLOAT16, 0, HELD_OUT);
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        for (int patience = 0; patience < 2; patience++) {
            linclass_fit_options options = exact_options(LINCLASS_LOSS_SOFTMAX, fitting_solvers[s]);
            options.max_iterations = 15;
            options.validation_y = held_out->y;
            options.validation_X = &V;
            options.validation_sample_weight = held_out->weights;
            options.patience = patience;
            outcome first = fit(ctx, &X[0], r->y, &options);
            assert_true(first.status >= 0);
            linclass_fit_options again = options;
            again.initial = first.model;
            outcome second = fit(ctx, &X[0], r->y, &again);
            for (int layouts = 1; layouts < 4; layouts++) {
                const linclass_matrix *x = layouts & 1 ? &sparse_X.view : &X[0];
                options.validation_X = layouts & 2 ? &sparse_V.view : &V;
                again.validation_X = options.validation_X;
                outcome o = fit(ctx, x, r->y, &options);
                assert_same("validation rows", &first, &o, 1e-7);
                assert_int_equal(first.report.best_iteration, o.report.best_iteration);
                linclass_model_destroy(o.model);
                o = fit(ctx, x, r->y, &again);
                assert_same("initial model", &second, &o, 1e-7);
                linclass_model_destroy(o.model);
            }
            linclass_model_destroy(first.model);
            linclass_model_destroy(second.model);
        }
    }
    csr_free(&sparse_X);
    csr_free(&sparse_V);
    free(r);
    free(held_out);
    linclass_context_destroy(ctx);
}

static void test_target_probabilities(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    rows *r = rows_new(K, 37);
    double P[M * K];
    for (int64_t i = 0; i < M; i++) {
        for (int64_t j = 0; j < K; j++)
            P[i * K + j] = j == r->y[i] ? 0.75 : 0.125;
    }
    linclass_matrix targets;
    assert_int_equal(linclass_matrix_init(&targets, sizeof targets, LINCLASS_FLOAT64, M, K, P, K),
                     LINCLASS_OK);
    csr sparse_targets = csr_new(M, K, P, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT32, 1, 0});
    const linclass_matrix dense = dense_view(r, 0, M);
    csr X = sparse_form(r, LINCLASS_UINT16, 0, M);
    linclass_fit_options options = exact_options(LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_LBFGS);
    options.target_probabilities = &targets;
    outcome of_dense = fit(ctx, &dense, NULL, &options);
    outcome of_sparse = fit(ctx, &X.view, NULL, &options);
    assert_same("target probabilities", &of_dense, &of_sparse, 1e-9);
    linclass_model_destroy(of_dense.model);

    options.target_probabilities = &sparse_targets.view;
    of_dense = fit(ctx, &dense, NULL, &options);
    assert_refused(ctx, of_dense.status, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "options.target_probabilities.layout is LINCLASS_LAYOUT_CSR");
    assert_null(of_dense.model);
    linclass_certificate certificate;
    assert_int_equal(linclass_certificate_init(&certificate, sizeof certificate), LINCLASS_OK);
    certificate.target_probabilities = &sparse_targets.view;
    assert_int_equal(linclass_model_verify(ctx, of_sparse.model, &X.view, NULL, &certificate),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    certificate.target_probabilities = &targets;
    assert_int_equal(linclass_model_verify(ctx, of_sparse.model, &X.view, NULL, &certificate),
                     LINCLASS_OK);
    assert_int_equal(certificate.differs, 0);
    linclass_model_destroy(of_sparse.model);
    csr_free(&sparse_targets);
    csr_free(&X);
    free(r);
    linclass_context_destroy(ctx);
}

/* Also of rows that weigh nothing. */
static void test_elements_that_are_not_finite(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    rows *r = rows_new(K, 38);
    const int64_t row = 7; /* of weight 0, and full or not */
    assert_true(r->weights[row] == 0);
    r->X[row * N + 4] = (double)INFINITY;
    csr X = csr_new(M, N, r->X, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT64, 1, 2});
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        linclass_fit_options options = exact_options(LINCLASS_LOSS_SOFTMAX, fitting_solvers[s]);
        options.sample_weight = r->weights;
        options.l2 = 0.1;
        outcome o = fit(ctx, &X.view, r->y, &options);
        assert_refused(ctx, o.status, LINCLASS_ERROR_NON_FINITE, "X[7, 4] is inf");
        assert_null(o.model);
    }
    csr_free(&X);
    free(r);
    linclass_context_destroy(ctx);
}

static linclass_status fit_in(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                              int32_t solver, linclass_model **model)
{
    linclass_fit_options options = exact_options(LINCLASS_LOSS_SOFTMAX, solver);
    options.dtype = LINCLASS_FLOAT32;
    options.l2 = 0.1;
    options.max_iterations = 3;
    return linclass_fit(ctx, X, y, &options, NULL, model);
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    rows *r = rows_new(K, 39);
    csr X = sparse_form(r, LINCLASS_INT8, 0, M);
    for (int s = 0; s < FITTING_SOLVERS; s++) {
        memory_rounds round = memory_rounds_begin(2);
        round.may_do_without = true; /* a judge that has no memory leaves the fit as it is */
        while (memory_rounds_next(&round)) {
            linclass_model *model;
            const linclass_status status =
                fit_in(round.ctx, &X.view, r->y, fitting_solvers[s], &model);
            if (memory_rounds_failed(&round, status)) {
                assert_null(model);
                assert_true(fit_in(round.ctx, &X.view, r->y, fitting_solvers[s], &model) >= 0);
            }
            linclass_model_destroy(model);
        }
    }
    csr_free(&X);
    free(r);
}

/* Memory in proportion to n k and to the elements, not to m n: lib/README.md. With 100000 features a block of
 * 256 dense rows alone would be 100 MB. */
static void test_memory_of_many_features(void **state)
{
    (void)state;
    enum { ROWS = 400, FEATURES = 100000, CLASSES = 2, IN_ROW = 5 };
    static int64_t starts[ROWS + 1];
    static int32_t columns[ROWS * IN_ROW];
    static int64_t y[ROWS];
    uint64_t noise = 40;
    for (int64_t i = 0; i < ROWS; i++) {
        starts[i + 1] = (i + 1) * IN_ROW;
        y[i] = i % CLASSES;
        for (int64_t e = 0; e < IN_ROW; e++)
            columns[i * IN_ROW + e] =
                (int32_t)(FEATURES / IN_ROW * e + noise_below(&noise, FEATURES / IN_ROW));
    }
    linclass_matrix X;
    assert_int_equal(linclass_matrix_init_csr(&X, sizeof X, LINCLASS_FLOAT32, ROWS, FEATURES,
                                              starts, LINCLASS_INT32, columns, NULL),
                     LINCLASS_OK);
    /* In doubles for each weight: theta, its gradient and the transient ones of a fit and its model, those of
     * the solver, and the judge with its objective in double; and 16 for each feature, of statistics. */
    static const struct {
        int32_t solver;
        double of_weight;
    } bounds[] = {
        {LINCLASS_SOLVER_SGD, 6},
        {LINCLASS_SOLVER_GRADIENT_DESCENT, 18},
        {LINCLASS_SOLVER_LBFGS, 2 + 3 + 21 + 3 + 4 + 7 + 3 + 2},
        {LINCLASS_SOLVER_NEWTON_CG, 2 + 3 + 4 + 3 + 4 + 7 + 3 + 2},
    };
    for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++) {
        failing_allocator memory = failing_allocator_begin();
        linclass_context *ctx = failing_allocator_context(&memory, 2);
        linclass_model *model;
        assert_true(fit_in(ctx, &X, y, bounds[b].solver, &model) >= 0);
        const double most = 8.0 * FEATURES * (CLASSES * bounds[b].of_weight + 16) + 1e6;
        if ((double)memory.peak_bytes > most)
            fail_msg("%s: %zu bytes, more than %.0f", linclass_solver_name(bounds[b].solver),
                     memory.peak_bytes, most);
        linclass_model_destroy(model);
        linclass_context_destroy(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_loss_solver_and_penalty),
        cmocka_unit_test(test_every_type),
        cmocka_unit_test(test_no_values),
        cmocka_unit_test(test_stored_zeros),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_batches_of_many_rows),
        cmocka_unit_test(test_validation_rows_and_initial_model),
        cmocka_unit_test(test_target_probabilities),
        cmocka_unit_test(test_elements_that_are_not_finite),
        cmocka_unit_test(test_every_allocation_fails_once),
        cmocka_unit_test(test_memory_of_many_features),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
