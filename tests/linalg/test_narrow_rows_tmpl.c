/* The narrow products of single rows and of few, of every instruction set this processor has, against the same
 * operations one by one in plain C: their order is given, so the bits must be equal. */
#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/real.h"
#include "linalg/narrow/narrow.h"
#include "support/guarded.h"
#include "support/noise.h"

#if REAL_BITS == 32
#define REAL_FMA fmaf
#else
#define REAL_FMA fma
#endif

enum { LOGICAL = 64 / sizeof(real) };

static guarded noise(int64_t rows, int64_t cols, int64_t ld, uint64_t *state)
{
    guarded matrix = guarded_new(rows, cols, ld, sizeof(real));
    real *element = matrix.data;
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++)
            element[i * ld + j] = (real)noise_uniform(state) - (real)0.5;
    }
    return matrix;
}

static real *copy_of(const guarded *matrix, int64_t rows, int64_t cols)
{
    real *copy = test_malloc((size_t)(rows * cols) * sizeof(real));
    const real *element = matrix->data;
    for (int64_t i = 0; i < rows; i++)
        memcpy(copy + i * cols, element + i * matrix->ld, (size_t)cols * sizeof(real));
    return copy;
}

static void expect_same(const char *what, const char *set, int64_t rows, int64_t cols,
                        const guarded *found, const real *expected)
{
    const real *element = found->data;
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++) {
            if (memcmp(&element[i * found->ld + j], &expected[i * cols + j], sizeof(real)) != 0)
                fail_msg("%s of %s, %d x %d: element %d, %d is %.17g, should be %.17g", what, set,
                         (int)rows, (int)cols, (int)i, (int)j, (double)element[i * found->ld + j],
                         (double)expected[i * cols + j]);
        }
    }
    if (!guarded_intact(found))
        fail_msg("%s of %s, %d x %d: wrote outside of it", what, set, (int)rows, (int)cols);
}

static void plain_outer(const REAL(narrow_product) * p, real *C)
{
    for (int64_t i = 0; i < p->m; i++) {
        for (int64_t j = 0; j < p->k; j++) {
            real sum = 0;
            for (int64_t l = 0; l < p->n; l++)
                sum = REAL_FMA(p->A[l * p->lda + i], p->B[l * p->ldb + j], sum);
            const real value = p->alpha * sum;
            C[i * p->k + j] = p->beta == 0 ? value : REAL_FMA(p->beta, C[i * p->k + j], value);
        }
    }
}

static void check_outer(const REAL(narrow) * set, int64_t m, int64_t n, int64_t k, real beta,
                        int64_t padding)
{
    uint64_t state = (uint64_t)(m * 1000003 + n * 1009 + k);
    guarded A = noise(n, m, m + padding, &state);
    guarded B = noise(n, k, k + padding, &state);
    guarded C =
        beta == 0 ? guarded_new(m, k, k + padding, sizeof(real)) : noise(m, k, k + padding, &state);
    real *expected = copy_of(&C, m, k);
    const REAL(narrow_product) product = {m,      n,    k,    (real)0.3, A.data, A.ld,
                                          B.data, B.ld, beta, C.data,    C.ld,   {false, NULL, 0}};
    plain_outer(&product, expected);
    set->outer(&product);
    expect_same("outer product", set->name, m, k, &C, expected);
    test_free(expected);
    guarded_free(&A);
    guarded_free(&B);
    guarded_free(&C);
}

/* One row, C without gaps from element `offset` of a line of memory on. */
static void check_row_at(const REAL(narrow) * set, int64_t m, int64_t k, int64_t offset, real alpha)
{
    uint64_t state = (uint64_t)(m * 1000003 + offset * 1009 + k);
    guarded A = noise(1, m, m, &state);
    guarded B = noise(1, k, k, &state);
    const int64_t room = LOGICAL + m * k + LOGICAL;
    const size_t bytes = (size_t)(room + LOGICAL) * sizeof(real);
    char *memory = test_malloc(bytes);
    memset(memory, 0x5a, bytes);
    real *line = (real *)(memory + (64 - (uintptr_t)memory % 64) % 64);
    real *C = line + LOGICAL - 1 + offset;
    real *expected = test_malloc((size_t)(m * k) * sizeof *expected);
    const REAL(narrow_product)
        product = {m, 1, k, alpha, A.data, m, B.data, k, 0, C, k, {false, NULL, 0}};
    plain_outer(&product, expected);
    set->outer(&product);
    assert_memory_equal(C, expected, (size_t)(m * k) * sizeof *expected);
    for (const char *p = memory; p < memory + bytes; p++) {
        if ((p < (char *)C || p >= (char *)(C + m * k)) && *p != 0x5a)
            fail_msg("%s, %d x %d from element %d on: wrote outside of it", set->name, (int)m,
                     (int)k, (int)offset);
    }
    test_free(expected);
    test_free(memory);
    guarded_free(&A);
    guarded_free(&B);
}

