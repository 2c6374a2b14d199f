/* Base scores of rows, against definitions in long double: every solver and kind of rows at its minimum, steps of
 * SGD one by one; and against what they are by algebra: a linear function of X that theta need not learn. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linclass/linclass.h>

#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/fitting.h"
#include "support/noise.h"

/* Rows with labels 0..k-1 and base scores, dense and as CSR with all elements stored. */
typedef struct problem {
    int64_t m;
    int64_t n;
    int64_t k;       /* classes */
    int64_t columns; /* scores of a row */
    double *x;
    double *offset; /* m x (columns + 2), of which the last two are not to be read */
    double *weights;
    int64_t *y;
    int64_t *row_starts;
    int32_t *column;
} problem;

static double uniform(uint64_t *seed)
{
    return (double)noise_below(seed, 1 << 20) / (1 << 19) - 1;
}

static problem make(int32_t loss, int64_t m, int64_t n, int64_t k, uint64_t seed)
{
    problem made = {.m = m, .n = n, .k = k, .columns = linclass_loss_columns(loss, k)};
    const int64_t stride = made.columns + 2;
    made.x = malloc((size_t)(m * n) * sizeof(double));
    made.offset = malloc((size_t)(m * stride) * sizeof(double));
    made.weights = malloc((size_t)m * sizeof(double));
    made.y = malloc((size_t)m * sizeof(int64_t));
    made.row_starts = malloc((size_t)(m + 1) * sizeof(int64_t));
    made.column = malloc((size_t)(m * n) * sizeof(int32_t));
    for (int64_t e = 0; e < m * n; e++) {
        made.x[e] = uniform(&seed);
        made.column[e] = (int32_t)(e % n);
    }
    for (int64_t i = 0; i < m; i++) {
        made.row_starts[i] = i * n;
        made.weights[i] = 0.5 + (double)(i % 3);
        made.y[i] = i < k ? i : noise_below(&seed, k);
        for (int64_t j = 0; j < stride; j++)
            made.offset[i * stride + j] = j < made.columns ? 3 * uniform(&seed) : (double)NAN;
    }
    made.row_starts[m] = m * n;
    return made;
}

static void release(problem *self)
{
    free(self->x);
    free(self->offset);
    free(self->weights);
    free(self->y);
    free(self->row_starts);
    free(self->column);
}

static linclass_matrix view_of(const problem *self, int sparse)
{
    linclass_matrix X;
    if (sparse)
        linclass_matrix_init_csr(&X, sizeof X, LINCLASS_FLOAT64, self->m, self->n, self->row_starts,
                                 LINCLASS_INT32, self->column, self->x);
    else
        linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, self->m, self->n, self->x, self->n);
    X.offset = self->offset;
    X.offset_stride = self->columns + 2;
    return X;
}

/* Loss of scores h and its gradient r, of label y. */
static long double row_loss(int32_t loss, int64_t k, const long double *h, int64_t y,
                            long double *r)
{
    if (loss == LINCLASS_LOSS_LOGISTIC) {
        const long double s = y == 1 ? -h[0] : h[0];
        r[0] = (y == 1 ? -1 : 1) / (1 + expl(-s));
        return s > 0 ? s + log1pl(expl(-s)) : log1pl(expl(s));
    }
    if (loss == LINCLASS_LOSS_SOFTMAX) {
        long double highest = h[0];
        long double sum = 0;
        for (int64_t j = 0; j < k; j++)
            highest = fmaxl(highest, h[j]);
        for (int64_t j = 0; j < k; j++)
            sum += r[j] = expl(h[j] - highest);
        for (int64_t j = 0; j < k; j++)
            r[j] = r[j] / sum - (j == y);
        return logl(sum) + highest - h[y];
    }
    long double value = 0; /* squared hinge */
    r[y] = 0;
    for (int64_t j = 0; j < k; j++) {
        if (j == y)
            continue;
        const long double t = fmaxl(0, 1 + h[j] - h[y]);
        value += t * t;
        r[j] = 2 * t;
        r[y] -= 2 * t;
    }
    return value;
}

