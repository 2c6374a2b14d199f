/* Outputs in long double by the references of tests/support, and a priori bounds of their rounding. An
 * epoch is expected where its batch takes all rows:
 *
 *     theta' = theta - rate G,  |error| <= rate dG + 2 u (|theta| + rate |G|)
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "level1.h"
#include "support/expectation.h"
#include "support/losses.h"
#include "support/reference.h"

struct level1_result {
    int64_t m;
    int64_t n;
    int64_t k;
    long double *matrix; /* H, Z, R, G or theta */
    double *dmatrix;
    long double *vector; /* g_bias or bias */
    double *dvector;
    long double loss;
    double dloss;
};

static void expect_rows(level1_result *self, function_set function, const problem *p)
{
    const int32_t loss = function_loss(function);
    long double *const H = expectation_wide(function, p, PROBLEM_H);
    const int64_t *const y = expectation_labels(function, p);
    if (function == SOFTMAX) {
        reference_softmax(self->m, self->k, H, self->matrix);
        bounds_softmax(real_arithmetic, self->m, self->k, H, NULL, self->dmatrix);
    } else if (function == SIGMOID) {
        for (int64_t e = 0; e < self->m * self->k; e++) {
            self->matrix[e] = losses_sigmoid(H[e]);
            self->dmatrix[e] = 12 * real_arithmetic.u * (double)self->matrix[e];
            self->dmatrix[e] += real_arithmetic.tiny;
        }
    } else {
        self->loss = losses_mean(loss, self->m, self->k, H, y, self->matrix);
        self->dloss =
            losses_bound(loss, real_arithmetic, self->m, self->k, H, NULL, y, self->dmatrix);
    }
    free(H);
}

static void expect_linear(level1_result *self, function_set function, const problem *p)
{
    const arithmetic u = real_arithmetic;
    long double *const X = expectation_wide(function, p, PROBLEM_X);
    if (function == LOGITS) {
        long double *const theta = expectation_wide(function, p, PROBLEM_THETA);
        long double *const bias =
            p->a.bias == NULL ? NULL : expectation_wide(function, p, PROBLEM_BIAS);
        reference_logits(self->m, self->n, self->k, X, theta, bias, self->matrix);
        bounds_logits(u, self->m, self->n, self->k, X, theta, bias, self->dmatrix);
        free(bias);
        free(theta);
    } else {
        long double *const R = expectation_wide(function, p, PROBLEM_R);
        reference_gradient(self->m, self->n, self->k, X, R, p->a.scale, self->matrix, self->vector);
        bounds_gradient(u, self->m, self->n, self->k, X, R, NULL, p->a.scale, self->dmatrix,
                        self->dvector);
        free(R);
    }
    free(X);
}

/* count numbers before a step against count of the gradient, and after it. */
static void step(double rate, int64_t count, const long double *before, const long double *g,
                 const double *dg, long double *after, double *dafter)
{
    const double u = real_arithmetic.u;
    for (int64_t e = 0; e < count; e++) {
        after[e] = before[e] - rate * g[e];
        dafter[e] = rate * dg[e] + 4 * u * (double)(fabsl(before[e]) + rate * fabsl(g[e]));
        dafter[e] += real_arithmetic.tiny;
    }
}

static void expect_sweep(level1_result *self, function_set function, const problem *p)
{
    expectation e = expectation_new(function, p);
    const bool epoch = (function & SGD_EPOCHS) != 0;
    const long double rate = epoch ? (long double)p->a.learning_rate : -1;
    long double *theta =
        epoch ? expectation_wide(function, p, PROBLEM_THETA) : reference_new(self->n, self->k);
    long double *bias = epoch && p->a.bias != NULL ? expectation_wide(function, p, PROBLEM_BIAS)
                                                   : reference_new(1, self->k);
    if (epoch) {
        step((double)rate, self->n * self->k, theta, e.G, e.dG, self->matrix, self->dmatrix);
        step((double)rate, self->k, bias, e.g_bias, e.dg_bias, self->vector, self->dvector);
    } else {
        for (int64_t i = 0; i < self->n * self->k; i++) {
            self->matrix[i] = e.G[i];
            self->dmatrix[i] = e.dG[i];
        }
        for (int64_t j = 0; j < self->k; j++) {
            self->vector[j] = e.g_bias[j];
            self->dvector[j] = e.dg_bias[j];
        }
        self->loss = e.loss;
        self->dloss = e.dloss;
    }
    free(bias);
    free(theta);
    expectation_free(&e);
}

