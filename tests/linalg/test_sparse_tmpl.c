/* The sparse products of every instruction set this processor has, against long double sums under a bound of
 * the rounding; and the vector sets against each other, bit by bit.
 *
 * Arrays end at a page that may not be touched, and are padded with NaN (support/guarded.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "core/real.h"
#include "linalg/sparse/sparse.h"
#include "support/guarded.h"
#include "support/noise.h"

typedef REAL(sparse_block) block_type;
typedef REAL(sparse_functions) functions_type;

static const functions_type *const *all_sets(int *count)
{
    return REAL(sparse_all)(count);
}

static const double roundoff = sizeof(real) == 4 ? 0x1p-24 : 0x1p-53;

/* Rows of so many elements, of `cols` columns. */
typedef struct sparse_rows_of {
    int64_t rows;
    int64_t cols;
    int64_t stride;
    guarded ranges;
    guarded columns;
    guarded values;
    block_type block;
} sparse_rows_of;

/* A row of so many of the columns, ascending. */
static void draw_columns(int64_t count, int64_t cols, uint64_t *noise, int32_t *columns)
{
    int64_t left = count;
    for (int64_t j = 0; j < cols && left > 0; j++) {
        if (noise_below(noise, cols - j) < left)
            columns[count - left--] = (int32_t)j;
    }
}

static sparse_rows_of rows_new(int64_t rows, int64_t cols, const int64_t *lengths, int64_t stride,
                               bool with_values, bool far)
{
    uint64_t noise = (uint64_t)(rows * 31 + cols);
    int64_t count = 0;
    for (int64_t i = 0; i < rows; i++)
        count += lengths[i];
    sparse_rows_of self = {
        .rows = rows,
        .cols = cols,
        .stride = stride,
        .ranges =
            guarded_new(1, (rows - 1) * stride + 1, (rows - 1) * stride + 1, sizeof(element_range)),
        .columns = guarded_new(1, count, count + 1, sizeof(int32_t)),
        .values = guarded_new(1, with_values ? count : 0, count + 1, sizeof(real)),
    };
    int64_t e = 0;
    for (int64_t i = 0; i < rows; i++) {
        ((element_range *)self.ranges.data)[i * stride] = (element_range){e, e + lengths[i]};
        draw_columns(lengths[i], cols, &noise, (int32_t *)self.columns.data + e);
        e += lengths[i];
    }
    for (e = 0; with_values && e < count; e++)
        ((real *)self.values.data)[e] = (real)noise_uniform(&noise);
    self.block = (block_type){
        .rows = rows,
        .ranges = self.ranges.data,
        .stride = stride,
        .columns = self.columns.data,
        .values = with_values ? self.values.data : NULL,
        .factor = with_values ? 1 : (real)0.7,
        .is_far = far,
    };
    return self;
}

static void rows_free(sparse_rows_of *self)
{
    guarded_free(&self->ranges);
    guarded_free(&self->columns);
    guarded_free(&self->values);
}

static long double value_at(const block_type *block, int64_t e)
{
    const long double value = block->values == NULL ? 1 : (long double)block->values[e];
    return value * (long double)block->factor;
}

static guarded random_matrix(int64_t rows, int64_t cols, int64_t ld, uint64_t seed)
{
    guarded made = guarded_new(rows, cols, ld, sizeof(real));
    uint64_t noise = seed;
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++)
            ((real *)made.data)[i * ld + j] = (real)noise_uniform(&noise);
    }
    return made;
}

static long double at(const guarded *matrix, int64_t i, int64_t j)
{
    return (long double)((const real *)matrix->data)[i * matrix->ld + j];
}

/* What a product may be: the exact sum, within so many roundings of the sum of absolute values. */
static void check_number(const char *what, const char *set, int64_t k, int64_t i, int64_t j,
                         long double found, long double want, long double size, int64_t terms)
{
    const long double bound = (long double)(terms + 3) * roundoff * size + 1e-300L;
    if (!(fabsl(found - want) <= bound))
        fail_msg("%s of %s, k = %d: element (%d, %d) is %Lg, should be %Lg within %Lg", what, set,
                 (int)k, (int)i, (int)j, found, want, bound);
}

