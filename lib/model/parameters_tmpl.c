#include "model/parameters.h"

#include <math.h>

#include "core/real.h"

int64_t parameters_find_non_finite(int64_t count, const real *values)
{
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return i;
    return -1;
}
