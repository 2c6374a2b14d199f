/* Sums run in eight lanes, so that they vectorise, and are added up in a fixed order. */
#include "solver/vector.h"

#include <math.h>
#include <string.h>

enum { LANES = 8 };

double vector_dot(int64_t length, const double *a, const double *b)
{
    double lanes[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= length; i += LANES) {
        for (int lane = 0; lane < LANES; lane++)
            lanes[lane] += a[i + lane] * b[i + lane];
    }
    double sum = 0;
    for (; i < length; i++)
        sum += a[i] * b[i];
    for (int lane = 0; lane < LANES; lane++)
        sum += lanes[lane];
    return sum;
}

/* Squares that overflow are taken of what is left after division by the largest. */
double vector_norm(int64_t length, const double *a)
{
    const double norm = sqrt(vector_dot(length, a, a));
    const double largest = isinf(norm) ? vector_infinity_norm(length, a) : INFINITY;
    if (isinf(largest))
        return norm;
    double sum = 0;
    for (int64_t i = 0; i < length; i++)
        sum += (a[i] / largest) * (a[i] / largest);
    return largest * sqrt(sum);
}

double vector_infinity_norm(int64_t length, const double *a)
{
    double lanes[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= length; i += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            const double size = fabs(a[i + lane]);
            lanes[lane] = size > lanes[lane] ? size : lanes[lane];
        }
    }
    for (; i < length; i++)
        lanes[0] = fmax(lanes[0], fabs(a[i]));
    double largest = 0;
    for (int lane = 0; lane < LANES; lane++)
        largest = fmax(largest, lanes[lane]);
    return largest;
}

void vector_add(int64_t length, double alpha, const double *x, double *y)
{
    for (int64_t i = 0; i < length; i++)
        y[i] += alpha * x[i];
}

void vector_copy(int64_t length, const double *x, double *y)
{
    memcpy(y, x, (size_t)length * sizeof(double));
}
