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

    which->run(
        &(REAL(narrow_product)){m, n, k, alpha, A.data, A.ld, B.data, B.ld, beta, C.data, C.ld});
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

/* Rows beyond the first, whichever tile they fall into, have the bits they have when computed alone. */
static void rows_alone(const char *set, const product *which)
{
    enum { M = 7, N = 53, K = 10 };
    real A[M * N];
    real B[N * K];
    real whole[M * K];
    real alone[K];
    uint64_t state = 1;
    for (int i = 0; i < M * N; i++)
        A[i] = (real)noise_uniform(&state);
    for (int i = 0; i < N * K; i++)
        B[i] = (real)noise_uniform(&state);
    const int64_t lda = which->a_transposed ? M : N;
    const int64_t ldb = which->b_transposed ? N : K;
    which->run(&(REAL(narrow_product)){M, N, K, 1, A, lda, B, ldb, 0, whole, K});
    for (int i = 0; i < M; i++) {
        const real *row = which->a_transposed ? A + i : A + (int64_t)i * lda;
        which->run(&(REAL(narrow_product)){1, N, K, 1, row, lda, B, ldb, 0, alone, K});
        if (memcmp(alone, whole + (ptrdiff_t)i * K, sizeof alone) != 0)
            fail_msg("%s of %s: row %d has other bits alone", which->name, set, i);
    }
}

static void test_rows_alone(void **state)
{
    (void)state;
    for_every_product(rows_alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_small_size),
        cmocka_unit_test(test_sizes_around_vectors_and_tiles),
        cmocka_unit_test(test_rows_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