/* <x, y> in the order of by_class. */
static real plain_product(int64_t n, const real *x, const real *y)
{
    real sum[LOGICAL] = {0};
    for (int64_t j = 0; j < n; j++)
        sum[j % LOGICAL] = REAL_FMA(x[j], y[j], sum[j % LOGICAL]);
    for (int half = LOGICAL / 2; half >= 4; half /= 2) {
        for (int l = 0; l < half; l++)
            sum[l] += sum[l + half];
    }
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

/* A step as the arguments of set->step say, theta and velocity replaced by others; scores: k. */
static void plain_step(const REAL(narrow_step) * p, real *theta, real *velocity, real *scores)
{
    for (int64_t c = 0; c < p->k; c++) {
        for (int64_t j = 0; j < p->n; j++) {
            real *t = &theta[c * p->n + j];
            const real update = p->residuals[c] * p->x[j];
            if (velocity == NULL) {
                *t = REAL_FMA(p->keep, *t, update);
            } else {
                real *v = &velocity[c * p->n + j];
                const real shrunk = p->decay * *t;
                *v = REAL_FMA(p->keep, *v, update) - shrunk;
                *t += *v;
            }
        }
        scores[c] = plain_product(p->n, p->next, theta + c * p->n);
    }
}

/* residuals and scores are one array, as where it is called. */
static void check_step(const REAL(narrow) * set, int64_t n, int64_t k, bool momentum, real keep)
{
    uint64_t state = (uint64_t)(n * 1009 + k);
    guarded theta = noise(k, n, n, &state);
    guarded velocity = noise(k, n, n, &state);
    guarded x = noise(1, n, n, &state);
    guarded next = noise(1, n, n, &state);
    guarded scores = noise(1, k, k, &state);
    real *residuals = copy_of(&scores, 1, k);
    real *expected_theta = copy_of(&theta, k, n);
    real *expected_velocity = copy_of(&velocity, k, n);
    real *expected_scores = copy_of(&scores, 1, k);
    REAL(narrow_step)
    step = {
        .n = n,
        .k = k,
        .theta = theta.data,
        .velocity = momentum ? velocity.data : NULL,
        .x = x.data,
        .residuals = residuals,
        .keep = keep,
        .decay = (real)0.01,
        .next = next.data,
        .scores = scores.data,
        .ahead = n % 2 == 0 ? x.data : NULL,
        .last_first = n % 3 == 0,
    };
    plain_step(&step, expected_theta, momentum ? expected_velocity : NULL, expected_scores);
    step.residuals = scores.data;
    set->step(&step);
    expect_same("theta after a step", set->name, k, n, &theta, expected_theta);
    expect_same("velocity after a step", set->name, k, n, &velocity, expected_velocity);
    expect_same("scores after a step", set->name, 1, k, &scores, expected_scores);
    test_free(residuals);
    test_free(expected_theta);
    test_free(expected_velocity);
    test_free(expected_scores);
    guarded_free(&theta);
    guarded_free(&velocity);
    guarded_free(&x);
    guarded_free(&next);
    guarded_free(&scores);
}

/* Two steps, and the scores of two rows after both. Residuals and scores are one array, as where it is called. */
static void check_step_pair(const REAL(narrow) * set, int64_t n, int64_t k, real keep_0,
                            real keep_1)
{
    uint64_t state = (uint64_t)(n * 1009 + k);
    guarded theta = noise(k, n, n, &state);
    guarded rows = noise(4, n, n, &state);
    guarded scores = noise(2, k, k, &state);
    guarded product = noise(1, 1, 1, &state);
    real *residuals = copy_of(&scores, 2, k);
    real *expected_theta = copy_of(&theta, k, n);
    real *expected_scores = copy_of(&scores, 2, k);
    const real *row[4];
    for (int i = 0; i < 4; i++)
        row[i] = (const real *)rows.data + i * n;
    for (int i = 0; i < 2; i++) {
        const REAL(narrow_step) one = {
            .n = n,
            .k = k,
            .x = row[i],
            .residuals = residuals + i * k,
            .keep = i == 0 ? keep_0 : keep_1,
            .next = row[2],
        };
        plain_step(&one, expected_theta, NULL, expected_scores);
    }
    for (int64_t c = 0; c < k; c++)
        expected_scores[k + c] = plain_product(n, row[3], expected_theta + c * n);
    const real expected_product = plain_product(n, row[2], row[3]);
    set->step_pair(&(REAL(narrow_step_pair)){
        .n = n,
        .k = k,
        .theta = theta.data,
        .x = {row[0], row[1]},
        .residuals = scores.data,
        .keep = {keep_0, keep_1},
        .next = {row[2], row[3]},
        .scores = scores.data,
        .product = product.data,
        .ahead = {n % 2 == 0 ? row[0] : NULL, n % 5 == 0 ? row[1] : NULL},
        .last_first = n % 3 == 0,
    });
    expect_same("theta after two steps", set->name, k, n, &theta, expected_theta);
    expect_same("scores after two steps", set->name, 2, k, &scores, expected_scores);
    expect_same("product of two rows", set->name, 1, 1, &product, &expected_product);
    test_free(residuals);
    test_free(expected_theta);
    test_free(expected_scores);
    guarded_free(&theta);
    guarded_free(&rows);
    guarded_free(&scores);
    guarded_free(&product);
}

/* Every second class, from the last on: their scores, by the sums of by_class, and an update of their rows alone. */
static void check_chosen(const REAL(narrow) * set, int64_t n, int64_t k)
{
    uint64_t state = (uint64_t)(n * 1009 + k);
    guarded theta = noise(k, n, n, &state);
    guarded x = noise(1, n, n, &state);
    const int64_t count = (k + 1) / 2;
    guarded values = noise(1, count, count, &state);
    real *expected_theta = copy_of(&theta, k, n);
    real *expected_scores = copy_of(&values, 1, count);
    int64_t classes[64];
    const real *row = x.data;
    for (int64_t i = 0; i < count; i++) {
        classes[i] = k - 1 - 2 * i;
        real sum[LOGICAL] = {0};
        for (int64_t j = 0; j < n; j++) {
            real *t = &expected_theta[classes[i] * n + j];
            *t = REAL_FMA(expected_scores[i], row[j], *t);
            sum[j % LOGICAL] = REAL_FMA(row[j], *t, sum[j % LOGICAL]);
        }
        for (int half = LOGICAL / 2; half >= 4; half /= 2) {
            for (int l = 0; l < half; l++)
                sum[l] += sum[l + half];
        }
        expected_scores[i] = (sum[0] + sum[2]) + (sum[1] + sum[3]);
    }
    const REAL(narrow_chosen) chosen = {n, count, classes, theta.data, x.data, values.data};
    set->chosen_update(&chosen);
    expect_same("theta after an update of classes", set->name, k, n, &theta, expected_theta);
    set->chosen_scores(&chosen);
    expect_same("scores of classes", set->name, 1, count, &values, expected_scores);
    test_free(expected_theta);
    test_free(expected_scores);
    guarded_free(&theta);
    guarded_free(&x);
    guarded_free(&values);
}

static void for_every_set(void (*body)(const REAL(narrow) * set))
{
    int sets;
    const REAL(narrow) *const *all = REAL(narrow_all)(&sets);
    if (sets == 0) {
        print_message("this processor has none of the instruction sets\n");
        skip();
    }
    for (int set = 0; set < sets; set++)
        body(all[set]);
}

static void outer_products(const REAL(narrow) * set)
{
    static const int64_t rows[] = {1, 2, 3, 10, 16, 17};
    for (int64_t k = 1; k <= 200; k++) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            const int64_t m = 1 + (k + (int64_t)i) % 15;
            check_outer(set, m, rows[i], k, 0, k % 4);
            check_outer(set, m, rows[i], k, (real)0.7, k % 3);
        }
    }
    check_outer(set, 67, 1, 1003, 0, 0);
    check_outer(set, 67, 10, 1003, 0, 0);
    check_outer(set, 67, 10, 1003, 1, 5);
}

