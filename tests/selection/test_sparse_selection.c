/* Paths, cross-validations and searches over sparse rows find what they find over the same rows dense; what
 * verifies a fit, and its standard errors, too. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "selecting.h"
#include "support/context_of.h"
#include "support/csr.h"
#include "support/noise.h"

enum { M = 240, N = 7, K = 3, FORMS = 11 };

static const double scale = 0.25;

static linclass_context *ctx;
static double X[M * N];
static int64_t y[M];
static double weights[M];
static linclass_matrix dense;

static int begin(void **state)
{
    (void)state;
    ctx = context_of(2);
    csr_fill(M, N, 40, scale, 3, X);
    uint64_t noise = 4;
    for (int i = 0; i < M; i++) {
        const double pull = X[i * N] - X[i * N + 1] + 3 * noise_uniform(&noise);
        y[i] = pull < -0.8 ? 4 : pull > 1 ? 9 : 6;
        weights[i] = (double)(1 + noise_below(&noise, 3));
    }
    return linclass_matrix_init(&dense, sizeof dense, LINCLASS_FLOAT64, M, N, X, N);
}

static int end(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    return 0;
}

/* Form 0 is without values, of rows of zeros and ones; its dense rows are the same. */
static csr form_of(int form)
{
    return csr_new(M, N, X,
                   (csr_form){form, form % 2 ? LINCLASS_INT64 : LINCLASS_INT32, scale, form % 3});
}

static void assert_close(const char *what, int64_t i, double a, double b)
{
    if (!(fabs(a - b) <= 1e-6 * fmax(fabs(a), fabs(b)) || (isnan(a) && isnan(b))))
        fail_msg("%s of candidate %d: %.15g of dense rows, %.15g of sparse ones", what, (int)i, a,
                 b);
}

/* Objectives agree as far as the tolerance of the fits says, 1e-9 of the gradient; the means over folds, whose
 * rows are not those of the fit, to its square root. */
static void assert_same_candidates(const linclass_selection *one, const linclass_selection *other)
{
    const int64_t count = linclass_selection_count(one);
    assert_int_equal(count, linclass_selection_count(other));
    assert_int_equal(linclass_selection_best(one), linclass_selection_best(other));
    for (int64_t i = 0; i < count; i++) {
        const linclass_candidate a = selecting_candidate(one, i);
        const linclass_candidate b = selecting_candidate(other, i);
        assert_int_equal(a.stopped_because, b.stopped_because);
        assert_close("value", i, a.value, b.value);
        assert_close("objective", i, a.objective, b.objective);
        assert_close("validation loss", i, a.validation_loss, b.validation_loss);
        assert_close("mean loss", i, a.mean_loss, b.mean_loss);
        assert_close("standard error", i, a.loss_standard_error, b.loss_standard_error);
        assert_close("mean error", i, a.mean_error, b.mean_error);
    }
}

static void check_selection(select_function call, const linclass_path_options *options)
{
    linclass_selection *of_dense;
    assert_int_equal(call(ctx, &dense, y, options, &of_dense), LINCLASS_OK);
    for (int form = 1; form < FORMS; form++) {
        csr rows = form_of(form);
        linclass_selection *of_sparse;
        if (call(ctx, &rows.view, y, options, &of_sparse) != LINCLASS_OK)
            fail_msg("%s", linclass_context_message(ctx));
        assert_same_candidates(of_dense, of_sparse);
        linclass_selection_destroy(of_sparse);
        csr_free(&rows);
    }
    linclass_selection_destroy(of_dense);
}

static void test_path(void **state)
{
    (void)state;
    linclass_fit_options fit = selecting_exactly();
    fit.sample_weight = weights;
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.count = 5;
    check_selection(linclass_fit_path, &options);
    options.l1_ratio = 0.7;
    check_selection(linclass_fit_path, &options);
}

static void test_cross_validation(void **state)
{
    (void)state;
    linclass_fit_options fit = selecting_exactly();
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.count = 4;
    options.folds = 4;
    check_selection(linclass_cross_validate, &options);
    fit.sample_weight = weights;
    fit.has_ignore_label = 1;
    fit.ignore_label = 6;
    check_selection(linclass_cross_validate, &options);
}

static void test_cross_validation_without_values(void **state)
{
    (void)state;
    double kept[M * N];
    memcpy(kept, X, sizeof X);
    for (int e = 0; e < M * N; e++)
        X[e] = X[e] != 0 ? scale : 0;
    linclass_fit_options fit = selecting_exactly();
    linclass_path_options options = selecting_options();
    options.fit = &fit;
    options.count = 3;
    linclass_selection *found[2];
    csr rows = form_of(0);
    assert_int_equal(linclass_cross_validate(ctx, &dense, y, &options, &found[0]), LINCLASS_OK);
    assert_int_equal(linclass_cross_validate(ctx, &rows.view, y, &options, &found[1]), LINCLASS_OK);
    assert_same_candidates(found[0], found[1]);
    linclass_selection_destroy(found[0]);
    linclass_selection_destroy(found[1]);
    csr_free(&rows);
    memcpy(X, kept, sizeof X);
}

