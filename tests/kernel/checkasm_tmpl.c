/* The checks of one precision: every kernel of every vector table, over sizes, kinds of scores and
 * places in memory. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "checkasm.h"
#include "kernel/kernel.h"
#include "problem.h"

typedef REAL(kernels) kernels;
typedef REAL(loss_kernel) loss_kernel;

/* Memory for the kernel under test. */
typedef struct kernel_memory {
    arena H;
    arena Z;
    arena loss;
} kernel_memory;

/* The losses in a table. */
static const size_t losses[] = {offsetof(kernels, cross_entropy)};

static const loss_kernel *loss_of(const kernels *table, size_t offset)
{
    return (const loss_kernel *)(const void *)((const char *)table + offset);
}

/* The residual and losses of row i alone, at another place in memory, have the bits they have among
 * the others. */
static bool row_alone_same(const problem *p, kernel_memory *memory, const loss_kernel *kernel,
                           int64_t i, const real *rows, const double *loss)
{
    problem alone = *p;
    alone.m = 1;
    alone.offset = p->offset < 0 ? 0 : p->offset + (long)sizeof(real);
    real *row = REAL(rows_place)(&alone, &memory->Z, p->H + i * p->k);
    double loss_alone;
    const bool usable = kernel->residual(1, p->k, row, p->k, p->y + i, &loss_alone) < 0;
    return !usable ||
           (memcmp(row, rows + i * (p->k + p->padding), (size_t)p->k * sizeof(real)) == 0 &&
            memcmp(&loss_alone, loss + i, sizeof loss_alone) == 0);
}

static void check_residual(const problem *p, kernel_memory *memory, const char *set,
                           const loss_kernel *kernel)
{
    const size_t loss_bytes = (size_t)p->m * sizeof(double);
    real *H = REAL(rows_place)(p, &memory->H, p->H);
    double *loss = arena_place(&memory->loss, loss_bytes, -1);
    const int64_t first = kernel->residual(p->m, p->k, H, p->k + p->padding, p->y, loss);
    if (first != p->want_first)
        REAL(problem_failed)(p, set, kernel->name, "residual reports another row");
    if (!REAL(rows_close)(p, H))
        REAL(problem_failed)(p, set, kernel->name, "residual differs");
    if (!REAL(losses_close)(p, loss))
        REAL(problem_failed)(p, set, kernel->name, "loss of residual differs");
    if (!REAL(rows_intact)(p, &memory->H, H) || !arena_intact(&memory->loss, loss, loss_bytes))
        REAL(problem_failed)(p, set, kernel->name, "residual writes out of bounds");
    for (int64_t i = 0; i < p->m; i += 5) {
        if (!row_alone_same(p, memory, kernel, i, H, loss))
            REAL(problem_failed)(p, set, kernel->name, "a row alone gives other bits");
    }
}

static void check_loss(const problem *p, kernel_memory *memory, const char *set,
                       const loss_kernel *kernel)
{
    const size_t loss_bytes = (size_t)p->m * sizeof(double);
    real *H = REAL(rows_place)(p, &memory->H, p->H);
    double *loss = arena_place(&memory->loss, loss_bytes, -1);
    const int64_t first = kernel->loss(p->m, p->k, H, p->k + p->padding, p->y, loss);
    if (first != p->want_first)
        REAL(problem_failed)(p, set, kernel->name, "loss reports another row");
    if (!REAL(losses_close)(p, loss))
        REAL(problem_failed)(p, set, kernel->name, "loss differs");
    if (!REAL(rows_same)(p, H, p->H))
        REAL(problem_failed)(p, set, kernel->name, "loss writes to H");
    if (!arena_intact(&memory->loss, loss, loss_bytes))
        REAL(problem_failed)(p, set, kernel->name, "loss writes out of bounds");
}

static void check_losses(problem *p, kernel_memory *memory, const kernels *const *tables, int count)
{
    for (size_t which = 0; which < sizeof losses / sizeof *losses; which++) {
        memcpy(p->want, p->H, (size_t)(p->m * p->k) * sizeof(real));
        p->want_first = loss_of(tables[0], losses[which])
                            ->residual(p->m, p->k, p->want, p->k, p->y, p->want_loss);
        for (int set = 1; set < count; set++) {
            const loss_kernel *kernel = loss_of(tables[set], losses[which]);
            check_residual(p, memory, tables[set]->name, kernel);
            check_loss(p, memory, tables[set]->name, kernel);
        }
    }
}

