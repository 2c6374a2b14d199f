/* Models of LIBLINEAR: signs and orders of labels, worked by hand; what is refused, with its line; memory that
 * fails. Models that LIBLINEAR itself has trained: tests/python/test_exchange.py. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "models.h"
#include "support/context_of.h"
#include "support/memory_rounds.h"
#include "support/temporary_directory.h"

static temporary_directory directory;
static linclass_context *ctx;

static int begin_tests(void **state)
{
    (void)state;
    directory = temporary_directory_begin();
    ctx = context_of(1);
    return 0;
}

static int end_tests(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
    return 0;
}

static linclass_status import(linclass_context *context, const char *text, linclass_model **model)
{
    char path[TEMPORARY_PATH_BYTES];
    temporary_directory_write(&directory, "liblinear.model", text, strlen(text), path);
    return linclass_model_import_liblinear(context, path, model);
}

static linclass_model *imported(const char *text)
{
    linclass_model *model;
    if (import(ctx, text, &model) != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(ctx));
    assert_int_equal(linclass_model_dtype(model), LINCLASS_FLOAT64);
    return model;
}

/* The score of the second label less that of the first, for a sample of two features. */
static double difference(const linclass_model *model, double x, double y)
{
    const double sample[2] = {x, y};
    double scores[2];
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 1, 2, sample, 2);
    assert_int_equal(linclass_model_scores(ctx, model, &X, LINCLASS_FLOAT64, scores, 2),
                     LINCLASS_OK);
    return scores[1] - scores[0];
}

/* LIBLINEAR's score is that of the first label in the file. */
static void two_classes_have_the_sign_of_the_larger_label(void **state)
{
    (void)state;
    linclass_model *model = imported("solver_type L2R_LR\nnr_class 2\nlabel 1 -1\nnr_feature 2\n"
                                     "bias -1\nw\n0.5 \n-2 \n");
    assert_int_equal(linclass_model_loss(model), LINCLASS_LOSS_LOGISTIC);
    assert_null(linclass_model_bias(model));
    assert_int_equal(linclass_model_labels(model)[0], -1);
    assert_int_equal(linclass_model_labels(model)[1], 1);
    assert_true(difference(model, 1, 0) == 0.5);
    assert_true(difference(model, 0, 1) == -2);
    linclass_model_destroy(model);
    model =
        imported("solver_type L2R_LR\nnr_class 2\nlabel -1 1\nnr_feature 2\nbias -1\nw\n0.5\n-2");
    assert_true(difference(model, 1, 0) == -0.5);
    assert_true(difference(model, 0, 1) == 2);
    linclass_model_destroy(model);
}

static void the_constant_feature_becomes_the_intercept(void **state)
{
    (void)state;
    linclass_model *model = imported("solver_type L2R_L2LOSS_SVC\nnr_class 2\nlabel 7 3\n"
                                     "nr_feature 2\nbias 2.5\nw\n1\n2\n4\n");
    assert_int_equal(linclass_model_loss(model), LINCLASS_LOSS_SQUARED_HINGE);
    assert_true(difference(model, 0, 0) == 10);
    assert_true(difference(model, 1, 1) == 13);
    linclass_model_destroy(model);
}

static void columns_move_to_the_places_of_their_labels(void **state)
{
    (void)state;
    linclass_model *model =
        imported("solver_type MCSVM_CS\r\nnr_class 3\r\nlabel 9 -4 5\r\nnr_feature 1\r\nbias 1\r\n"
                 "w\r\n90 -40 50 \r\n9 -4 5 \r\n\r\n");
    static const double theta[] = {-40, 50, 90};
    static const double bias[] = {-4, 5, 9};
    static const int64_t labels[] = {-4, 5, 9};
    assert_int_equal(linclass_model_loss(model), LINCLASS_LOSS_CRAMMER_SINGER);
    assert_memory_equal(linclass_model_theta(model), theta, sizeof theta);
    assert_memory_equal(linclass_model_bias(model), bias, sizeof bias);
    assert_memory_equal(linclass_model_labels(model), labels, sizeof labels);
    linclass_model_destroy(model);
}

