/* Level 1 for sparse rows: bad arguments one by one, outputs that overlap, numbers that are not finite, and
 * allocations that fail. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/failing_allocator.h"
#include "support/trial.h"

#include <linclass/csr.h>

enum { M = 4, N = 5, K = 3, ELEMENTS = 6 };

/* The arguments of every function, of a matrix of 4 x 5 whose row 2 is empty. */
typedef struct call_of {
    linclass_matrix X;
    int64_t starts[M + 1];
    int32_t columns[ELEMENTS];
    real values[ELEMENTS];
    int64_t k;
    int64_t y[M];
    real theta[N * K];
    int64_t ldtheta;
    real bias[K];
    real H[M * K];
    int64_t ldh;
    real R[M * K];
    int64_t ldr;
    real scale;
    real G[N * K];
    int64_t ldg;
    real g_bias[K];
    double loss;
    int32_t loss_number;
} call_of;

static linclass_context *ctx;

static call_of *call_new(void)
{
    call_of *made = calloc(1, sizeof *made);
    assert_non_null(made);
    *made = (call_of){
        .starts = {0, 2, 5, 5, 6},
        .columns = {0, 3, 1, 2, 4, 2},
        .values = {1, 2, 3, -1, 2, (real)0.5},
        .k = K,
        .y = {0, 2, 1, 2},
        .ldtheta = K,
        .ldh = K,
        .ldr = K,
        .scale = 1,
        .ldg = K,
        .loss_number = LINCLASS_LOSS_HINGE,
    };
    for (int e = 0; e < N * K; e++)
        made->theta[e] = (real)(e % 5) - 2;
    assert_int_equal(linclass_matrix_init_csr(&made->X, sizeof made->X, REAL_DTYPE, M, N,
                                              made->starts, LINCLASS_INT32, made->columns,
                                              made->values),
                     LINCLASS_OK);
    return made;
}

typedef linclass_status (*function)(call_of *c);

static linclass_status logits(call_of *c)
{
    return REAL(linclass_logits_csr)(ctx, &c->X, c->k, c->theta, c->ldtheta, c->bias, c->H, c->ldh);
}

static linclass_status gradient(call_of *c)
{
    return REAL(linclass_gradient_csr)(ctx, &c->X, c->k, c->R, c->ldr, c->scale, c->G, c->ldg,
                                       c->g_bias);
}

static linclass_status loss_gradient(call_of *c)
{
    return REAL(linclass_loss_gradient_csr)(ctx, c->loss_number, &c->X, c->k, c->y, c->theta,
                                            c->ldtheta, c->bias, &c->loss, c->G, c->ldg, c->g_bias);
}

static linclass_status softmax_loss_gradient(call_of *c)
{
    return REAL(linclass_softmax_loss_gradient_csr)(ctx, &c->X, c->k, c->y, c->theta, c->ldtheta,
                                                    c->bias, &c->loss, c->G, c->ldg, c->g_bias);
}

static const function all[] = {logits, gradient, loss_gradient, softmax_loss_gradient};
static const char *const names[] = {"logits", "gradient", "loss_gradient", "softmax_loss_gradient"};
enum { FUNCTIONS = 4 };

/* Which functions have the argument. */
enum { LOGITS_ = 1, GRADIENT_ = 2, LOSS_ = 4, SOFTMAX_ = 8, LOSSES_ = LOSS_ | SOFTMAX_ };
enum { EVERY = 15, OF_THETA = LOGITS_ | LOSSES_, OF_G = GRADIENT_ | LOSSES_ };

static bool same_outputs(const call_of *one, const call_of *other)
{
    return memcmp(one->H, other->H, sizeof one->H) == 0 &&
           memcmp(one->G, other->G, sizeof one->G) == 0 &&
           memcmp(one->g_bias, other->g_bias, sizeof one->g_bias) == 0 && one->loss == other->loss;
}

