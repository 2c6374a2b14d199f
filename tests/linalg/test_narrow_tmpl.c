/* The narrow products of every instruction set this processor has, against the sums that define them.
 *
 * Elements are small integers, so that every sum is exact in any order and results must be equal. The
 * matrices end at a page that may not be touched and are padded with NaN (support/guarded.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/real.h"
#include "linalg/narrow/narrow.h"
#include "support/guarded.h"
#include "support/noise.h"

typedef struct product {
    const char *name;
    REAL(narrow_function) run;
    bool a_transposed;
    bool b_transposed;
} product;

enum { PRODUCTS = 4 };

/* The products of set number `set` of narrow_all. */
static void products_of(const REAL(narrow) * set, product products[PRODUCTS])
{
    products[0] = (product){"by_class", set->by_class, false, true};
    products[1] = (product){"plain", set->plain, false, false};
    products[2] = (product){"transposed", set->transposed, true, false};
    products[3] = (product){"outer", set->outer, true, false};
}

static guarded integers(int64_t rows, int64_t cols, int64_t padding, uint64_t *state)
{
    guarded matrix = guarded_new(rows, cols, cols + padding, sizeof(real));
    real *element = matrix.data;
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++)
            element[i * matrix.ld + j] = (real)(noise_below(state, 17) - 8);
    }
    return matrix;
}

static real at(const guarded *matrix, bool transposed, int64_t i, int64_t j)
{
    const real *element = matrix->data;
    return transposed ? element[j * matrix->ld + i] : element[i * matrix->ld + j];
}

static void check(const char *set, const product *which, int64_t m, int64_t n, int64_t k,
                  real alpha, real beta, int64_t padding)
{
    uint64_t state = (uint64_t)(m * 1000003 + n * 1009 + k);
    const guarded A =
        integers(which->a_transposed ? n : m, which->a_transposed ? m : n, padding, &state);
    const guarded B =
        integers(which->b_transposed ? k : n, which->b_transposed ? n : k, padding, &state);
    const guarded C =
        beta == 0 ? guarded_new(m, k, k + padding, sizeof(real)) : integers(m, k, padding, &state);
    real *before = test_malloc((size_t)(m * k) * sizeof(real));
    for (int64_t i = 0; i < m * k; i++)
        before[i] = at(&C, false, i / k, i % k);

    which->run(&(REAL(narrow_product)){.m = m,
                                       .n = n,
                                       .k = k,
                                       .alpha = alpha,
                                       .A = A.data,
                                       .lda = A.ld,
                                       .B = B.data,
                                       .ldb = B.ld,
                                       .beta = beta,
                                       .C = C.data,
                                       .ldc = C.ld});
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < k; j++) {
            real sum = 0;
            for (int64_t l = 0; l < n; l++)
                sum += at(&A, which->a_transposed, i, l) * at(&B, which->b_transposed, l, j);
            const real expected = alpha * sum + (beta == 0 ? 0 : beta * before[i * k + j]);
            const real found = at(&C, false, i, j);
            if (found != expected)
                fail_msg("%s of %s, m = %d, n = %d, k = %d, alpha = %g, beta = %g, padding = %d: "
                         "C[%d, %d] is %g, should be %g",
                         which->name, set, (int)m, (int)n, (int)k, (double)alpha, (double)beta,
                         (int)padding, (int)i, (int)j, (double)found, (double)expected);
        }
    }
    if (!guarded_intact(&C))
        fail_msg("%s of %s, m = %d, n = %d, k = %d: wrote outside of C", which->name, set, (int)m,
                 (int)n, (int)k);
    test_free(before);
    guarded_free((guarded *)&A);
    guarded_free((guarded *)&B);
    guarded_free((guarded *)&C);
}

static void for_every_product(void (*body)(const char *set, const product *which))
{
    int sets;
    const REAL(narrow) *const *all = REAL(narrow_all)(&sets);
    if (sets == 0) {
        print_message("this processor has none of the instruction sets\n");
        skip();
    }
    for (int set = 0; set < sets; set++) {
        product products[PRODUCTS];
        products_of(all[set], products);
        for (int i = 0; i < PRODUCTS; i++)
            body(all[set]->name, &products[i]);
    }
}

static void every_small_size(const char *set, const product *which)
{
    for (int64_t m = 0; m <= 9; m++) {
        for (int64_t n = 1; n <= 35; n++) {
            for (int64_t k = 1; k <= 9; k++)
                check(set, which, m, n, k, 1, 0, 0);
        }
    }
}

