/* One call of one function on one random problem, and what it must leave alone. Compiled once for
 * each precision. */
#ifndef SUPPORT_TRIAL_H
#define SUPPORT_TRIAL_H

#include "support/check.h"
#include "support/problem.h"

/* Call, and fail the test unless the status is LINCLASS_OK, no byte outside the arrays' elements
 * was written, and only outputs have changed. */
void trial_call(function_set function, linclass_context *ctx, const problem *p);

/* Labels have no legal value when there are rows but no classes: call, expect LABEL and untouched
 * outputs. */
void trial_call_without_classes(function_set function, linclass_context *ctx, const problem *p);

/* Dense long double copies of the problem's arrays as they are now; free() them. */
long double *trial_wide(const problem *p, int array);

#endif
