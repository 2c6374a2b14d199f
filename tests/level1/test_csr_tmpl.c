/* Level 1 for sparse rows against the definitions in long double, under bounds of the rounding: values of
 * every type or none, columns of both, and every loss. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/csr.h"
#include "support/expectation.h"
#include "support/losses.h"
#include "support/reference.h"

#include <linclass/csr.h>

enum { FORMS = 11 };

static const csr_form forms[FORMS] = {
    {0, LINCLASS_INT32, 0.25, 0},
    {REAL_DTYPE, LINCLASS_INT32, 1, 3},
    {LINCLASS_UINT8, LINCLASS_INT64, 0.25, 1},
    {LINCLASS_FLOAT32, LINCLASS_INT64, 1, 0},
    {LINCLASS_FLOAT64, LINCLASS_INT32, -0.5, 2},
    {LINCLASS_INT8, LINCLASS_INT32, 0.25, 0},
    {LINCLASS_INT16, LINCLASS_INT64, 2, 4},
    {LINCLASS_UINT16, LINCLASS_INT32, 0.25, 5},
    {LINCLASS_FLOAT16, LINCLASS_INT64, 0.25, 0},
    {LINCLASS_BFLOAT16, LINCLASS_INT32, 0.25, 7},
    {LINCLASS_INT64, LINCLASS_INT64, 0.25, 1},
};

/* A problem whose X is sparse, and its CSR form. */
typedef struct sparse_problem {
    problem p;
    csr X;
} sparse_problem;

static sparse_problem sparse_new(int64_t m, int64_t n, int64_t k, int64_t percent, csr_form form)
{
    sparse_problem self = {.p = problem_new(m, n, k, m % 3, (uint64_t)(m + n + k))};
    double *X = calloc((size_t)(m * n) + 1, sizeof *X);
    assert_non_null(X);
    const bool any_values = form.dtype == REAL_DTYPE && form.scale == 1;
    csr_fill(m, n, percent, any_values ? 0 : form.scale, (uint64_t)(m * n + k), X);
    real *place = self.p.arrays[PROBLEM_X].data;
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            if (form.dtype == 0 && X[i * n + j] != 0)
                X[i * n + j] = form.scale;
            place[i * self.p.a.ldx + j] = (real)X[i * n + j];
        }
    }
    problem_settle(&self.p);
    self.X = csr_new(m, n, X, form);
    free(X);
    return self;
}

static void sparse_free(sparse_problem *self)
{
    problem_free(&self->p);
    csr_free(&self->X);
}

/* Of LOGITS, GRADIENT, and the gradient of any loss. */
static linclass_status call_csr(function_set function, linclass_context *ctx,
                                const sparse_problem *s)
{
    const arguments *a = &s->p.a;
    const linclass_matrix *X = &s->X.view;
    if (function == LOGITS)
        return REAL(linclass_logits_csr)(ctx, X, a->k, a->theta, a->ldtheta, a->bias, a->H, a->ldh);
    if (function == GRADIENT)
        return REAL(linclass_gradient_csr)(ctx, X, a->k, a->R, a->ldr, a->scale, a->G, a->ldg,
                                           a->g_bias);
    if (function == LOSS_GRADIENT)
        return REAL(linclass_softmax_loss_gradient_csr)(ctx, X, a->k, a->y, a->theta, a->ldtheta,
                                                        a->bias, a->loss, a->G, a->ldg, a->g_bias);
    return REAL(linclass_loss_gradient_csr)(ctx, function_loss(function), X,
                                            expectation_classes(function, &s->p),
                                            expectation_labels(function, &s->p), a->theta,
                                            a->ldtheta, a->bias, a->loss, a->G, a->ldg, a->g_bias);
}

static void call_checked(function_set function, linclass_context *ctx, sparse_problem *s)
{
    check_describe("%s of sparse rows, m=%ld n=%ld k=%ld, dtype %d, %d threads",
                   function_name(function), (long)s->p.a.m, (long)s->p.a.n, (long)s->p.a.k,
                   (int)s->X.view.dtype, (int)linclass_context_threads(ctx));
    problem_settle(&s->p);
    check_ok(ctx, call_csr(function, ctx, s), function_name(function));
    problem_check_guards(&s->p, function);
    assert_int_equal(problem_changed(&s->p) & ~problem_outputs(function), 0);
}

