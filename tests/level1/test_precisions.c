/* The single precision functions against the double precision ones on the same float data. */
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "support/noise.h"

enum { M = 700, N = 50, K = 10 };

typedef struct data {
    float X32[M * N];
    double X64[M * N];
    float theta32[N * K];
    double theta64[N * K];
    float bias32[K];
    double bias64[K];
    int64_t y[M];
} data;

static void draw(int64_t count, double magnitude, uint64_t *noise, float *narrow, double *wide)
{
    for (int64_t i = 0; i < count; i++) {
        narrow[i] = (float)(magnitude * noise_uniform(noise));
        wide[i] = narrow[i];
    }
}

static int set_up(void **state)
{
    data *d = malloc(sizeof *d);
    if (d == NULL)
        return 1;
    uint64_t noise = 19;
    draw((int64_t)M * N, 1, &noise, d->X32, d->X64);
    draw((int64_t)N * K, 0.5, &noise, d->theta32, d->theta64);
    draw(K, 1, &noise, d->bias32, d->bias64);
    for (int64_t i = 0; i < M; i++)
        d->y[i] = noise_below(&noise, K);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

/* |x| <= 1 and |theta| <= 1/2, so a logit of 51 terms is within 51 u * 26 of the exact one; the
 * residual is a contraction of that but for a few roundings. */
static const double logit_error = 51 * (FLT_EPSILON / 2) * 26;

static void test_logits(void **state)
{
    const data *d = *state;
    static float H32[M * K];
    static double H64[M * K];
    assert_int_equal(
        linclass_logits_f32(NULL, M, N, K, d->X32, N, d->theta32, K, d->bias32, H32, K), 0);
    assert_int_equal(
        linclass_logits_f64(NULL, M, N, K, d->X64, N, d->theta64, K, d->bias64, H64, K), 0);
    for (int e = 0; e < M * K; e++)
        assert_true(fabs(H32[e] - H64[e]) <= logit_error);
}

static void test_loss_and_gradient(void **state)
{
    const data *d = *state;
    double loss32;
    double loss64;
    float G32[N * K];
    double G64[N * K];
    float g32[K];
    double g64[K];
    assert_int_equal(linclass_softmax_loss_gradient_f32(NULL, M, N, K, d->X32, N, d->y, d->theta32,
                                                        K, d->bias32, &loss32, G32, K, g32),
                     0);
    assert_int_equal(linclass_softmax_loss_gradient_f64(NULL, M, N, K, d->X64, N, d->y, d->theta64,
                                                        K, d->bias64, &loss64, G64, K, g64),
                     0);
    assert_true(fabs(loss32 - loss64) <= 2 * logit_error);
    for (int e = 0; e < N * K; e++)
        assert_true(fabs(G32[e] - G64[e]) <= 2 * logit_error);
    for (int c = 0; c < K; c++)
        assert_true(fabs(g32[c] - g64[c]) <= 2 * logit_error);
}

static void test_epoch(void **state)
{
    data *d = *state;
    assert_int_equal(linclass_softmax_sgd_epoch_f32(NULL, M, N, K, d->X32, N, d->y, 100, 0.5f,
                                                    d->theta32, K, d->bias32),
                     0);
    assert_int_equal(linclass_softmax_sgd_epoch_f64(NULL, M, N, K, d->X64, N, d->y, 100, 0.5,
                                                    d->theta64, K, d->bias64),
                     0);
    /* Seven steps of half a gradient each. */
    for (int e = 0; e < N * K; e++)
        assert_true(fabs(d->theta32[e] - d->theta64[e]) <= 7 * logit_error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_logits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_loss_and_gradient, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_epoch, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