/* Score a of row i, of a model whose two columns are differences where there is one score. */
static long double score(const problem *self, const linclass_model *model, int64_t i, int64_t a)
{
    const int64_t k = self->k;
    const int one = self->columns == 1;
    long double h = (long double)self->offset[i * (self->columns + 2) + a];
    for (int64_t j = 0; j <= self->n; j++) {
        const long double x = j < self->n ? (long double)self->x[i * self->n + j] : 1;
        const int64_t c = one ? 1 : a;
        h += x * (j < self->n ? fitting_theta(model, j * k + c) : fitting_bias(model, c));
        if (one)
            h -= x * (j < self->n ? fitting_theta(model, j * k) : fitting_bias(model, 0));
    }
    return h;
}

/* F at the model, and the 2-norm of its subgradient of least norm, over all rows. */
static long double objective(const problem *self, int32_t loss, const linclass_model *model,
                             double l1, double l2, long double *norm)
{
    const int64_t c = self->columns;
    long double *gradient = calloc((size_t)((self->n + 1) * c), sizeof *gradient);
    long double *h = malloc((size_t)c * 2 * sizeof *h);
    long double sum = 0;
    long double weight = 0;
    for (int64_t i = 0; i < self->m; i++) {
        for (int64_t a = 0; a < c; a++)
            h[a] = score(self, model, i, a);
        sum += self->weights[i] * row_loss(loss, c, h, self->y[i], h + c);
        weight += self->weights[i];
        for (int64_t j = 0; j <= self->n; j++)
            for (int64_t a = 0; a < c; a++)
                gradient[j * c + a] +=
                    self->weights[i] * (j < self->n ? self->x[i * self->n + j] : 1) * h[c + a];
    }
    long double F = sum / weight;
    *norm = 0;
    for (int64_t e = 0; e < (self->n + 1) * c; e++) {
        const int64_t column = c == 1 ? 1 : e % c;
        long double g = gradient[e] / weight;
        if (e < self->n * c) {
            const long double theta = fitting_theta(model, e / c * self->k + column);
            F += l1 * fabsl(theta) + l2 / 2 * theta * theta;
            g += l2 * theta;
            if (theta != 0)
                g += theta > 0 ? l1 : -l1;
            else
                g = fmaxl(fabsl(g) - l1, 0);
        }
        *norm += g * g;
    }
    *norm = sqrtl(*norm);
    free(gradient);
    free(h);
    return F;
}

static linclass_fit_options options_of(const problem *self, int32_t loss, int32_t solver)
{
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.loss = loss;
    options.solver = solver;
    options.l2 = 0.01;
    options.gradient_tolerance = 1e-7;
    options.max_iterations = 100000;
    options.sample_weight = self->weights;
    return options;
}

static linclass_model *fit(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                           const linclass_fit_options *options, linclass_fit_report *report)
{
    linclass_model *model;
    const linclass_status status = linclass_fit(ctx, X, y, options, report, &model);
    if (status != LINCLASS_OK)
        fail_msg("status %d: %s", (int)status, linclass_context_message(ctx));
    return model;
}

static const int32_t smooth[] = {LINCLASS_LOSS_SOFTMAX, LINCLASS_LOSS_LOGISTIC,
                                 LINCLASS_LOSS_SQUARED_HINGE};

static void check_minimum(linclass_context *ctx, int32_t loss, int32_t solver, int sparse)
{
    problem rows = make(loss, 90, 6, loss == LINCLASS_LOSS_LOGISTIC ? 2 : 4, 3);
    const linclass_fit_options options = options_of(&rows, loss, solver);
    const linclass_matrix X = view_of(&rows, sparse);
    linclass_fit_report report = fitting_report();
    linclass_model *model = fit(ctx, &X, rows.y, &options, &report);
    long double norm;
    const long double F = objective(&rows, loss, model, 0, options.l2, &norm);
    assert_near("F", report.objective, F, 1e-13);
    assert_near("the gradient at the minimum", (double)norm, 0, 1e-6);
    linclass_certificate certificate;
    linclass_certificate_init(&certificate, sizeof certificate);
    certificate.sample_weight = rows.weights;
    assert_int_equal(linclass_model_verify(ctx, model, &X, rows.y, &certificate), LINCLASS_OK);
    assert_int_equal(certificate.differs, 0);
    assert_int_equal(certificate.at_minimum, 1);
    assert_near("F of the certificate", certificate.objective, F, 1e-13);
    linclass_model_destroy(model);
    release(&rows);
}