static void check_logits(linclass_context *ctx, sparse_problem *s)
{
    const arguments *a = &s->p.a;
    call_checked(LOGITS, ctx, s);
    long double *X = trial_wide(&s->p, PROBLEM_X);
    long double *theta = trial_wide(&s->p, PROBLEM_THETA);
    long double *bias = a->bias == NULL ? NULL : trial_wide(&s->p, PROBLEM_BIAS);
    long double *H = reference_new(a->m, a->k);
    double *dH = expectation_bounds(a->m, a->k);
    reference_logits(a->m, a->n, a->k, X, theta, bias, H);
    bounds_logits(real_arithmetic, a->m, a->n, a->k, X, theta, bias, dH);
    check_close("H", a->m, a->k, a->H, a->ldh, H, dH);
    free(dH);
    free(H);
    free(bias);
    free(theta);
    free(X);
}

static void check_gradient(linclass_context *ctx, sparse_problem *s)
{
    const arguments *a = &s->p.a;
    call_checked(GRADIENT, ctx, s);
    long double *X = trial_wide(&s->p, PROBLEM_X);
    long double *R = trial_wide(&s->p, PROBLEM_R);
    long double *G = reference_new(a->n, a->k);
    long double *g_bias = reference_new(1, a->k);
    double *dG = expectation_bounds(a->n, a->k);
    double *dg_bias = expectation_bounds(1, a->k);
    const double scale = (double)a->scale;
    reference_gradient(a->m, a->n, a->k, X, R, scale, G, g_bias);
    bounds_gradient(real_arithmetic, a->m, a->n, a->k, X, R, NULL, scale, dG, dg_bias);
    check_close("G", a->n, a->k, a->G, a->ldg, G, dG);
    if (a->g_bias != NULL)
        check_close("g_bias", 1, a->k, a->g_bias, a->k, g_bias, dg_bias);
    free(dg_bias);
    free(dG);
    free(g_bias);
    free(G);
    free(R);
    free(X);
}

static void check_loss_gradient(function_set function, linclass_context *ctx, sparse_problem *s)
{
    expectation expected = expectation_new(function, &s->p);
    call_checked(function, ctx, s);
    expectation_check(function, &s->p, &expected);
    expectation_free(&expected);
}

/* The gradient of a loss: softmax's has a function of its own. */
static function_set gradient_of(int32_t loss)
{
    return loss == LINCLASS_LOSS_SOFTMAX ? LOSS_GRADIENT : FIRST_OF(loss) << 2;
}

static int32_t losses_of_library(void)
{
    int32_t count = 0;
    while (linclass_loss_name(count + 1) != NULL)
        count++;
    return count;
}

static const int64_t rows[] = {0, 1, 2, 5, 63, 64, 65, 130, 300};
static const int64_t columns[] = {1, 2, 7, 16, 40, 270};
static const int64_t classes[] = {1, 2, 3, 4, 5, 8, 9, 10, 16, 17, 33};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static sparse_problem sparse_of(int shape)
{
    const int64_t m = rows[shape % COUNT(rows)];
    const int64_t n = columns[shape / 3 % COUNT(columns)];
    const int64_t k = classes[shape % COUNT(classes)];
    sparse_problem s = sparse_new(m, n, k, shape % 4 == 0 ? 90 : 15, forms[shape / 2 % FORMS]);
    if (shape % 3 == 0)
        s.p.a.bias = NULL;
    if (shape % 5 == 0)
        s.p.a.g_bias = NULL;
    return s;
}