/* Each function of the set refuses the call, with that status and a message that contains the text. */
static void expect(int functions, void (*spoil)(call_of *c), linclass_status status,
                   const char *text)
{
    for (int f = 0; f < FUNCTIONS; f++) {
        if ((functions >> f & 1) == 0)
            continue;
        call_of *c = call_new();
        spoil(c);
        call_of *before = malloc(sizeof *before);
        assert_non_null(before);
        *before = *c;
        const linclass_status found = all[f](c);
        const char *message = linclass_context_message(ctx);
        if (found != status || strstr(message, text) == NULL)
            fail_msg("%s: status %d and \"%s\", not %d and \"%s\"", names[f], (int)found, message,
                     (int)status, text);
        assert_true(same_outputs(before, c));
        free(before);
        free(c);
    }
}

#define SPOIL(name, statement) \
    static void name(call_of *c) \
    { \
        statement; \
    }

SPOIL(layout, c->X.layout = LINCLASS_LAYOUT_STRIDED; c->X.row_stride = N; c->X.rows = 1)
SPOIL(unknown_layout, c->X.layout = 2)
SPOIL(dtype, c->X.dtype = 11)
SPOIL(column_dtype, c->X.column_dtype = LINCLASS_INT16)
SPOIL(no_starts, c->X.row_starts = NULL)
SPOIL(no_columns, c->X.columns = NULL)
SPOIL(crooked_starts, c->X.row_starts = (const int64_t *)((const char *)c->starts + 4))
SPOIL(crooked_columns, c->X.columns = (const char *)c->columns + 2)
SPOIL(crooked_values, c->X.data = (const char *)c->values + 2)
SPOIL(first_start, c->starts[0] = -1)
SPOIL(descending_starts, c->starts[2] = 1)
SPOIL(huge_start, c->starts[M] = INT64_MAX)
SPOIL(column_too_large, c->columns[4] = N)
SPOIL(column_below_0, c->columns[2] = -3)
SPOIL(column_twice, c->columns[1] = 0)
SPOIL(columns_descend, c->columns[3] = 0)
SPOIL(negative_rows, c->X.rows = -1)
SPOIL(negative_cols, c->X.cols = -1)
SPOIL(too_many_cols, c->X.cols = INT64_C(1) << 31)
SPOIL(scale_nan, c->X.scale = (double)NAN)
SPOIL(reserved, c->X.reserved = 1)
SPOIL(struct_size, c->X.size = 3)
SPOIL(negative_k, c->k = -1)
SPOIL(huge_k, c->k = INT64_MAX; c->ldtheta = c->ldg = c->ldh = c->ldr = INT64_MAX)
SPOIL(more_than_memory, c->X.cols = INT32_MAX; c->k = INT32_MAX;
      c->ldtheta = c->ldg = c->ldh = c->ldr = INT32_MAX)
SPOIL(ldtheta, c->ldtheta = K - 1)
SPOIL(ldh, c->ldh = K - 1)
SPOIL(ldr, c->ldr = K - 1)
SPOIL(ldg, c->ldg = K - 1)
SPOIL(loss_number, c->loss_number = 99)
SPOIL(one_score, c->loss_number = LINCLASS_LOSS_LOGISTIC)
SPOIL(label, c->y[2] = K)
SPOIL(negative_label, c->y[3] = -1)
SPOIL(theta_nan, c->theta[7] = (real)NAN)
SPOIL(theta_in_no_row, c->X.rows = 1; c->theta[13] = (real)INFINITY)
SPOIL(bias_inf, c->bias[1] = (real)INFINITY)
SPOIL(R_inf_without_elements, c->R[2 * K + 1] = (real)INFINITY)
SPOIL(scale_inf, c->scale = (real)INFINITY)

