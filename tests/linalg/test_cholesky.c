/* The factorisation, its solutions, its inverse, and where it says a matrix is singular. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/vector/usable.h"
#include "linalg/cholesky.h"
#include "support/noise.h"

enum { MOST = 150 };

/* A = B B^T scaled to ones in its diagonal; row `copy`, where it is not 0, is minus the row before it. */
static void correlations(int64_t n, int64_t copy, double *A)
{
    double B[MOST * MOST];
    uint64_t noise = (uint64_t)n;
    for (int64_t i = 0; i < n; i++) {
        double square = 0;
        for (int64_t j = 0; j < n; j++) {
            B[i * n + j] = noise_uniform(&noise) + (i == j ? 2 : 0);
            if (copy > 0 && i == copy)
                B[i * n + j] = -B[(i - 1) * n + j];
            square += B[i * n + j] * B[i * n + j];
        }
        for (int64_t j = 0; j < n; j++)
            B[i * n + j] /= sqrt(square);
    }
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            A[i * n + j] = 0;
            for (int64_t l = 0; l < n; l++)
                A[i * n + j] += B[i * n + l] * B[j * n + l];
        }
}

static void assert_identity(int64_t n, const double *A, const double *B)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            double sum = 0;
            for (int64_t l = 0; l < n; l++)
                sum += A[i * n + l] * B[l * n + j];
            assert_true(fabs(sum - (i == j)) < 1e-10);
        }
}

static void the_inverse_and_the_solutions(void **state)
{
    (void)state;
    static const int64_t sizes[] = {0, 1, 2, 3, 10, 32, 33, 65, 97, MOST};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const int64_t n = sizes[s];
        double A[MOST * MOST] = {0};
        double inverse[MOST * MOST];
        double solutions[MOST * MOST];
        correlations(n, 0, A);
        memcpy(inverse, A, (size_t)(n * n) * sizeof *A);
        assert_int_equal(cholesky_factor_above(vector_sets_usable(), n, inverse, 1e-12), -1);
        for (int64_t e = 0; e < n * n; e++)
            solutions[e] = e % (n + 1) == 0;
        cholesky_solve(vector_sets_usable(), n, n, inverse, solutions);
        assert_identity(n, A, solutions);
        assert_true(cholesky_invert(n, inverse));
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = i + 1; j < n; j++)
                inverse[i * n + j] = inverse[j * n + i];
        assert_identity(n, A, inverse);
    }
}

/* In single precision from the packed factor, as from the factor itself. */
static void packed_solutions(void **state)
{
    (void)state;
    for (int64_t n = 0; n <= MOST; n += n < 66 ? 1 : 28) {
        static double A[MOST * MOST];
        correlations(n, 0, A);
        assert_true(cholesky_factor(vector_sets_usable(), n, A));
        float *packed = malloc((size_t)(cholesky_packed(n) + 1) * sizeof *packed);
        float b[MOST];
        double x[MOST];
        packed[cholesky_packed(n)] = 17;
        cholesky_pack(n, A, packed);
        assert_true(packed[cholesky_packed(n)] == 17);
        for (int64_t i = 0; i < n; i++)
            x[i] = (double)(b[i] = (float)(i % 7 - 3));
        cholesky_solve(vector_sets_usable(), n, 1, A, x);
        cholesky_solve_packed(vector_sets_usable(), n, packed, b);
        double largest = 0, difference = 0;
        for (int64_t i = 0; i < n; i++) {
            largest = fmax(largest, fabs(x[i]));
            difference = fmax(difference, fabs(x[i] - (double)b[i]));
        }
        assert_true(difference <= 1e-3 * largest); /* floats, and a condition of some hundreds */
        free(packed);
    }
}

/* Row i is a combination of those before it: pivot i is rounding, of either sign. */
static void the_dependent_row_is_found(void **state)
{
    (void)state;
    for (int64_t copy = 1; copy < 12; copy++) {
        double A[MOST * MOST] = {0};
        correlations(12, copy, A);
        assert_int_equal(cholesky_factor_above(vector_sets_usable(), 12, A, 1e-12), copy);
    }
}

static void a_matrix_that_is_not_definite_or_not_finite(void **state)
{
    (void)state;
    double indefinite[4] = {1, 0, 2, 1};
    double not_a_number[4] = {1, 0, (double)NAN, 1};
    assert_int_equal(cholesky_factor_above(vector_sets_usable(), 2, indefinite, 1e-12), 1);
    assert_int_equal(cholesky_factor_above(vector_sets_usable(), 2, not_a_number, 1e-12), 1);
    double zero[1] = {0};
    assert_int_equal(cholesky_factor_above(vector_sets_usable(), 1, zero, 1e-12), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_inverse_and_the_solutions),
        cmocka_unit_test(packed_solutions),
        cmocka_unit_test(the_dependent_row_is_found),
        cmocka_unit_test(a_matrix_that_is_not_definite_or_not_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