static void sizes_around_vectors_and_tiles(const char *set, const product *which)
{
    static const int64_t sizes[] = {1, 5, 6, 13, 31, 33, 64, 67, 130};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    for (int m = 0; m < SIZES; m++) {
        for (int n = 0; n < SIZES; n++) {
            for (int k = 0; k < SIZES; k++)
                check(set, which, sizes[m], sizes[n], sizes[k], 2, -1, 3);
        }
    }
}

/* A row by itself goes by more columns at once, unless those are a multiple of 4096 bytes apart. */
static void single_rows(const char *set, const product *which)
{
    for (int64_t k = 1; k <= 40; k++) {
        check(set, which, 1, 35, k, 1, 0, 0);
        check(set, which, 1, 35, k, 2, -1, 3);
        check(set, which, 1, 4096 / sizeof(real), k, 1, 0, 0);
    }
}

static void test_single_rows(void **state)
{
    (void)state;
    for_every_product(single_rows);
}

static void test_every_small_size(void **state)
{
    (void)state;
    for_every_product(every_small_size);
}

static void test_sizes_around_vectors_and_tiles(void **state)
{
    (void)state;
    for_every_product(sizes_around_vectors_and_tiles);
}

/* Rows beyond the first, whichever tile they fall into, have the bits they have when computed alone, added to what was
 * there. */
static void rows_alone_of(const char *set, const product *which, int N, int K)
{
    enum { M = 7, MOST_N = 1024, MOST_K = 27 };
    static real A[M * MOST_N];
    static real B[MOST_N * MOST_K];
    real whole[M * MOST_K];
    real alone[MOST_K];
    uint64_t state = 1;
    for (int i = 0; i < M * N; i++)
        A[i] = (real)noise_uniform(&state);
    for (int i = 0; i < N * K; i++)
        B[i] = (real)noise_uniform(&state);
    for (int i = 0; i < M * K; i++)
        whole[i] = (real)(i % K);
    const int64_t lda = which->a_transposed ? M : N;
    const int64_t ldb = which->b_transposed ? N : K;
    REAL(narrow_product)
    p = {.m = M, .n = N, .k = K, .alpha = 1, .A = A, .lda = lda, .B = B, .ldb = ldb, .C = whole};
    p.ldc = K;
    p.beta = (real)0.7;
    which->run(&p);
    p.m = 1;
    p.C = alone;
    for (int i = 0; i < M; i++) {
        for (int j = 0; j < K; j++)
            alone[j] = (real)j;
        p.A = which->a_transposed ? A + i : A + (int64_t)i * lda;
        which->run(&p);
        if (memcmp(alone, whole + (ptrdiff_t)i * K, (size_t)K * sizeof *alone) != 0)
            fail_msg("%s of %s: row %d of %d columns has other bits alone", which->name, set, i, K);
    }
}

/* 1024 elements: columns of A B^T that are in one set of the first cache. */
static void rows_alone(const char *set, const product *which)
{
    for (int k = 1; k <= 27; k++) {
        rows_alone_of(set, which, 53, k);
        rows_alone_of(set, which, 1024, k);
    }
}

static void test_rows_alone(void **state)
{
    (void)state;
    for_every_product(rows_alone);
}

static guarded noise(int64_t rows, int64_t cols, int64_t padding, uint64_t *state)
{
    guarded matrix = guarded_new(rows, cols, cols + padding, sizeof(real));
    real *element = matrix.data;
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++)
            element[i * matrix.ld + j] = (real)(noise_uniform(state) - 0.5);
    }
    return matrix;
}

/* m, n, k as the products of scores count them; n: around the widths of vectors, and of what by_class sums
 * at a time. */