static void every_solver_ends_at_the_minimum(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    static const int32_t solvers[] = {LINCLASS_SOLVER_AUTO, LINCLASS_SOLVER_GRADIENT_DESCENT,
                                      LINCLASS_SOLVER_LBFGS, LINCLASS_SOLVER_NEWTON,
                                      LINCLASS_SOLVER_NEWTON_CG};
    for (size_t l = 0; l < sizeof smooth / sizeof *smooth; l++)
        for (size_t s = 0; s < sizeof solvers / sizeof *solvers; s++)
            for (int sparse = 0; sparse < 2; sparse++)
                check_minimum(ctx, smooth[l], solvers[s], sparse);
    linclass_context_destroy(ctx);
}

/* Many features of which few are taken: fits to some of the columns have the base scores too. */
static void l1_fits_end_at_the_minimum(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    for (size_t l = 0; l < sizeof smooth / sizeof *smooth; l++)
        for (int sparse = 0; sparse < 2; sparse++) {
            const int32_t loss = smooth[l];
            problem rows = make(loss, 80, 500, loss == LINCLASS_LOSS_LOGISTIC ? 2 : 3, 3);
            linclass_fit_options options = options_of(&rows, loss, LINCLASS_SOLVER_AUTO);
            options.l1 = 0.02;
            options.l2 = 0;
            const linclass_matrix X = view_of(&rows, sparse);
            linclass_fit_report report = fitting_report();
            linclass_model *model = fit(ctx, &X, rows.y, &options, &report);
            long double norm;
            const long double F = objective(&rows, loss, model, options.l1, 0, &norm);
            assert_near("F", report.objective, F, 1e-12);
            assert_near("the subgradient at the minimum", (double)norm, 0, 1e-5);
            linclass_model_destroy(model);
            release(&rows);
        }
    linclass_context_destroy(ctx);
}

/* n k above 2^18: the sweep in tiles. */
static void many_weights_have_the_same_objective(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    problem rows = make(LINCLASS_LOSS_SOFTMAX, 24, 5300, 50, 4);
    for (int64_t i = 0; i < rows.m; i++)
        rows.y[i] = i;
    rows.y[rows.m - 1] = 49;
    linclass_fit_options options =
        options_of(&rows, LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_GRADIENT_DESCENT);
    options.max_iterations = 2;
    int64_t labels[50];
    for (int64_t j = 0; j < 50; j++)
        labels[j] = j;
    double *theta = calloc((size_t)(rows.n * 50), sizeof *theta);
    linclass_model *start;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, rows.n, 50,
                                           theta, 50, NULL, labels, &start),
                     LINCLASS_OK);
    options.initial = start;
    const linclass_matrix X = view_of(&rows, 0);
    linclass_fit_report report = fitting_report();
    linclass_model *model;
    assert_true(linclass_fit(ctx, &X, rows.y, &options, &report, &model) >= 0);
    long double norm;
    assert_near("F", report.objective,
                objective(&rows, LINCLASS_LOSS_SOFTMAX, model, 0, options.l2, &norm), 1e-12);
    assert_near("gradient", report.gradient_norm, norm, 1e-10);
    linclass_model_destroy(model);
    linclass_model_destroy(start);
    free(theta);
    release(&rows);
    linclass_context_destroy(ctx);
}

