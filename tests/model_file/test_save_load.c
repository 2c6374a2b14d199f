/* Saving and loading: every bit comes back; what cannot be opened; memory that fails; the file of the
 * first release. */
#include <dirent.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model/model.h"
#include "model_file.h"
#include "models.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/memory_rounds.h"
#include "support/temporary_directory.h"

/* A report whose numbers are awkward in decimal. */
static int count_files(const temporary_directory *directory)
{
    DIR *opened = opendir(directory->path);
    assert_non_null(opened);
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(opened)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(opened);
    return count;
}

static void give_report(linclass_model *model)
{
    model->scale = 1.0 / 255;
    model->l1 = 5e-324;
    model->l2 = 1e-4;
    model->has_report = true;
    model->report = (linclass_fit_report){.size = sizeof model->report,
                                          .stopped_because = LINCLASS_STOPPED_BY_CALLBACK,
                                          .solver = LINCLASS_SOLVER_SGD,
                                          .dtype = model->dtype,
                                          .iterations = INT64_MAX,
                                          .evaluations = 17,
                                          .objective = 0.1 + 0.2,
                                          .loss = 1.0 / 3,
                                          .error = 0.15660000000000002,
                                          .gradient_norm = 1.7976931348623157e308,
                                          .gradient_infinity_norm = 2.2250738585072014e-308,
                                          .learning_rate = -0.0,
                                          .validation_loss = (double)NAN,
                                          .validation_error = (double)INFINITY,
                                          .seconds = (double)NAN, /* not kept */
                                          .best_iteration = 1,
                                          .smooth_gradient_infinity_norm = 0.1,
                                          .samples = INT64_MAX,
                                          .total_weight = 1e300 / 3,
                                          .label_smoothing = 1.0 / 7,
                                          .ignore_label = INT64_MIN,
                                          .has_ignore_label = 1,
                                          .with_sample_weight = 1,
                                          .with_target_probabilities = 1};
}

static void every_bit_comes_back(void **state)
{
    (void)state;
    static const int64_t shapes[][2] = {{0, 1}, {1, 1}, {3, 2}, {17, 10}, {5, 301}};
    temporary_directory directory = temporary_directory_begin();
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_path(&directory, "model", path);
    linclass_context *ctx = context_of(1);
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++)
        for (int variant = 0; variant < 8; variant++) {
            linclass_model *model =
                random_model(ctx, (variant & 1) != 0 ? LINCLASS_FLOAT32 : LINCLASS_FLOAT64,
                             shapes[s][0], shapes[s][1], variant & 2, s);
            if ((variant & 4) != 0)
                give_report(model);
            linclass_model *loaded;
            assert_int_equal(linclass_model_save(ctx, model, path), LINCLASS_OK);
            assert_int_equal(linclass_model_load(ctx, path, &loaded), LINCLASS_OK);
            assert_true(models_equal(model, loaded));
            linclass_model_destroy(loaded);
            linclass_model_destroy(model);
        }
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
}

static void a_loaded_model_predicts_the_same_bits(void **state)
{
    (void)state;
    enum { M = 50, N = 20, K = 10 };
    temporary_directory directory = temporary_directory_begin();
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_path(&directory, "model", path);
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, N, K, 1, 1);
    linclass_model *loaded;
    linclass_matrix X;
    void *samples = random_samples(LINCLASS_UINT8, M, N, 2, &X);
    assert_int_equal(linclass_model_save(ctx, model, path), LINCLASS_OK);
    assert_int_equal(linclass_model_load(ctx, path, &loaded), LINCLASS_OK);
    double before[M * K];
    double after[M * K];
    assert_int_equal(linclass_model_scores(ctx, model, &X, LINCLASS_FLOAT64, before, K),
                     LINCLASS_OK);
    assert_int_equal(linclass_model_scores(ctx, loaded, &X, LINCLASS_FLOAT64, after, K),
                     LINCLASS_OK);
    assert_memory_equal(before, after, sizeof before);
    linclass_model_destroy(loaded);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    free(samples);
    temporary_directory_end(&directory);
}

