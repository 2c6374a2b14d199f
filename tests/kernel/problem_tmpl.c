#include "problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkasm.h"

#define UNIT_ROUNDOFF (sizeof(real) == 4 ? 0x1p-24 : 0x1p-53)
#define TINIEST       (sizeof(real) == 4 ? 0x1p-149 : 0x1p-1074)

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) {
        perror("checkasm");
        exit(1);
    }
    return memory;
}

problem REAL(problem_open)(void)
{
    return (problem){
        .H = allocate(MOST_ROWS * MOST_CLASSES, sizeof(real)),
        .y = allocate(MOST_ROWS, sizeof(int64_t)),
        .other = allocate(MOST_ROWS * MOST_CLASSES, sizeof(real)),
        .scale = allocate(MOST_ROWS * MOST_CLASSES, sizeof(real)),
        .want = allocate(MOST_ROWS * MOST_CLASSES, sizeof(real)),
        .want_loss = allocate(MOST_ROWS, sizeof(double)),
    };
}

void REAL(problem_close)(problem *p)
{
    free(p->want_loss);
    free(p->want);
    free(p->scale);
    free(p->other);
    free(p->y);
    free(p->H);
}

void REAL(problem_plain)(problem *p)
{
    memset(p->scale, 0, (size_t)(p->m * p->k) * sizeof(real));
}

problem REAL(problem_row)(const problem *p)
{
    problem row = *p;
    row.m = 1;
    row.offset = p->offset < 0 ? 0 : p->offset + (long)sizeof(real);
    return row;
}

size_t REAL(rows_bytes)(const problem *p)
{
    if (p->m == 0)
        return 0;
    return (size_t)((p->m - 1) * (p->k + p->padding) + p->k) * sizeof(real);
}

real *REAL(rows_place)(const problem *p, arena *memory, const real *dense)
{
    real *rows = arena_place(memory, REAL(rows_bytes)(p), p->offset);
    for (int64_t i = 0; i < p->m && dense != NULL; i++)
        memcpy(rows + i * (p->k + p->padding), dense + i * p->k, (size_t)p->k * sizeof(real));
    return rows;
}

bool REAL(rows_intact)(const problem *p, const arena *memory, const real *rows)
{
    if (!arena_intact(memory, rows, REAL(rows_bytes)(p)))
        return false;
    const size_t padding = (size_t)p->padding * sizeof(real);
    for (int64_t i = 0; i + 1 < p->m; i++) {
        const void *after_row = rows + i * (p->k + p->padding) + p->k;
        for (size_t byte = 0; byte < padding; byte++) {
            if (((const unsigned char *)after_row)[byte] != CANARY)
                return false;
        }
    }
    return true;
}

/* Both sides come from exponentials of the same arguments, each within 2 ulp, products of two or three
 * of them, and a few more roundings; their sums, in double, err by up to half an ulp for every term,
 * and for every subnormal term by the tiniest number. */
static bool is_close(double got, double want, double scale, int64_t k)
{
    if (got == want)
        return true;
    const double tolerance = 16.0 * UNIT_ROUNDOFF + (double)k * 0x1p-53;
    return fabs(got - want) <= tolerance * (fabs(want) + scale) + (double)(k + 2) * TINIEST;
}

bool REAL(rows_close)(const problem *p, const real *rows)
{
    for (int64_t i = 0; i < p->m; i++) {
        const real *got = rows + i * (p->k + p->padding);
        const real *want = p->want + i * p->k;
        const real *scale = p->scale + i * p->k;
        for (int64_t j = 0; j < p->k && isfinite(p->want_loss[i]); j++) {
            if (!is_close((double)got[j], (double)want[j], (double)scale[j], p->k))
                return false;
        }
    }
    return true;
}

bool REAL(losses_close)(const problem *p, const double *loss)
{
    for (int64_t i = 0; i < p->m; i++) {
        if (isfinite(p->want_loss[i]) && !is_close(loss[i], p->want_loss[i], 0.0, p->k))
            return false;
    }
    return true;
}

bool REAL(rows_same)(const problem *p, const real *rows, const real *dense)
{
    for (int64_t i = 0; i < p->m; i++) {
        const real *row = rows + i * (p->k + p->padding);
        if (memcmp(row, dense + i * p->k, (size_t)p->k * sizeof(real)) != 0)
            return false;
    }
    return true;
}

void REAL(problem_failed)(const problem *p, const char *set, const char *kernel, const char *what)
{
    check_failed("%s %s f%d: %s (%s scores, m = %lld, k = %lld, padding %lld, offset %ld)", set,
                 kernel, REAL_BITS, what, scores_kind_name[p->kind], (long long)p->m,
                 (long long)p->k, (long long)p->padding, p->offset);
}
