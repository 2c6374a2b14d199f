/* Fits that must succeed, and what came of them in double. */
#ifndef SUPPORT_FITTING_H
#define SUPPORT_FITTING_H

#include "support/samples.h"

/* Every solver, SGD first, and those that end at the minimum from the second on. */
enum { FITTING_SOLVERS = 6 };
extern const int32_t fitting_solvers[FITTING_SOLVERS];

linclass_fit_report fitting_report(void);

/* Fit; fails the test, with the context's sentence, unless the status is LINCLASS_OK. report may be
 * NULL. */
linclass_model *fitting_fit(linclass_context *ctx, const samples *data,
                            const linclass_fit_options *options, linclass_fit_report *report);

/* Element number e of theta, of either dtype; of the bias, 0 where there is none. */
double fitting_theta(const linclass_model *model, int64_t e);
double fitting_bias(const linclass_model *model, int64_t c);

/* Whether two models have the same labels and the same bits of parameters. */
int fitting_same(const linclass_model *one, const linclass_model *other);

/* Fail unless |got - want| <= tolerance. */
void assert_near(const char *what, double got, long double want, double tolerance);

#endif
