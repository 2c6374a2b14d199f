#include "symmetric_solve.h"

#include <math.h>
#include <stdlib.h>

/* Of a diagonal of ones; long double rounds to 1e-19. */
static const long double LEAST_PIVOT = 1e-17L;

static void factor(int64_t size, long double *A)
{
    for (int64_t i = 0; i < size; i++) {
        for (int64_t j = 0; j <= i; j++) {
            long double sum = A[i * size + j];
            for (int64_t l = 0; l < j; l++)
                sum -= A[i * size + l] * A[j * size + l];
            if (i == j)
                A[i * size + i] = sum > LEAST_PIVOT ? sqrtl(sum) : INFINITY;
            else
                A[i * size + j] = sum / A[j * size + j];
        }
    }
}

static void substitute(int64_t size, const long double *A, long double *v)
{
    for (int64_t i = 0; i < size; i++) {
        for (int64_t l = 0; l < i; l++)
            v[i] -= A[i * size + l] * v[l];
        v[i] /= A[i * size + i];
    }
    for (int64_t i = size - 1; i >= 0; i--) {
        for (int64_t l = i + 1; l < size; l++)
            v[i] -= A[l * size + i] * v[l];
        v[i] /= A[i * size + i];
    }
}

void symmetric_solve(int64_t size, long double *A, long double *v)
{
    long double *scale = malloc((size_t)size * sizeof *scale + 1);
    if (scale == NULL)
        abort();
    for (int64_t i = 0; i < size; i++)
        scale[i] = A[i * size + i] > 0 ? 1 / sqrtl(A[i * size + i]) : 0;
    for (int64_t i = 0; i < size; i++) {
        v[i] *= scale[i];
        for (int64_t j = 0; j < i; j++)
            A[i * size + j] *= scale[i] * scale[j];
        A[i * size + i] = scale[i] > 0;
    }
    factor(size, A);
    substitute(size, A, v);
    for (int64_t i = 0; i < size; i++)
        v[i] *= scale[i];
    free(scale);
}
