/* What is wrong with a part is an error that says where; and every allocation of a fit may fail. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "parts_fixture.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/memory_rounds.h"

/* By the iterator, by the engine, and by threads that answer several parts at a time, the fit fails, with that status
 * and those words. */
static void expect_failure(fixture *self, linclass_status status, const char *words)
{
    const linclass_parts sources[] = {made_parts_iterator(&self->parts),
                                      made_parts_engine(&self->parts, 1, 3),
                                      made_parts_held(&self->parts)};
    linclass_context *threads = context_of(3);
    for (int s = 0; s < 3; s++) {
        linclass_model *model = (linclass_model *)(uintptr_t)self;
        linclass_context *ctx = s < 2 ? self->ctx : threads;
        const linclass_status got =
            linclass_fit_parts(ctx, &sources[s], NULL, &self->options, NULL, &model);
        assert_refused(ctx, got, status, words);
        assert_null(model);
    }
    linclass_context_destroy(threads);
}

static void test_nan_is_named(void **state)
{
    (void)state;
    fixture self = begin();
    double *X = (double *)(uintptr_t)self.parts.views[4].data;
    X[7 * 4 + 2] = (double)NAN;
    expect_failure(&self, LINCLASS_ERROR_NON_FINITE,
                   "training part 4: X[7, 2] is nan, not a finite number");
    /* The first of two. */
    X = (double *)(uintptr_t)self.parts.views[3].data;
    X[1] = (double)INFINITY;
    expect_failure(&self, LINCLASS_ERROR_NON_FINITE,
                   "training part 3: X[0, 1] is inf, not a finite number");
    end(&self);
}

static void test_columns_differ(void **state)
{
    (void)state;
    fixture self = begin();
    self.parts.views[2].cols = 3;
    expect_failure(&self, LINCLASS_ERROR_DIMENSION,
                   "training part 2: X has 3 columns, that of part 0 has 4");
    end(&self);
}

static void test_scales_differ(void **state)
{
    (void)state;
    fixture self = begin();
    self.parts.views[5].scale = 2;
    expect_failure(&self, LINCLASS_ERROR_INVALID_ARGUMENT, "that of part 5 is 2");
    end(&self);
}

static void test_unknown_dtype(void **state)
{
    (void)state;
    fixture self = begin();
    self.parts.views[1].dtype = 77;
    expect_failure(&self, LINCLASS_ERROR_INVALID_ARGUMENT, "training part 1: X.dtype is 77");
    end(&self);
}

static void test_part_without_labels(void **state)
{
    (void)state;
    fixture self = begin();
    self.parts.parts[3].y = NULL;
    expect_failure(&self, LINCLASS_ERROR_INVALID_ARGUMENT, "training part 3: y is NULL");
    end(&self);
}

static void test_targets(void **state)
{
    (void)state;
    fixture self = begin();
    double *p = calloc(200 * 3, sizeof *p);
    assert_non_null(p);
    for (int i = 0; i < 200; i++)
        p[i * 3 + i % 3] = 1;
    linclass_matrix probabilities;
    assert_int_equal(
        linclass_matrix_init(&probabilities, sizeof probabilities, LINCLASS_FLOAT64, 200, 3, p, 3),
        LINCLASS_OK);
    made_parts_aim(&self.parts, &probabilities, NULL);
    linclass_matrix *one = &self.parts.probabilities[4];
    double *wrong = (double *)(uintptr_t)one->data;
    wrong[0] += 1;
    expect_failure(&self, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "training part 4: row 0 of target_probabilities sums to 2, not to 1");
    wrong[0] -= 1;
    one->rows--;
    expect_failure(&self, LINCLASS_ERROR_DIMENSION, "training part 4: target_probabilities is");
    one->rows++;
    self.options.loss = LINCLASS_LOSS_HINGE;
    expect_failure(&self, LINCLASS_ERROR_UNSUPPORTED, "only softmax can be fitted");
    self.options.loss = LINCLASS_LOSS_SOFTMAX;
    self.options.label_smoothing = 0.1;
    expect_failure(&self, LINCLASS_ERROR_INVALID_ARGUMENT, "options.label_smoothing is given");
    self.options.label_smoothing = 0;
    self.parts.parts[2].target_probabilities = NULL;
    expect_failure(&self, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "training part 2: target_probabilities is NULL, part 0 has some");
    free(p);
    end(&self);
}

static void test_base_scores(void **state)
{
    (void)state;
    fixture self = begin();
    double offset[200 * 3] = {0};
    linclass_matrix X = samples_view(&self.data);
    X.offset = offset;
    X.offset_stride = 3;
    made_parts_aim(&self.parts, NULL, &X);
    self.parts.views[3].offset_stride = 2;
    expect_failure(&self, LINCLASS_ERROR_DIMENSION, "training part 3: X.offset_stride is 2");
    self.parts.views[3].offset_stride = 3;
    ((double *)(uintptr_t)self.parts.views[5].offset)[4] = (double)NAN;
    expect_failure(&self, LINCLASS_ERROR_NON_FINITE, "training part 5: X.offset[1, 1] is nan");
    end(&self);
}

