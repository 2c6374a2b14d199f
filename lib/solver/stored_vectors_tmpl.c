/* Plain C, compiled for each of the vector sets: sums run in eight lanes, so that they vectorise, and are added up
 * in an order that is the same for all. */
#include "core/minimum.h"
#include "core/vector/vector.h"
#include "solver/stored_tables.h"

enum { EIGHT = 8, BLOCK = 1024 };

static double lanes_total(const double *lanes)
{
    double sum = 0;
    for (int lane = 0; lane < EIGHT; lane++)
        sum += lanes[lane];
    return sum;
}

static double dot(int64_t length, const real *a, const double *v)
{
    double lanes[EIGHT] = {0};
    int64_t i = 0;
    for (; i + EIGHT <= length; i += EIGHT) {
        for (int lane = 0; lane < EIGHT; lane++)
            lanes[lane] += (double)a[i + lane] * v[i + lane];
    }
    double sum = lanes_total(lanes);
    for (; i < length; i++)
        sum += (double)a[i] * v[i];
    return sum;
}

static void expand(int64_t length, const void *stored, double *v)
{
    const real *a = stored;
    for (int64_t i = 0; i < length; i++)
        v[i] = (double)a[i];
}

/* The elements of a block of s and y, and its sums. */
static void keep_block(int64_t length, const stored_step *at, real *s, real *y, double sums[3])
{
    double wide_s[BLOCK];
    double wide_y[BLOCK];
    for (int64_t i = 0; i < length; i++) {
        s[i] = (real)(at->to[i] - at->from[i]);
        y[i] = (real)(at->to_gradient[i] - at->from_gradient[i]);
    }
    expand(length, s, wide_s);
    expand(length, y, wide_y);
    sums[0] += dot(length, s, wide_y);
    sums[1] += dot(length, s, wide_s);
    sums[2] += dot(length, y, wide_y);
}

static void keep(int64_t length, stored_step *step, void *s, void *y)
{
    double sums[3] = {0};
    for (int64_t i = 0; i < length; i += BLOCK) {
        const stored_step at = {.from = step->from + i,
                                .to = step->to + i,
                                .from_gradient = step->from_gradient + i,
                                .to_gradient = step->to_gradient + i};
        keep_block(lesser(BLOCK, length - i), &at, (real *)s + i, (real *)y + i, sums);
    }
    step->product = sums[0];
    step->s_square = sums[1];
    step->y_square = sums[2];
}

static void dots(int64_t length, int count, const void *const *vectors, const double *v,
                 const void *other, double *sums, double *other_sums)
{
    double expanded[BLOCK];
    for (int c = 0; c < count; c++)
        sums[c] = other_sums[c] = 0;
    for (int64_t i = 0; i < length; i += BLOCK) {
        const int64_t block = lesser(BLOCK, length - i);
        if (other != NULL)
            expand(block, (const real *)other + i, expanded);
        for (int c = 0; c < count; c++) {
            const real *a = (const real *)vectors[c] + i;
            sums[c] += dot(block, a, v + i);
            if (other != NULL)
                other_sums[c] += dot(block, a, expanded);
        }
    }
}

static void combine(int64_t length, int count, const void *const *vectors,
                    const double *coefficients, double factor, double *v)
{
    for (int64_t begin = 0; begin < length; begin += BLOCK) {
        const int64_t block = lesser(BLOCK, length - begin);
        double *sum = v + begin;
        for (int64_t i = 0; factor != 1 && i < block; i++)
            sum[i] *= factor;
        for (int c = 0; c < count; c++) {
            const real *a = (const real *)vectors[c] + begin;
            const double coefficient = coefficients[c];
            for (int64_t i = 0; i < block; i++)
                sum[i] += coefficient * (double)a[i];
        }
    }
}

const stored_functions VECTOR_NAME(stored) = {
    .size = sizeof(real),
    .keep = keep,
    .dots = dots,
    .combine = combine,
    .expand = expand,
};
