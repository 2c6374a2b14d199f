#include "core/sort.h"

#include <stdlib.h>

static int ascending(const void *one, const void *other)
{
    const double a = *(const double *)one;
    const double b = *(const double *)other;
    return (a > b) - (a < b);
}

/* Hoare's: the value in the middle parts the others, of which one side holds the place. */
double sort_select(int64_t count, double *values, int64_t place)
{
    int64_t first = 0;
    int64_t last = count - 1;
    while (first < last) {
        const double pivot = values[first + (last - first) / 2];
        int64_t low = first;
        int64_t high = last;
        while (low <= high) {
            while (values[low] < pivot)
                low++;
            while (values[high] > pivot)
                high--;
            if (low <= high) {
                const double moved = values[low];
                values[low++] = values[high];
                values[high--] = moved;
            }
        }
        if (place <= high)
            last = high;
        else if (place >= low)
            first = low;
        else
            return values[place];
    }
    return values[place];
}

void sort_doubles(int64_t count, double *values)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
}
