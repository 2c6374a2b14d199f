/* Level 1 for sparse rows gives the same bits for 1, 2, 3, 8, 16 and 80 threads and without a context: over more
 * rows than a chunk and a slab of the sweep have, and with columns of which few or many are common. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/noise.h"
#include "support/trial.h"

#include <linclass/csr.h>

static const int32_t thread_counts[] = {0, 1, 2, 3, 8, 16, 80};
enum { COUNTS = sizeof thread_counts / sizeof *thread_counts, ABSENT = 7 };

typedef struct sparse_input {
    int64_t m;
    int64_t n;
    int64_t k;
    linclass_matrix X;
    int64_t *starts;
    int32_t *columns;
    real *values;
    int64_t *y;
    real *theta;
    real *bias;
    real *R;
} sparse_input;

typedef struct sparse_output {
    real *H;
    real *G;
    real *g_bias;
    double loss;
} sparse_output;

static void *room(int64_t count, size_t element)
{
    void *made = calloc((size_t)count + 1, element);
    assert_non_null(made);
    return made;
}

/* Rows of up to `most` elements; skewed: low columns are in most rows, high ones in few. */
static sparse_input input_new(int64_t m, int64_t n, int64_t k, int64_t most, bool skewed)
{
    sparse_input in = {
        .m = m,
        .n = n,
        .k = k,
        .starts = room(m + 1, sizeof(int64_t)),
        .columns = room(m * most, sizeof(int32_t)),
        .values = room(m * most, sizeof(real)),
        .y = room(m, sizeof(int64_t)),
        .theta = room(n * k, sizeof(real)),
        .bias = room(k, sizeof(real)),
        .R = room(m * k, sizeof(real)),
    };
    uint64_t noise = (uint64_t)(m + n + k);
    int64_t e = 0;
    for (int64_t i = 0; i < m; i++) {
        in.starts[i] = e;
        in.y[i] = noise_below(&noise, k);
        int64_t column = -1;
        for (int64_t left = i % ABSENT == 3 ? 0 : most; left > 0; left--) {
            const int64_t step = skewed ? n / (1 + noise_below(&noise, 8 * n)) : n / most;
            column += 1 + noise_below(&noise, step + 1);
            if (column >= n)
                break;
            in.columns[e] = (int32_t)column;
            in.values[e++] = (real)noise_uniform(&noise);
        }
    }
    in.starts[m] = e;
    for (int64_t i = 0; i < n * k; i++)
        in.theta[i] = (real)noise_uniform(&noise);
    for (int64_t i = 0; i < m * k; i++)
        in.R[i] = (real)noise_uniform(&noise);
    assert_int_equal(linclass_matrix_init_csr(&in.X, sizeof in.X, REAL_DTYPE, m, n, in.starts,
                                              LINCLASS_INT32, in.columns, in.values),
                     LINCLASS_OK);
    return in;
}

static void input_free(sparse_input *in)
{
    free(in->starts);
    free(in->columns);
    free(in->values);
    free(in->y);
    free(in->theta);
    free(in->bias);
    free(in->R);
}

static sparse_output output_new(const sparse_input *in)
{
    return (sparse_output){
        .H = room(in->m * in->k, sizeof(real)),
        .G = room(in->n * in->k, sizeof(real)),
        .g_bias = room(in->k, sizeof(real)),
    };
}

static void output_free(sparse_output *out)
{
    free(out->H);
    free(out->G);
    free(out->g_bias);
}

typedef void (*function)(linclass_context *ctx, const sparse_input *in, sparse_output *out);

static void logits(linclass_context *ctx, const sparse_input *in, sparse_output *out)
{
    check_ok(
        ctx,
        REAL(linclass_logits_csr)(ctx, &in->X, in->k, in->theta, in->k, in->bias, out->H, in->k),
        "logits");
}

static void gradient(linclass_context *ctx, const sparse_input *in, sparse_output *out)
{
    check_ok(ctx,
             REAL(linclass_gradient_csr)(ctx, &in->X, in->k, in->R, in->k, (real)0.7, out->G, in->k,
                                         out->g_bias),
             "gradient");
}

static void loss_gradient(linclass_context *ctx, const sparse_input *in, sparse_output *out)
{
    check_ok(ctx,
             REAL(linclass_softmax_loss_gradient_csr)(ctx, &in->X, in->k, in->y, in->theta, in->k,
                                                      in->bias, &out->loss, out->G, in->k,
                                                      out->g_bias),
             "loss and gradient");
}

static bool same(const sparse_input *in, const sparse_output *one, const sparse_output *other)
{
    return memcmp(one->H, other->H, (size_t)(in->m * in->k) * sizeof(real)) == 0 &&
           memcmp(one->G, other->G, (size_t)(in->n * in->k) * sizeof(real)) == 0 &&
           memcmp(one->g_bias, other->g_bias, (size_t)in->k * sizeof(real)) == 0 &&
           memcmp(&one->loss, &other->loss, sizeof one->loss) == 0;
}

static void check_bits(const char *what, function run, const sparse_input *in)
{
    sparse_output alone = output_new(in);
    run(NULL, in, &alone);
    for (int i = 1; i < COUNTS; i++) {
        linclass_context *ctx = context_of(thread_counts[i]);
        sparse_output shared = output_new(in);
        run(ctx, in, &shared);
        if (!same(in, &alone, &shared))
            fail_msg("%s m=%ld n=%ld k=%ld: %d threads give other bits than one", what, (long)in->m,
                     (long)in->n, (long)in->k, (int)thread_counts[i]);
        output_free(&shared);
        linclass_context_destroy(ctx);
    }
    output_free(&alone);
}

static void check_all(int64_t m, int64_t n, int64_t k, int64_t most, bool skewed)
{
    sparse_input in = input_new(m, n, k, most, skewed);
    for (int types = 0; types < 2; types++) { /* in place, then converted */
        check_bits("logits", logits, &in);
        check_bits("gradient", gradient, &in);
        check_bits("loss and gradient", loss_gradient, &in);
        in.X.scale = 0.3;
    }
    input_free(&in);
}

static void test_several_chunks_and_slabs(void **state)
{
    (void)state;
    check_all(70000, 40, 3, 6, false);
}

static void test_slices_of_one_class(void **state)
{
    (void)state;
    check_all(20000, 40, 1, 6, false);
    check_all(5000, 300, 1, 12, true);
}

static void test_one_class_and_many_columns(void **state)
{
    (void)state;
    check_all(60000, 40000, 1, 3, false);
}

static void test_chunks_of_few_rows(void **state)
{
    (void)state;
    check_all(700, 90, 1100, 5, true);
}

static void test_slabs_of_several_chunks(void **state)
{
    (void)state;
    check_all(3000, 40, 600, 6, true);
}

static void test_many_columns(void **state)
{
    (void)state;
    check_all(60000, 9000, 2, 3, false);
}

static void test_columns_few_of_which_are_common(void **state)
{
    (void)state;
    check_all(9000, 40000, 4, 12, true);
}

static void test_fewer_columns_than_threads(void **state)
{
    (void)state;
    check_all(5000, 2, 1, 2, false);
    check_all(1, 30, 2, 9, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_several_chunks_and_slabs),
        cmocka_unit_test(test_slices_of_one_class),
        cmocka_unit_test(test_one_class_and_many_columns),
        cmocka_unit_test(test_slabs_of_several_chunks),
        cmocka_unit_test(test_chunks_of_few_rows),
        cmocka_unit_test(test_many_columns),
        cmocka_unit_test(test_columns_few_of_which_are_common),
        cmocka_unit_test(test_fewer_columns_than_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
