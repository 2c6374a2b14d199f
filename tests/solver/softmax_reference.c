#include "solver/softmax_reference.h"

#include <math.h>
#include <string.h>

/* r := the residual of row i; its loss. */
static long double row_loss(const problem *of, int64_t i, const long double *theta,
                            const long double *bias, long double *r)
{
    const int64_t y = of->y[i] / 10 - 1;
    long double sum = 0;
    for (int64_t j = 0; j < of->k; j++) {
        long double score = bias[j];
        for (int64_t f = 0; f < of->n; f++)
            score += (long double)of->X[i * of->n + f] * theta[f * of->k + j];
        r[j] = expl(score);
        sum += r[j];
    }
    const long double loss = -logl(r[y] / sum);
    for (int64_t j = 0; j < of->k; j++)
        r[j] = r[j] / sum - (j == y ? 1 : 0);
    return loss;
}

long double softmax_reference(const problem *of, const long double *theta, const long double *bias,
                              long double *G)
{
    long double loss = 0;
    long double r[SOFTMAX_REFERENCE_MOST];
    memset(G, 0, (size_t)((of->n + 1) * of->k) * sizeof *G);
    for (int64_t i = 0; i < of->m; i++) {
        loss += row_loss(of, i, theta, bias, r) / of->m;
        for (int64_t j = 0; j < of->k; j++) {
            for (int64_t f = 0; f < of->n; f++)
                G[f * of->k + j] += (long double)of->X[i * of->n + f] * r[j] / of->m;
            G[of->n * of->k + j] += r[j] / of->m;
        }
    }
    return loss;
}
