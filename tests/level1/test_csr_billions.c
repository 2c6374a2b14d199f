/* More than 2^31 elements: loss and gradient against the closed form. The columns are a few megabytes, mapped
 * again and again at consecutive addresses; the elements have no values.
 *
 * Row i has every other column from i % 2 on, each element 1 / (n / 2); weights are a in even columns and b in odd
 * ones: the score of a row is a or b. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

#include <linclass/csr.h>
#include <linclass/fit.h>

#include "support/check.h"
#include "support/context_of.h"

enum { IN_ROW = 2048, N = 2 * IN_ROW, BLOCK_ROWS = 512, BLOCKS = 2049 };
static const int64_t M = (int64_t)BLOCKS * BLOCK_ROWS;
static const size_t BLOCK_BYTES = (size_t)BLOCK_ROWS * IN_ROW * sizeof(int32_t);

/* A file of the columns of BLOCK_ROWS rows; -1 where there is none. */
static int block_file(void)
{
    const int file = memfd_create("columns", 0);
    if (file < 0 || ftruncate(file, (off_t)BLOCK_BYTES) != 0)
        return -1;
    int32_t *block = mmap(NULL, BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (block == MAP_FAILED)
        return -1;
    for (int32_t i = 0; i < BLOCK_ROWS; i++) {
        for (int32_t e = 0; e < IN_ROW; e++)
            block[i * IN_ROW + e] = 2 * e + i % 2;
    }
    munmap(block, BLOCK_BYTES);
    return file;
}

/* BLOCKS times the file; NULL where the system has no room for the addresses. */
static int32_t *map_columns(int file)
{
    char *all = mmap(NULL, BLOCKS * BLOCK_BYTES, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    for (int b = 0; b < BLOCKS; b++) {
        if (mmap(all + (size_t)b * BLOCK_BYTES, BLOCK_BYTES, PROT_READ, MAP_SHARED | MAP_FIXED,
                 file, 0) == MAP_FAILED)
            return NULL;
    }
    return (int32_t *)all;
}

static double sigmoid(double h)
{
    return 1 / (1 + exp(-h));
}

/* One of 8 rows of either parity has label 1. */
static int64_t label_of(int64_t row)
{
    return row / 2 % 8 == 0;
}

static void check_closed_form(const linclass_matrix *X, const int64_t *y)
{
    const double a = 0.3;
    const double b = -1.2;
    static double theta[N];
    static double G[N];
    double g_bias;
    double loss;
    linclass_context *ctx = context_of(2);
    for (int j = 0; j < N; j++)
        theta[j] = j % 2 == 0 ? a : b;
    check_ok(ctx,
             linclass_loss_gradient_csr_f64(ctx, LINCLASS_LOSS_LOGISTIC, X, 1, y, theta, 1, NULL,
                                            &loss, G, 1, &g_bias),
             "loss and gradient");
    const double rate = 1.0 / 8;
    const double want = (log1p(exp(a)) - rate * a + log1p(exp(b)) - rate * b) / 2;
    const double even = (sigmoid(a) - rate) / 2 / IN_ROW;
    const double odd = (sigmoid(b) - rate) / 2 / IN_ROW;
    /* Sums of a million terms, one after the other in the worst case. */
    const double unit = 0x1p-53 * (double)M;
    check_close_number("loss", loss, want, unit * want);
    for (int j = 0; j < N; j++)
        check_close_number("G", G[j], j % 2 == 0 ? even : odd,
                           unit * (j % 2 == 0 ? sigmoid(a) : sigmoid(b)) / IN_ROW);
    check_close_number("g_bias", g_bias, (even + odd) * IN_ROW, unit);
    linclass_context_destroy(ctx);
}

static void test_more_than_2_to_the_31_elements(void **state)
{
    (void)state;
    const int file = block_file();
    int32_t *columns = file < 0 ? NULL : map_columns(file);
    int64_t *starts = malloc((size_t)(M + 1) * sizeof *starts);
    int64_t *y = malloc((size_t)M * sizeof *y);
    if (columns == NULL || starts == NULL || y == NULL) {
        print_message("no 8 GB of addresses, or too many mappings\n");
        skip();
    }
    for (int64_t i = 0; i <= M; i++)
        starts[i] = i * IN_ROW;
    for (int64_t i = 0; i < M; i++)
        y[i] = label_of(i);
    assert_true(starts[M] > INT64_C(1) << 31);
    linclass_matrix X;
    assert_int_equal(linclass_matrix_init_csr(&X, sizeof X, LINCLASS_UINT8, M, N, starts,
                                              LINCLASS_INT32, columns, NULL),
                     LINCLASS_OK);
    X.scale = 1.0 / IN_ROW;
    check_closed_form(&X, y);

    /* What is wrong beyond 2^31 is found. */
    linclass_matrix fewer = X;
    fewer.cols = N - 1;
    linclass_context *ctx = context_of(2);
    double theta[1] = {0};
    assert_int_equal(linclass_logits_csr_f64(ctx, &fewer, 1, theta, 1, NULL, theta, 1),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    fewer.cols = N;
    starts[M - 1] = starts[M] + 1;
    assert_int_equal(linclass_logits_csr_f64(ctx, &fewer, 1, theta, 1, NULL, theta, 1),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_context_destroy(ctx);
    munmap(columns, BLOCKS * BLOCK_BYTES);
    close(file);
    free(y);
    free(starts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_more_than_2_to_the_31_elements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