static void check_softmax(problem *p, kernel_memory *memory, const kernels *const *tables,
                          int count)
{
    p->want_first = tables[0]->softmax(p->m, p->k, p->H, p->k, p->want, p->k);
    for (int64_t i = 0; i < p->m; i++) /* of a row that has none, every probability is NaN */
        p->want_loss[i] = p->k == 0 ? 0.0 : (double)p->want[i * p->k];
    for (int set = 1; set < count; set++) {
        const char *name = tables[set]->name;
        const int64_t ld = p->k + p->padding;
        const real *H = REAL(rows_place)(p, &memory->H, p->H);
        real *Z = REAL(rows_place)(p, &memory->Z, NULL);
        if (tables[set]->softmax(p->m, p->k, H, ld, Z, ld) != p->want_first)
            REAL(problem_failed)(p, name, "softmax", "reports another row");
        if (!REAL(rows_close)(p, Z))
            REAL(problem_failed)(p, name, "softmax", "differs");
        if (!REAL(rows_intact)(p, &memory->Z, Z))
            REAL(problem_failed)(p, name, "softmax", "writes out of bounds");
        if (!REAL(rows_same)(p, H, p->H))
            REAL(problem_failed)(p, name, "softmax", "writes to H");
        real *in_place = REAL(rows_place)(p, &memory->H, p->H);
        tables[set]->softmax(p->m, p->k, in_place, ld, in_place, ld);
        if (p->want_first < 0 && memcmp(in_place, Z, REAL(rows_bytes)(p)) != 0)
            REAL(problem_failed)(p, name, "softmax", "in place gives other bits");
    }
}

static bool exp_close(double got, double want)
{
    const double unit = sizeof(real) == 4 ? 0x1p-23 : 0x1p-52;
    const double least = sizeof(real) == 4 ? 0x1p-149 : 0x1p-1074;
    return (isnan(got) && isnan(want)) || got == want ||
           fabs(got - want) <= 3.0 * fmax(unit * fabs(want), least);
}

/* Both are within 2 ulp of the true value (tested apart), the reference within 1. */
static void check_exp(problem *p, kernel_memory *memory, const kernels *const *tables, int count)
{
    const int64_t elements = p->m * p->k;
    tables[0]->exp(elements, p->H, p->want);
    problem flat = *p;
    flat.m = 1;
    flat.k = elements;
    flat.padding = 0;
    for (int set = 1; set < count; set++) {
        const real *x = REAL(rows_place)(&flat, &memory->H, p->H);
        real *y = REAL(rows_place)(&flat, &memory->Z, NULL);
        tables[set]->exp(elements, x, y);
        bool close = true;
        for (int64_t i = 0; i < elements; i++)
            close = close && exp_close((double)y[i], (double)p->want[i]);
        if (!close)
            REAL(problem_failed)(p, tables[set]->name, "exp", "differs");
        if (!REAL(rows_intact)(&flat, &memory->Z, y))
            REAL(problem_failed)(p, tables[set]->name, "exp", "writes out of bounds");
    }
}

static void check_case(problem *p, kernel_memory *memory, uint64_t seed)
{
    int count;
    const kernels *const *tables = REAL(kernels_all)(&count);
    REAL(scores_fill)(p->kind, p->m, p->k, p->k, seed, p->H, p->y);
    check_softmax(p, memory, tables, count);
    check_losses(p, memory, tables, count);
    check_exp(p, memory, tables, count);
}

/* Every kind of scores, tight and flush with the end of memory, then padded and misaligned. */
static void check_shape(problem *p, kernel_memory *memory, int64_t m, int64_t k)
{
    p->m = m;
    p->k = k;
    for (int kind = 0; kind < SCORES_KINDS; kind++) {
        p->kind = (enum scores_kind)kind;
        const uint64_t seed = (uint64_t)(kind + SCORES_KINDS * (m + 100 * k));
        p->padding = 0;
        p->offset = -1;
        check_case(p, memory, seed);
        p->padding = 1 + (m + k) % MOST_PADDING;
        p->offset = (long)sizeof(real) * (1 + (m + kind) % 16);
        check_case(p, memory, seed + 1);
    }
}

void REAL(check_kernels)(void)
{
    static const int64_t large[] = {100, 127, 128, 1000, 1001, MOST_CLASSES};
    const size_t most = MOST_ROWS * (MOST_CLASSES + MOST_PADDING) * sizeof(real);
    problem p = REAL(problem_open)();
    kernel_memory memory = {.H = arena_open(most), .Z = arena_open(most), .loss = arena_open(4096)};
    for (int64_t k = 0; k <= 67; k++) {
        for (int64_t m = 0; m <= MOST_ROWS; m++)
            check_shape(&p, &memory, m, k);
    }
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        for (int64_t m = 1; m <= MOST_ROWS; m += 8)
            check_shape(&p, &memory, m, large[i]);
    }
    arena_close(&memory.loss);
    arena_close(&memory.Z);
    arena_close(&memory.H);
    REAL(problem_close)(&p);
}
