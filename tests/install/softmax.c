/* A program against the installed library: the softmax of (1, -2, 3), in C. */
#include <linclass/linclass.h>

#include <math.h>
#include <stdio.h>

int main(void)
{
    const double expected[3] = {0.11849965, 0.00589975, 0.8756006};
    double row[3] = {1, -2, 3};
    linclass_context *ctx;
    if (linclass_context_create(NULL, &ctx) != LINCLASS_OK)
        return 1;
    const linclass_status status = linclass_softmax_f64(ctx, 1, 3, row, 3, row, 3);
    if (status != LINCLASS_OK)
        fprintf(stderr, "%s\n", linclass_context_message(ctx));
    linclass_context_destroy(ctx);
    for (int j = 0; j < 3; j++) {
        if (!(fabs(row[j] - expected[j]) < 1e-7))
            return 1;
    }
    return status != LINCLASS_OK;
}
