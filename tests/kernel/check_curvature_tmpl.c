/* Curvature, and losses towards probabilities, against the reference. */
#include <math.h>
#include <string.h>

#include "problem.h"

#include "sweep/losses.h"

/* Directions between -1 and 1. */
static void fill_directions(problem *p)
{
    uint64_t state = (uint64_t)(p->m * 1000003 + p->k);
    for (int64_t at = 0; at < p->m * p->k; at++)
        p->other[at] = (real)(2.0 * random_uniform(&state) - 1.0);
}

/* What the errors are relative to. Of several columns: the sum of the row's results, whose sums and
 * differences they are. Of one column: the residual times the direction, of which the second
 * derivative is a multiple that may cancel. */
static void fill_scale(problem *p, bool one_column, const REAL(loss_kernel) * reference)
{
    memcpy(p->scale, p->H, (size_t)(p->m * p->k) * sizeof(real));
    if (one_column)
        reference->residual(p->m, p->k, p->scale, p->k, p->y, p->want_loss);
    for (int64_t i = 0; i < p->m; i++) {
        real *scale = p->scale + i * p->k;
        real sum = 0;
        for (int64_t j = 0; j < p->k; j++)
            sum += (real)fabs((double)p->want[i * p->k + j]);
        for (int64_t j = 0; j < p->k; j++)
            scale[j] = one_column ? (real)fabs(3.0 * (double)scale[j]) : sum;
    }
}

static void want_curvature(problem *p, bool one_column, const REAL(loss_kernel) * reference)
{
    memcpy(p->want, p->other, (size_t)(p->m * p->k) * sizeof(real));
    reference->curvature(p->m, p->k, p->H, p->k, p->y, p->want, p->k);
    fill_scale(p, one_column, reference);
    memcpy(p->want, p->other, (size_t)(p->m * p->k) * sizeof(real));
    p->want_first = -1;
    for (int64_t i = 0; i < p->m; i++) {
        const int64_t at = i * p->k;
        const bool bad =
            reference->curvature(1, p->k, p->H + at, p->k, p->y + i, p->want + at, p->k) >= 0;
        p->want_loss[i] = bad ? NAN : 0.0;
        p->want_first = bad && p->want_first < 0 ? i : p->want_first;
    }
}

static bool curvature_alone_same(const problem *p, kernel_memory *memory,
                                 const REAL(loss_kernel) * kernel, int64_t i, const real *D)
{
    const problem alone = REAL(problem_row)(p);
    const int64_t at = i * p->k;
    real *d = REAL(rows_place)(&alone, &memory->H, p->other + at);
    return kernel->curvature(1, p->k, p->H + at, p->k, p->y + i, d, p->k) >= 0 ||
           memcmp(d, D + i * (p->k + p->padding), (size_t)p->k * sizeof(real)) == 0;
}

static void check_curvature(problem *p, kernel_memory *memory, const char *set,
                            const REAL(loss_kernel) * kernel)
{
    const int64_t ld = p->k + p->padding;
    const real *H = REAL(rows_place)(p, &memory->H, p->H);
    real *D = REAL(rows_place)(p, &memory->other, p->other);
    if (kernel->curvature(p->m, p->k, H, ld, p->y, D, ld) != p->want_first)
        REAL(problem_failed)(p, set, kernel->name, "curvature reports another row");
    if (!REAL(rows_close)(p, D))
        REAL(problem_failed)(p, set, kernel->name, "curvature differs");
    if (!REAL(rows_intact)(p, &memory->other, D))
        REAL(problem_failed)(p, set, kernel->name, "curvature writes out of bounds");
    if (!REAL(rows_same)(p, H, p->H))
        REAL(problem_failed)(p, set, kernel->name, "curvature writes to H");
    for (int64_t i = 0; i < p->m; i += 5) {
        if (!curvature_alone_same(p, memory, kernel, i, D))
            REAL(problem_failed)(p, set, kernel->name, "curvature of a row alone has other bits");
    }
}

void REAL(check_curvatures)(bool one_column, problem *p, kernel_memory *memory,
                            const REAL(kernels) *const *tables, int count)
{
    fill_directions(p);
    for (int32_t loss = 1; loss_exists(loss); loss++) {
        const REAL(loss_kernel) *reference = &tables[0]->losses[loss];
        if (loss_has_one_score(loss) != one_column || reference->curvature == NULL)
            continue;
        want_curvature(p, one_column, reference);
        for (int set = 1; set < count; set++)
            check_curvature(p, memory, tables[set]->name, &tables[set]->losses[loss]);
    }
}

