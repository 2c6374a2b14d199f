/* Blocks of the rows of a CSR view: read and gathered they refer to the elements; read dense they are the rows,
 * with the bits that a dense view of the same numbers has. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/real.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/row_block.h"
#include "support/csr.h"

#define row_block              REAL(row_block)
#define row_block_read         REAL(row_block_read)
#define row_block_gather       REAL(row_block_gather)
#define row_block_read_dense   REAL(row_block_read_dense)
#define row_block_gather_dense REAL(row_block_gather_dense)
#define row_block_in_place     REAL(row_block_in_place)
#define row_block_part         REAL(row_block_part)

enum { M = 40, N = 300, PICKED = 6 };

static const int64_t picked[PICKED] = {39, 0, 3, 3, 16, 2};
static double X[M * N];

static csr form_of(int form, double scale)
{
    csr_fill(M, N, 45, scale, 2, X);
    for (int e = 0; form == 0 && e < M * N; e++)
        X[e] = X[e] != 0 ? scale : 0;
    return csr_new(M, N, X,
                   (csr_form){form, form % 2 ? LINCLASS_INT32 : LINCLASS_INT64, scale, form % 3});
}

/* A row of the block has the elements of that row of X, in the bits of the conversion. */
static void check_row(const row_block *block, int64_t i, int64_t row)
{
    const element_range range = sparse_rows_range(&block->sparse, i);
    int64_t e = range.begin;
    for (int64_t j = 0; j < N; j++) {
        if (X[row * N + j] == 0)
            continue;
        assert_true(e < range.end);
        assert_int_equal(sparse_column(block->sparse.view, e), j);
        e++;
    }
    assert_int_equal(e, range.end);
}

static void check_dense_row(const csr *rows, const real *found, int64_t row)
{
    for (int64_t j = 0; j < N; j++) {
        real want = 0;
        if (X[row * N + j] != 0 && rows->view.data == NULL) {
            want = (real)rows->view.scale;
        } else if (X[row * N + j] != 0) {
            int64_t e = ((const int64_t *)rows->row_starts.data)[row];
            for (int64_t before = 0; before < j; before++)
                e += X[row * N + before] != 0;
            REAL(elements_convert)
            (rows->view.dtype, rows->view.data, e, 1, rows->view.scale, 1, &want);
        }
        if (memcmp(&want, &found[j], sizeof want) != 0)
            fail_msg("dtype %d: (%d, %d) is %g, not %g", (int)rows->view.dtype, (int)row, (int)j,
                     (double)found[j], (double)want);
    }
}

static void check_form(int form, double scale)
{
    csr rows = form_of(form, scale);
    guarded buffer = guarded_new(M, N, N, sizeof(real));
    assert_true(row_block_in_place(&rows.view));

    const row_block all = row_block_read(&rows.view, 5, 30, NULL);
    assert_int_equal(all.rows, 30);
    assert_int_equal(all.cols, N);
    const row_block some = row_block_gather(&rows.view, picked, PICKED, NULL);
    const row_block part = row_block_part(&all, 4, 9);
    const row_block of_some = row_block_part(&some, 2, 3);
    for (int64_t i = 0; i < 30; i++)
        check_row(&all, i, 5 + i);
    for (int64_t i = 0; i < PICKED; i++)
        check_row(&some, i, picked[i]);
    for (int64_t i = 0; i < 9; i++)
        check_row(&part, i, 9 + i);
    for (int64_t i = 0; i < 3; i++)
        check_row(&of_some, i, picked[2 + i]);
    assert_int_equal(part.rows, 9);

    const row_block dense = row_block_read_dense(&rows.view, 0, M, buffer.data);
    assert_null(dense.sparse.view);
    for (int64_t i = 0; i < M; i++)
        check_dense_row(&rows, dense.X + i * dense.ldx, i);
    guarded_poison(&buffer);
    const row_block gathered = row_block_gather_dense(&rows.view, picked, PICKED, buffer.data);
    for (int64_t i = 0; i < PICKED; i++)
        check_dense_row(&rows, gathered.X + i * gathered.ldx, picked[i]);
    assert_true(guarded_intact(&buffer));
    guarded_free(&buffer);
    csr_free(&rows);
}

static void test_every_type(void **state)
{
    (void)state;
    for (int form = 0; form <= 10; form++) {
        check_form(form, 0.25);
        check_form(form, -3);
    }
}

static void test_no_columns(void **state)
{
    (void)state;
    const int64_t starts[3] = {4, 4, 4};
    linclass_matrix view;
    assert_int_equal(linclass_matrix_init_csr(&view, sizeof view, LINCLASS_FLOAT32, 2, 0, starts,
                                              LINCLASS_INT32, NULL, NULL),
                     LINCLASS_OK);
    real buffer[1] = {7};
    const row_block block = row_block_read_dense(&view, 0, 2, buffer);
    assert_int_equal(block.rows, 2);
    assert_int_equal(block.cols, 0);
    assert_true(buffer[0] == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type),
        cmocka_unit_test(test_no_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