static void test_part_that_is_not_there(void **state)
{
    (void)state;
    fixture self = begin();
    self.parts.parts[5].error = "shard-5.npy: no such file";
    expect_failure(&self, LINCLASS_ERROR_IO, "training part 5: shard-5.npy: no such file");
    end(&self);
}

static void test_weights(void **state)
{
    (void)state;
    fixture self = begin();
    double *weights = calloc(200, sizeof *weights);
    assert_non_null(weights);
    made_parts_free(&self.parts);
    self.parts = made_parts_new(&self.data, weights, 6);
    expect_failure(&self, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "the weights of the training rows are all 0");
    weights[199] = -1;
    expect_failure(&self, LINCLASS_ERROR_INVALID_ARGUMENT, "training part 5: sample_weight[");
    free(weights);
    end(&self);
}

static void test_labels(void **state)
{
    (void)state;
    fixture self = begin();
    self.options.loss = LINCLASS_LOSS_LOGISTIC;
    expect_failure(&self, LINCLASS_ERROR_LABEL, "a loss for two classes");
    self.options = samples_options();
    self.options.has_ignore_label = 1;
    memset(self.data.y, 0, 200 * sizeof *self.data.y);
    expect_failure(&self, LINCLASS_ERROR_LABEL, "every label of the parts is 0, the one to ignore");
    self.options.has_ignore_label = 0;
    expect_failure(&self, LINCLASS_ERROR_LABEL, "one class only (label 0)");
    end(&self);
}

static void test_unknown_validation_label(void **state)
{
    (void)state;
    fixture self = begin();
    samples held_out = samples_new(50, 4, 5, 18);
    made_parts validating = made_parts_new(&held_out, NULL, 2);
    const linclass_parts training = made_parts_iterator(&self.parts);
    const linclass_parts validation = made_parts_iterator(&validating);
    linclass_model *model;
    assert_refused(
        self.ctx, linclass_fit_parts(self.ctx, &training, &validation, &self.options, NULL, &model),
        LINCLASS_ERROR_LABEL, "a validation part has the label 3, none of the 3 classes");
    made_parts_free(&validating);
    samples_free(&held_out);
    end(&self);
}

static void test_no_rows(void **state)
{
    (void)state;
    fixture self = begin();
    for (int p = 0; p < 6; p++)
        self.parts.views[p].rows = 0;
    expect_failure(&self, LINCLASS_ERROR_DIMENSION, "the training parts have no rows");
    self.parts.count = 0;
    linclass_model *model;
    const linclass_parts none = made_parts_iterator(&self.parts);
    assert_refused(self.ctx, linclass_fit_parts(self.ctx, &none, NULL, &self.options, NULL, &model),
                   LINCLASS_ERROR_DIMENSION, "there are no training parts");
    end(&self);
}

static void test_sgd_is_unsupported(void **state)
{
    (void)state;
    fixture self = begin();
    self.options.solver = LINCLASS_SOLVER_SGD;
    expect_failure(&self, LINCLASS_ERROR_UNSUPPORTED,
                   "sgd cannot minimise this loss over parts; solvers that can: gd, lbfgs");
    end(&self);
}

static void test_options_with_rows(void **state)
{
    (void)state;
    fixture self = begin();
    const double weight = 1;
    self.options.sample_weight = &weight;
    expect_failure(&self, LINCLASS_ERROR_INVALID_ARGUMENT, "options.sample_weight is given");
    self.options.sample_weight = NULL;
    self.options.patience = 1;
    expect_failure(&self, LINCLASS_ERROR_INVALID_ARGUMENT, "validation is NULL");
    end(&self);
}

/* A part that changes between two requests. */
static int32_t shrink(const linclass_progress *progress, void *user)
{
    ((fixture *)user)->parts.count = progress->iteration == 1 ? 5 : 6;
    return 0;
}

static void test_parts_that_vanish(void **state)
{
    (void)state;
    fixture self = begin();
    self.options.progress = shrink;
    self.options.progress_user = &self;
    const linclass_parts iterator = made_parts_iterator(&self.parts);
    linclass_model *model;
    assert_refused(self.ctx,
                   linclass_fit_parts(self.ctx, &iterator, NULL, &self.options, NULL, &model),
                   LINCLASS_ERROR_FORMAT, "5 training parts have answered");
    end(&self);
}

/* Part 2 changes between two sweeps: its number of rows, a label, a weight. */
typedef struct changing {
    fixture self;
    int what;
} changing;

static int32_t change(const linclass_progress *progress, void *user)
{
    changing *given = user;
    const int64_t *labels = given->self.parts.parts[2].y;
    double *weights = (double *)(uintptr_t)given->self.parts.parts[2].sample_weight;
    if (progress->iteration != 1)
        return 0;
    if (given->what == 0)
        given->self.parts.views[2].rows--;
    else if (given->what == 1)
        given->self.data.y[labels + 1 - given->self.data.y] = labels[1] == 0;
    else
        weights[1] = 3;
    return 0;
}

