/* Softmax, sigmoid and exp against the reference. */
#include <math.h>
#include <string.h>

#include "problem.h"

/* A row alone, in place and elsewhere in memory, has the bits it has among the others. */
static bool row_alone_same(const problem *p, kernel_memory *memory, REAL(activation_kernel) kernel,
                           int64_t i, const real *Z)
{
    const problem alone = REAL(problem_row)(p);
    real *z = REAL(rows_place)(&alone, &memory->H, p->H + i * p->k);
    return kernel(1, p->k, z, p->k, z, p->k) >= 0 ||
           memcmp(z, Z + i * (p->k + p->padding), (size_t)p->k * sizeof(real)) == 0;
}

static void check_activation(problem *p, kernel_memory *memory, const char *set, const char *name,
                             REAL(activation_kernel) kernel)
{
    const int64_t ld = p->k + p->padding;
    const real *H = REAL(rows_place)(p, &memory->H, p->H);
    real *Z = REAL(rows_place)(p, &memory->other, NULL);
    if (kernel(p->m, p->k, H, ld, Z, ld) != p->want_first)
        REAL(problem_failed)(p, set, name, "reports another row");
    if (!REAL(rows_close)(p, Z))
        REAL(problem_failed)(p, set, name, "differs");
    if (!REAL(rows_intact)(p, &memory->other, Z))
        REAL(problem_failed)(p, set, name, "writes out of bounds");
    if (!REAL(rows_same)(p, H, p->H))
        REAL(problem_failed)(p, set, name, "writes to H");
    real *in_place = REAL(rows_place)(p, &memory->H, p->H);
    kernel(p->m, p->k, in_place, ld, in_place, ld);
    if (p->want_first < 0 && memcmp(in_place, Z, REAL(rows_bytes)(p)) != 0)
        REAL(problem_failed)(p, set, name, "in place gives other bits");
    for (int64_t i = 0; i < p->m; i += 5) {
        if (!row_alone_same(p, memory, kernel, i, Z))
            REAL(problem_failed)(p, set, name, "a row alone gives other bits");
    }
}

/* Row by row, so that the rows without a result are known: their want_loss is NaN. */
static void want_activation(problem *p, REAL(activation_kernel) kernel)
{
    p->want_first = -1;
    for (int64_t i = 0; i < p->m; i++) {
        const bool bad = kernel(1, p->k, p->H + i * p->k, p->k, p->want + i * p->k, p->k) >= 0;
        p->want_loss[i] = bad ? NAN : 0.0;
        p->want_first = bad && p->want_first < 0 ? i : p->want_first;
    }
}

void REAL(check_activations)(problem *p, kernel_memory *memory, const REAL(kernels) *const *tables,
                             int count)
{
    REAL(problem_plain)(p);
    want_activation(p, tables[0]->softmax);
    for (int set = 1; set < count; set++)
        check_activation(p, memory, tables[set]->name, "softmax", tables[set]->softmax);
    want_activation(p, tables[0]->sigmoid);
    for (int set = 1; set < count; set++)
        check_activation(p, memory, tables[set]->name, "sigmoid", tables[set]->sigmoid);
}

static bool exp_close(double got, double want)
{
    const double unit = sizeof(real) == 4 ? 0x1p-23 : 0x1p-52;
    const double least = sizeof(real) == 4 ? 0x1p-149 : 0x1p-1074;
    return (isnan(got) && isnan(want)) || got == want ||
           fabs(got - want) <= 3.0 * fmax(unit * fabs(want), least);
}

/* Both are within 2 ulp of the true value (tested apart), the reference within 1. */
void REAL(check_exp)(problem *p, kernel_memory *memory, const REAL(kernels) *const *tables,
                     int count)
{
    const int64_t elements = p->m * p->k;
    tables[0]->exp(elements, p->H, p->want);
    problem flat = *p;
    flat.m = 1;
    flat.k = elements;
    flat.padding = 0;
    for (int set = 1; set < count; set++) {
        const real *x = REAL(rows_place)(&flat, &memory->H, p->H);
        real *y = REAL(rows_place)(&flat, &memory->other, NULL);
        tables[set]->exp(elements, x, y);
        bool close = true;
        for (int64_t i = 0; i < elements; i++)
            close = close && exp_close((double)y[i], (double)p->want[i]);
        if (!close)
            REAL(problem_failed)(p, tables[set]->name, "exp", "differs");
        if (!REAL(rows_intact)(&flat, &memory->other, y))
            REAL(problem_failed)(p, tables[set]->name, "exp", "writes out of bounds");
    }
}