static void steps(const REAL(narrow) * set)
{
    for (int64_t n = 1; n <= 3 * LOGICAL + 1; n++) {
        for (int64_t k = 1; k <= 20; k++) {
            check_step(set, n, k, false, (real)0.9);
            check_step(set, n, k, false, 1);
            check_step(set, n, k, true, (real)0.9);
        }
    }
    check_step(set, 784, 10, false, 1);
    check_step(set, 784, 65, true, (real)0.9);
}

static void step_pairs(const REAL(narrow) * set)
{
    for (int64_t n = 1; n <= 3 * LOGICAL + 1; n++) {
        for (int64_t k = 1; k <= 20; k++) {
            check_step_pair(set, n, k, (real)0.9, (real)0.8);
            check_step_pair(set, n, k, 1, (real)0.8);
            check_step_pair(set, n, k, 1, 1);
        }
    }
    check_step_pair(set, 784, 10, 1, 1);
    check_step_pair(set, 784, 65, (real)0.9, 1);
}

static void chosen_classes(const REAL(narrow) * set)
{
    for (int64_t n = 1; n <= 3 * LOGICAL + 1; n++)
        for (int64_t k = 1; k <= 20; k++)
            check_chosen(set, n, k);
    check_chosen(set, 784, 10);
}

static void test_chosen_classes(void **state)
{
    (void)state;
    for_every_set(chosen_classes);
}