/* One epoch in row order, in long double. */
static void reference_epoch(const problem *self, int64_t batch, double rate, double momentum,
                            long double *parameters, long double *velocity)
{
    const int64_t k = self->columns;
    const int64_t count = (self->n + 1) * k;
    for (int64_t first = 0; first < self->m; first += batch) {
        const int64_t rows = self->m - first < batch ? self->m - first : batch;
        for (int64_t e = 0; e < count; e++)
            velocity[e] *= momentum;
        long double step[64] = {0};
        for (int64_t i = first; i < first + rows; i++) {
            long double h[8];
            long double r[8];
            for (int64_t a = 0; a < k; a++) {
                h[a] = self->offset[i * (k + 2) + a] + parameters[self->n * k + a];
                for (int64_t j = 0; j < self->n; j++)
                    h[a] += self->x[i * self->n + j] * parameters[j * k + a];
            }
            (void)row_loss(LINCLASS_LOSS_SOFTMAX, k, h, self->y[i], r);
            for (int64_t e = 0; e < count; e++)
                step[e] += (e / k < self->n ? self->x[i * self->n + e / k] : 1) * r[e % k];
        }
        for (int64_t e = 0; e < count; e++) {
            velocity[e] -= rate / (double)rows * step[e];
            parameters[e] += velocity[e];
        }
    }
}

static void check_sgd(linclass_context *ctx, int64_t batch, double momentum, int sparse)
{
    problem rows = make(LINCLASS_LOSS_SOFTMAX, 31, 5, 3, 6);
    linclass_fit_options options = options_of(&rows, LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_SGD);
    options.sample_weight = NULL;
    options.l2 = 0;
    options.gradient_tolerance = 1e-4;
    options.max_iterations = 2;
    options.batch_size = batch;
    options.learning_rate = 0.3;
    options.momentum = momentum;
    options.shuffle = 0;
    const linclass_matrix X = view_of(&rows, sparse);
    linclass_model *model = fit(ctx, &X, rows.y, &options, NULL);
    long double parameters[64] = {0};
    long double velocity[64] = {0};
    for (int epoch = 0; epoch < 2; epoch++)
        reference_epoch(&rows, batch, options.learning_rate, momentum, parameters, velocity);
    for (int64_t e = 0; e < 15; e++)
        assert_near("theta", fitting_theta(model, e), parameters[e], 1e-12);
    for (int64_t a = 0; a < 3; a++)
        assert_near("bias", fitting_bias(model, a), parameters[15 + a], 1e-12);
    linclass_model_destroy(model);
    release(&rows);
}

static void steps_of_sgd_have_the_base_scores(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    for (int sparse = 0; sparse < 2; sparse++)
        for (int moving = 0; moving < 2; moving++) {
            check_sgd(ctx, 1, 0.5 * moving, sparse);
            check_sgd(ctx, 7, 0.5 * moving, sparse);
            check_sgd(ctx, 31, 0.5 * moving, sparse);
        }
    linclass_context_destroy(ctx);
}

/* Base scores X A + c are what theta = A, bias = c would give: the fit without penalty finds the rest. */
static void a_linear_offset_is_what_theta_lacks(void **state)
{
    (void)state;
    enum { N = 6, K = 4 };
    linclass_context *ctx = context_of(2);
    problem rows = make(LINCLASS_LOSS_SOFTMAX, 300, N, K, 8);
    uint64_t seed = 5;
    double A[(N + 1) * K];
    for (int e = 0; e < (N + 1) * K; e++)
        A[e] = uniform(&seed);
    for (int64_t i = 0; i < rows.m; i++)
        for (int64_t a = 0; a < K; a++) {
            double *offset = &rows.offset[i * (K + 2) + a];
            *offset = A[N * K + a];
            for (int64_t j = 0; j < N; j++)
                *offset += rows.x[i * N + j] * A[j * K + a];
        }
    linclass_fit_options options = options_of(&rows, LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_NEWTON);
    options.l2 = 0;
    options.gradient_tolerance = 1e-9;
    linclass_matrix X = view_of(&rows, 0);
    linclass_model *with = fit(ctx, &X, rows.y, &options, NULL);
    X.offset = NULL;
    linclass_model *without = fit(ctx, &X, rows.y, &options, NULL);
    for (int64_t j = 0; j <= N; j++)
        for (int64_t a = 1; a < K; a++) {
            const int64_t e = j * K;
            const double more = j < N ? fitting_theta(with, e + a) - fitting_theta(with, e)
                                      : fitting_bias(with, a) - fitting_bias(with, 0);
            const double whole = j < N ? fitting_theta(without, e + a) - fitting_theta(without, e)
                                       : fitting_bias(without, a) - fitting_bias(without, 0);
            assert_near("theta + A", more + A[e + a] - A[e], whole, 1e-7);
        }
    linclass_model_destroy(with);
    linclass_model_destroy(without);
    release(&rows);
    linclass_context_destroy(ctx);
}

