/* The sparse products in plain C, for processors without a vector set. */
#include <stddef.h>

#include "core/real.h"
#include "linalg/sparse/sparse.h"
#include "linalg/sparse/tables.h"

static real value_of(const sparse_run *run, int64_t e)
{
    return run->values == NULL ? run->factor : run->factor * run->values[e];
}

static void scores(const sparse_run *run, int64_t k, const real *theta, int64_t ld, real *h)
{
    for (int64_t e = 0; e < run->count; e++) {
        const real value = value_of(run, e);
        const real *row = theta + run->columns[e] * ld;
        for (int64_t j = 0; j < k; j++)
            h[j] += value * row[j];
    }
}

static void update(const sparse_run *run, int64_t k, real alpha, const real *r, real *G, int64_t ld)
{
    for (int64_t e = 0; e < run->count; e++) {
        const real value = alpha * value_of(run, e);
        real *row = G + run->columns[e] * ld;
        for (int64_t j = 0; j < k; j++)
            row[j] += value * r[j];
    }
}

const sparse_functions sparse_plain = {"plain", scores, update};
