/* The checks of one precision: every kernel of every vector table, over sizes, kinds of scores and
 * places in memory. */
#include "checkasm.h"
#include "problem.h"

static void check_case(problem *p, kernel_memory *memory, uint64_t seed)
{
    int count;
    const REAL(kernels) *const *tables = REAL(kernels_all)(&count);
    REAL(scores_fill)(p->kind, p->m, p->k, p->k, seed, p->H, p->y);
    REAL(check_activations)(p, memory, tables, count);
    REAL(check_exp)(p, memory, tables, count);
    REAL(check_losses)(false, p, memory, tables, count);
    REAL(check_curvatures)(false, p, memory, tables, count);
    REAL(check_soft)(p, memory, tables, count);
    if (p->k != 1)
        return;
    REAL(scores_fill)(p->kind, p->m, 1, 2, seed, p->H, p->y);
    REAL(check_losses)(true, p, memory, tables, count);
    REAL(check_curvatures)(true, p, memory, tables, count);
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
    enum { SHORT = 17 };
    static const int64_t large[] = {100, 127, 128, 1000, 1001, MOST_CLASSES};
    static const int64_t tall[][2] = {{63, 1},  {64, 10}, {65, 2},   {65, 33},
                                      {128, 1}, {130, 3}, {130, 10}, {MOST_ROWS, 65}};
    const size_t most = MOST_ROWS * (MOST_CLASSES + MOST_PADDING) * sizeof(real);
    problem p = REAL(problem_open)();
    kernel_memory memory = {
        .H = arena_open(most), .other = arena_open(most), .loss = arena_open(4096)};
    for (int64_t k = 0; k <= 67; k++) {
        const int64_t step = k < 20 ? 1 : 4; /* from 20 on, every number of rows at some k */
        for (int64_t m = k % step; m <= SHORT; m += step)
            check_shape(&p, &memory, m, k);
    }
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        for (int64_t m = 1; m <= SHORT; m += 8)
            check_shape(&p, &memory, m, large[i]);
    }
    for (size_t i = 0; i < sizeof tall / sizeof *tall; i++)
        check_shape(&p, &memory, tall[i][0], tall[i][1]);
    arena_close(&memory.loss);
    arena_close(&memory.other);
    arena_close(&memory.H);
    REAL(problem_close)(&p);
}
