/* Level 1, the linear maps.
 *
 *     H = X theta + bias        G = scale X^T R,  g_bias = scale 1^T R
 */
#include "level1/linear.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/arguments.h"
#include "core/byte_order.h"
#include "core/context.h"
#include "core/real.h"
#include "data/matrix.h"
#include "level1/csr_view.h"
#include "level1/level1.h"
#include "linalg/gemm.h"
#include "sweep/block_products.h"
#include "sweep/scores.h"
#include "sweep/sweep.h"

enum { FEW_ROWS = 256, FEW_PRODUCTS = 200000 };

typedef struct logits_output {
    real *H;
    int64_t ldh;
    int64_t k;
} logits_output;

static int64_t copy_scores(void *argument, int64_t slice, int32_t worker, int64_t first,
                           int64_t count, real *H, int64_t ldh)
{
    (void)slice;
    (void)worker;
    const logits_output *output = argument;
    for (int64_t i = 0; i < count; i++) {
        if (level1_finite(NULL, "H", 1, output->k, H + i * ldh, ldh) != LINCLASS_OK)
            return i;
        memcpy(output->H + (first + i) * output->ldh, H + i * ldh,
               (size_t)output->k * sizeof(real));
    }
    return -1;
}

static linclass_status logits(linclass_context *ctx, int64_t m, int64_t n, int64_t k, const real *X,
                              int64_t ldx, const real *theta, int64_t ldtheta, const real *bias,
                              real *H, int64_t ldh)
{
    const array_argument arrays[] = {
        {"X", X, m, n, "ldx", ldx, sizeof(real), false, false},
        {"theta", theta, n, k, "ldtheta", ldtheta, sizeof(real), false, false},
        {"bias", bias, k, 1, NULL, 1, sizeof(real), false, true},
        {"H", H, m, k, "ldh", ldh, sizeof(real), true, false},
    };
    linclass_status status = check_shape(ctx, m, n, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 4, arrays);
    if (status == LINCLASS_OK)
        status = level1_finite(ctx, "theta", n, k, theta, ldtheta);
    if (status == LINCLASS_OK)
        status = level1_finite(ctx, "bias", k, 1, bias, 1);
    if (status != LINCLASS_OK || k == 0)
        return status;
    const linclass_matrix view = level1_view(m, n, X, ldx);
    const linear_map map = {ctx->vector_set, n, k, theta, ldtheta, NULL, bias, false};
    logits_output output = {H, ldh, k};
    return scores_visit(ctx, &view, &map, copy_scores, &output);
}

static linclass_status logits_csr(linclass_context *ctx, const linclass_matrix *X, int64_t k,
                                  const real *theta, int64_t ldtheta, const real *bias, real *H,
                                  int64_t ldh)
{
    linclass_matrix view;
    array_argument arrays[CSR_ARRAYS + 3];
    linclass_status status = csr_view_import(ctx, X, &view, arrays);
    if (status != LINCLASS_OK)
        return status;
    const int64_t m = view.rows;
    const int64_t n = view.cols;
    array_argument *others = arrays + CSR_ARRAYS;
    others[0] =
        (array_argument){"theta", theta, n, k, "ldtheta", ldtheta, sizeof(real), false, false};
    others[1] = (array_argument){"bias", bias, k, 1, NULL, 1, sizeof(real), false, true};
    others[2] = (array_argument){"H", H, m, k, "ldh", ldh, sizeof(real), true, false};
    status = check_shape(ctx, m, n, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, CSR_ARRAYS + 3, arrays);
    if (status == LINCLASS_OK)
        status = level1_finite(ctx, "theta", n, k, theta, ldtheta);
    if (status == LINCLASS_OK)
        status = level1_finite(ctx, "bias", k, 1, bias, 1);
    if (status != LINCLASS_OK || k == 0)
        return status;
    const linear_map map = {ctx->vector_set, n, k, theta, ldtheta, NULL, bias, false};
    logits_output output = {H, ldh, k};
    return scores_visit(ctx, &view, &map, copy_scores, &output);
}

linclass_status level1_logits_csr(linclass_context *ctx, const linclass_matrix *X, int64_t k,
                                  const real *theta, int64_t ldtheta, const real *bias, real *H,
                                  int64_t ldh)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, logits_csr(ctx, X, k, theta, ldtheta, bias, H, ldh));
}

linclass_status level1_logits(linclass_context *ctx, int64_t m, int64_t n, int64_t k, const real *X,
                              int64_t ldx, const real *theta, int64_t ldtheta, const real *bias,
                              real *H, int64_t ldh)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, logits(ctx, m, n, k, X, ldx, theta, ldtheta, bias, H, ldh));
}

#if REAL_BITS == 32
typedef uint32_t real_bits;
#define REAL_MAX FLT_MAX
#else
typedef uint64_t real_bits;
#define REAL_MAX DBL_MAX
#endif