static const int64_t shapes[][3] = {
    {1, 784, 10}, {5, 1000, 3}, {9, 1023, 5},  {8, 1025, 6},  {13, 1041, 7}, {7, 2100, 64},
    {6, 15, 16},  {4, 16, 17},  {11, 17, 33},  {3, 31, 1},    {33, 100, 2},  {8, 257, 11},
    {2, 1, 1},    {17, 7, 8},   {12, 1024, 4}, {10, 3073, 5}, {64, 129, 13},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef struct operands {
    REAL(narrow_product) p;
    guarded A;
    guarded B;
    guarded C;
    real *before; /* of C, m x k */
} operands;

/* Those of a shape, 2 A B - C / 2. */
static operands operands_of(const product *which, const int64_t shape[3])
{
    uint64_t state = 7;
    const bool gradient = which->a_transposed;
    const int64_t m = gradient ? shape[2] : shape[0];
    const int64_t n = gradient ? shape[0] : shape[1];
    const int64_t k = gradient ? shape[1] : shape[2];
    operands o = {.A = noise(gradient ? n : m, gradient ? m : n, 1, &state),
                  .B = noise(which->b_transposed ? k : n, which->b_transposed ? n : k, 2, &state),
                  .C = noise(m, k, 3, &state)};
    o.before = test_malloc((size_t)(m * k) * sizeof(real));
    for (int64_t e = 0; e < m * k; e++)
        o.before[e] = at(&o.C, false, e / k, e % k);
    o.p = (REAL(narrow_product)){.m = m,
                                 .n = n,
                                 .k = k,
                                 .alpha = 2,
                                 .A = o.A.data,
                                 .lda = o.A.ld,
                                 .B = o.B.data,
                                 .ldb = o.B.ld,
                                 .beta = (real)-0.5,
                                 .C = o.C.data,
                                 .ldc = o.C.ld};
    return o;
}

static void operands_free(operands *o)
{
    test_free(o->before);
    guarded_free(&o->A);
    guarded_free(&o->B);
    guarded_free(&o->C);
}

/* Each of at most n additions rounds by at most half a unit of the sum of magnitudes, the rest twice. */
static void near_exact_sums(const char *set, const product *which)
{
    const long double epsilon = REAL_BITS == 32 ? 0x1p-24L : 0x1p-53L;
    for (int shape = 0; shape < SHAPES; shape++) {
        operands o = operands_of(which, shapes[shape]);
        which->run(&o.p);
        for (int64_t e = 0; e < o.p.m * o.p.k; e++) {
            const int64_t i = e / o.p.k;
            const int64_t j = e % o.p.k;
            long double sum = -0.5L * (long double)o.before[e];
            long double magnitude = 1;
            for (int64_t l = 0; l < o.p.n; l++) {
                const long double term = 2.0L * (long double)at(&o.A, which->a_transposed, i, l) *
                                         (long double)at(&o.B, which->b_transposed, l, j);
                sum += term;
                magnitude += term < 0 ? -term : term;
            }
            const long double error = (long double)at(&o.C, false, i, j) - sum;
            const long double bound = (long double)(o.p.n + 4) * epsilon * magnitude;
            if (!(error <= bound && error >= -bound))
                fail_msg("%s of %s, shape %d: C[%d, %d] is wrong by %Lg", which->name, set, shape,
                         (int)i, (int)j, error);
        }
        operands_free(&o);
    }
}

static void test_near_exact_sums(void **state)
{
    (void)state;
    for_every_product(near_exact_sums);
}

/* All sets make the same additions, and what is asked of memory meanwhile changes nothing. */
static void test_sets_agree_bit_by_bit(void **state)
{
    (void)state;
    int sets;
    const REAL(narrow) *const *all = REAL(narrow_all)(&sets);
    for (int number = 0; number < PRODUCTS; number++) {
        for (int shape = 0; shape < SHAPES; shape++) {
            product products[PRODUCTS];
            operands first = {.before = NULL};
            for (int set = 0; set < sets; set++) {
                products_of(all[set], products);
                operands o = operands_of(&products[number], shapes[shape]);
                if (set % 2 == 1)
                    o.p.memory = (narrow_memory){true, o.A.data, 100 * shape};
                products[number].run(&o.p);
                for (int64_t i = 0; set > 0 && i < o.p.m; i++) {
                    if (memcmp(first.p.C + i * o.p.ldc, o.p.C + i * o.p.ldc,
                               (size_t)o.p.k * sizeof(real)) != 0)
                        fail_msg("%s of %s, shape %d: row %d has other bits than of %s",
                                 products[number].name, all[set]->name, shape, (int)i,
                                 all[0]->name);
                }
                if (set == 0)
                    first = o;
                else
                    operands_free(&o);
            }
            if (sets > 0)
                operands_free(&first);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_small_size),
        cmocka_unit_test(test_sizes_around_vectors_and_tiles),
        cmocka_unit_test(test_single_rows),
        cmocka_unit_test(test_rows_alone),
        cmocka_unit_test(test_near_exact_sums),
        cmocka_unit_test(test_sets_agree_bit_by_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