static void rows_anywhere_in_memory(const REAL(narrow) * set)
{
    static const int64_t classes[] = {1, 7, 8, 15, 16, 17, 20, 32, 33, 48, 50, 100, 511, 512, 513};
    static const int64_t features[] = {1, 2, 9};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        for (size_t j = 0; j < sizeof features / sizeof *features; j++) {
            for (int64_t offset = 0; offset <= LOGICAL; offset++) {
                check_row_at(set, features[j], classes[i], offset, (real)0.3);
                check_row_at(set, features[j], classes[i], offset, 1);
            }
        }
    }
}

static void test_rows_anywhere_in_memory(void **state)
{
    (void)state;
    for_every_set(rows_anywhere_in_memory);
}

static void test_outer_products(void **state)
{
    (void)state;
    for_every_set(outer_products);
}

static void test_steps(void **state)
{
    (void)state;
    for_every_set(steps);
}

static void test_step_pairs(void **state)
{
    (void)state;
    for_every_set(step_pairs);
}

/* theta and the scores have the bits that the two products give, one after the other, */
static void step_in_two(const REAL(narrow) * set)
{
    enum { N = 157, K = 10 };
    uint64_t state = 3;
    real theta[2][K * N];
    real x[2][N];
    real residuals[K];
    real scores[2][K];
    for (int i = 0; i < K * N; i++)
        theta[0][i] = theta[1][i] = (real)noise_uniform(&state) - (real)0.5;
    for (int i = 0; i < N; i++) {
        x[0][i] = (real)noise_uniform(&state);
        x[1][i] = (real)noise_uniform(&state);
    }
    for (int i = 0; i < K; i++)
        residuals[i] = (real)noise_uniform(&state) - (real)0.5;
    const real keep = (real)0.99;
    set->step(&(REAL(narrow_step)){.n = N,
                                   .k = K,
                                   .theta = theta[0],
                                   .x = x[0],
                                   .residuals = residuals,
                                   .keep = keep,
                                   .next = x[1],
                                   .scores = scores[0]});
    set->transposed(&(REAL(narrow_product)){
        K, 1, N, 1, residuals, K, x[0], N, keep, theta[1], N, {false, NULL, 0}});
    set->by_class(&(REAL(narrow_product)){
        1, N, K, 1, x[1], N, theta[1], N, 0, scores[1], K, {false, NULL, 0}});
    if (memcmp(theta[0], theta[1], sizeof theta[0]) != 0)
        fail_msg("a step of %s gives theta other bits than an update by itself", set->name);
    if (memcmp(scores[0], scores[1], sizeof scores[0]) != 0)
        fail_msg("a step of %s gives scores other bits than a product by itself", set->name);
}

static void test_step_in_two(void **state)
{
    (void)state;
    for_every_set(step_in_two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outer_products), cmocka_unit_test(test_rows_anywhere_in_memory),
        cmocka_unit_test(test_steps),          cmocka_unit_test(test_step_in_two),
        cmocka_unit_test(test_step_pairs),     cmocka_unit_test(test_chosen_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