enum { HALVES = sizeof(real) / sizeof(int16_t) }; /* of a word */

/* largest[c] := the larger of itself and every count-th half word from `halves` + c on, without signs. */
static inline void compare_halves(const void *halves, int count, int16_t *largest)
{
    for (int c = 0; c < count; c++) {
        int16_t half;
        memcpy(&half, (const char *)halves + c * (int)sizeof half, sizeof half);
        half &= INT16_MAX;
        largest[c] = half > largest[c] ? half : largest[c];
    }
}

/* At least the largest |a| of an array, at most a 64th more; not finite when an element is not. Numbers without their
 * sign are ordered as the integers of the same bits, infinity and NaN above all others, and nearly so as their first
 * half words, which are the longest integers that all vectors compare. The other halves are compared for nothing. */
static double largest_magnitude(int64_t rows, int64_t cols, const real *A, int64_t lda)
{
    enum { AT_ONCE = 16, FIRST = BIG_ENDIAN_MACHINE ? 0 : HALVES - 1 };
    int16_t largest[AT_ONCE * HALVES] = {0};
    for (int64_t i = 0; i < rows; i++) {
        const real *row = A + i * lda;
        int64_t j = 0;
        for (; j + AT_ONCE <= cols; j += AT_ONCE)
            compare_halves(row + j, AT_ONCE * HALVES, largest);
        for (; j < cols; j++)
            compare_halves(row + j, HALVES, largest);
    }
    int16_t first = 0;
    for (int c = FIRST; c < AT_ONCE * HALVES; c += HALVES)
        first = largest[c] > first ? largest[c] : first;
    const real_bits below = ((real_bits)1 << (REAL_BITS - 16)) - 1;
    const real_bits bits = (real_bits)first << (REAL_BITS - 16) | below;
    real magnitude;
    memcpy(&magnitude, &bits, sizeof magnitude);
    return (double)magnitude;
}

/* Whether the factors alone show that no element of scale X^T R is too large, where that is less to
 * read than the result. */
static bool surely_finite(int64_t m, int64_t n, int64_t k, const real *X, int64_t ldx,
                          const real *R, int64_t ldr, real scale)
{
    if (k == 0 || m > n / 2 || m > k / 2)
        return false;
    const double largest_X = largest_magnitude(m, n, X, ldx);
    const double largest_R = largest_magnitude(m, k, R, ldr);
    if (!isfinite(largest_X) || !isfinite(largest_R))
        return false;
    const double bound = fmax(1, largest_X) * largest_R * (double)m * fmax(1, fabs((double)scale));
    return bound <= (double)REAL_MAX / 2;
}

/* A gradient that is not finite: the element of X or R that made it so, or an overflow. */
static linclass_status explain_gradient(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                        const real *X, int64_t ldx, const real *R, int64_t ldr)
{
    linclass_status status = level1_finite(ctx, "X", m, n, X, ldx);
    if (status == LINCLASS_OK)
        status = level1_finite(ctx, "R", m, k, R, ldr);
    if (status == LINCLASS_OK)
        status = context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                              "the gradient overflows: X, R and scale are finite, their product is "
                              "not");
    return status;
}

/* Whether the gradient is one product by a thread: nothing is divided, and no work space is laid out, which would take
 * a fifth of the time of a row. */
static bool is_one_product(const linclass_context *ctx, int64_t m, int64_t n, int64_t k)
{
    return m > 0 && m <= GEMM_FEW_ROWS && n > 0 && !gemm_calls_blas(ctx->vector_set, 1) &&
           (ctx->threads == 1 || m * k <= FEW_PRODUCTS / n);
}

/* Such a gradient, to the bits of a sweep. */
static void product_gradient(int32_t set, int64_t m, int64_t n, int64_t k, const real *X,
                             int64_t ldx, const real *R, int64_t ldr, real scale, real *G,
                             int64_t ldg, real *g_bias)
{
    const row_block rows = {.rows = m, .cols = n, .X = X, .ldx = ldx};
    gradient_block(set, &rows, k, scale, R, ldr, 0, G, ldg);
    for (int64_t j = 0; g_bias != NULL && j < k; j++) {
        double sum = 0;
        for (int64_t i = 0; i < m; i++)
            sum += (double)R[i * ldr + j];
        g_bias[j] = (real)((double)scale * sum);
    }
}

