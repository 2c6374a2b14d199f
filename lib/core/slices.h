/* Rows shared out among the workers of a context in slices that depend on their number alone, so that sums taken
 * slice by slice have the same bits for any number of threads. */
#ifndef CORE_SLICES_H
#define CORE_SLICES_H

#include <stdint.h>

#include <linclass/context.h>

enum { SLICES_MOST = 64, SLICES_LONG = 1 << 18 };

/* Work on the rows first..end-1, which are slice number `slice` < SLICES_MOST. It writes what belongs to its rows or
 * to its slice. */
typedef void (*slice_run)(void *argument, int64_t slice, int64_t first, int64_t end);

/* Call run for the slices of the rows 0..rows-1, which are `length` numbers together: one slice, or, from SLICES_LONG
 * numbers on, up to SLICES_MOST on the workers. Returns how many. */
int64_t slices_run(linclass_context *ctx, int64_t rows, int64_t length, slice_run run,
                   void *argument);

/* sums[0] + ... + sums[slices - 1] */
double slices_total(int64_t slices, const double *sums);

#endif