/* Scores, probabilities, labels, evaluation, validation rows and standard errors all see them. */
static void check_prediction(linclass_context *ctx, int32_t loss, int sparse)
{
    problem rows = make(loss, 70, 3, loss == LINCLASS_LOSS_LOGISTIC ? 2 : 4, 9);
    const linclass_matrix X = view_of(&rows, sparse);
    linclass_fit_options options = options_of(&rows, loss, LINCLASS_SOLVER_LBFGS);
    options.validation_X = &X;
    options.validation_y = rows.y;
    linclass_fit_report report = fitting_report();
    linclass_model *model = fit(ctx, &X, rows.y, &options, &report);
    double H[70 * 4];
    int64_t labels[70];
    const int64_t k = rows.k;
    assert_int_equal(linclass_model_scores(ctx, model, &X, LINCLASS_FLOAT64, H, k), LINCLASS_OK);
    assert_int_equal(linclass_model_predict(ctx, model, &X, labels), LINCLASS_OK);
    long double sum = 0;
    for (int64_t i = 0; i < rows.m; i++) {
        long double h[4];
        long double r[4];
        for (int64_t a = 0; a < rows.columns; a++) {
            h[a] = score(&rows, model, i, a);
            const double got = rows.columns == 1 ? H[i * k + 1] - H[i * k] : H[i * k + a];
            assert_near("score", got, h[a], 1e-13);
        }
        sum += row_loss(loss, rows.columns, h, rows.y[i], r);
        int64_t best = rows.columns == 1 ? h[0] > 0 : 0;
        for (int64_t a = 1; a < rows.columns; a++)
            best = h[a] > h[best] ? a : best;
        assert_int_equal(labels[i], best);
    }
    linclass_evaluation evaluation;
    linclass_evaluation_init(&evaluation, sizeof evaluation);
    assert_int_equal(linclass_model_evaluate(ctx, model, &X, rows.y, &evaluation), LINCLASS_OK);
    assert_near("loss of the evaluation", evaluation.loss, sum / rows.m, 1e-13);
    assert_near("validation loss", report.validation_loss, sum / rows.m, 1e-13);
    linclass_model_destroy(model);
    release(&rows);
}

static void predictions_have_the_base_scores(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    for (size_t l = 0; l < sizeof smooth / sizeof *smooth; l++)
        for (int sparse = 0; sparse < 2; sparse++)
            check_prediction(ctx, smooth[l], sparse);
    linclass_context_destroy(ctx);
}

/* The loss on the rows of a fold is that of a fit to the others, each with their base scores. */
static void folds_keep_their_base_scores(void **state)
{
    (void)state;
    enum { M = 60, N = 3, K = 3, INSIDE = 20 };
    linclass_context *ctx = context_of(1);
    problem rows = make(LINCLASS_LOSS_SOFTMAX, M, N, K, 12);
    int64_t fold[M];
    for (int64_t i = 0; i < M; i++) {
        fold[i] = i < INSIDE ? 0 : 1;
        rows.y[i] = i % K;
    }
    for (int sparse = 0; sparse < 2; sparse++) {
        const double lambda = 0.1;
        linclass_fit_options fit_options =
            options_of(&rows, LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_LBFGS);
        fit_options.sample_weight = NULL;
        fit_options.l2 = 0;
        linclass_path_options options;
        linclass_path_options_init(&options, sizeof options);
        options.fit = &fit_options;
        options.lambdas = &lambda;
        options.count = 1;
        options.folds = 2;
        options.fold = fold;
        const linclass_matrix X = view_of(&rows, sparse);
        linclass_selection *selection;
        assert_int_equal(linclass_cross_validate(ctx, &X, rows.y, &options, &selection),
                         LINCLASS_OK);
        linclass_matrix others = view_of(&rows, 0);
        linclass_matrix held_out = others;
        others.rows = M - INSIDE;
        others.data = rows.x + INSIDE * N;
        others.offset = rows.offset + INSIDE * (K + 2);
        held_out.rows = INSIDE;
        fit_options.l2 = lambda;
        linclass_model *model = fit(ctx, &others, rows.y + INSIDE, &fit_options, NULL);
        linclass_evaluation evaluation;
        linclass_evaluation_init(&evaluation, sizeof evaluation);
        assert_int_equal(linclass_model_evaluate(ctx, model, &held_out, rows.y, &evaluation),
                         LINCLASS_OK);
        assert_near("loss of the fold", linclass_selection_fold_losses(selection)[0],
                    evaluation.loss, 1e-6);
        linclass_model_destroy(model);
        linclass_selection_destroy(selection);
    }
    release(&rows);
    linclass_context_destroy(ctx);
}

