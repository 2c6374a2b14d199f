#include "jacobi.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { MOST_SWEEPS = 60 };

static long double dot(int64_t m, const long double *a, const long double *b)
{
    long double sum = 0;
    for (int64_t i = 0; i < m; i++)
        sum += a[i] * b[i];
    return sum;
}

static void rotate(int64_t count, int64_t stride, long double *a, long double *b, long double c,
                   long double s)
{
    for (int64_t i = 0; i < count; i++) {
        const long double old = a[i * stride];
        a[i * stride] = c * old - s * b[i * stride];
        b[i * stride] = s * old + c * b[i * stride];
    }
}

/* Columns p < q become orthogonal, the longer one p; false: they were. */
static bool rotate_pair(int64_t m, int64_t n, long double *B, long double *V, int64_t p, int64_t q)
{
    long double *const a = B + p * m;
    long double *const b = B + q * m;
    if (dot(m, a, a) < dot(m, b, b)) { /* by a quarter turn */
        rotate(m, 1, a, b, 0, -1);
        rotate(n, n, V + p, V + q, 0, -1);
    }
    const long double aa = dot(m, a, a);
    const long double bb = dot(m, b, b);
    const long double ab = dot(m, a, b);
    if (bb == 0 || fabsl(ab) <= 1e-18L * sqrtl(aa) * sqrtl(bb))
        return false;
    const long double zeta = (bb - aa) / (2 * ab);
    const long double t = copysignl(1, zeta) / (fabsl(zeta) + hypotl(1, zeta));
    const long double c = 1 / hypotl(1, t);
    rotate(m, 1, a, b, c, c * t);
    rotate(n, n, V + p, V + q, c, c * t);
    return true;
}

void jacobi_rotate(int64_t m, int64_t n, long double *B, long double *V)
{
    memset(V, 0, (size_t)(n * n) * sizeof *V);
    for (int64_t j = 0; j < n; j++)
        V[j * n + j] = 1;
    bool rotated = true;
    for (int sweep = 0; rotated && sweep < MOST_SWEEPS; sweep++) {
        rotated = false;
        for (int64_t p = 0; p < n; p++) {
            for (int64_t q = p + 1; q < n; q++)
                rotated = rotate_pair(m, n, B, V, p, q) || rotated;
        }
    }
}
