/* The passes over the rows that a lower bound is made of. */
#ifndef DIAGNOSTICS_BOUND_SUMS_H
#define DIAGNOSTICS_BOUND_SUMS_H

#include "diagnostics/certificate_passes.h"
#include "diagnostics/certifier.h"

/* Of residuals of at most 1, or of their sizes: a mean of so little is rounding. */
static const double BALANCED = 1e-12;

linclass_status bound_sums_balance(certifier *rows, const certificate_pass *pass, double *sums);
linclass_status bound_sums_point(certifier *rows, const certificate_pass *pass, double *sums);

#endif
