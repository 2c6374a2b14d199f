/* Losses and residuals against the reference. */
#include <stddef.h>
#include <string.h>

#include "problem.h"

static const size_t of_several_columns[] = {
    offsetof(REAL(kernels), cross_entropy),
    offsetof(REAL(kernels), multiclass_perceptron),
    offsetof(REAL(kernels), multiclass_hinge),
    offsetof(REAL(kernels), squared_hinge),
};

static const size_t of_one_column[] = {
    offsetof(REAL(kernels), logistic),
    offsetof(REAL(kernels), sigmoid_squared),
};

const size_t *REAL(losses_of)(bool one_column, size_t *count)
{
    const size_t bytes = one_column ? sizeof of_one_column : sizeof of_several_columns;
    *count = bytes / sizeof(size_t);
    return one_column ? of_one_column : of_several_columns;
}

const REAL(loss_kernel) * REAL(loss_at)(const REAL(kernels) * table, size_t offset)
{
    return (const REAL(loss_kernel) *)(const void *)((const char *)table + offset);
}

/* The residual and losses of row i alone, at another place in memory, have the bits they have among
 * the others. */
static bool row_alone_same(const problem *p, kernel_memory *memory,
                           const REAL(loss_kernel) * kernel, int64_t i, const real *rows,
                           const double *loss)
{
    const problem alone = REAL(problem_row)(p);
    real *row = REAL(rows_place)(&alone, &memory->other, p->H + i * p->k);
    double loss_alone;
    const bool usable = kernel->residual(1, p->k, row, p->k, p->y + i, &loss_alone) < 0;
    return !usable ||
           (memcmp(row, rows + i * (p->k + p->padding), (size_t)p->k * sizeof(real)) == 0 &&
            memcmp(&loss_alone, loss + i, sizeof loss_alone) == 0);
}

static void check_residual(const problem *p, kernel_memory *memory, const char *set,
                           const REAL(loss_kernel) * kernel)
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
                       const REAL(loss_kernel) * kernel)
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

void REAL(check_losses)(bool one_column, problem *p, kernel_memory *memory,
                        const REAL(kernels) *const *tables, int count)
{
    size_t losses;
    const size_t *offset = REAL(losses_of)(one_column, &losses);
    REAL(problem_plain)(p);
    for (size_t which = 0; which < losses; which++) {
        memcpy(p->want, p->H, (size_t)(p->m * p->k) * sizeof(real));
        p->want_first = REAL(loss_at)(tables[0], offset[which])
                            ->residual(p->m, p->k, p->want, p->k, p->y, p->want_loss);
        for (int set = 1; set < count; set++) {
            const REAL(loss_kernel) *kernel = REAL(loss_at)(tables[set], offset[which]);
            check_residual(p, memory, tables[set]->name, kernel);
            check_loss(p, memory, tables[set]->name, kernel);
        }
    }
}
