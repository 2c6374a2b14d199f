#include "composite.h"

#include "support/losses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

long double *long_doubles(int64_t count)
{
    long double *const made = calloc((size_t)count + 1, sizeof *made);
    if (made == NULL)
        abort();
    return made;
}

composite composite_new(int32_t loss, int64_t m, int64_t N, int64_t c, const int64_t *y,
                        const long double *s)
{
    return (composite){
        .loss = loss,
        .m = m,
        .N = N,
        .c = c,
        .y = y,
        .s = s,
        .Z = long_doubles(m * N),
        .ridge = long_doubles(N),
        .lasso = long_doubles(N),
    };
}

void composite_free(composite *self)
{
    free(self->Z);
    free(self->ridge);
    free(self->lasso);
    *self = (composite){0};
}

static void row_scores(const composite *self, const long double *z, const long double *P,
                       long double *h)
{
    for (int64_t a = 0; a < self->c; a++)
        h[a] = 0;
    for (int64_t j = 0; j < self->N; j++) {
        for (int64_t a = 0; a < self->c; a++)
            h[a] += z[j] * P[j * self->c + a];
    }
}

static long double penalties(const composite *self, const long double *P, long double *gradient)
{
    long double sum = 0;
    for (int64_t e = 0; e < self->N * self->c; e++) {
        const long double ridge = self->ridge[e / self->c];
        sum += ridge / 2 * P[e] * P[e] + self->lasso[e / self->c] * fabsl(P[e]);
        if (gradient != NULL)
            gradient[e] += ridge * P[e];
    }
    return sum;
}

long double composite_value(const composite *self, const long double *P, long double *gradient)
{
    const int64_t c = self->c;
    long double h[LOSS_SCORES];
    long double r[LOSS_SCORES];
    long double F = 0;
    if (gradient != NULL)
        memset(gradient, 0, (size_t)(self->N * c) * sizeof *gradient);
    for (int64_t i = 0; i < self->m; i++) {
        const long double *const z = self->Z + i * self->N;
        if (self->s[i] == 0)
            continue;
        row_scores(self, z, P, h);
        F += self->s[i] * losses_row(self->loss, c, h, self->y[i], r, NULL);
        for (int64_t j = 0; gradient != NULL && j < self->N; j++) {
            for (int64_t a = 0; a < c; a++)
                gradient[j * c + a] += self->s[i] * z[j] * r[a];
        }
    }
    return F + penalties(self, P, gradient);
}

/* The second derivatives of every row's loss, times what it counts: one array of m for each pair of scores. */
static void row_curvatures(const composite *self, const long double *P, long double *S)
{
    const int64_t c = self->c;
    long double h[LOSS_SCORES];
    long double r[LOSS_SCORES];
    long double second[LOSS_SCORES * LOSS_SCORES];
    for (int64_t i = 0; i < self->m; i++) {
        row_scores(self, self->Z + i * self->N, P, h);
        losses_row(self->loss, c, h, self->y[i], r, second);
        for (int64_t e = 0; e < c * c; e++)
            S[e * self->m + i] = self->s[i] * second[e];
    }
}

/* Z^T diag(S) Z to the places of scores a and b, and of b and a. columns: Z^T; weighted: room for m. */
static void add_pair(const composite *self, const long double *columns, const long double *S,
                     int64_t a, int64_t b, long double *weighted, long double *H)
{
    const int64_t m = self->m;
    const int64_t c = self->c;
    const int64_t size = self->N * c;
    for (int64_t j = 0; j < self->N; j++) {
        for (int64_t i = 0; i < m; i++)
            weighted[i] = columns[j * m + i] * S[i];
        for (int64_t l = 0; l <= j; l++) {
            const long double *const column = columns + l * m;
            long double even = 0;
            long double odd = 0;
            for (int64_t i = 0; i + 1 < m; i += 2) {
                even += weighted[i] * column[i];
                odd += weighted[i + 1] * column[i + 1];
            }
            const long double sum = even + odd + (m % 2) * weighted[m - 1] * column[m - 1];
            H[(j * c + a) * size + l * c + b] = sum;
            H[(j * c + b) * size + l * c + a] = sum;
            H[(l * c + a) * size + j * c + b] = sum;
            H[(l * c + b) * size + j * c + a] = sum;
        }
    }
}

void composite_hessian(const composite *self, const long double *P, long double *H)
{
    const int64_t c = self->c;
    const int64_t size = self->N * c;
    const int64_t m = self->m;
    long double *const S = long_doubles((c * c + self->N + 1) * m);
    long double *const columns = S + c * c * m;
    long double *const weighted = columns + self->N * m;
    row_curvatures(self, P, S);
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < self->N; j++)
            columns[j * m + i] = self->Z[i * self->N + j];
    }
    for (int64_t a = 0; a < c; a++) {
        for (int64_t b = 0; b <= a; b++)
            add_pair(self, columns, S + (a * c + b) * m, a, b, weighted, H);
    }
    for (int64_t e = 0; e < size; e++)
        H[e * (size + 1)] += self->ridge[e / c];
    free(S);
}

void composite_subgradient(const composite *self, const long double *P, long double *gradient)
{
    for (int64_t e = 0; e < self->N * self->c; e++) {
        const long double lasso = self->lasso[e / self->c];
        if (P[e] != 0)
            gradient[e] += P[e] > 0 ? lasso : -lasso;
        else
            gradient[e] = copysignl(fmaxl(fabsl(gradient[e]) - lasso, 0), gradient[e]);
    }
}