/* LIBLINEAR compares the first of the two columns with 0. */
static void crammer_singer_of_two_classes_has_two_columns(void **state)
{
    (void)state;
    linclass_model *model = imported("solver_type MCSVM_CS\nnr_class 2\nlabel 0 1\nnr_feature 2\n"
                                     "bias -1\nw\n3 -3\n-1 1\n");
    assert_true(difference(model, 1, 0) == -3);
    assert_true(difference(model, 0, 1) == 1);
    linclass_model_destroy(model);
}

/* One logistic model for each class against the others: not softmax. */
static void several_logistic_models_have_no_probabilities(void **state)
{
    (void)state;
    linclass_model *model = imported("solver_type L1R_LR\nnr_class 3\nlabel 1 2 3\nnr_feature 0\n"
                                     "bias 1\nw\n1 2 3\n");
    assert_int_equal(linclass_model_loss(model), LINCLASS_LOSS_HINGE);
    linclass_model_destroy(model);
    model = imported("solver_type L2R_LR_DUAL\nnr_class 1\nlabel 4\nnr_feature 0\nbias -1\nw\n");
    assert_int_equal(linclass_model_classes(model), 1);
    linclass_model_destroy(model);
}

#define TYPE     "solver_type L2R_LR\n"
#define CLASSES  "nr_class 2\nlabel 1 2\n"
#define FEATURES "nr_feature 2\nbias -1\n"

typedef struct refusal {
    const char *text;
    linclass_status status;
    const char *line; /* "line N", or NULL */
    const char *words;
} refusal;

static const refusal REFUSALS[] = {
    {"", LINCLASS_ERROR_FORMAT, "line 1", "ends before the weights"},
    {"1 2 3\n", LINCLASS_ERROR_FORMAT, "line 1", "none of its keys"},
    {TYPE CLASSES FEATURES, LINCLASS_ERROR_FORMAT, "line 6", "ends before the weights"},
    {"solver_type L2R_L2LOSS_SVR\n", LINCLASS_ERROR_UNSUPPORTED, NULL, "regression"},
    {"solver_type ONECLASS_SVM\n", LINCLASS_ERROR_UNSUPPORTED, NULL, "one class"},
    {"solver_type L2R_LRX\n", LINCLASS_ERROR_FORMAT, "line 1", "none of LIBLINEAR's"},
    {"solver_type\n", LINCLASS_ERROR_FORMAT, "line 1", "none of LIBLINEAR's"},
    {TYPE TYPE, LINCLASS_ERROR_FORMAT, "line 2", "second time"},
    {TYPE "nr_class 0\n", LINCLASS_ERROR_FORMAT, "line 2", "nr_class"},
    {TYPE "nr_class 2.0\n", LINCLASS_ERROR_FORMAT, "line 2", "nr_class"},
    {TYPE "nr_class 3000000000\n", LINCLASS_ERROR_FORMAT, "line 2", "nr_class"},
    {TYPE "nr_class two\n", LINCLASS_ERROR_FORMAT, "line 2", "nr_class"},
    {TYPE "nr_class 2000000000\nlabel 1 2\n", LINCLASS_ERROR_FORMAT, "line 3", "fewer labels"},
    {TYPE "label 1 2\n", LINCLASS_ERROR_FORMAT, "line 2", "before nr_class"},
    {TYPE "nr_class 2\nlabel 1\n", LINCLASS_ERROR_FORMAT, "line 3", "nr_class labels"},
    {TYPE "nr_class 2\nlabel 1 2 3\n", LINCLASS_ERROR_FORMAT, "line 3", "end of the line"},
    {TYPE "nr_class 2\nlabel 1 1\n", LINCLASS_ERROR_FORMAT, "line 3", "twice"},
    {TYPE "nr_class 2\nlabel 1 1.5\n", LINCLASS_ERROR_FORMAT, "line 3", "integers"},
    {TYPE "nr_class 2\nlabel 1 3e9\n", LINCLASS_ERROR_FORMAT, "line 3", "integers"},
    {TYPE CLASSES "nr_feature -1\n", LINCLASS_ERROR_FORMAT, "line 4", "nr_feature"},
    {TYPE CLASSES "nr_feature 2\nbias nan\n", LINCLASS_ERROR_FORMAT, "line 5", "bias"},
    {TYPE CLASSES "nr_feature 2\nbias inf\n", LINCLASS_ERROR_FORMAT, "line 5", "bias"},
    {TYPE CLASSES "rho x\n", LINCLASS_ERROR_FORMAT, "line 4", "rho"},
    {TYPE FEATURES "w\n", LINCLASS_ERROR_FORMAT, NULL, "nr_class is missing"},
    {TYPE "nr_class 2\n" FEATURES "w\n1\n2\n", LINCLASS_ERROR_FORMAT, NULL, "label is missing"},
    {CLASSES FEATURES "w\n1\n2\n", LINCLASS_ERROR_FORMAT, NULL, "solver_type is missing"},
    {TYPE CLASSES "bias -1\nw\n1\n2\n", LINCLASS_ERROR_FORMAT, NULL, "nr_feature is missing"},
    {TYPE CLASSES "nr_feature 2\nw\n1\n2\n", LINCLASS_ERROR_FORMAT, NULL, "bias is missing"},
    {TYPE CLASSES FEATURES "w x\n1\n2\n", LINCLASS_ERROR_FORMAT, "line 6", "end of the line"},
    {TYPE CLASSES FEATURES "w\n", LINCLASS_ERROR_FORMAT, "line 7", "fewer weights follow"},
    {TYPE CLASSES FEATURES "w\n1.25\n", LINCLASS_ERROR_FORMAT, "line 8", "fewer weights"},
    {TYPE CLASSES FEATURES "w\n1\n\n2\n", LINCLASS_ERROR_FORMAT, "line 8", "fewer weights"},
    {TYPE CLASSES FEATURES "w\n1\n2 3\n", LINCLASS_ERROR_FORMAT, "line 8", "more weights"},
    {TYPE CLASSES FEATURES "w\n1\n2x\n", LINCLASS_ERROR_FORMAT, "line 8", "no finite number"},
    {TYPE CLASSES FEATURES "w\n1\n1e999\n", LINCLASS_ERROR_FORMAT, "line 8", "no finite number"},
    {TYPE CLASSES FEATURES "w\n1\nnan\n", LINCLASS_ERROR_FORMAT, "line 8", "no finite number"},
    {TYPE CLASSES FEATURES "w\n1\n2\n\n3\n", LINCLASS_ERROR_FORMAT, "line 10", "after the weights"},
    {TYPE CLASSES "nr_feature 2147483647\nbias 1\nw\n1\n", LINCLASS_ERROR_FORMAT, "line 7",
     "fewer weights follow"},
    {TYPE CLASSES "nr_feature 0\nbias 1e300\nw\n1e300\n", LINCLASS_ERROR_NUMERIC, NULL,
     "intercept"},
};