static void check_scores(const sparse_rows_of *X, const functions_type *set, int64_t k, int64_t pad)
{
    guarded theta = random_matrix(X->cols, k, k + pad, 5);
    guarded H = random_matrix(X->rows, k, k + (pad > 0 ? pad + 1 : 0), 6);
    const guarded before = random_matrix(X->rows, k, k, 6);
    set->scores(&X->block, k, theta.data, theta.ld, H.data, H.ld);
    for (int64_t i = 0; i < X->rows; i++) {
        const element_range row = X->block.ranges[i * X->stride];
        for (int64_t j = 0; j < k; j++) {
            long double sum = at(&before, i, j);
            long double size = fabsl(sum);
            for (int64_t e = row.begin; e < row.end; e++) {
                const long double term =
                    value_at(&X->block, e) * at(&theta, X->block.columns[e], j);
                sum += term;
                size += fabsl(term);
            }
            check_number("scores", set->name, k, i, j, at(&H, i, j), sum, size,
                         row.end - row.begin);
        }
    }
    assert_true(guarded_intact(&H));
    guarded_free(&theta);
    guarded_free(&H);
    guarded_free((guarded *)&before);
}

static void check_update(const sparse_rows_of *X, const functions_type *set, int64_t k, int64_t pad)
{
    const real alpha = (real)-0.3;
    guarded R = random_matrix(X->rows, k, k + pad, 7);
    guarded G = random_matrix(X->cols, k, k + (pad > 0 ? pad + 1 : 0), 8);
    const guarded before = random_matrix(X->cols, k, k, 8);
    set->update(&X->block, k, alpha, R.data, R.ld, G.data, G.ld);
    for (int64_t c = 0; c < X->cols; c++) {
        for (int64_t j = 0; j < k; j++) {
            long double sum = at(&before, c, j);
            long double size = fabsl(sum);
            int64_t terms = 0;
            for (int64_t i = 0; i < X->rows; i++) {
                const element_range row = X->block.ranges[i * X->stride];
                for (int64_t e = row.begin; e < row.end; e++) {
                    if (X->block.columns[e] != c)
                        continue;
                    const long double term =
                        (long double)alpha * value_at(&X->block, e) * at(&R, i, j);
                    sum += term;
                    size += fabsl(term);
                    terms++;
                }
            }
            check_number("update", set->name, k, c, j, at(&G, c, j), sum, size, terms);
        }
    }
    assert_true(guarded_intact(&G));
    guarded_free(&R);
    guarded_free(&G);
    guarded_free((guarded *)&before);
}

/* With one class in double: the products alone are rounded in the working precision. */
static void check_add_one(const sparse_rows_of *X, const functions_type *set)
{
    guarded R = random_matrix(X->rows, 1, 1, 7);
    guarded sums = guarded_new(X->cols, 1, 1, sizeof(double));
    memset(sums.data, 0, (size_t)X->cols * sizeof(double));
    set->add_one(&X->block, R.data, 1, sums.data);
    for (int64_t c = 0; c < X->cols; c++) {
        long double sum = 0;
        long double size = 0;
        int64_t terms = 0;
        for (int64_t i = 0; i < X->rows; i++) {
            const element_range row = X->block.ranges[i * X->stride];
            for (int64_t e = row.begin; e < row.end; e++) {
                if (X->block.columns[e] != c)
                    continue;
                const long double term = value_at(&X->block, e) * at(&R, i, 0);
                sum += term;
                size += fabsl(term);
                terms += sizeof(real) == sizeof(double);
            }
        }
        check_number("add_one", set->name, 1, c, 0, (long double)((double *)sums.data)[c], sum,
                     size, terms);
    }
    assert_true(guarded_intact(&sums));
    guarded_free(&R);
    guarded_free(&sums);
}

static void check_every_set(const sparse_rows_of *X, int64_t k, int64_t pad)
{
    int sets;
    const functions_type *const *all = all_sets(&sets);
    for (int set = 0; set < sets; set++) {
        check_scores(X, all[set], k, pad);
        check_update(X, all[set], k, pad);
        if (k == 1)
            check_add_one(X, all[set]);
    }
}

/* Lengths around the unrolled loops and the vectors; 0 first, last and between. */
static void test_every_k_up_to_70(void **state)
{
    (void)state;
    static const int64_t lengths[] = {0, 1, 2, 0, 3, 4, 5, 7, 8, 9, 0};
    enum { ROWS = sizeof lengths / sizeof *lengths, COLS = 11 };
    for (int64_t k = 1; k <= 70; k++) {
        for (int form = 0; form < 8; form++) {
            sparse_rows_of X =
                rows_new(ROWS, COLS, lengths, form % 3 + 1, (form & 1) != 0, (form & 2) != 0);
            check_every_set(&X, k, (form & 4) != 0 ? 3 : 0);
            rows_free(&X);
        }
    }
}