static void test_bad_views(void **state)
{
    (void)state;
    expect(EVERY, layout, LINCLASS_ERROR_INVALID_ARGUMENT, "X.layout is 0");
    expect(EVERY, unknown_layout, LINCLASS_ERROR_INVALID_ARGUMENT, "X.layout is 2");
    expect(EVERY, dtype, LINCLASS_ERROR_INVALID_ARGUMENT, "X.dtype is 11");
    expect(EVERY, column_dtype, LINCLASS_ERROR_INVALID_ARGUMENT, "X.column_dtype is 5");
    expect(EVERY, no_starts, LINCLASS_ERROR_INVALID_ARGUMENT, "X.row_starts is NULL");
    expect(EVERY, no_columns, LINCLASS_ERROR_INVALID_ARGUMENT, "X.columns is NULL");
    expect(EVERY, crooked_starts, LINCLASS_ERROR_INVALID_ARGUMENT, "not aligned");
    expect(EVERY, crooked_columns, LINCLASS_ERROR_INVALID_ARGUMENT, "not aligned");
    expect(EVERY, crooked_values, LINCLASS_ERROR_INVALID_ARGUMENT, "not aligned");
    expect(EVERY, first_start, LINCLASS_ERROR_INVALID_ARGUMENT, "X.row_starts[0] is -1");
    expect(EVERY, descending_starts, LINCLASS_ERROR_INVALID_ARGUMENT,
           "X.row_starts[2] is 1, less than 2");
    expect(EVERY, huge_start, LINCLASS_ERROR_DIMENSION, "X.row_starts[4] is 9223372036854775807");
    expect(EVERY, column_too_large, LINCLASS_ERROR_INVALID_ARGUMENT,
           "X.columns[4], in row 1, is 5, not in 0..4");
    expect(EVERY, column_below_0, LINCLASS_ERROR_INVALID_ARGUMENT,
           "X.columns[2], in row 1, is -3, not in 0..4");
    expect(EVERY, column_twice, LINCLASS_ERROR_INVALID_ARGUMENT,
           "X.columns[1], in row 0, is 0, after 0");
    expect(EVERY, columns_descend, LINCLASS_ERROR_INVALID_ARGUMENT,
           "X.columns[3], in row 1, is 0, after 1");
    expect(EVERY, negative_rows, LINCLASS_ERROR_DIMENSION, "-1 rows");
    expect(EVERY, negative_cols, LINCLASS_ERROR_DIMENSION, "-1 columns");
    expect(EVERY, too_many_cols, LINCLASS_ERROR_DIMENSION, "2147483648 columns");
    expect(EVERY, scale_nan, LINCLASS_ERROR_INVALID_ARGUMENT, "X.scale is");
    expect(EVERY, reserved, LINCLASS_ERROR_INVALID_ARGUMENT, "X.reserved is 1");
    expect(EVERY, struct_size, LINCLASS_ERROR_STRUCT_SIZE, "X.size is 3");
}

static void test_bad_arguments(void **state)
{
    (void)state;
    expect(EVERY, negative_k, LINCLASS_ERROR_DIMENSION, "k is -1");
    expect(EVERY, huge_k, LINCLASS_ERROR_DIMENSION, "elements");
    expect(EVERY, more_than_memory, LINCLASS_ERROR_DIMENSION, "overflows");
    expect(OF_THETA, ldtheta, LINCLASS_ERROR_DIMENSION, "ldtheta is 2");
    expect(LOGITS_, ldh, LINCLASS_ERROR_DIMENSION, "ldh is 2");
    expect(GRADIENT_, ldr, LINCLASS_ERROR_DIMENSION, "ldr is 2");
    expect(OF_G, ldg, LINCLASS_ERROR_DIMENSION, "ldg is 2");
    expect(LOSS_, loss_number, LINCLASS_ERROR_INVALID_ARGUMENT, "loss_number is 99");
    expect(LOSS_, one_score, LINCLASS_ERROR_DIMENSION, "k is 3");
    expect(LOSSES_, label, LINCLASS_ERROR_LABEL, "y[2] is 3");
    expect(LOSSES_, negative_label, LINCLASS_ERROR_LABEL, "y[3] is -1");
    expect(OF_THETA, theta_nan, LINCLASS_ERROR_NON_FINITE, "theta[2, 1]");
    expect(OF_THETA, theta_in_no_row, LINCLASS_ERROR_NON_FINITE, "theta[4, 1]");
    expect(OF_THETA, bias_inf, LINCLASS_ERROR_NON_FINITE, "bias[1]");
    expect(GRADIENT_, R_inf_without_elements, LINCLASS_ERROR_NON_FINITE, "R[2, 1]");
    expect(GRADIENT_, scale_inf, LINCLASS_ERROR_NON_FINITE, "scale is inf");
}

