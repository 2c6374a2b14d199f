/* Every smooth loss, with every penalty, has one minimum, and every solver that can minimise it ends
 * there: in double to 1e-8 of the objective, in single precision to 1e-6. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"

enum { M = 200, N = 5 };

typedef struct minimisation {
    const char *name;
    int32_t loss;
    int64_t k;
    double l1;
    double l2;
} minimisation;

/* The sigmoid's squared error is not convex, but has one minimum near its start where it is penalised. */
static const minimisation minimisations[] = {
    {"softmax", LINCLASS_LOSS_SOFTMAX, 3, 0, 0},
    {"softmax, l2", LINCLASS_LOSS_SOFTMAX, 3, 0, 0.01},
    {"softmax, l1", LINCLASS_LOSS_SOFTMAX, 3, 0.01, 0},
    {"softmax, elastic net", LINCLASS_LOSS_SOFTMAX, 3, 0.01, 0.02},
    {"softmax of two classes, l2", LINCLASS_LOSS_SOFTMAX, 2, 0, 0.01},
    {"softmax of two classes, l1", LINCLASS_LOSS_SOFTMAX, 2, 0.01, 0},
    {"logistic", LINCLASS_LOSS_LOGISTIC, 2, 0, 0},
    {"logistic, l2", LINCLASS_LOSS_LOGISTIC, 2, 0, 0.01},
    {"logistic, l1", LINCLASS_LOSS_LOGISTIC, 2, 0.02, 0},
    {"logistic, elastic net", LINCLASS_LOSS_LOGISTIC, 2, 0.01, 0.02},
    {"squared error, l2", LINCLASS_LOSS_SIGMOID_SQUARED, 2, 0, 0.02},
    {"squared error, l1", LINCLASS_LOSS_SIGMOID_SQUARED, 2, 0.01, 0},
    {"squared error, elastic net", LINCLASS_LOSS_SIGMOID_SQUARED, 2, 0.01, 0.02},
    {"squared hinge", LINCLASS_LOSS_SQUARED_HINGE, 3, 0, 0},
    {"squared hinge, l2", LINCLASS_LOSS_SQUARED_HINGE, 3, 0, 0.01},
    {"squared hinge, l1", LINCLASS_LOSS_SQUARED_HINGE, 3, 0.02, 0},
    {"squared hinge, elastic net", LINCLASS_LOSS_SQUARED_HINGE, 3, 0.01, 0.02},
    {"squared hinge of two classes, l2", LINCLASS_LOSS_SQUARED_HINGE, 2, 0, 0.01},
};

enum { COUNT = sizeof minimisations / sizeof *minimisations };

static linclass_certificate certify(linclass_context *ctx, const linclass_model *model,
                                    const samples *data)
{
    linclass_certificate certificate;
    assert_int_equal(linclass_certificate_init(&certificate, sizeof certificate), LINCLASS_OK);
    const linclass_matrix X = samples_view(data);
    assert_int_equal(linclass_model_verify(ctx, model, &X, data->y, &certificate), LINCLASS_OK);
    assert_int_equal(certificate.differs, 0);
    return certificate;
}

/* In single precision the default, but for gradient descent, whose tolerance is not relative to a small
 * gradient at the start. */
static double tolerance_of(int32_t solver, int32_t dtype)
{
    if (dtype == LINCLASS_FLOAT64)
        return 1e-8;
    return solver == LINCLASS_SOLVER_GRADIENT_DESCENT ? 1e-5 : 1e-4;
}

/* What a fit by one solver came to, recomputed from its parameters row by row. */
static linclass_certificate minimum(linclass_context *ctx, const samples *data,
                                    const minimisation *of, int32_t solver, int32_t dtype)
{
    linclass_fit_options options = samples_options();
    options.loss = of->loss;
    options.l1 = of->l1;
    options.l2 = of->l2;
    options.solver = solver;
    options.dtype = dtype;
    options.gradient_tolerance = tolerance_of(solver, dtype);
    options.max_iterations = 100000;
    linclass_fit_report report = fitting_report();
    linclass_model *model = fitting_fit(ctx, data, &options, &report);
    const linclass_certificate found = certify(ctx, model, data);
    linclass_model_destroy(model);
    return found;
}

/* Solvers from gradient descent on; with an l1 penalty, the orthant-wise one alone. */
static int first_solver(const minimisation *of)
{
    return of->l1 > 0 ? FITTING_SOLVERS - 1 : 1;
}

/* The subgradient, of data of size 1, shows that it is a minimum: no other solver has to. */
static void test_one_minimum_in_double(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    for (int i = 0; i < COUNT; i++) {
        const minimisation *of = &minimisations[i];
        samples data = samples_new(M, N, of->k, 120);
        double first = NAN;
        for (int s = first_solver(of); s < FITTING_SOLVERS; s++) {
            const linclass_certificate found =
                minimum(ctx, &data, of, fitting_solvers[s], LINCLASS_FLOAT64);
            if (isnan(first))
                first = found.objective;
            assert_near(of->name, found.objective, first, 1e-8 * first);
            assert_near(of->name, found.gradient_infinity_norm, 0, 1e-7);
        }
        samples_free(&data);
    }
    linclass_context_destroy(ctx);
}

static void test_single_precision_reaches_it(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    for (int i = 0; i < COUNT; i++) {
        const minimisation *of = &minimisations[i];
        samples data = samples_new(M, N, of->k, 121);
        const double best =
            minimum(ctx, &data, of, LINCLASS_SOLVER_ORTHANT_WISE, LINCLASS_FLOAT64).objective;
        for (int s = first_solver(of); s < FITTING_SOLVERS; s++)
            assert_near(of->name,
                        minimum(ctx, &data, of, fitting_solvers[s], LINCLASS_FLOAT32).objective,
                        best, 1e-6 * best);
        samples_free(&data);
    }
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_minimum_in_double),
        cmocka_unit_test(test_single_precision_reaches_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
