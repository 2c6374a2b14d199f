/* Any bytes as a model file of LIBLINEAR. Byte 0 of the input says which allocation fails (0: none), the rest is the
 * file.
 *
 * Whatever the bytes are: a model that is valid, which comes back bit by bit when it is written as LIBLINEAR writes it
 * and read again; or a status with a message and no model; all memory back; and no more memory than the bytes can
 * account for. */
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linclass/linclass.h>

#include "support/failing_allocator.h"

static void expect(int truth)
{
    if (!truth)
        abort();
}

/* The path of a file that holds the bytes, as long as *file is open. */
static void write_file(const void *bytes, size_t count, int *file, char path[64])
{
    *file = memfd_create("fuzz", MFD_CLOEXEC);
    expect(*file >= 0 && write(*file, bytes, count) == (ssize_t)count);
    (void)snprintf(path, 64, "/proc/self/fd/%d", *file);
}

static void expect_equal(const linclass_model *a, const linclass_model *b)
{
    const size_t k = (size_t)linclass_model_classes(a);
    const size_t n = (size_t)linclass_model_features(a);
    expect(linclass_model_classes(b) == (int64_t)k && linclass_model_features(b) == (int64_t)n);
    expect(n == 0 ||
           memcmp(linclass_model_theta(a), linclass_model_theta(b), n * k * sizeof(double)) == 0);
    expect(memcmp(linclass_model_labels(a), linclass_model_labels(b), k * sizeof(int64_t)) == 0);
    expect((linclass_model_bias(a) == NULL) == (linclass_model_bias(b) == NULL));
    expect(linclass_model_bias(a) == NULL ||
           memcmp(linclass_model_bias(a), linclass_model_bias(b), k * sizeof(double)) == 0);
}

static void check_model(linclass_context *ctx, const linclass_model *model)
{
    const int64_t k = linclass_model_classes(model);
    const int64_t count = linclass_model_features(model) * k;
    const int64_t *labels = linclass_model_labels(model);
    const double *theta = linclass_model_theta(model);
    for (int64_t c = 1; c < k; c++)
        expect(labels[c - 1] < labels[c]);
    for (int64_t i = 0; i < count; i++)
        expect(isfinite(theta[i]));
    int64_t length;
    expect(linclass_model_export_bytes(ctx, model, LINCLASS_EXPORT_LIBLINEAR, NULL, NULL, 0,
                                       &length) == LINCLASS_OK);
    char *bytes = malloc((size_t)length);
    expect(bytes != NULL);
    expect(linclass_model_export_bytes(ctx, model, LINCLASS_EXPORT_LIBLINEAR, NULL, bytes, length,
                                       &length) == LINCLASS_OK);
    int file;
    char path[64];
    write_file(bytes, (size_t)length, &file, path);
    free(bytes);
    linclass_model *again = NULL;
    expect(linclass_model_import_liblinear(ctx, path, &again) == LINCLASS_OK);
    expect_equal(model, again);
    linclass_model_destroy(again);
    (void)close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > FUZZ_MAX_BYTES)
        return 0;
    int file;
    char path[64];
    write_file(data + 1, size - 1, &file, path);
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    expect(ctx != NULL);
    if (data[0] > 0)
        failing_allocator_fail_at(&memory, data[0]);
    linclass_model *model = NULL;
    const linclass_status status = linclass_model_import_liblinear(ctx, path, &model);
    expect((status == LINCLASS_OK) == (model != NULL));
    expect((status == LINCLASS_OK) == (linclass_context_message(ctx)[0] == '\0'));
    expect(status == LINCLASS_OK || memory.failures == 0 || status == LINCLASS_ERROR_MEMORY);
    /* The reader's own; for two bytes, a weight and a space, two columns of a model and its transpose. */
    expect(memory.peak_bytes <= ((size_t)1 << 21) + 64 * size);
    failing_allocator_fail_never(&memory);
    if (model != NULL)
        check_model(ctx, model);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    expect(memory.live == 0);
    (void)close(file);
    return 0;
}

static const char *const SEEDS[] = {
    "solver_type L2R_LR\nnr_class 2\nlabel 1 -1\nnr_feature 2\nbias -1\nw\n0.5 \n-2 \n",
    "solver_type L2R_L2LOSS_SVC\nnr_class 2\nlabel -1 1\nnr_feature 1\nbias 2.5\nw\n-0\n1e3\n",
    ("solver_type MCSVM_CS\r\nnr_class 3\r\nlabel 9 -4 5\r\nnr_feature 1\r\nbias 1\r\nw\r\n1 2 3 "
     "\r\n4 5 6 \r\n\r\n"),
    "solver_type MCSVM_CS\nnr_class 2\nlabel 0 1\nnr_feature 1\nbias -1\nw\n3 -3\n",
    "solver_type L1R_LR\nnr_class 3\nlabel 1 2 3\nnr_feature 0\nbias 1\nw\n1 2 3\n",
    "solver_type L2R_LR_DUAL\nnr_class 1\nlabel 4\nnr_feature 0\nbias -1\nw\n",
    "solver_type ONECLASS_SVM\nnr_class 2\nnr_feature 1\nbias -1\nrho 0.5\nw\n1\n",
    "solver_type L2R_L2LOSS_SVR\nnr_class 2\nnr_feature 1\nbias -1\nw\n1\n",
};

size_t fuzz_seed(size_t index, uint8_t *bytes)
{
    if (index >= sizeof SEEDS / sizeof SEEDS[0])
        return 0;
    bytes[0] = 0;
    memcpy(bytes + 1, SEEDS[index], strlen(SEEDS[index]));
    return 1 + strlen(SEEDS[index]);
}