/* In turn: the label alone, all classes equally, about half of them at random. */
static void fill_targets(problem *p)
{
    uint64_t state = (uint64_t)(p->m * 1000003 + p->k);
    for (int64_t i = 0; i < p->m && p->k > 0; i++) {
        real *target = p->other + i * p->k;
        for (int64_t j = 0; j < p->k; j++) {
            const double u = random_uniform(&state) - 0.5;
            const double some[] = {j == p->y[i], 1.0 / (double)p->k, u > 0.0 ? u : 0.0};
            target[j] = (real)some[i % 3];
        }
    }
}

/* A residual is z_j sum p - p_j; the one of the largest class the difference of sums over the others. */
static void fill_soft_scale(problem *p)
{
    memcpy(p->scale, p->other, (size_t)(p->m * p->k) * sizeof(real));
    for (int64_t i = 0; i < p->m && p->k > 0; i++) {
        const real *h = p->H + i * p->k;
        int64_t largest = 0;
        real sum = 0;
        for (int64_t j = 0; j < p->k; j++) {
            largest = h[j] > h[largest] ? j : largest;
            sum += p->other[i * p->k + j];
        }
        p->scale[i * p->k + largest] = sum - p->other[i * p->k + largest];
    }
}

static bool soft_alone_same(const problem *p, kernel_memory *memory,
                            const REAL(loss_kernel) * kernel, int64_t i, const real *R)
{
    const problem alone = REAL(problem_row)(p);
    const int64_t at = i * p->k;
    double loss;
    real *r = REAL(rows_place)(&alone, &memory->other, p->H + at);
    return kernel->soft_residual(1, p->k, r, p->k, p->other + at, p->k, &loss) >= 0 ||
           memcmp(r, R + i * (p->k + p->padding), (size_t)p->k * sizeof(real)) == 0;
}

static void check_soft_kernel(problem *p, kernel_memory *memory, const char *set,
                              const REAL(loss_kernel) * kernel)
{
    const int64_t ld = p->k + p->padding;
    const size_t loss_bytes = (size_t)p->m * sizeof(double);
    const real *P = REAL(rows_place)(p, &memory->other, p->other);
    real *H = REAL(rows_place)(p, &memory->H, p->H);
    double *loss = arena_place(&memory->loss, loss_bytes, -1);
    if (kernel->soft_loss(p->m, p->k, H, ld, P, ld, loss) != p->want_first)
        REAL(problem_failed)(p, set, kernel->name, "soft loss reports another row");
    if (!REAL(losses_close)(p, loss))
        REAL(problem_failed)(p, set, kernel->name, "soft loss differs");
    if (!REAL(rows_same)(p, H, p->H))
        REAL(problem_failed)(p, set, kernel->name, "soft loss writes to H");
    if (kernel->soft_residual(p->m, p->k, H, ld, P, ld, loss) != p->want_first)
        REAL(problem_failed)(p, set, kernel->name, "soft residual reports another row");
    if (!REAL(rows_close)(p, H) || !REAL(losses_close)(p, loss))
        REAL(problem_failed)(p, set, kernel->name, "soft residual differs");
    if (!REAL(rows_intact)(p, &memory->H, H) || !arena_intact(&memory->loss, loss, loss_bytes))
        REAL(problem_failed)(p, set, kernel->name, "soft residual writes out of bounds");
    if (!REAL(rows_same)(p, P, p->other))
        REAL(problem_failed)(p, set, kernel->name, "soft residual writes to P");
    for (int64_t i = 0; i < p->m; i += 5) {
        if (!soft_alone_same(p, memory, kernel, i, H))
            REAL(problem_failed)
        (p, set, kernel->name, "soft residual of a row alone has other bits");
    }
}

void REAL(check_soft)(problem *p, kernel_memory *memory, const REAL(kernels) *const *tables,
                      int count)
{
    fill_targets(p);
    fill_soft_scale(p);
    memcpy(p->want, p->H, (size_t)(p->m * p->k) * sizeof(real));
    p->want_first = tables[0]->losses[LINCLASS_LOSS_SOFTMAX].soft_residual(
        p->m, p->k, p->want, p->k, p->other, p->k, p->want_loss);
    for (int set = 1; set < count; set++)
        check_soft_kernel(p, memory, tables[set]->name,
                          &tables[set]->losses[LINCLASS_LOSS_SOFTMAX]);
}
