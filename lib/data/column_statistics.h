/* Mean, variance, largest and typical absolute value of each column of a matrix view. */
#ifndef DATA_COLUMN_STATISTICS_H
#define DATA_COLUMN_STATISTICS_H

#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/status.h>

typedef struct column_statistics {
    double *mean;     /* n */
    double *variance; /* n, about the mean; exactly 0 for a constant */
    double *largest;  /* n, absolute value, over rows of any weight */
    double *typical;  /* n, absolute value: the median of those that are not 0 in up to 64 evenly
                       * spaced rows; 0 where all are */
} column_statistics;

/* sample_weights: one for each row, >= 0, not all 0; NULL: 1 each. The results have the same bits for any
 * number of threads. The caller ends it, whatever the status. Errors: NON_FINITE (row, column and
 * value), MEMORY. Sums that overflow leave what is not finite in mean and variance. */
linclass_status column_statistics_begin(column_statistics *self, linclass_context *ctx,
                                        const linclass_matrix *X, const double *sample_weights);
void column_statistics_end(column_statistics *self, linclass_context *ctx);

#endif