static void what_is_no_offset_is_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    problem rows = make(LINCLASS_LOSS_SOFTMAX, 9, 2, 3, 13);
    linclass_fit_options options = options_of(&rows, LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_LBFGS);
    linclass_matrix X = view_of(&rows, 0);
    linclass_model *model;
    X.offset_stride = 2;
    assert_int_equal(linclass_fit(ctx, &X, rows.y, &options, NULL, &model),
                     LINCLASS_ERROR_DIMENSION);
    X.offset_stride = 5;
    rows.offset[2 * 5 + 1] = (double)INFINITY;
    assert_refused(ctx, linclass_fit(ctx, &X, rows.y, &options, NULL, &model),
                   LINCLASS_ERROR_NON_FINITE, "X.offset[2, 1] is inf");
    rows.offset[2 * 5 + 1] = 0;
    linclass_matrix validation = X;
    validation.offset_stride = -5;
    options.validation_X = &validation;
    options.validation_y = rows.y;
    assert_refused(ctx, linclass_fit(ctx, &X, rows.y, &options, NULL, &model),
                   LINCLASS_ERROR_DIMENSION, "validation_X.offset_stride");
    /* Level 1 and target probabilities take none. */
    const linclass_matrix sparse = view_of(&rows, 1);
    const double theta[6] = {0};
    double H[27];
    assert_int_equal(linclass_logits_csr_f64(ctx, &sparse, 3, theta, 3, NULL, H, 3),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    release(&rows);
    linclass_context_destroy(ctx);
}

/* With base scores F at its minimum, theta = 0, and at zero may differ by rounding: no reason to say that the minimum
 * is not reached. */
static void a_minimum_at_zero_is_one(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    for (uint64_t seed = 0; seed < 30; seed++) {
        problem rows = make(LINCLASS_LOSS_LOGISTIC, 200, 10, 2, seed);
        const linclass_matrix X = view_of(&rows, 1);
        linclass_fit_options options;
        (void)linclass_fit_options_init(&options, sizeof options);
        options.loss = LINCLASS_LOSS_LOGISTIC;
        options.fit_bias = 0;
        options.l1 = 3;
        options.l2 = 0.1;
        linclass_fit_report report;
        (void)linclass_fit_report_init(&report, sizeof report);
        linclass_model *model = NULL;
        assert_int_equal(linclass_fit(ctx, &X, rows.y, &options, &report, &model), LINCLASS_OK);
        assert_int_equal(report.iterations, 0);
        assert_true(report.gap <= 1e-12 * report.objective);
        linclass_model_destroy(model);
        release(&rows);
    }
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_solver_ends_at_the_minimum),
        cmocka_unit_test(l1_fits_end_at_the_minimum),
        cmocka_unit_test(many_weights_have_the_same_objective),
        cmocka_unit_test(steps_of_sgd_have_the_base_scores),
        cmocka_unit_test(a_linear_offset_is_what_theta_lacks),
        cmocka_unit_test(predictions_have_the_base_scores),
        cmocka_unit_test(folds_keep_their_base_scores),
        cmocka_unit_test(a_minimum_at_zero_is_one),
        cmocka_unit_test(what_is_no_offset_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
