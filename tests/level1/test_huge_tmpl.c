/* Dimensions beyond 32 and near 64 bits: products that overflow are refused before anything is
 * touched, empty arrays of enormous length are fine, and so is an element far from the first. */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/trial.h"

/* Leading dimensions follow the dimensions, so that they are not what is wrong. */
static void set_dimensions(arguments *a, int64_t m, int64_t n, int64_t k)
{
    a->m = m;
    a->n = n;
    a->k = k;
    a->ldx = n;
    a->ldtheta = a->ldh = a->ldz = a->ldr = a->ldg = k;
}

static void check_refused(linclass_context *ctx, int64_t m, int64_t n, int64_t k)
{
    for (function_set function = 1; function != 0; function = function_after(function)) {
        problem p = problem_new(2, 2, 2, 0, 28);
        set_dimensions(&p.a, m, n, k);
        const linclass_status status = call(function, ctx, &p.a);
        const char *const message = linclass_context_message(ctx);
        if (status != LINCLASS_ERROR_DIMENSION || message[0] == '\0')
            fail_msg("%s m=%ld n=%ld k=%ld: status %d '%s'", function_name(function), (long)m,
                     (long)n, (long)k, (int)status, message);
        assert_int_equal(problem_changed(&p), 0);
        problem_free(&p);
    }
}

static void test_overflowing_products_are_refused(void **state)
{
    (void)state;
    static const int64_t huge[] = {INT64_MAX, INT64_MAX - 1, INT64_MAX / 2 + 1,
                                   PTRDIFF_MAX / (int64_t)sizeof(real) + 1};
    linclass_context *ctx = context_of(2);
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
        check_refused(ctx, huge[i], 2, 2);
        check_refused(ctx, 2, 2, huge[i]);
        check_refused(ctx, huge[i], huge[i], huge[i]);
    }
    check_refused(ctx, (int64_t)1 << 62, 16, 16);
    check_refused(ctx, (int64_t)1 << 40, 1 << 30, 1 << 30);
    linclass_context_destroy(ctx);
}

/* 2^40 rows of nothing take no memory and no time. */
static void test_empty_arrays_of_any_length(void **state)
{
    (void)state;
    const int64_t many = (int64_t)1 << 40;
    linclass_context *ctx = context_of(2);
    check_ok(ctx, REAL(linclass_logits)(ctx, many, 0, 0, NULL, 1, NULL, 1, NULL, NULL, 1),
             "logits");
    check_ok(ctx, REAL(linclass_softmax)(ctx, many, 0, NULL, 1, NULL, 1), "softmax");
    check_ok(ctx, REAL(linclass_gradient)(ctx, many, 0, 0, NULL, 1, NULL, 1, 1, NULL, 1, NULL),
             "gradient");
    linclass_context_destroy(ctx);
}

/* Address space of which only the pages written take memory; NULL where the system has none. */
static real *sparse_memory(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* Rows 2^31 - 1 elements apart: the third begins beyond any 32-bit index. */
static void test_distant_rows(void **state)
{
    (void)state;
    enum { M = 3, N = 3, K = 3 };
    const int64_t ld = INT_MAX;
    const size_t bytes = (size_t)((M - 1) * ld + N) * sizeof(real);
    problem p = problem_new(M, N, K, 0, 29);
    problem q = problem_new(M, N, K, 0, 29);
    real *const X = sparse_memory(bytes);
    real *const H = sparse_memory(bytes);
    if (X == NULL || H == NULL) {
        print_message("no address space for rows 2^31 - 1 elements apart\n");
        skip();
    }
    for (int64_t i = 0; i < M; i++)
        memcpy(X + i * ld, p.a.X + i * p.a.ldx, N * sizeof(real));
    q.a.X = X;
    q.a.H = H;
    q.a.ldx = q.a.ldh = ld;
    check_ok(NULL, call(LOGITS, NULL, &p.a), "logits");
    check_ok(NULL, call(LOGITS, NULL, &q.a), "logits of distant rows");
    for (int64_t i = 0; i < M; i++)
        assert_memory_equal(H + i * ld, p.a.H + i * p.a.ldh, K * sizeof(real));
    for (function_set function = 1; function != 0; function = function_after(function)) {
        if ((function & (RESIDUALS | GRADIENT | LOSS_GRADIENTS)) == 0)
            continue;
        check_ok(NULL, call(function, NULL, &p.a), function_name(function));
        check_ok(NULL, call(function, NULL, &q.a), function_name(function));
        assert_memory_equal(p.a.G, q.a.G, (size_t)(N * p.a.ldg) * sizeof(real));
    }
    (void)munmap(H, bytes);
    (void)munmap(X, bytes);
    problem_free(&q);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overflowing_products_are_refused),
        cmocka_unit_test(test_empty_arrays_of_any_length),
        cmocka_unit_test(test_distant_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
