/* Real data as fit_data. Each function aborts with a message on standard error when a file is missing. */
#ifndef OPTIMALITY_REAL_DATA_H
#define OPTIMALITY_REAL_DATA_H

#include "data.h"

/* The features of data/tables/NAME.csv, n of them before the label, columns of mean 0 and variance 1;
 * labels in 0..k-1. */
fit_data real_table(const char *name, int64_t n, int64_t k);

/* The digits below k among the first `count` rows of data/digits: 64 pixels in 0..1. */
fit_data real_digits(int64_t count, int64_t k);

#endif
