/* A model verified over parts, against linclass_model_verify over all rows. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "made_parts.h"
#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/losses.h"
#include "support/memory_rounds.h"

enum { M = 500, N = 4 };

/* Sums of at most M K terms of one sign or both, in double precision, in another order. */
static const double SAME = 1e-9;

typedef struct trial {
    linclass_context *ctx;
    samples data;
    double *weights; /* or NULL */
    linclass_matrix *probabilities;
    linclass_fit_options options;
    made_parts parts;
} trial;

static linclass_certificate cleared(void)
{
    linclass_certificate certificate;
    assert_int_equal(linclass_certificate_init(&certificate, sizeof certificate), LINCLASS_OK);
    return certificate;
}

static linclass_certificate verified(const trial *self, const linclass_model *model)
{
    const linclass_matrix X = samples_view(&self->data);
    linclass_certificate found = cleared();
    found.sample_weight = self->weights;
    found.target_probabilities = self->probabilities;
    if (linclass_model_verify(self->ctx, model, &X, self->data.y, &found) != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(self->ctx));
    found.sample_weight = NULL;
    found.target_probabilities = NULL;
    return found;
}

static linclass_certificate verified_in_parts(linclass_context *ctx, const linclass_model *model,
                                              const linclass_parts *parts)
{
    linclass_certificate found = cleared();
    if (linclass_verify_parts(ctx, model, parts, &found) != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(ctx));
    return found;
}

static void near(const char *what, const char *figure, double got, double want)
{
    char text[128];
    (void)snprintf(text, sizeof text, "%s, %s", what, figure);
    assert_int_equal(isnan(got), isnan(want));
    if (!isnan(want))
        assert_near(text, got, (long double)want, SAME * fmax(1, fabs(want)));
}

static void compare(const char *what, const linclass_certificate *got,
                    const linclass_certificate *want)
{
    assert_int_equal(got->samples, want->samples);
    near(what, "weight", got->total_weight, want->total_weight);
    near(what, "objective", got->objective, want->objective);
    near(what, "loss", got->loss, want->loss);
    near(what, "norm", got->gradient_norm, want->gradient_norm);
    near(what, "infinity norm", got->gradient_infinity_norm, want->gradient_infinity_norm);
    near(what, "smooth norm", got->smooth_gradient_infinity_norm,
         want->smooth_gradient_infinity_norm);
    near(what, "objective tolerance", got->objective_tolerance, want->objective_tolerance);
    near(what, "gradient tolerance", got->gradient_tolerance, want->gradient_tolerance);
    near(what, "gap", got->gap, want->gap);
    near(what, "gap allowed", got->gap_allowed, want->gap_allowed);
    near(what, "dual objective", got->dual_objective, want->dual_objective);
    near(what, "duality gap", got->duality_gap, want->duality_gap);
    assert_int_equal(got->compared, want->compared);
    assert_int_equal(got->differs, want->differs);
    assert_int_equal(got->at_minimum, want->at_minimum);
}

/* The figures of one model over all rows and over parts, whoever answers: the latter have the same bits. */
static void check(trial *self, const char *what, const linclass_model *model)
{
    const linclass_certificate want = verified(self, model);
    assert_int_equal(want.differs, 0);
    const linclass_parts sources[] = {made_parts_iterator(&self->parts),
                                      made_parts_held(&self->parts),
                                      made_parts_engine(&self->parts, 2, 9)};
    linclass_certificate first = want;
    for (int s = 0; s < 3; s++) {
        const linclass_certificate got = verified_in_parts(self->ctx, model, &sources[s]);
        compare(what, &got, &want);
        if (s == 0)
            first = got;
        assert_memory_equal(&got, &first, sizeof first);
    }
}

static trial begin(int64_t k, const double *weights, int64_t count)
{
    trial self = {.ctx = context_of(3), .data = samples_new(M, N, k, 81)};
    self.weights = (double *)(uintptr_t)weights;
    self.options = samples_options();
    self.options.max_iterations = 40;
    self.parts = made_parts_new(&self.data, weights, count);
    return self;
}

static void end(trial *self)
{
    made_parts_free(&self->parts);
    samples_free(&self->data);
    linclass_context_destroy(self->ctx);
}

/* Fitted to all rows and verified over parts, fitted over parts and verified over all rows. */
static void check_fits(trial *self, const char *what)
{
    const linclass_matrix X = samples_view(&self->data);
    linclass_fit_options options = self->options;
    options.sample_weight = self->weights;
    options.target_probabilities = self->probabilities;
    linclass_model *model;
    if (linclass_fit(self->ctx, &X, self->data.y, &options, NULL, &model) < 0)
        fail_msg("%s", linclass_context_message(self->ctx));
    check(self, what, model);
    linclass_model_destroy(model);
    if (self->options.solver == LINCLASS_SOLVER_SGD)
        return;
    const linclass_parts parts = made_parts_held(&self->parts);
    if (linclass_fit_parts(self->ctx, &parts, NULL, &self->options, NULL, &model) < 0)
        fail_msg("%s", linclass_context_message(self->ctx));
    check(self, what, model);
    linclass_model_destroy(model);
}

