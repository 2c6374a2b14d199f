/* The exact mean loss and gradient of a problem under any loss, with bounds of what may be computed. A
 * function of one score sees the first columns of the problem's arrays. Compiled once for each precision. */
#ifndef SUPPORT_EXPECTATION_H
#define SUPPORT_EXPECTATION_H

#include "support/trial.h"

typedef struct expectation {
    long double loss;
    double dloss;
    long double *G; /* n x the function's classes */
    long double *g_bias;
    double *dG;
    double *dg_bias;
} expectation;

/* function: any of the loss's. */
expectation expectation_new(function_set function, const problem *p);
void expectation_free(expectation *self);

/* Fail the test unless the problem's loss, G and g_bias are as expected. */
void expectation_check(function_set function, const problem *p, const expectation *expected);

/* Classes as the function sees them, its labels, and a dense copy of its part of an array; free() it. */
int64_t expectation_classes(function_set function, const problem *p);
const int64_t *expectation_labels(function_set function, const problem *p);
long double *expectation_wide(function_set function, const problem *p, int array);

/* rows x cols zeros; free() them. */
double *expectation_bounds(int64_t rows, int64_t cols);

#endif
