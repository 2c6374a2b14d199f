#include "metrics/weighted_rows.h"

linclass_status check_weighted_rows(linclass_context *ctx, int64_t m, array_argument first,
                                    array_argument second, const double *sample_weights,
                                    array_argument output)
{
    const array_argument arrays[] = {
        first,
        second,
        array_optional(array_given("weights", sample_weights, m, 1, sizeof *sample_weights)),
        array_output(output),
    };
    linclass_status status = check_dimension(ctx, "m", m);
    if (status == LINCLASS_OK)
        status = check_arrays(ctx, 4, arrays);
    if (status == LINCLASS_OK)
        status = check_nonnegative(ctx, "weights", m, sample_weights);
    return status;
}
