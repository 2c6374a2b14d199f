#include "support/problem.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/losses.h"
#include "support/noise.h"

/* The place of its bit. */
static int bit_of(function_set function)
{
    int bit = 0;
    while (function >> bit > 1)
        bit++;
    return bit;
}

static bool is_of_a_number(function_set function)
{
    return function >= FIRST_OF(LINCLASS_LOSS_SOFTMAX + 1);
}

int32_t function_loss(function_set function)
{
    return is_of_a_number(function) ? bit_of(function) / 4 : LINCLASS_LOSS_SOFTMAX;
}

bool function_has_one_score(function_set function)
{
    return losses_find(function_loss(function))->one_score;
}

function_set function_after(function_set function)
{
    const function_set next = function << 1;
    return linclass_loss_name(function_loss(next)) == NULL ? 0 : next;
}

bool function_is_in(function_set function, function_set set)
{
    const bool one = function_has_one_score(function);
    return (function & set) != 0 && (one || set < OF_ONE_SCORE(0) || set >= OF_CLASSES(0)) &&
           (!one || set < OF_CLASSES(0));
}

const char *function_name(function_set function)
{
    static const char *const own[] = {"logits",
                                      "softmax",
                                      "cross_entropy",
                                      "softmax_residual",
                                      "gradient",
                                      "softmax_loss_gradient",
                                      "softmax_sgd_epoch",
                                      "sigmoid"};
    static const char *const of_number[] = {"loss_mean", "loss_residual", "loss_gradient",
                                            "sgd_epoch"};
    static char names[64][48];
    const int bit = bit_of(function);
    if (!is_of_a_number(function))
        return own[bit];
    (void)snprintf(names[bit], sizeof names[bit], "%s %s", of_number[bit % 4],
                   linclass_loss_name(function_loss(function)));
    return names[bit];
}

/* The four of a loss by its number; k = 1 and labels 0 and 1 where it has one score. */
static linclass_status call_by_number(function_set function, linclass_context *ctx,
                                      const arguments *a)
{
    const int32_t loss = function_loss(function);
    const bool one = function_has_one_score(function);
    const int64_t k = one ? 1 : a->k;
    const int64_t *y = one ? a->y2 : a->y;
    if ((function & LOSSES) != 0)
        return REAL(linclass_loss_mean)(ctx, loss, a->m, k, a->H, a->ldh, y, a->loss);
    if ((function & RESIDUALS) != 0)
        return REAL(linclass_loss_residual)(ctx, loss, a->m, k, a->H, a->ldh, y, a->loss);
    if ((function & LOSS_GRADIENTS) != 0)
        return REAL(linclass_loss_gradient)(ctx, loss, a->m, a->n, k, a->X, a->ldx, y, a->theta,
                                            a->ldtheta, a->bias, a->loss, a->G, a->ldg, a->g_bias);
    return REAL(linclass_sgd_epoch)(ctx, loss, a->m, a->n, k, a->X, a->ldx, y, a->batch,
                                    a->learning_rate, a->theta, a->ldtheta, a->bias);
}

linclass_status call(function_set function, linclass_context *ctx, const arguments *a)
{
    switch (function) {
    case LOGITS:
        return REAL(linclass_logits)(ctx, a->m, a->n, a->k, a->X, a->ldx, a->theta, a->ldtheta,
                                     a->bias, a->H, a->ldh);
    case SOFTMAX:
        return REAL(linclass_softmax)(ctx, a->m, a->k, a->H, a->ldh, a->Z, a->ldz);
    case CROSS_ENTROPY:
        return REAL(linclass_cross_entropy)(ctx, a->m, a->k, a->H, a->ldh, a->y, a->loss);
    case RESIDUAL:
        return REAL(linclass_softmax_residual)(ctx, a->m, a->k, a->H, a->ldh, a->y, a->loss);
    case GRADIENT:
        return REAL(linclass_gradient)(ctx, a->m, a->n, a->k, a->X, a->ldx, a->R, a->ldr, a->scale,
                                       a->G, a->ldg, a->g_bias);
    case LOSS_GRADIENT:
        return REAL(linclass_softmax_loss_gradient)(ctx, a->m, a->n, a->k, a->X, a->ldx, a->y,
                                                    a->theta, a->ldtheta, a->bias, a->loss, a->G,
                                                    a->ldg, a->g_bias);
    case SGD_EPOCH:
        return REAL(linclass_softmax_sgd_epoch)(ctx, a->m, a->n, a->k, a->X, a->ldx, a->y, a->batch,
                                                a->learning_rate, a->theta, a->ldtheta, a->bias);
    case SIGMOID:
        return REAL(linclass_sigmoid)(ctx, a->m, a->k, a->H, a->ldh, a->Z, a->ldz);
    default:
        return call_by_number(function, ctx, a);
    }
}

