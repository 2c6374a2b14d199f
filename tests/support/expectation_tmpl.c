#include "support/expectation.h"

#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/losses.h"
#include "support/reference.h"

double *expectation_bounds(int64_t rows, int64_t cols)
{
    double *bound = calloc((size_t)(rows * cols) + 1, sizeof *bound);
    assert_non_null(bound);
    return bound;
}

int64_t expectation_classes(function_set function, const problem *p)
{
    return function_has_one_score(function) ? 1 : p->a.k;
}

const int64_t *expectation_labels(function_set function, const problem *p)
{
    return function_has_one_score(function) ? p->a.y2 : p->a.y;
}

long double *expectation_wide(function_set function, const problem *p, int array)
{
    const guarded *const g = &p->arrays[array];
    const bool column = function_has_one_score(function) && array != PROBLEM_X;
    return REAL(reference_widen)(g->rows, column ? 1 : g->cols, g->data, g->ld);
}

expectation expectation_new(function_set function, const problem *p)
{
    const int64_t m = p->a.m;
    const int64_t n = p->a.n;
    const int64_t k = expectation_classes(function, p);
    expectation e = {.G = reference_new(n, k), .g_bias = reference_new(1, k)};
    e.dG = expectation_bounds(n, k);
    e.dg_bias = expectation_bounds(1, k);
    if (m == 0)
        return e;
    long double *const X = expectation_wide(function, p, PROBLEM_X);
    long double *const theta = expectation_wide(function, p, PROBLEM_THETA);
    long double *const bias =
        p->a.bias == NULL ? NULL : expectation_wide(function, p, PROBLEM_BIAS);
    long double *const H = reference_new(m, k);
    long double *const R = reference_new(m, k);
    double *const dH = expectation_bounds(m, k);
    double *const dR = expectation_bounds(m, k);
    reference_logits(m, n, k, X, theta, bias, H);
    bounds_logits(real_arithmetic, m, n, k, X, theta, bias, dH);
    const int32_t loss = function_loss(function);
    e.loss = losses_mean(loss, m, k, H, expectation_labels(function, p), R);
    e.dloss = losses_bound(loss, real_arithmetic, m, k, H, dH, expectation_labels(function, p), dR);
    reference_gradient(m, n, k, X, R, 1.0L / m, e.G, e.g_bias);
    bounds_gradient(real_arithmetic, m, n, k, X, R, dR, 1.0 / (double)m, e.dG, e.dg_bias);
    free(dR);
    free(dH);
    free(R);
    free(H);
    free(bias);
    free(theta);
    free(X);
    return e;
}

void expectation_free(expectation *self)
{
    free(self->dg_bias);
    free(self->dG);
    free(self->g_bias);
    free(self->G);
}

void expectation_check(function_set function, const problem *p, const expectation *expected)
{
    const int64_t k = expectation_classes(function, p);
    check_close_number("loss", *p->a.loss, expected->loss, expected->dloss);
    check_close("G", p->a.n, k, p->a.G, p->a.ldg, expected->G, expected->dG);
    if (p->a.g_bias != NULL)
        check_close("g_bias", 1, k, p->a.g_bias, k, expected->g_bias, expected->dg_bias);
}