static void what_cannot_be_opened_is_named(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_path(&directory, "missing", path);
    linclass_context *ctx = context_of(1);
    linclass_model *model = (linclass_model *)&model;
    assert_refused(ctx, linclass_model_load(ctx, path, &model), LINCLASS_ERROR_IO, path);
    assert_null(model);
    assert_refused(ctx, linclass_model_load(ctx, path, &model), LINCLASS_ERROR_IO,
                   "No such file or directory");
    assert_refused(ctx, linclass_model_load(ctx, directory.path, &model), LINCLASS_ERROR_IO,
                   "not a regular file");
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
}

static void null_arguments_are_refused(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model = random_model(ctx, LINCLASS_FLOAT32, 1, 2, 0, 1);
    linclass_model *loaded = model;
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
    assert_int_equal(linclass_model_save(ctx, NULL, "never"), invalid);
    assert_int_equal(linclass_model_save(ctx, model, NULL), invalid);
    assert_int_equal(linclass_model_save(NULL, model, "never"), invalid);
    assert_int_equal(linclass_model_load(ctx, "never", NULL), invalid);
    assert_int_equal(linclass_model_load(ctx, NULL, &loaded), invalid);
    assert_null(loaded);
    assert_int_equal(linclass_model_load(NULL, "never", &loaded), invalid);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* The target of a save is as it was, with no file beside it, until a save succeeds. */
static void a_save_without_memory_leaves_the_target_as_it_was(void **state)
{
    (void)state;
    static const char OLD[] = "what was there before";
    temporary_directory directory = temporary_directory_begin();
    char path[TEMPORARY_PATH_BYTES];
    linclass_context *plain = context_of(1);
    linclass_model *model = random_model(plain, LINCLASS_FLOAT64, 7, 3, 1, 1);
    linclass_model *told;
    give_report(model);
    assert_int_equal(linclass_model_with_metadata(plain, model, "k", "\"v\"", &told), LINCLASS_OK);
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        temporary_directory_write(&directory, "model", OLD, sizeof OLD, path);
        if (memory_rounds_failed(&r, linclass_model_save(r.ctx, told, path))) {
            const model_bytes file = model_bytes_read(path);
            assert_int_equal(file.size, sizeof OLD);
            assert_memory_equal(file.bytes, OLD, sizeof OLD);
            assert_int_equal(count_files(&directory), 1);
            assert_int_equal(linclass_model_save(r.ctx, told, path), LINCLASS_OK);
        }
        linclass_model *loaded;
        assert_int_equal(linclass_model_load(r.ctx, path, &loaded), LINCLASS_OK);
        assert_true(models_equal(told, loaded));
        assert_string_equal(linclass_model_metadata(loaded, "k"), "\"v\"");
        assert_int_equal(count_files(&directory), 1);
        linclass_model_destroy(loaded);
    }
    assert_true(r.k > 1);
    linclass_model_destroy(told);
    linclass_model_destroy(model);
    linclass_context_destroy(plain);
    temporary_directory_end(&directory);
}

/* A load has no model to show, and nothing left over, for any k. */
static void failed_allocations_leave_nothing_behind(void **state)
{
    (void)state;
    temporary_directory directory = temporary_directory_begin();
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_path(&directory, "model", path);
    linclass_context *plain = context_of(1);
    linclass_model *model = random_model(plain, LINCLASS_FLOAT64, 7, 3, 1, 1);
    give_report(model);
    assert_int_equal(linclass_model_save(plain, model, path), LINCLASS_OK);
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_model *loaded;
        if (memory_rounds_failed(&r, linclass_model_load(r.ctx, path, &loaded))) {
            assert_null(loaded);
            assert_int_equal(linclass_model_load(r.ctx, path, &loaded), LINCLASS_OK);
        }
        assert_true(models_equal(model, loaded));
        linclass_model_destroy(loaded);
    }
    linclass_model_destroy(model);
    linclass_context_destroy(plain);
    temporary_directory_end(&directory);
}