static void what_is_refused_is_named_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++) {
        const refusal *each = &REFUSALS[i];
        linclass_model *model = (linclass_model *)&model;
        const linclass_status status = import(ctx, each->text, &model);
        const char *message = linclass_context_message(ctx);
        if (status != each->status || model != NULL || strstr(message, each->words) == NULL ||
            (each->line != NULL && strstr(message, each->line) == NULL))
            fail_msg("refusal %zu: status %d, '%s'", i, (int)status, message);
    }
}

static void what_cannot_be_read(void **state)
{
    (void)state;
    linclass_model *model = (linclass_model *)&model;
    assert_int_equal(linclass_model_import_liblinear(ctx, "/nowhere/at/all", &model),
                     LINCLASS_ERROR_IO);
    assert_null(model);
    assert_int_equal(linclass_model_import_liblinear(ctx, NULL, &model),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_import_liblinear(ctx, "x", NULL),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_model_import_liblinear(NULL, "x", &model),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_model *model;
        const linclass_status status = import(
            r.ctx, TYPE "nr_class 3\nlabel 1 2 3\nnr_feature 1\nbias 1\nw\n1 2 3\n4 5 6\n", &model);
        (void)memory_rounds_failed(&r, status);
        linclass_model_destroy(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_classes_have_the_sign_of_the_larger_label),
        cmocka_unit_test(the_constant_feature_becomes_the_intercept),
        cmocka_unit_test(columns_move_to_the_places_of_their_labels),
        cmocka_unit_test(crammer_singer_of_two_classes_has_two_columns),
        cmocka_unit_test(several_logistic_models_have_no_probabilities),
        cmocka_unit_test(what_is_refused_is_named_with_its_line),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, begin_tests, end_tests);
}
