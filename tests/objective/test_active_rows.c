/* Hessian products of smoothed losses, which are sums over the few rows near their margins, against differences of
 * gradients, which are sums over all rows. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "data/matrix.h"
#include "objective/objective.h"
#include "support/context_of.h"
#include "support/csr.h"
#include "support/fitting.h"

enum { M = 300, N = 40, K = 4, PARAMETERS = N * K + K };
static const double STEP = 1e-6;

static const int32_t LOSSES[] = {LINCLASS_LOSS_HINGE, LINCLASS_LOSS_CRAMMER_SINGER};

static objective *objective_of(linclass_context *ctx, const linclass_matrix *X, const samples *data,
                               int32_t loss)
{
    const objective_data described = {
        .X = X,
        .targets = {.y = data->y},
        .total_weight = M,
        .columns = K,
        .loss = loss,
        .with_bias = true,
    };
    objective *made;
    assert_int_equal(objective_create_f64(ctx, &described, &made), LINCLASS_OK);
    made->methods->set_penalties(made, 0, 0.01);
    return made;
}

/* Where the product is right whatever was asked for before. */
static void check_product(objective *F, double mu, double shift)
{
    double parameters[PARAMETERS];
    double direction[PARAMETERS];
    double moved[PARAMETERS];
    double product[PARAMETERS];
    double gradients[2][PARAMETERS];
    objective_value value;
    for (int e = 0; e < PARAMETERS; e++) {
        parameters[e] = sin(e + shift);
        direction[e] = cos(3 * e);
    }
    F->methods->set_smoothing(F, mu);
    for (int side = 0; side < 2; side++) {
        for (int e = 0; e < PARAMETERS; e++)
            moved[e] = parameters[e] + (side == 0 ? -STEP : STEP) * direction[e];
        assert_int_equal(F->methods->evaluate(F, NULL, moved, &value, gradients[side]),
                         LINCLASS_OK);
    }
    assert_int_equal(F->methods->hessian_product(F, parameters, direction, product), LINCLASS_OK);
    for (int e = 0; e < PARAMETERS; e++)
        assert_near("product", product[e], (gradients[1][e] - gradients[0][e]) / (2 * STEP), 1e-6);
}

static void check(linclass_context *ctx, const linclass_matrix *X, const samples *data)
{
    for (int loss = 0; loss < 2; loss++) {
        objective *F = objective_of(ctx, X, data, LOSSES[loss]);
        check_product(F, 0.05, 0);
        check_product(F, 0.05, 1);
        check_product(F, 0.2, 1);
        check_product(F, 100, 1); /* nearly all rows */
        F->methods->destroy(F);
    }
}

static void test_products_are_those_of_all_rows(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    samples data = samples_new(M, N, K, 3);
    const linclass_matrix X = samples_view(&data);
    check(ctx, &X, &data);
    csr sparse = csr_new(M, N, data.X, (csr_form){LINCLASS_FLOAT64, LINCLASS_INT32, 1, 0});
    check(ctx, &sparse.view, &data);
    csr_free(&sparse);
    samples_free(&data);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_products_are_those_of_all_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
