#include "core/sort.h"

#include <stdlib.h>

static int ascending(const void *one, const void *other)
{
    const double a = *(const double *)one;
    const double b = *(const double *)other;
    return (a > b) - (a < b);
}

void sort_doubles(int64_t count, double *values)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
}
