/* The real files, as Debian's dataset-fashion-mnist installs them: what is published of the data set
 * (60000 and 10000 images of 28 x 28, 6000 and 1000 of each of ten classes, mean and deviation of the
 * training pixels). Skipped where the package is not installed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <math.h>
#include <unistd.h>

#include <linclass/linclass.h>

#define FOLDER "/usr/share/datasets/fashion-mnist/"

static void check_files(const char *images, const char *labels, int64_t samples)
{
    linclass_context *ctx = NULL;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    linclass_dataset *dataset = NULL;
    assert_int_equal(linclass_dataset_read_idx(ctx, images, labels, &dataset), LINCLASS_OK);
    linclass_context_destroy(ctx);

    linclass_matrix view;
    assert_int_equal(linclass_dataset_matrix(dataset, &view, sizeof view), LINCLASS_OK);
    assert_int_equal(view.dtype, LINCLASS_UINT8);
    assert_int_equal(view.rows, samples);
    assert_int_equal(view.cols, 784);
    int64_t shape[2];
    assert_int_equal(linclass_dataset_sample_shape(dataset, shape, 2), 2);
    assert_int_equal(shape[0], 28);
    assert_int_equal(shape[1], 28);

    int64_t support[10] = {0};
    for (int64_t i = 0; i < samples; i++) {
        assert_in_range(linclass_dataset_labels(dataset)[i], 0, 9);
        support[linclass_dataset_labels(dataset)[i]]++;
    }
    for (int class = 0; class < 10; class ++)
        assert_int_equal(support[class], samples / 10);

    double sum = 0;
    double squares = 0;
    const double count = (double)(samples * 784);
    for (int64_t i = 0; i < samples * 784; i++) {
        const double pixel = ((const uint8_t *)view.data)[i] / 255.0;
        sum += pixel;
        squares += pixel * pixel;
    }
    const double mean = sum / count;
    /* 0.2860 and 0.3530 of the training set are the constants of many a tutorial; the test set's
     * differ in the third digit. */
    assert_true(fabs(mean - 0.2860) < (samples == 60000 ? 5e-5 : 2e-3));
    assert_true(fabs(sqrt(squares / count - mean * mean) - 0.3530) <
                (samples == 60000 ? 5e-5 : 2e-3));
    linclass_dataset_destroy(dataset);
}

static void training_set(void **state)
{
    (void)state;
    check_files(FOLDER "train-images-idx3-ubyte.gz", FOLDER "train-labels-idx1-ubyte.gz", 60000);
}

static void test_set(void **state)
{
    (void)state;
    check_files(FOLDER "t10k-images-idx3-ubyte.gz", FOLDER "t10k-labels-idx1-ubyte.gz", 10000);
}

int main(void)
{
    if (access(FOLDER "train-images-idx3-ubyte.gz", R_OK) != 0) {
        puts("skipped: the package dataset-fashion-mnist is not installed");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_set),
        cmocka_unit_test(test_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
