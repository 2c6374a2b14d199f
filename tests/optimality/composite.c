#include "composite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "loss_terms.h"

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
    long double h[MOST_CLASSES];
    long double r[MOST_CLASSES];
    long double F = 0;
    if (gradient != NULL)
        memset(gradient, 0, (size_t)(self->N * c) * sizeof *gradient);
    for (int64_t i = 0; i < self->m; i++) {
        const long double *const z = self->Z + i * self->N;
        if (self->s[i] == 0)
            continue;
        row_scores(self, z, P, h);
        F += self->s[i] * loss_terms(self->loss, c, h, self->y[i], r, NULL);
        for (int64_t j = 0; gradient != NULL && j < self->N; j++) {
            for (int64_t a = 0; a < c; a++)
                gradient[j * c + a] += self->s[i] * z[j] * r[a];
        }
    }
    return F + penalties(self, P, gradient);
}

/* H += z z^T (x) S, its lower half. */
static void add_row(const composite *self, const long double *z, const long double *S,
                    long double *H)
{
    const int64_t c = self->c;
    const int64_t size = self->N * c;
    for (int64_t j = 0; j < self->N; j++) {
        for (int64_t a = 0; a < c; a++) {
            long double *const row = H + (j * c + a) * size;
            for (int64_t l = 0; l <= j; l++) {
                const long double product = z[j] * z[l];
                for (int64_t b = 0; b < c; b++)
                    row[l * c + b] += product * S[a * c + b];
            }
        }
    }
}

void composite_hessian(const composite *self, const long double *P, long double *H)
{
    const int64_t c = self->c;
    const int64_t size = self->N * c;
    long double h[MOST_CLASSES];
    long double r[MOST_CLASSES];
    long double S[MOST_CLASSES * MOST_CLASSES];
    memset(H, 0, (size_t)(size * size) * sizeof *H);
    for (int64_t i = 0; i < self->m; i++) {
        const long double *const z = self->Z + i * self->N;
        if (self->s[i] == 0)
            continue;
        row_scores(self, z, P, h);
        loss_terms(self->loss, c, h, self->y[i], r, S);
        for (int64_t e = 0; e < c * c; e++)
            S[e] *= self->s[i];
        add_row(self, z, S, H);
    }
    for (int64_t e = 0; e < size; e++)
        H[e * size + e] += self->ridge[e / c];
    for (int64_t e = 0; e < size; e++) {
        for (int64_t f = e + 1; f < size; f++)
            H[e * size + f] = H[f * size + e];
    }
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
