/* One case of checkasm in one precision: rows of scores, where they lie in memory, what the reference
 * makes of them, and the comparison with what another kernel made. Included by *_tmpl.c. */
#ifndef TESTS_KERNEL_PROBLEM_H
#define TESTS_KERNEL_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "core/real.h"
#include "kernel/kernel.h"
#include "scores.h"

enum { MOST_ROWS = 130, MOST_CLASSES = 4099, MOST_PADDING = 3 };

/* Memory for the kernel under test. */
typedef struct kernel_memory {
    arena H;
    arena other;
    arena loss;
} kernel_memory;

typedef struct problem {
    enum scores_kind kind;
    int64_t m;
    int64_t k;
    int64_t padding; /* elements between two rows */
    long offset;     /* of the rows in memory; negative: flush with its end (arena.h) */
    real *H;         /* m x k, dense */
    int64_t *y;      /* m */
    real *other;     /* m x k, dense: directions or targets */
    real *scale; /* m x k, dense: what the rounding errors of want are relative to, beside want */
    real *want;  /* m x k, dense: by the reference, as are the two below */
    double *want_loss;
    int64_t want_first;
} problem;

/* Room for the largest case; ends the program when there is no memory. */
problem REAL(problem_open)(void);
void REAL(problem_close)(problem *p);

/* scale := 0. */
void REAL(problem_plain)(problem *p);

/* The place for one row of it, another than the rows have together. */
problem REAL(problem_row)(const problem *p);

/* Bytes from the first row's first element to the last row's last. */
size_t REAL(rows_bytes)(const problem *p);

/* Room for the rows as the case says, canaries in the padding; filled from `dense` if not NULL. */
real *REAL(rows_place)(const problem *p, arena *memory, const real *dense);

/* Nothing was written around the rows or into their padding. */
bool REAL(rows_intact)(const problem *p, const arena *memory, const real *rows);

/* The rows the reference has a finite loss for equal its rows up to rounding. */
bool REAL(rows_close)(const problem *p, const real *rows);
bool REAL(losses_close)(const problem *p, const double *loss);

/* The rows have the bits of `dense`. */
bool REAL(rows_same)(const problem *p, const real *rows, const real *dense);

/* Report that a kernel of a table (`set`) is wrong on this case. */
void REAL(problem_failed)(const problem *p, const char *set, const char *kernel, const char *what);

/* The checks: fill want by tables[0], compare the others. */
void REAL(check_activations)(problem *p, kernel_memory *memory, const REAL(kernels) *const *tables,
                             int count);
void REAL(check_exp)(problem *p, kernel_memory *memory, const REAL(kernels) *const *tables,
                     int count);

/* The losses of one column, or those of several. */
void REAL(check_losses)(bool one_column, problem *p, kernel_memory *memory,
                        const REAL(kernels) *const *tables, int count);
void REAL(check_curvatures)(bool one_column, problem *p, kernel_memory *memory,
                            const REAL(kernels) *const *tables, int count);
void REAL(check_soft)(problem *p, kernel_memory *memory, const REAL(kernels) *const *tables,
                      int count);

#endif