static void test_definitions(void **state)
{
    (void)state;
    linclass_context *contexts[] = {NULL, context_of(1), context_of(3)};
    for (int shape = 0; shape < 600; shape++) {
        sparse_problem s = sparse_of(shape);
        linclass_context *ctx = contexts[shape / 7 % 3];
        check_logits(ctx, &s);
        check_gradient(ctx, &s);
        check_loss_gradient(gradient_of(1 + shape % losses_of_library()), ctx, &s);
        sparse_free(&s);
    }
    linclass_context_destroy(contexts[1]);
    linclass_context_destroy(contexts[2]);
}

static void test_every_loss(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    for (int32_t loss = 1; loss <= losses_of_library(); loss++) {
        for (int form = 0; form < FORMS; form++) {
            sparse_problem s = sparse_new(70, 30, 4, 20, forms[form]);
            check_loss_gradient(gradient_of(loss), ctx, &s);
            sparse_free(&s);
        }
    }
    linclass_context_destroy(ctx);
}

/* Rows long enough for several runs of a sum. */
static void test_rows_of_hundreds_of_elements(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(3);
    for (int form = 0; form < FORMS; form++) {
        sparse_problem s = sparse_new(20, 900, form % 2 == 0 ? 3 : 20, 60, forms[form]);
        check_logits(ctx, &s);
        check_gradient(ctx, &s);
        check_loss_gradient(LOSS_GRADIENT, ctx, &s);
        sparse_free(&s);
    }
    linclass_context_destroy(ctx);
}

/* An element has the same bits in any type of values and columns: so have the results. */
static void test_types_give_the_same_bits(void **state)
{
    (void)state;
    static const function_set functions[] = {LOGITS, GRADIENT, LOSS_GRADIENT};
    static const int64_t ks[] = {1, 3, 20};
    linclass_context *ctx = context_of(2);
    csr_form first = forms[2];
    for (int c = 0; c < 9; c++) {
        const int64_t k = ks[c / 3];
        sparse_problem expected = sparse_new(90, 600, k, 60, first);
        check_ok(ctx, call_csr(functions[c % 3], ctx, &expected), "the first form");
        for (int32_t dtype = LINCLASS_UINT8; dtype <= LINCLASS_INT64; dtype++) {
            for (int32_t column = 0; column < 2; column++) {
                const csr_form form = {dtype, column ? LINCLASS_INT64 : LINCLASS_INT32, 0.25,
                                       dtype % 3};
                sparse_problem s = sparse_new(90, 600, k, 60, form);
                check_ok(ctx, call_csr(functions[c % 3], ctx, &s), "another form");
                if (!problem_same(&s.p, &expected.p))
                    fail_msg("%s, k = %d: dtype %d gives other bits",
                             function_name(functions[c % 3]), (int)k, (int)dtype);
                sparse_free(&s);
            }
        }
        sparse_free(&expected);
    }
    linclass_context_destroy(ctx);
}

static void expect_zeros(const sparse_problem *s, function_set function)
{
    const arguments *a = &s->p.a;
    for (int64_t i = 0; i < a->n; i++) {
        for (int64_t j = 0; j < expectation_classes(function, &s->p); j++)
            assert_true(a->G[i * a->ldg + j] == 0);
    }
    for (int64_t j = 0; a->m == 0 && j < expectation_classes(function, &s->p); j++)
        assert_true(a->g_bias[j] == 0);
}