static void test_required_pointers(void **state)
{
    (void)state;
    call_of *c = call_new();
    const linclass_matrix *X = &c->X;
    const linclass_status bad = LINCLASS_ERROR_INVALID_ARGUMENT;
    assert_refused(ctx, REAL(linclass_logits_csr)(ctx, NULL, K, c->theta, K, NULL, c->H, K), bad,
                   "X is NULL");
    assert_refused(ctx, REAL(linclass_logits_csr)(ctx, X, K, NULL, K, NULL, c->H, K), bad,
                   "theta is NULL");
    assert_refused(ctx, REAL(linclass_logits_csr)(ctx, X, K, c->theta, K, NULL, NULL, K), bad,
                   "H is NULL");
    assert_refused(ctx, REAL(linclass_gradient_csr)(ctx, NULL, K, c->R, K, 1, c->G, K, NULL), bad,
                   "X is NULL");
    assert_refused(ctx, REAL(linclass_gradient_csr)(ctx, X, K, NULL, K, 1, c->G, K, NULL), bad,
                   "R is NULL");
    assert_refused(ctx, REAL(linclass_gradient_csr)(ctx, X, K, c->R, K, 1, NULL, K, NULL), bad,
                   "G is NULL");
    double *loss = &c->loss;
    assert_refused(ctx,
                   REAL(linclass_softmax_loss_gradient_csr)(ctx, NULL, K, c->y, c->theta, K, NULL,
                                                            loss, c->G, K, NULL),
                   bad, "X is NULL");
    assert_refused(ctx,
                   REAL(linclass_softmax_loss_gradient_csr)(ctx, X, K, NULL, c->theta, K, NULL,
                                                            loss, c->G, K, NULL),
                   bad, "y is NULL");
    assert_refused(ctx,
                   REAL(linclass_softmax_loss_gradient_csr)(ctx, X, K, c->y, NULL, K, NULL, loss,
                                                            c->G, K, NULL),
                   bad, "theta is NULL");
    assert_refused(ctx,
                   REAL(linclass_softmax_loss_gradient_csr)(ctx, X, K, c->y, c->theta, K, NULL,
                                                            NULL, c->G, K, NULL),
                   bad, "loss is NULL");
    assert_refused(ctx,
                   REAL(linclass_softmax_loss_gradient_csr)(ctx, X, K, c->y, c->theta, K, NULL,
                                                            loss, NULL, K, NULL),
                   bad, "G is NULL");
    free(c);
}

/* An output must not be in any array of the view, nor in another array; elements before the first row are
 * not the view's. */
static void test_overlap(void **state)
{
    (void)state;
    const linclass_status bad = LINCLASS_ERROR_INVALID_ARGUMENT;
    call_of *c = call_new();
    real *const inputs[] = {(real *)c->starts, (real *)c->columns, c->values, c->theta, c->bias};
    const char *const texts[] = {"X.row_starts", "X.columns", "X.data", "theta", "bias"};
    for (int i = 0; i < 5; i++) {
        assert_refused(ctx,
                       REAL(linclass_logits_csr)(ctx, &c->X, K, c->theta, K, c->bias, inputs[i], K),
                       bad, texts[i]);
        assert_refused(ctx,
                       REAL(linclass_softmax_loss_gradient_csr)(
                           ctx, &c->X, K, c->y, c->theta, K, c->bias, &c->loss, inputs[i], K, NULL),
                       bad, texts[i]);
    }
    for (int i = 0; i < 3; i++)
        assert_refused(ctx,
                       REAL(linclass_gradient_csr)(ctx, &c->X, K, c->R, K, 1, inputs[i], K, NULL),
                       bad, texts[i]);
    assert_refused(ctx, REAL(linclass_gradient_csr)(ctx, &c->X, K, c->R, K, 1, c->R, K, NULL), bad,
                   "R");
    assert_refused(ctx, REAL(linclass_gradient_csr)(ctx, &c->X, K, c->R, K, 1, c->G, K, c->G + K),
                   bad, "g_bias");
    free(c);

    static real numbers[400 + ELEMENTS];
    call_of *far = call_new();
    memcpy(numbers + 400, far->values, sizeof far->values);
    static int32_t columns[400 + ELEMENTS];
    memcpy(columns + 400, far->columns, sizeof far->columns);
    for (int i = 0; i <= M; i++)
        far->starts[i] += 400;
    far->X.data = numbers;
    far->X.columns = columns;
    check_ok(ctx,
             REAL(linclass_gradient_csr)(ctx, &far->X, K, far->R, K, 1, numbers + 10, K,
                                         (real *)columns),
             "outputs before the first element");
    free(far);
}