static void fill(guarded *array, double magnitude, uint64_t *noise)
{
    real *data = array->data;
    for (int64_t i = 0; i < array->rows; i++) {
        for (int64_t j = 0; j < array->cols; j++)
            data[i * array->ld + j] = (real)(magnitude * noise_uniform(noise));
    }
}

static uint64_t mix(uint64_t h, const unsigned char *bytes, size_t count)
{
    for (size_t b = 0; b < count; b += sizeof h) {
        uint64_t word = 0;
        memcpy(&word, bytes + b, count - b < sizeof word ? count - b : sizeof word);
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 32;
    }
    return h;
}

/* Of the elements, not of what lies between the rows. */
static uint64_t hash(const guarded *array)
{
    const unsigned char *bytes = array->data;
    const size_t row = (size_t)array->cols * array->element;
    const size_t stride = (size_t)array->ld * array->element;
    uint64_t h = 0;
    for (size_t i = 0; row > 0 && i < (size_t)array->rows; i++)
        h = mix(h, bytes + i * stride, row);
    return h;
}

static void shape_arrays(problem *self, int64_t m, int64_t n, int64_t k, int64_t pad)
{
    const int64_t dimensions[PROBLEM_ARRAYS][2] = {
        [PROBLEM_X] = {m, n},      [PROBLEM_Y] = {1, m},    [PROBLEM_Y2] = {1, m},
        [PROBLEM_THETA] = {n, k},  [PROBLEM_BIAS] = {1, k}, [PROBLEM_H] = {m, k},
        [PROBLEM_Z] = {m, k},      [PROBLEM_R] = {m, k},    [PROBLEM_G] = {n, k},
        [PROBLEM_G_BIAS] = {1, k}, [PROBLEM_LOSS] = {1, 1},
    };
    for (int i = 0; i < PROBLEM_ARRAYS; i++) {
        const int64_t cols = dimensions[i][1];
        const size_t element = i == PROBLEM_Y || i == PROBLEM_Y2 ? sizeof(int64_t)
                               : i == PROBLEM_LOSS               ? sizeof(double)
                                                                 : sizeof(real);
        const int64_t padding = pad > 0 ? pad + i % 4 : 0;
        const int64_t ld = cols + padding < 1 ? 1 : cols + padding;
        self->arrays[i] = guarded_new(dimensions[i][0], cols, ld, element);
    }
}

void problem_settle(problem *self)
{
    for (int i = 0; i < PROBLEM_ARRAYS; i++)
        self->hashes[i] = hash(&self->arrays[i]);
}

