/* The rules of linear.h, softmax.h and losses.h, argument by argument. */
#include <math.h>
#include <stddef.h>

#include "level1.h"

unsigned level1_arrays(function_set function)
{
    const unsigned sweep = 1u << PROBLEM_X | 1u << PROBLEM_THETA | 1u << PROBLEM_BIAS;
    const unsigned y = 1u << (function_has_one_score(function) ? PROBLEM_Y2 : PROBLEM_Y);
    unsigned used = problem_outputs(function);
    if (function == LOGITS)
        used |= sweep;
    if ((function & (SOFTMAX | SIGMOID)) != 0)
        used |= 1u << PROBLEM_H;
    if ((function & (LOSSES | RESIDUALS)) != 0)
        used |= 1u << PROBLEM_H | y;
    if (function == GRADIENT)
        used |= 1u << PROBLEM_X | 1u << PROBLEM_R;
    if ((function & (LOSS_GRADIENTS | SGD_EPOCHS)) != 0)
        used |= sweep | y;
    return used;
}

enum { NO_LD = -2 };

/* An array of the call as the arguments have it. */
typedef struct given_array {
    const void *data;
    int64_t rows;
    int64_t cols;
    int64_t ld; /* NO_LD: of a vector or a number */
    size_t element;
    bool optional;
} given_array;

static void list_arrays(function_set function, const arguments *a,
                        given_array arrays[PROBLEM_ARRAYS])
{
    const bool one = function_has_one_score(function);
    const int64_t k = one ? 1 : a->k;
    const bool residual = (function & RESIDUALS) != 0;
    const given_array all[PROBLEM_ARRAYS] = {
        [PROBLEM_X] = {a->X, a->m, a->n, a->ldx, sizeof(real), false},
        [PROBLEM_Y] = {a->y, 1, a->m, NO_LD, sizeof *a->y, false},
        [PROBLEM_Y2] = {a->y2, 1, a->m, NO_LD, sizeof *a->y2, false},
        [PROBLEM_THETA] = {a->theta, a->n, k, a->ldtheta, sizeof(real), false},
        [PROBLEM_BIAS] = {a->bias, 1, k, NO_LD, sizeof(real), true},
        [PROBLEM_H] = {a->H, a->m, k, a->ldh, sizeof(real), false},
        [PROBLEM_Z] = {a->Z, a->m, k, a->ldz, sizeof(real), false},
        [PROBLEM_R] = {a->R, a->m, k, a->ldr, sizeof(real), false},
        [PROBLEM_G] = {a->G, a->n, k, a->ldg, sizeof(real), false},
        [PROBLEM_G_BIAS] = {a->g_bias, 1, k, NO_LD, sizeof(real), true},
        [PROBLEM_LOSS] = {a->loss, 1, 1, NO_LD, sizeof(double), residual},
    };
    for (int i = 0; i < PROBLEM_ARRAYS; i++)
        arrays[i] = all[i];
}

/* Elements from the first to the last; false when they cannot be counted. */
static bool extent(const given_array *a, int64_t *bytes)
{
    *bytes = 0;
    if (a->rows == 0 || a->cols == 0)
        return true;
    int64_t elements;
    return !__builtin_mul_overflow(a->rows - 1, a->rows == 1 ? 0 : a->ld, &elements) &&
           !__builtin_add_overflow(elements, a->cols, &elements) &&
           !__builtin_mul_overflow(elements, (int64_t)a->element, bytes);
}

static bool is_sound(const given_array *a)
{
    int64_t bytes;
    if (a->ld != NO_LD && (a->ld < 1 || a->ld < a->cols || a->ld > INT32_MAX))
        return false;
    if (!extent(a, &bytes))
        return false;
    return a->data != NULL || a->optional || bytes == 0;
}

static bool overlap(const given_array *a, const given_array *b)
{
    int64_t a_bytes;
    int64_t b_bytes;
    if (a->data == NULL || b->data == NULL || !extent(a, &a_bytes) || !extent(b, &b_bytes))
        return false;
    const char *const first = a->data;
    const char *const second = b->data;
    return a_bytes > 0 && b_bytes > 0 && first < second + b_bytes && second < first + a_bytes;
}

static bool arrays_are_apart(function_set function, const arguments *a, const given_array *arrays)
{
    const unsigned used = level1_arrays(function);
    for (int i = 0; i < PROBLEM_ARRAYS; i++) {
        for (int j = 0; j < PROBLEM_ARRAYS; j++) {
            const bool in_place = (function & (SOFTMAX | SIGMOID)) != 0 && i == PROBLEM_Z &&
                                  j == PROBLEM_H && a->H == a->Z && a->ldh == a->ldz;
            if (i != j && !in_place && (problem_outputs(function) >> i & 1) != 0 &&
                (used >> j & 1) != 0 && overlap(&arrays[i], &arrays[j]))
                return false;
        }
    }
    return true;
}

static bool numbers_are_legal(function_set function, const arguments *a, const given_array *arrays)
{
    const unsigned used = level1_arrays(function);
    const bool one = function_has_one_score(function);
    const int64_t *const y = one ? a->y2 : a->y;
    const int64_t k = one ? 2 : a->k;
    for (int64_t i = 0; (used & (1u << PROBLEM_Y | 1u << PROBLEM_Y2)) != 0 && i < a->m; i++) {
        if (y[i] < 0 || y[i] >= k)
            return false;
    }
    const unsigned inputs = used & (1u << PROBLEM_X | 1u << PROBLEM_THETA | 1u << PROBLEM_BIAS |
                                    1u << PROBLEM_H | 1u << PROBLEM_R);
    for (int i = 0; i < PROBLEM_ARRAYS; i++) {
        const bool is_input = (inputs >> i & 1) != 0 && !(function == LOGITS && i == PROBLEM_H);
        const real *const data = arrays[i].data;
        for (int64_t row = 0; is_input && data != NULL && row < arrays[i].rows; row++)
            for (int64_t col = 0; col < arrays[i].cols; col++)
                if (!isfinite(data[row * (arrays[i].rows == 1 ? 0 : arrays[i].ld) + col]))
                    return false;
    }
    return true;
}

bool level1_is_legal(function_set function, const problem *p, const arguments *a)
{
    const unsigned used = level1_arrays(function);
    given_array arrays[PROBLEM_ARRAYS];
    list_arrays(function, a, arrays);
    const bool has_n = (used & 1u << PROBLEM_X) != 0;
    if (a->m != p->a.m || (has_n && a->n != p->a.n) ||
        (!function_has_one_score(function) && a->k != p->a.k))
        return false; /* a dimension that was changed is one that may not be */
    for (int i = 0; i < PROBLEM_ARRAYS; i++) {
        if ((used >> i & 1) != 0 && !is_sound(&arrays[i]))
            return false;
    }
    if ((function & SGD_EPOCHS) != 0 &&
        (a->batch < 1 || !isfinite(a->learning_rate) || a->learning_rate < 0))
        return false;
    if (function == GRADIENT && !isfinite(a->scale))
        return false;
    return arrays_are_apart(function, a, arrays) && numbers_are_legal(function, a, arrays);
}