/* X is the last to be looked at, after theta and bias. */
static void expect_non_finite(real value, real theta, const char *text)
{
    for (int f = 0; f < FUNCTIONS; f++) {
        call_of *c = call_new();
        c->values[5] = value; /* [3, 2] */
        for (int j = 0; j < K; j++)
            c->theta[2 * K + j] = theta;
        for (int e = 0; e < M * K; e++)
            c->R[e] = theta;
        const linclass_status found = all[f](c);
        if (found != LINCLASS_ERROR_NON_FINITE ||
            strstr(linclass_context_message(ctx), text) == NULL)
            fail_msg("%s of %g with theta %g: status %d and \"%s\"", names[f], (double)value,
                     (double)theta, (int)found, linclass_context_message(ctx));
        free(c);
    }
}

static void test_stored_elements_that_are_not_finite(void **state)
{
    (void)state;
    expect_non_finite((real)INFINITY, 0, "X[3, 2] is inf");
    expect_non_finite((real)INFINITY, 1, "X[3, 2] is inf");
    expect_non_finite((real)-INFINITY, 0, "X[3, 2] is -inf");
    expect_non_finite((real)NAN, 0, "X[3, 2] is");
}

static void test_overflow(void **state)
{
    (void)state;
    const real large = (real)(sizeof(real) == 4 ? 1e38 : 1e308);
    for (int f = 0; f < FUNCTIONS; f++) {
        call_of *c = call_new();
        c->values[0] = large;
        c->values[1] = large;
        c->values[4] = large;
        for (int e = 0; e < N * K; e++)
            c->theta[e] = 9;
        for (int e = 0; e < M * K; e++)
            c->R[e] = 9;
        const linclass_status found = all[f](c);
        if (found != LINCLASS_ERROR_NUMERIC && !(f == 0 && found == LINCLASS_ERROR_NON_FINITE))
            fail_msg("%s: status %d and \"%s\"", names[f], (int)found,
                     linclass_context_message(ctx));
        free(c);
    }
}

/* Every allocation fails once; a second call allocates nothing. */
static void test_memory(void **state)
{
    (void)state;
    linclass_context *const others = ctx;
    for (int f = 0; f < FUNCTIONS; f++) {
        call_of *expected = call_new();
        check_ok(ctx, all[f](expected), names[f]);
        for (int64_t k = 1, failed = 1; failed > 0; k++) {
            failing_allocator memory = failing_allocator_begin();
            ctx = failing_allocator_context(&memory, 1 + (int32_t)(k % 3));
            assert_non_null(ctx);
            call_of *c = call_new();
            failing_allocator_fail_at(&memory, k);
            const linclass_status status = all[f](c);
            failed = memory.failures;
            if (failed > 0) {
                assert_refused(ctx, status, LINCLASS_ERROR_MEMORY, "memory");
                check_ok(ctx, all[f](c), names[f]);
            } else {
                check_ok(ctx, status, names[f]);
            }
            assert_true(same_outputs(expected, c));
            const int64_t allocations = memory.allocations;
            check_ok(ctx, all[f](c), names[f]);
            assert_int_equal(memory.allocations, allocations);
            free(c);
            linclass_context_destroy(ctx);
            assert_int_equal(memory.live, 0);
            ctx = others;
        }
        free(expected);
    }
}

static int begin(void **state)
{
    (void)state;
    ctx = context_of(2);
    return ctx == NULL;
}

static int end(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_views),
        cmocka_unit_test(test_bad_arguments),
        cmocka_unit_test(test_required_pointers),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_stored_elements_that_are_not_finite),
        cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
