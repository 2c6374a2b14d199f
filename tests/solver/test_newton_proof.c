/* Newton's fits of one score on sparse rows end with a gap that is proof enough of what the gradient's tolerance
 * promises: where it is nearly so another iteration, which costs less than an estimate of the distance, makes it so. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/csr.h"
#include "support/noise.h"

enum { M = 300, N = 400, PERCENT = 5, SEEDS = 12, PENALTIES = 4 };

static const double penalties[PENALTIES] = {1e-2, 1e-3, 1e-4, 1e-5};

/* Of what F has fallen by from zero parameters: ten times the square of the tolerance; and what an estimate of the gap
 * in advance may be off by. */
static const double PROMISED = 1e-7;
static const double ESTIMATED = 1.1;

/* Rows of ones and zeros, and labels that weights and noise decide. */
static csr make_rows(uint64_t seed, int64_t *y)
{
    double *X = calloc((size_t)M * N, sizeof *X);
    assert_non_null(X);
    double weights[N];
    for (int j = 0; j < N; j++)
        weights[j] = noise_normal(&seed);
    for (int i = 0; i < M; i++) {
        double score = noise_normal(&seed) / 2;
        for (int j = 0; j < N; j++) {
            X[i * N + j] = noise_below(&seed, 100) < PERCENT;
            score += X[i * N + j] * weights[j];
        }
        y[i] = i < 2 ? i : score > 0;
    }
    const csr made = csr_new(M, N, X, (csr_form){0, LINCLASS_INT32, 1, 0});
    free(X);
    return made;
}

static void test_gap_is_proof_enough(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        int64_t y[M];
        csr rows = make_rows(seed, y);
        for (int p = 0; p < PENALTIES; p++) {
            linclass_fit_options options;
            linclass_fit_report report;
            assert_int_equal(linclass_fit_options_init(&options, sizeof options), LINCLASS_OK);
            assert_int_equal(linclass_fit_report_init(&report, sizeof report), LINCLASS_OK);
            options.loss = LINCLASS_LOSS_LOGISTIC;
            options.solver = LINCLASS_SOLVER_NEWTON_CG;
            options.dtype = LINCLASS_FLOAT64;
            options.fit_bias = 0;
            options.l2 = penalties[p];
            linclass_model *model = NULL;
            assert_int_equal(linclass_fit(ctx, &rows.view, y, &options, &report, &model),
                             LINCLASS_OK);
            linclass_model_destroy(model);
            const double fallen = log(2) - report.objective;
            if (!(report.gap <= ESTIMATED * PROMISED * fallen))
                fail_msg("seed %d, l2 %g: gap %g, F has fallen by %g", (int)seed, penalties[p],
                         report.gap, fallen);
        }
        csr_free(&rows);
    }
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gap_is_proof_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