static void expect_change(int what, const char *of_iterator, const char *of_engine)
{
    linclass_context *threads = context_of(3);
    double weights[200];
    for (int s = 0; s < 3; s++) {
        for (int i = 0; i < 200; i++)
            weights[i] = 1;
        changing given = {begin(), what};
        fixture *self = &given.self;
        made_parts_free(&self->parts);
        self->parts = made_parts_new(&self->data, weights, 6);
        self->options.progress = change;
        self->options.progress_user = &given;
        const linclass_parts source = s == 0   ? made_parts_iterator(&self->parts)
                                      : s == 1 ? made_parts_held(&self->parts)
                                               : made_parts_engine(&self->parts, 1, 3);
        linclass_model *model;
        const char *words = s < 2 ? of_iterator : of_engine;
        assert_refused(threads,
                       linclass_fit_parts(threads, &source, NULL, &self->options, NULL, &model),
                       LINCLASS_ERROR_FORMAT, words);
        assert_null(model);
        end(self);
    }
    linclass_context_destroy(threads);
}

static void test_parts_that_change(void **state)
{
    (void)state;
    expect_change(0, "training part 2: it has 28 rows, and had 29 when it was asked first",
                  "the training parts have 199 rows, and had 200 when they were asked first");
    for (int what = 1; what < 3; what++)
        expect_change(what, "training part 2: its labels or weights differ",
                      "labels or weights of the training parts differ");
}

static int32_t refuse_reset(void *user)
{
    (void)user;
    return LINCLASS_ERROR_IO;
}

static int32_t refuse_next(linclass_part *part, void *user)
{
    (void)part;
    return *(const int32_t *)user;
}

static int32_t accept_reset(void *user)
{
    (void)user;
    return 0;
}

static void test_callbacks_that_fail(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    linclass_parts parts;
    int32_t returned = LINCLASS_ERROR_FORMAT;
    assert_int_equal(linclass_parts_init(&parts, sizeof parts), LINCLASS_OK);
    assert_int_equal(linclass_fit_parts(ctx, &parts, NULL, NULL, NULL, &model),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    parts.user = &returned;
    parts.next = refuse_next;
    assert_int_equal(linclass_fit_parts(ctx, &parts, NULL, NULL, NULL, &model),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    parts.reset = accept_reset;
    assert_int_equal(linclass_fit_parts(ctx, &parts, NULL, NULL, NULL, &model),
                     LINCLASS_ERROR_FORMAT);
    returned = 5;
    assert_int_equal(linclass_fit_parts(ctx, &parts, NULL, NULL, NULL, &model),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    parts.reset = refuse_reset;
    assert_int_equal(linclass_fit_parts(ctx, &parts, NULL, NULL, NULL, &model), LINCLASS_ERROR_IO);
    assert_int_equal(linclass_fit_parts(ctx, NULL, NULL, NULL, NULL, &model),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    linclass_context_destroy(ctx);
}

/* Of the fit or of its parts. */
static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    const int32_t solvers[] = {LINCLASS_SOLVER_NEWTON, LINCLASS_SOLVER_LBFGS};
    for (int s = 0; s < 2; s++) {
        fixture self = begin();
        self.options.solver = solvers[s];
        self.options.max_iterations = 1;
        self.options.class_weight_balanced = 1;
        const linclass_parts iterator = made_parts_iterator(&self.parts);
        linclass_model *expected;
        assert_true(linclass_fit_parts(self.ctx, &iterator, NULL, &self.options, NULL, &expected) >=
                    0);
        memory_rounds r = memory_rounds_begin(1);
        while (memory_rounds_next(&r)) {
            linclass_model *model;
            const linclass_status status =
                linclass_fit_parts(r.ctx, &iterator, NULL, &self.options, NULL, &model);
            if (memory_rounds_failed(&r, status)) {
                assert_null(model);
                assert_true(
                    linclass_fit_parts(r.ctx, &iterator, NULL, &self.options, NULL, &model) >= 0);
            }
            assert_true(fitting_same(model, expected));
            linclass_model_destroy(model);
        }
        assert_true(r.k > 100);
        linclass_model_destroy(expected);
        end(&self);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nan_is_named),
        cmocka_unit_test(test_columns_differ),
        cmocka_unit_test(test_scales_differ),
        cmocka_unit_test(test_unknown_dtype),
        cmocka_unit_test(test_part_without_labels),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_base_scores),
        cmocka_unit_test(test_part_that_is_not_there),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_unknown_validation_label),
        cmocka_unit_test(test_no_rows),
        cmocka_unit_test(test_sgd_is_unsupported),
        cmocka_unit_test(test_options_with_rows),
        cmocka_unit_test(test_parts_that_vanish),
        cmocka_unit_test(test_parts_that_change),
        cmocka_unit_test(test_callbacks_that_fail),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
