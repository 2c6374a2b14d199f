/* The panel products of every vector set, against the sums that define them in extended precision, within their
 * rounding; and the same bits in every set. The matrices end at a page that may not be touched and are padded with NaN
 * (support/guarded.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/real.h"
#include "core/vector/usable.h"
#include "linalg/panel/panel.h"
#include "support/guarded.h"
#include "support/noise.h"

#if REAL_BITS == 32
static const long double UNIT = FLT_EPSILON;
#else
static const long double UNIT = DBL_EPSILON;
#endif

typedef struct shape {
    int64_t m;
    int64_t n;
    int64_t k;
    int64_t padding;
    real alpha;
    real beta;
} shape;

static guarded fractions(int64_t rows, int64_t cols, int64_t padding, uint64_t *state)
{
    guarded matrix = guarded_new(rows, cols, cols + padding, sizeof(real));
    real *element = matrix.data;
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++)
            element[i * matrix.ld + j] = (real)noise_below(state, 2001) / 1000 - 1;
    }
    return matrix;
}

/* The result of a set, packed, into `result`. */
static void run(int32_t set, bool transposed, const shape *s, real *result)
{
    uint64_t state = (uint64_t)(s->m * 1000003 + s->n * 1009 + s->k);
    guarded A = transposed ? fractions(s->n, s->m, s->padding, &state)
                           : fractions(s->m, s->n, s->padding, &state);
    guarded B = fractions(s->n, s->k, s->padding, &state);
    guarded C = s->beta == 0 ? guarded_new(s->m, s->k, s->k + s->padding, sizeof(real))
                             : fractions(s->m, s->k, s->padding, &state);
    const real *before = C.data;
    long double *expected = test_malloc((size_t)(s->m * s->k) * sizeof *expected);
    long double *size = test_malloc((size_t)(s->m * s->k) * sizeof *size);
    const real *a = A.data;
    const real *b = B.data;
    for (int64_t e = 0; e < s->m * s->k; e++) {
        const int64_t i = e / s->k;
        const int64_t j = e % s->k;
        const long double old = s->beta == 0 ? 0 : (long double)s->beta * before[i * C.ld + j];
        expected[e] = old;
        size[e] = fabsl(old);
        for (int64_t t = 0; t < s->n; t++) {
            const long double term = (long double)s->alpha *
                                     (transposed ? a[t * A.ld + i] : a[i * A.ld + t]) *
                                     b[t * B.ld + j];
            expected[e] += term;
            size[e] += fabsl(term);
        }
    }
    real *work = aligned_alloc(64, PANEL_WORK * sizeof(real));
    assert_non_null(work);
    const REAL(narrow_product) product = {s->m, s->n, s->k,    s->alpha, A.data, A.ld,
                                          b,    B.ld, s->beta, C.data,   C.ld,   {false, NULL, 0}};
    (transposed ? REAL(panel_of)(set)->transposed : REAL(panel_of)(set)->plain)(&product, work);
    free(work);
    const real *c = C.data;
    for (int64_t e = 0; e < s->m * s->k; e++) {
        result[e] = c[e / s->k * C.ld + e % s->k];
        /* Each of the n additions rounds what is at most the sum of sizes. */
        if (!(fabsl((long double)result[e] - expected[e]) <=
              (long double)(s->n + 4) * UNIT * size[e]))
            fail_msg("%s, set %d, %d x %d x %d: C[%d, %d] is %g, should be %g",
                     transposed ? "transposed" : "plain", (int)set, (int)s->m, (int)s->n, (int)s->k,
                     (int)(e / s->k), (int)(e % s->k), (double)result[e], (double)expected[e]);
    }
    if (!guarded_intact(&C))
        fail_msg("%s, set %d, %d x %d x %d: wrote outside of C",
                 transposed ? "transposed" : "plain", (int)set, (int)s->m, (int)s->n, (int)s->k);
    test_free(expected);
    test_free(size);
    guarded_free(&A);
    guarded_free(&B);
    guarded_free(&C);
}

static void check(const shape *s)
{
    real *first = test_malloc((size_t)(s->m * s->k + 1) * sizeof *first);
    real *other = test_malloc((size_t)(s->m * s->k + 1) * sizeof *other);
    for (int transposed = 0; transposed < 2; transposed++) {
        run(1, transposed, s, first);
        for (int32_t set = 2; set <= vector_sets_usable(); set++) {
            run(set, transposed, s, other);
            assert_memory_equal(other, first, (size_t)(s->m * s->k) * sizeof *first);
        }
    }
    test_free(first);
    test_free(other);
}

static void test_sizes_around_tiles(void **state)
{
    (void)state;
    static const int64_t rows[] = {0, 1, 3, 4, 7, 8, 9, 17};
    static const int64_t columns[] = {1, 5, 12, 23, 24, 25, 47, 48, 49, 65, 97};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t j = 0; j < sizeof columns / sizeof *columns; j++)
            check(&(shape){rows[i], 3 + (int64_t)j, columns[j], (int64_t)i % 3, 1, 0});
    }
}

static void test_sizes_around_panels(void **state)
{
    (void)state;
    check(&(shape){PANEL_ROWS - 1, 5, 30, 0, 1, 0});
    check(&(shape){PANEL_ROWS + 1, 9, 26, 1, 1, 1});
    check(&(shape){2 * PANEL_ROWS + 3, 2, 13, 0, 1, 0});
    check(&(shape){5, PANEL_DEPTH - 1, 50, 2, 1, 0});
    check(&(shape){6, PANEL_DEPTH, 50, 0, 1, 1});
    check(&(shape){7, PANEL_DEPTH + 1, 50, 0, 1, 0});
    check(&(shape){9, 2 * PANEL_DEPTH + 5, 31, 3, 1, 1});
}

static void test_factors(void **state)
{
    (void)state;
    check(&(shape){13, PANEL_DEPTH + 7, 70, 0, (real)-0.25, 0});
    check(&(shape){13, PANEL_DEPTH + 7, 70, 1, (real)0.3, (real)0.7});
    check(&(shape){13, 21, 70, 1, 0, (real)0.7});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_around_tiles),
        cmocka_unit_test(test_sizes_around_panels),
        cmocka_unit_test(test_factors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
