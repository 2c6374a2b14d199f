/* Robust summaries of repeated measurements, and the power law through a series. */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

#include <stddef.h>

typedef struct summary {
    size_t count;
    double median;
    double low;    /* lower quartile */
    double high;   /* upper quartile */
    double spread; /* (high - low) / median; 0 when the median is 0 */
    double error;  /* relative standard error of the median; infinite for fewer than 3 values */
} summary;

/* The q-quantile, 0 <= q <= 1, of count >= 1 ascending values, linear between neighbours. */
double statistics_quantile(const double *ascending, size_t count, double q);

void statistics_sort(double *values, size_t count);

/* values: count >= 1, left as they are. */
summary statistics_summarise(const double *values, size_t count);

/* Least squares of log y = log factor + exponent log x over count points, all positive. Returns 0,
 * or -1 when fewer than two different x make the line undefined. */
int statistics_power_law(const double *x, const double *y, size_t count, double *exponent,
                         double *factor);

#endif
