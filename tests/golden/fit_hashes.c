/* Prints a line for each of some thousand cases: its name, the status, and a hash of the bits of the
 * result. The hashes are those of one machine (BLAS differs), so no file keeps
 * them: scripts/same-bits runs the program of an older revision and this one, and compares.
 *
 *     fit_hashes [THREADS...]     default: 1 and 3 */
#include <stdlib.h>

#include "hashes.h"

static int hash_all(int32_t threads, const golden_data *data)
{
    linclass_context_options options;
    linclass_context *ctx;
    if (linclass_context_options_init(&options, sizeof options) != LINCLASS_OK)
        return 1;
    options.threads = threads;
    if (linclass_context_create(&options, &ctx) != LINCLASS_OK)
        return 1;
    for (int i = 0; i < GOLDEN_DATA; i++) {
        hash_fits(ctx, &data[i]);
        if (data[i].small) {
            hash_models(ctx, &data[i]);
            hash_selections(ctx, &data[i]);
        }
        if (data[i].small && data[i].X.col_stride == 1) {
            hash_arrays_f32(ctx, &data[i]);
            hash_arrays_f64(ctx, &data[i]);
        }
    }
    linclass_context_destroy(ctx);
    return 0;
}

int main(int argc, char **argv)
{
    golden_data data[GOLDEN_DATA];
    for (int i = 0; i < GOLDEN_DATA; i++)
        data[i] = golden_data_make(i);
    if (argc == 1)
        return hash_all(1, data) || hash_all(3, data);
    for (int i = 1; i < argc; i++) {
        if (hash_all(atoi(argv[i]), data) != 0)
            return 1;
    }
    return 0;
}