problem problem_new(int64_t m, int64_t n, int64_t k, int64_t pad, uint64_t seed)
{
    problem self;
    shape_arrays(&self, m, n, k, pad);
    guarded *const g = self.arrays;
    uint64_t noise = seed;
    fill(&g[PROBLEM_X], 1, &noise);
    fill(&g[PROBLEM_THETA], 6 / sqrt((double)n + 1), &noise);
    fill(&g[PROBLEM_BIAS], 1, &noise);
    fill(&g[PROBLEM_H], 4, &noise);
    fill(&g[PROBLEM_R], 1, &noise);
    int64_t *y = g[PROBLEM_Y].data;
    for (int64_t i = 0; i < m && k > 0; i++)
        y[i] = noise_below(&noise, k);
    int64_t *y2 = g[PROBLEM_Y2].data;
    for (int64_t i = 0; i < m; i++)
        y2[i] = noise_below(&noise, 2);
    problem_settle(&self);
    self.a = (arguments){
        .m = m,
        .n = n,
        .k = k,
        .X = g[PROBLEM_X].data,
        .ldx = g[PROBLEM_X].ld,
        .y = y,
        .y2 = y2,
        .theta = g[PROBLEM_THETA].data,
        .ldtheta = g[PROBLEM_THETA].ld,
        .bias = g[PROBLEM_BIAS].data,
        .H = g[PROBLEM_H].data,
        .ldh = g[PROBLEM_H].ld,
        .Z = g[PROBLEM_Z].data,
        .ldz = g[PROBLEM_Z].ld,
        .R = g[PROBLEM_R].data,
        .ldr = g[PROBLEM_R].ld,
        .scale = (real)0.25,
        .G = g[PROBLEM_G].data,
        .ldg = g[PROBLEM_G].ld,
        .g_bias = g[PROBLEM_G_BIAS].data,
        .loss = g[PROBLEM_LOSS].data,
        .batch = 10,
        .learning_rate = (real)0.125,
    };
    return self;
}

void problem_free(problem *self)
{
    for (int i = 0; i < PROBLEM_ARRAYS; i++)
        guarded_free(&self->arrays[i]);
}

void problem_check_guards(const problem *self, function_set function)
{
    static const char *const names[PROBLEM_ARRAYS] = {"X", "y", "y2", "theta",  "bias", "H",
                                                      "Z", "R", "G",  "g_bias", "loss"};
    for (int i = 0; i < PROBLEM_ARRAYS; i++) {
        if (!guarded_intact(&self->arrays[i]))
            fail_msg("%s, m=%ld n=%ld k=%ld: wrote outside the elements of %s",
                     function_name(function), (long)self->a.m, (long)self->a.n, (long)self->a.k,
                     names[i]);
    }
}

static bool same_elements(const guarded *one, const guarded *other)
{
    const unsigned char *a = one->data;
    const unsigned char *b = other->data;
    const size_t row = (size_t)one->cols * one->element;
    for (size_t i = 0; row > 0 && i < (size_t)one->rows; i++) {
        if (memcmp(a + i * (size_t)one->ld * one->element,
                   b + i * (size_t)other->ld * other->element, row) != 0)
            return false;
    }
    return true;
}

bool problem_same(const problem *one, const problem *other)
{
    for (int i = 0; i < PROBLEM_ARRAYS; i++) {
        if (!same_elements(&one->arrays[i], &other->arrays[i]))
            return false;
    }
    return true;
}

unsigned problem_changed(const problem *self)
{
    unsigned changed = 0;
    for (int i = 0; i < PROBLEM_ARRAYS; i++)
        changed |= (unsigned)(hash(&self->arrays[i]) != self->hashes[i]) << i;
    return changed;
}

unsigned problem_outputs(function_set function)
{
    unsigned outputs = 0;
    if ((function & (LOGITS | RESIDUALS)) != 0)
        outputs |= 1u << PROBLEM_H;
    if ((function & (SOFTMAX | SIGMOID)) != 0)
        outputs |= 1u << PROBLEM_Z;
    if ((function & (LOSSES | RESIDUALS | LOSS_GRADIENTS)) != 0)
        outputs |= 1u << PROBLEM_LOSS;
    if ((function & (GRADIENT | LOSS_GRADIENTS)) != 0)
        outputs |= 1u << PROBLEM_G | 1u << PROBLEM_G_BIAS;
    if ((function & SGD_EPOCHS) != 0)
        outputs |= 1u << PROBLEM_THETA | 1u << PROBLEM_BIAS;
    return outputs;
}