/* golden/schema-2.safetensors is the model of schema 1 with temperature 2.5, and with prediction sets (APS) by four
 * rows: three labels of theirs are the most probable; that of (1/2, 0, 1) has the score -0.25 against -0.024. */
static void the_file_of_the_first_calibrated_model_loads(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    assert_int_equal(linclass_model_load(ctx, GOLDEN_CALIBRATED, &model), LINCLASS_OK);
    assert_true(linclass_model_temperature(model) == 2.5);
    assert_int_equal(linclass_model_sets(model), LINCLASS_SETS_APS);
    assert_int_equal(linclass_model_sets_samples(model), 4);
    assert_true(linclass_model_sets_threshold(model, 0.6) == 0);
    const double before = 1 / (1 + exp(-(0.25 - 0.024) / 2.5)); /* the other's probability */
    assert_near(linclass_model_sets_threshold(model, 0.8), before, 1e-6);
    assert_true(isinf(linclass_model_sets_threshold(model, 0.81)));
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

/* golden/schema-1.safetensors was written by golden/make.c with release 0.1.0. It must load for ever. */
static void the_file_of_the_first_release_loads(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    assert_int_equal(linclass_model_load(ctx, GOLDEN_FILE, &model), LINCLASS_OK);
    const float theta[3 * 2] = {1.5f, -0.25f, 0x1p-149f, 3.4028235e38f, 0, 0.1f};
    const float bias[2] = {-1, 1e-3f};
    const int64_t labels[2] = {-5, INT64_MAX};
    assert_int_equal(linclass_model_features(model), 3);
    assert_int_equal(linclass_model_classes(model), 2);
    assert_int_equal(linclass_model_loss(model), LINCLASS_LOSS_SOFTMAX);
    assert_int_equal(linclass_model_dtype(model), LINCLASS_FLOAT32);
    assert_memory_equal(linclass_model_theta(model), theta, sizeof theta);
    assert_memory_equal(linclass_model_bias(model), bias, sizeof bias);
    assert_memory_equal(linclass_model_labels(model), labels, sizeof labels);
    assert_true(linclass_model_scale(model) == 1.0 / 255);
    assert_true(linclass_model_l1(model) == 0);
    assert_true(linclass_model_l2(model) == 1e-4);
    linclass_fit_report report = {.size = sizeof report};
    assert_int_equal(linclass_model_report(model, &report), LINCLASS_OK);
    assert_int_equal(report.stopped_because, LINCLASS_ITERATION_LIMIT);
    assert_int_equal(report.solver, LINCLASS_SOLVER_GRADIENT_DESCENT);
    assert_int_equal(report.dtype, LINCLASS_FLOAT32);
    assert_int_equal(report.iterations, 12);
    assert_int_equal(report.evaluations, 34);
    assert_true(report.objective == 0.5625);
    assert_true(report.loss == 0.1 + 0.2);
    assert_true(report.error == 0.125);
    assert_true(report.gradient_norm == 1e-300);
    assert_true(report.gradient_infinity_norm == 2e-300);
    assert_true(report.learning_rate == 0.75);
    assert_true(isnan(report.validation_loss));
    assert_true(report.validation_error == 0.25);
    assert_true(isnan(report.seconds)); /* of that release alone, and passed over */
    /* Not in files of that release. */
    assert_int_equal(report.best_iteration, report.iterations);
    assert_true(isnan(report.smooth_gradient_infinity_norm) && isnan(report.total_weight));
    assert_int_equal(report.samples, 0);
    assert_int_equal(report.with_sample_weight, 0);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_comes_back),
        cmocka_unit_test(a_loaded_model_predicts_the_same_bits),
        cmocka_unit_test(what_cannot_be_opened_is_named),
        cmocka_unit_test(null_arguments_are_refused),
        cmocka_unit_test(a_save_without_memory_leaves_the_target_as_it_was),
        cmocka_unit_test(failed_allocations_leave_nothing_behind),
        cmocka_unit_test(the_file_of_the_first_release_loads),
        cmocka_unit_test(the_file_of_the_first_calibrated_model_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