/* No rows, row_starts NULL; no columns; no classes; for any number of threads. */
static void test_nothing(void **state)
{
    (void)state;
    for (int32_t threads = 0; threads <= 8; threads++) {
        linclass_context *ctx = context_of(threads);
        sparse_problem s = sparse_new(0, 5, 3, 50, forms[1]);
        s.X.view.row_starts = NULL;
        s.X.view.columns = NULL;
        s.X.view.data = NULL;
        call_checked(LOGITS, ctx, &s);
        call_checked(GRADIENT, ctx, &s);
        expect_zeros(&s, GRADIENT);
        guarded_poison(&s.p.arrays[PROBLEM_G]);
        call_checked(LOSS_GRADIENT, ctx, &s);
        expect_zeros(&s, LOSS_GRADIENT);
        assert_true(*s.p.a.loss == 0);
        call_checked(gradient_of(LINCLASS_LOSS_LOGISTIC), ctx, &s);
        sparse_free(&s);
        s = sparse_new(6, 0, 3, 50, forms[1]);
        check_logits(ctx, &s);
        check_gradient(ctx, &s);
        check_loss_gradient(LOSS_GRADIENT, ctx, &s);
        sparse_free(&s);
        s = sparse_new(4, 3, 0, 50, forms[1]);
        call_checked(LOGITS, ctx, &s);
        call_checked(GRADIENT, ctx, &s);
        assert_int_equal(call_csr(LOSS_GRADIENT, ctx, &s), LINCLASS_ERROR_LABEL);
        sparse_free(&s);
        s = sparse_new(0, 0, 0, 50, forms[1]);
        call_checked(LOGITS, ctx, &s);
        call_checked(GRADIENT, ctx, &s);
        call_checked(LOSS_GRADIENT, ctx, &s);
        sparse_free(&s);
        linclass_context_destroy(ctx);
    }
}

/* Rows, but not one element: columns and data may be NULL. */
static void test_no_elements(void **state)
{
    (void)state;
    for (int32_t threads = 0; threads <= 3; threads++) {
        linclass_context *ctx = context_of(threads);
        sparse_problem s = sparse_new(700, 9, 4, 0, forms[1]);
        for (int64_t i = 0; i < s.p.a.m; i++)
            memset((real *)s.p.arrays[PROBLEM_X].data + i * s.p.a.ldx, 0,
                   (size_t)s.p.a.n * sizeof(real));
        for (int64_t i = 0; i <= 700; i++)
            ((int64_t *)s.X.row_starts.data)[i] = INT64_C(1) << 40;
        s.X.view.columns = NULL;
        s.X.view.data = NULL;
        call_checked(LOGITS, ctx, &s);
        check_gradient(ctx, &s);
        expect_zeros(&s, GRADIENT);
        check_loss_gradient(LOSS_GRADIENT, ctx, &s);
        expect_zeros(&s, LOSS_GRADIENT);
        sparse_free(&s);
        linclass_context_destroy(ctx);
    }
}

/* Residuals that are equal, as they are at theta = 0, round the same way again and again. */
static void test_sums_over_many_rows_keep_their_digits(void **state)
{
    (void)state;
    enum { ROWS = 100000, SLAB = 1024, CLASSES = 2 };
    int64_t *starts = malloc((ROWS + 1) * sizeof *starts);
    int32_t *column = calloc(ROWS, sizeof *column);
    real *R = malloc(ROWS * CLASSES * sizeof *R);
    assert_true(starts != NULL && column != NULL && R != NULL);
    for (int64_t i = 0; i <= ROWS; i++)
        starts[i] = i;
    for (int64_t i = 0; i < ROWS * CLASSES; i++)
        R[i] = (real)0.1;
    linclass_matrix X;
    assert_int_equal(linclass_matrix_init_csr(&X, sizeof X, REAL_DTYPE, ROWS, 1, starts,
                                              LINCLASS_INT32, column, NULL),
                     LINCLASS_OK);
    for (int32_t call = 0; call < 3 * CLASSES; call++) {
        linclass_context *ctx = context_of(1 + call % 3);
        const int64_t k = 1 + call / 3;
        real G[CLASSES];
        check_ok(ctx, REAL(linclass_gradient_csr)(ctx, &X, k, R, k, 1, G, k, NULL), "gradient");
        const int64_t terms = sizeof(real) == sizeof(float) ? SLAB : ROWS;
        const double want = (double)R[0] * ROWS;
        for (int64_t j = 0; j < k; j++)
            check_close_number("G", (double)G[j], want, (double)terms * real_arithmetic.u * want);
        linclass_context_destroy(ctx);
    }
    free(R);
    free(column);
    free(starts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definitions),
        cmocka_unit_test(test_every_loss),
        cmocka_unit_test(test_rows_of_hundreds_of_elements),
        cmocka_unit_test(test_types_give_the_same_bits),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_no_elements),
        cmocka_unit_test(test_sums_over_many_rows_keep_their_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
