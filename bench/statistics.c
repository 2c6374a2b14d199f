/* Times on a shared machine have a long upper tail, so a measurement is its median, its spread the
 * distance between the quartiles. The standard error of a median of n values is
 *
 *     sqrt(pi / 2) sigma / sqrt(n),   sigma = 1.4826 median |t_i - median|
 *
 * with sigma from the median absolute deviation, which one disturbed repetition does not move. */
#include "statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

void statistics_sort(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
}

double statistics_quantile(const double *ascending, size_t count, double q)
{
    const double position = q * (double)(count - 1);
    const size_t below = (size_t)position;
    if (below + 1 >= count)
        return ascending[count - 1];
    const double share = position - (double)below;
    return ascending[below] + share * (ascending[below + 1] - ascending[below]);
}

summary statistics_summarise(const double *values, size_t count)
{
    summary result = {.count = count, .error = INFINITY};
    double *sorted = malloc(count * sizeof *sorted);
    if (sorted == NULL)
        abort();
    memcpy(sorted, values, count * sizeof *sorted);
    statistics_sort(sorted, count);
    result.median = statistics_quantile(sorted, count, 0.5);
    result.low = statistics_quantile(sorted, count, 0.25);
    result.high = statistics_quantile(sorted, count, 0.75);
    if (result.median != 0)
        result.spread = (result.high - result.low) / result.median;
    for (size_t i = 0; i < count; i++)
        sorted[i] = fabs(values[i] - result.median);
    statistics_sort(sorted, count);
    if (count >= 3 && result.median != 0) {
        const double sigma = 1.4826 * statistics_quantile(sorted, count, 0.5);
        result.error = sqrt(acos(-1.0) / 2 / (double)count) * sigma / fabs(result.median);
    }
    free(sorted);
    return result;
}

int statistics_power_law(const double *x, const double *y, size_t count, double *exponent,
                         double *factor)
{
    double mean_x = 0;
    double mean_y = 0;
    for (size_t i = 0; i < count; i++) {
        mean_x += log(x[i]) / (double)count;
        mean_y += log(y[i]) / (double)count;
    }
    double xx = 0;
    double xy = 0;
    for (size_t i = 0; i < count; i++) {
        xx += (log(x[i]) - mean_x) * (log(x[i]) - mean_x);
        xy += (log(x[i]) - mean_x) * (log(y[i]) - mean_y);
    }
    if (!(xx > 0))
        return -1;
    *exponent = xy / xx;
    *factor = exp(mean_y - *exponent * mean_x);
    return 0;
}