static void test_every_loss(void **state)
{
    (void)state;
    double weights[M];
    for (int i = 0; i < M; i++)
        weights[i] = i % 4;
    for (int32_t number = 1; losses_defined(number); number++) {
        const loss_definition *loss = losses_find(number);
        for (int variant = 0; variant < 4; variant++) {
            trial self = begin(loss->one_score ? 2 : 3, variant % 2 == 0 ? weights : NULL, 17);
            self.options.loss = number;
            self.options.solver = loss->smooth ? LINCLASS_SOLVER_AUTO : LINCLASS_SOLVER_SGD;
            self.options.dtype = variant < 2 ? LINCLASS_FLOAT32 : LINCLASS_FLOAT64;
            self.options.fit_bias = variant != 1;
            self.options.l1 = variant == 2 && loss->smooth ? 1e-3 : 0;
            self.options.l2 = variant == 3 ? 0 : 1e-2;
            self.options.class_weight_balanced = variant == 1;
            check_fits(&self, loss->name);
            end(&self);
        }
    }
}

static void test_labels(void **state)
{
    (void)state;
    trial self = begin(4, NULL, 9);
    self.options.has_ignore_label = 1;
    self.options.ignore_label = 2;
    self.options.l2 = 1e-2;
    check_fits(&self, "ignored");
    self.options.has_ignore_label = 0;
    self.options.label_smoothing = 0.1;
    check_fits(&self, "smoothed");
    end(&self);
}

static void expect_failure(trial *self, const linclass_model *model, linclass_certificate *found,
                           linclass_status status, const char *words)
{
    const linclass_parts sources[] = {made_parts_iterator(&self->parts),
                                      made_parts_held(&self->parts)};
    const linclass_certificate before = *found;
    for (int s = 0; s < 2; s++) {
        const linclass_status got = linclass_verify_parts(self->ctx, model, &sources[s], found);
        assert_refused(self->ctx, got, status, words);
        assert_memory_equal(found, &before, sizeof before);
    }
}

static void test_failures(void **state)
{
    (void)state;
    trial self = begin(3, NULL, 6);
    self.options.l2 = 1e-2;
    linclass_model *model = fitting_fit(self.ctx, &self.data, &self.options, NULL);
    linclass_certificate found = cleared();
    const double weight = 1;
    found.sample_weight = &weight;
    expect_failure(&self, model, &found, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "certificate.sample_weight is given: the parts bring their own");
    found.sample_weight = NULL;
    self.parts.views[3].cols = 3;
    expect_failure(&self, model, &found, LINCLASS_ERROR_DIMENSION,
                   "verified part 3: X has 3 columns, not 4");
    self.parts.views[3].cols = N;
    double *X = (double *)(uintptr_t)self.parts.views[4].data;
    const double before = X[5 * N + 1];
    X[5 * N + 1] = (double)NAN;
    expect_failure(&self, model, &found, LINCLASS_ERROR_NON_FINITE,
                   "verified part 4: X[5, 1] is nan, not a finite number");
    X[5 * N + 1] = before;
    int64_t *y = (int64_t *)(uintptr_t)self.parts.parts[2].y;
    y[1] = 7;
    expect_failure(&self, model, &found, LINCLASS_ERROR_LABEL, "verified part 2: y[1] is 7");
    y[1] = 0;
    self.parts.parts[1].error = "gone";
    expect_failure(&self, model, &found, LINCLASS_ERROR_IO, "verified part 1: gone");
    self.parts.parts[1].error = NULL;
    self.parts.count = 0;
    expect_failure(&self, model, &found, LINCLASS_ERROR_DIMENSION, "there are no verified parts");
    expect_failure(&self, NULL, &found, LINCLASS_ERROR_INVALID_ARGUMENT, "model is NULL");
    linclass_model_destroy(model);
    end(&self);
}

/* At the k-th allocation, for every k: MEMORY, nothing written, nothing left over. */
static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    trial self = begin(3, NULL, 3);
    self.options.l2 = 1e-2;
    linclass_model *model = fitting_fit(self.ctx, &self.data, &self.options, NULL);
    const linclass_parts parts = made_parts_iterator(&self.parts);
    const linclass_certificate before = cleared();
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_certificate found = before;
        if (memory_rounds_failed(&r, linclass_verify_parts(r.ctx, model, &parts, &found)))
            assert_memory_equal(&found, &before, sizeof found);
    }
    assert_true(r.k > 40);
    linclass_model_destroy(model);
    end(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_loss),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