static linclass_status gradient(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                const real *X, int64_t ldx, const real *R, int64_t ldr, real scale,
                                real *G, int64_t ldg, real *g_bias)
{
    const array_argument arrays[] = {
        {"X", X, m, n, "ldx", ldx, sizeof(real), false, false},
        {"R", R, m, k, "ldr", ldr, sizeof(real), false, false},
        {"G", G, n, k, "ldg", ldg, sizeof(real), true, false},
        {"g_bias", g_bias, k, 1, NULL, 1, sizeof(real), true, true},
    };
    linclass_status status = check_shape(ctx, m, n, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 4, arrays);
    if (status == LINCLASS_OK && !isfinite(scale))
        status = context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "scale is %g", (double)scale);
    if (status == LINCLASS_OK && n == 0) /* without g_bias, no sum would show it */
        status = level1_finite(ctx, "R", m, k, R, ldr);
    if (status != LINCLASS_OK || k == 0)
        return status;
    const linclass_matrix view = level1_view(m, n, X, ldx);
    const sweep_input pass = {
        .X = &view,
        .count = m,
        .R = R,
        .ldr = ldr,
        .map = {.set = ctx->vector_set, .n = n, .k = k},
        .scale = scale,
    };
    sweep_sums sums;
    if (is_one_product(ctx, m, n, k))
        product_gradient(ctx->vector_set, m, n, k, X, ldx, R, ldr, scale, G, ldg, g_bias);
    else if (m <= FEW_ROWS && n > 0) /* no worker needs sums of its own */
        status = sweep_tiles(ctx, &pass, &sums, G, ldg, g_bias);
    else
        status = sweep_gradient(ctx, &pass, &sums, G, ldg, g_bias);
    if (status != LINCLASS_OK || surely_finite(m, n, k, X, ldx, R, ldr, scale))
        return status;
    if (level1_finite(NULL, "G", n, k, G, ldg) != LINCLASS_OK ||
        level1_finite(NULL, "g_bias", k, 1, g_bias, 1) != LINCLASS_OK)
        return explain_gradient(ctx, m, n, k, X, ldx, R, ldr);
    return LINCLASS_OK;
}

linclass_status level1_gradient(linclass_context *ctx, int64_t m, int64_t n, int64_t k,
                                const real *X, int64_t ldx, const real *R, int64_t ldr, real scale,
                                real *G, int64_t ldg, real *g_bias)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, gradient(ctx, m, n, k, X, ldx, R, ldr, scale, G, ldg, g_bias));
}

static linclass_status gradient_csr(linclass_context *ctx, const linclass_matrix *X, int64_t k,
                                    const real *R, int64_t ldr, real scale, real *G, int64_t ldg,
                                    real *g_bias)
{
    linclass_matrix view;
    array_argument arrays[CSR_ARRAYS + 3];
    linclass_status status = csr_view_import(ctx, X, &view, arrays);
    if (status != LINCLASS_OK)
        return status;
    const int64_t m = view.rows;
    const int64_t n = view.cols;
    array_argument *others = arrays + CSR_ARRAYS;
    others[0] = (array_argument){"R", R, m, k, "ldr", ldr, sizeof(real), false, false};
    others[1] = (array_argument){"G", G, n, k, "ldg", ldg, sizeof(real), true, false};
    others[2] = (array_argument){"g_bias", g_bias, k, 1, NULL, 1, sizeof(real), true, true};
    status = check_shape(ctx, m, n, k);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, CSR_ARRAYS + 3, arrays);
    if (status == LINCLASS_OK && !isfinite(scale))
        status = context_fail(ctx, LINCLASS_ERROR_NON_FINITE, "scale is %g", (double)scale);
    /* A residual of a row without elements is in no sum. */
    if (status == LINCLASS_OK)
        status = level1_finite(ctx, "R", m, k, R, ldr);
    if (status != LINCLASS_OK || k == 0)
        return status;
    const sweep_input pass = {
        .X = &view,
        .count = m,
        .R = R,
        .ldr = ldr,
        .map = {.set = ctx->vector_set, .n = n, .k = k},
        .scale = scale,
    };
    sweep_sums sums;
    status = sweep_gradient(ctx, &pass, &sums, G, ldg, g_bias);
    if (status != LINCLASS_OK)
        return status;
    if (level1_finite(NULL, "G", n, k, G, ldg) == LINCLASS_OK &&
        level1_finite(NULL, "g_bias", k, 1, g_bias, 1) == LINCLASS_OK)
        return LINCLASS_OK;
    status = matrix_find_non_finite(ctx, "X", &view, 0, m);
    if (status == LINCLASS_OK)
        status = context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                              "the gradient overflows: X, R and scale are finite, their product is "
                              "not");
    return status;
}

linclass_status level1_gradient_csr(linclass_context *ctx, const linclass_matrix *X, int64_t k,
                                    const real *R, int64_t ldr, real scale, real *G, int64_t ldg,
                                    real *g_bias)
{
    CONTEXT_ENTER(ctx);
    context_call call;
    ctx = context_call_begin(&call, ctx);
    return context_call_end(&call, gradient_csr(ctx, X, k, R, ldr, scale, G, ldg, g_bias));
}