level1_result *level1_expect(function_set function, const problem *p)
{
    level1_result *self = calloc(1, sizeof *self);
    if (self == NULL)
        abort();
    *self = (level1_result){.m = p->a.m, .n = p->a.n, .k = expectation_classes(function, p)};
    const int64_t rows = self->m > self->n ? self->m : self->n;
    self->matrix = reference_new(rows, self->k);
    self->dmatrix = expectation_bounds(rows, self->k);
    self->vector = reference_new(1, self->k);
    self->dvector = expectation_bounds(1, self->k);
    if (function == LOGITS || function == GRADIENT)
        expect_linear(self, function, p);
    else if ((function & (LOSS_GRADIENTS | SGD_EPOCHS)) != 0)
        expect_sweep(self, function, p);
    else
        expect_rows(self, function, p);
    return self;
}

void level1_free(level1_result *self)
{
    free(self->dvector);
    free(self->vector);
    free(self->dmatrix);
    free(self->matrix);
    free(self);
}

static bool close_to(const char *name, int64_t rows, int64_t cols, const real *A, int64_t ld,
                     const long double *want, const double *bound, char text[LEVEL1_TEXT])
{
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++) {
            const long double got = A[i * ld + j];
            const long double exact = want[i * cols + j];
            if (fabsl(got - exact) <= bound[i * cols + j])
                continue;
            (void)snprintf(text, LEVEL1_TEXT, "%s[%ld, %ld] is %.17Lg, not %.17Lg within %.3g",
                           name, (long)i, (long)j, got, exact, bound[i * cols + j]);
            return false;
        }
    }
    return true;
}

bool level1_agrees(const level1_result *self, function_set function, const arguments *a,
                   char text[LEVEL1_TEXT])
{
    const unsigned outputs = problem_outputs(function);
    const int64_t m = self->m;
    const int64_t n = self->n;
    const int64_t k = self->k;
    const struct {
        int array;
        const char *name;
        const real *data;
        int64_t rows;
        int64_t ld;
    } matrices[] = {{PROBLEM_H, "H", a->H, m, a->ldh},
                    {PROBLEM_Z, "Z", a->Z, m, a->ldz},
                    {PROBLEM_G, "G", a->G, n, a->ldg},
                    {PROBLEM_THETA, "theta", a->theta, n, a->ldtheta}};
    for (int i = 0; i < 4; i++) {
        if ((outputs >> matrices[i].array & 1) != 0 &&
            !close_to(matrices[i].name, matrices[i].rows, k, matrices[i].data, matrices[i].ld,
                      self->matrix, self->dmatrix, text))
            return false;
    }
    const real *const vector = (function & SGD_EPOCHS) != 0            ? a->bias
                               : (outputs & 1u << PROBLEM_G_BIAS) != 0 ? a->g_bias
                                                                       : NULL;
    if (vector != NULL && !close_to("bias", 1, k, vector, k, self->vector, self->dvector, text))
        return false;
    if ((outputs & 1u << PROBLEM_LOSS) == 0 || a->loss == NULL)
        return true;
    if (fabsl(*a->loss - self->loss) <= self->dloss)
        return true;
    (void)snprintf(text, LEVEL1_TEXT, "loss is %.17g, not %.17Lg within %.3g", *a->loss, self->loss,
                   self->dloss);
    return false;
}
