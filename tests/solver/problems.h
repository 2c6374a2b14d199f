/* Small classification problems for the tests of lib/solver and of linclass_fit. */
#ifndef SOLVER_TESTS_PROBLEMS_H
#define SOLVER_TESTS_PROBLEMS_H

#include <linclass/linclass.h>

/* m x n samples uniform in [-1, 1), float64; labels 10, 20, ... 10 k that follow a random linear map
 * of the sample in three of four rows, and chance in the others: no optimum is at infinity. */
typedef struct problem {
    int64_t m;
    int64_t n;
    int64_t k;
    double *X;
    int64_t *y;
} problem;

/* problem_end frees what is its own. */
problem problem_begin(int64_t m, int64_t n, int64_t k, uint64_t seed);
void problem_end(problem *self);

/* Row i of the problem repeated times[i] times, in order; to be ended. */
problem problem_repeat(const problem *self, const int64_t *times);

linclass_matrix problem_view(const problem *self);

/* Options for gradient descent in double to a gradient 1e-10 of its start, l2 = 0.01. */
linclass_fit_options exact_options(void);

/* What a fit gave; free with outcome_end. */
typedef struct outcome {
    linclass_status status;
    linclass_fit_report report;
    linclass_model *model;
} outcome;

/* Fit on a context of that many threads of its own. */
outcome fit_problem(const problem *self, const linclass_fit_options *options, int32_t threads);
void outcome_end(outcome *self);

/* Fit, and fail the test unless it ends with a status >= 0. */
outcome fit_well(const problem *self, const linclass_fit_options *options);

/* Fail the test unless the fit ends with that error and a sentence that has `words` in it. */
void assert_refused(const problem *self, const linclass_fit_options *options,
                    linclass_status expected, const char *words);

/* Fail the test unless theta and bias are equal to the last bit. */
void assert_same_bits(const outcome *a, const outcome *b);

/* Fail the test unless |value - expected| <= tolerance * max(1, |expected|). */
void assert_close(double value, double expected, double tolerance);

/* Fail the test unless each number of theta and bias is as close as that. */
void assert_close_models(const outcome *a, const outcome *b, double tolerance);

/* Run the fit with the k-th allocation failing, for k = 1, 2, ... until none fails: MEMORY each time,
 * nothing left behind. */
void assert_survives_lack_of_memory(const problem *self, const linclass_fit_options *options);

#endif