/* Rows 0..39 are held out; the elements of the others begin somewhere in the arrays. */
static void test_learning_rate_search(void **state)
{
    (void)state;
    enum { HELD_OUT = 40 };
    linclass_fit_options fit = samples_options();
    linclass_learning_rate_options options;
    assert_int_equal(linclass_learning_rate_options_init(&options, sizeof options), LINCLASS_OK);
    fit.dtype = LINCLASS_FLOAT64;
    fit.solver = LINCLASS_SOLVER_SGD;
    fit.max_iterations = 3;
    fit.validation_y = y;
    options.fit = &fit;
    options.count = 4;
    options.lowest = 1e-2;
    options.highest = 1;
    csr rows = form_of(LINCLASS_UINT8);
    linclass_selection *found[2];
    for (int sparse = 0; sparse < 2; sparse++) {
        linclass_matrix validation = sparse ? rows.view : dense;
        linclass_matrix training = validation;
        validation.rows = HELD_OUT;
        training.rows = M - HELD_OUT;
        if (sparse)
            training.row_starts += HELD_OUT;
        else
            training.data = X + (ptrdiff_t)HELD_OUT * N;
        fit.validation_X = &validation;
        assert_int_equal(
            linclass_search_learning_rate(ctx, &training, y + HELD_OUT, &options, &found[sparse]),
            LINCLASS_OK);
    }
    assert_same_candidates(found[0], found[1]);
    linclass_selection_destroy(found[0]);
    linclass_selection_destroy(found[1]);
    csr_free(&rows);
}

static linclass_model *fit_of(const linclass_matrix *view, int32_t loss, int32_t solver,
                              int32_t dtype, double l1)
{
    linclass_fit_options options = samples_options();
    options.loss = loss;
    options.solver = solver;
    options.dtype = dtype;
    options.l1 = l1;
    options.l2 = l1;
    options.max_iterations = solver == LINCLASS_SOLVER_SGD ? 3 : 0;
    options.sample_weight = weights;
    linclass_model *model;
    if (linclass_fit(ctx, view, y, &options, NULL, &model) < 0)
        fail_msg("%s", linclass_context_message(ctx));
    return model;
}

/* The report of a fit to rows of either layout is right for both. */
static void test_certificates(void **state)
{
    (void)state;
    static double units[M * N];
    for (int e = 0; e < M * N; e++)
        units[e] = X[e] / scale;
    linclass_matrix scaled = dense;
    scaled.data = units;
    scaled.scale = scale;
    for (int form = 1; form < FORMS; form++) {
        csr rows = form_of(form);
        const linclass_matrix *const views[2] = {&rows.view, &scaled};
        const int32_t dtype = form % 2 ? LINCLASS_FLOAT32 : LINCLASS_FLOAT64;
        for (int way = 0; way < 8; way++) {
            const int32_t loss = way / 2 == 3 ? LINCLASS_LOSS_SQUARED_HINGE : LINCLASS_LOSS_SOFTMAX;
            linclass_model *model = fit_of(views[way % 2], loss, LINCLASS_SOLVER_AUTO, dtype,
                                           way / 2 == 1 ? 0.01 : 0.001);
            for (int v = 0; v < 2; v++) {
                linclass_certificate found;
                assert_int_equal(linclass_certificate_init(&found, sizeof found), LINCLASS_OK);
                found.sample_weight = weights;
                assert_int_equal(linclass_model_verify(ctx, model, views[v], y, &found),
                                 LINCLASS_OK);
                assert_int_equal(found.compared, 1);
                if (found.differs != 0 || found.at_minimum != 1)
                    fail_msg("form %d, way %d: differs %d, at minimum %d", form, way,
                             (int)found.differs, (int)found.at_minimum);
            }
            linclass_model_destroy(model);
        }
        csr_free(&rows);
    }
}

static void test_standard_errors(void **state)
{
    (void)state;
    csr rows = csr_new(M, N, X, (csr_form){LINCLASS_FLOAT32, LINCLASS_INT32, 1, 4});
    const linclass_matrix *const views[2] = {&rows.view, &dense};
    linclass_model *model =
        fit_of(&dense, LINCLASS_LOSS_SOFTMAX, LINCLASS_SOLVER_NEWTON, LINCLASS_FLOAT64, 0);
    double theta_error[2][N * K];
    double bias_error[2][K];
    linclass_standard_errors errors[2];
    for (int v = 0; v < 2; v++) {
        assert_int_equal(linclass_standard_errors_init(&errors[v], sizeof errors[v]), LINCLASS_OK);
        errors[v].sample_weight = weights;
        errors[v].theta_error = theta_error[v];
        errors[v].bias_error = bias_error[v];
        assert_int_equal(linclass_model_standard_errors(ctx, model, views[v], y, &errors[v]),
                         LINCLASS_OK);
    }
    for (int e = 0; e < N * K; e++)
        assert_near("standard error", theta_error[0][e], theta_error[1][e], 1e-12);
    for (int c = 0; c < K; c++)
        assert_near("standard error of an intercept", bias_error[0][c], bias_error[1][c], 1e-12);
    assert_near("Newton step", errors[0].newton_step, errors[1].newton_step, 1e-12);
    linclass_model_destroy(model);
    csr_free(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_cross_validation),
        cmocka_unit_test(test_cross_validation_without_values),
        cmocka_unit_test(test_learning_rate_search),
        cmocka_unit_test(test_certificates),
        cmocka_unit_test(test_standard_errors),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