static void test_classes_beyond_the_registers(void **state)
{
    (void)state;
    static const int64_t lengths[] = {3, 0, 6, 1};
    static const int64_t classes[] = {127, 128, 129, 135, 136, 137, 255, 256, 257, 300};
    for (size_t c = 0; c < sizeof classes / sizeof *classes; c++) {
        sparse_rows_of X = rows_new(4, 7, lengths, 2, c % 2 == 0, c % 3 == 0);
        check_every_set(&X, classes[c], (int64_t)(c % 2));
        rows_free(&X);
    }
}

/* Around SPARSE_RUN, where the sum of a score begins anew. */
static void test_long_rows(void **state)
{
    (void)state;
    static const int64_t lengths[] = {600, 255, 256, 257, 511, 512, 513, 0, 31, 32, 33, 599};
    enum { ROWS = sizeof lengths / sizeof *lengths };
    static const int64_t classes[] = {1, 2, 8, 10, 17, 33};
    for (size_t c = 0; c < sizeof classes / sizeof *classes; c++) {
        for (int form = 0; form < 4; form++) {
            sparse_rows_of X = rows_new(ROWS, 601, lengths, 1, (form & 1) != 0, (form & 2) != 0);
            check_every_set(&X, classes[c], form);
            rows_free(&X);
        }
    }
}

static void test_no_rows(void **state)
{
    (void)state;
    int sets;
    const functions_type *const *all = all_sets(&sets);
    const block_type none = {.rows = 0, .stride = 1, .factor = 1};
    real untouched = 3;
    for (int set = 0; set < sets; set++) {
        for (int64_t k = 1; k < 40; k++) {
            all[set]->scores(&none, k, NULL, k, &untouched, k);
            all[set]->update(&none, k, 1, NULL, k, &untouched, k);
        }
    }
    assert_true(untouched == 3);
}

/* The scores and the update of the block, and the same again in sets of another width. */
static void check_same_bits(const sparse_rows_of *X, int64_t k)
{
    int sets;
    const functions_type *const *all = all_sets(&sets);
    guarded theta = random_matrix(X->cols, k, k, 5);
    guarded R = random_matrix(X->rows, k, k, 7);
    guarded first_H = random_matrix(X->rows, k, k, 6);
    guarded first_G = random_matrix(X->cols, k, k, 8);
    for (int set = 0; set < sets; set++) {
        guarded H = random_matrix(X->rows, k, k, 6);
        guarded G = random_matrix(X->cols, k, k, 8);
        all[set]->scores(&X->block, k, theta.data, k, H.data, k);
        all[set]->update(&X->block, k, (real)0.3, R.data, k, G.data, k);
        if (set == 0) {
            memcpy(first_H.data, H.data, (size_t)(X->rows * k) * sizeof(real));
            memcpy(first_G.data, G.data, (size_t)(X->cols * k) * sizeof(real));
        }
        if (memcmp(first_H.data, H.data, (size_t)(X->rows * k) * sizeof(real)) != 0)
            fail_msg("scores, k = %d: %s has other bits than %s", (int)k, all[set]->name,
                     all[0]->name);
        if (memcmp(first_G.data, G.data, (size_t)(X->cols * k) * sizeof(real)) != 0)
            fail_msg("update, k = %d: %s has other bits than %s", (int)k, all[set]->name,
                     all[0]->name);
        guarded_free(&H);
        guarded_free(&G);
    }
    guarded_free(&theta);
    guarded_free(&R);
    guarded_free(&first_H);
    guarded_free(&first_G);
}

static void test_vectors_of_any_width_give_the_same_bits(void **state)
{
    (void)state;
    static const int64_t lengths[] = {9, 0, 1, 30, 257, 4, 600};
    enum { ROWS = sizeof lengths / sizeof *lengths };
    for (int form = 0; form < 4; form++) {
        sparse_rows_of X = rows_new(ROWS, 620, lengths, 1, (form & 1) != 0, (form & 2) != 0);
        for (int64_t k = 1; k <= 140; k++)
            check_same_bits(&X, k);
        rows_free(&X);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_k_up_to_70),
        cmocka_unit_test(test_classes_beyond_the_registers),
        cmocka_unit_test(test_long_rows),
        cmocka_unit_test(test_no_rows),
        cmocka_unit_test(test_vectors_of_any_width_give_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
