/* Losses and residuals against the reference. */
#include <math.h>
#include <string.h>

#include "problem.h"

#include "sweep/losses.h"

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

/* `rows`, residuals that came with losses, to the bit, where the kernel has them alone. */
static void check_residual_alone(const problem *p, kernel_memory *memory, const char *set,
                                 const REAL(loss_kernel) * kernel, const real *rows)
{
    const int64_t ld = p->k + p->padding;
    if (kernel->residual_alone == NULL)
        return;
    real *H = REAL(rows_place)(p, &memory->other, p->H);
    if (kernel->residual_alone(p->m, p->k, H, ld, p->y) != p->want_first)
        REAL(problem_failed)(p, set, kernel->name, "residual alone reports another row");
    for (int64_t i = 0; i < p->m; i++) {
        if (isfinite(p->want_loss[i]) &&
            memcmp(H + i * ld, rows + i * ld, (size_t)p->k * sizeof(real)) != 0)
            REAL(problem_failed)(p, set, kernel->name, "residual alone has other bits");
    }
    if (!REAL(rows_intact)(p, &memory->other, H))
        REAL(problem_failed)(p, set, kernel->name, "residual alone writes out of bounds");
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
    check_residual_alone(p, memory, set, kernel, H);
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
    REAL(problem_plain)(p);
    for (int32_t loss = 1; loss_exists(loss); loss++) {
        if (loss_has_one_score(loss) != one_column)
            continue;
        memcpy(p->want, p->H, (size_t)(p->m * p->k) * sizeof(real));
        p->want_first =
            tables[0]->losses[loss].residual(p->m, p->k, p->want, p->k, p->y, p->want_loss);
        const real *want = REAL(rows_place)(p, &memory->H, p->want);
        check_residual_alone(p, memory, tables[0]->name, &tables[0]->losses[loss], want);
        for (int set = 1; set < count; set++) {
            const REAL(loss_kernel) *kernel = &tables[set]->losses[loss];
            check_residual(p, memory, tables[set]->name, kernel);
            check_loss(p, memory, tables[set]->name, kernel);
        }
    }
}
