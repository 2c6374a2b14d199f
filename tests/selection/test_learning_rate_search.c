/* The learning-rate search against fits made one by one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/assert_refused.h"
#include "support/context_of.h"
#include "support/memory_rounds.h"
#include "selecting.h"

enum { ROWS = 120, FEATURES = 4, CLASSES = 3 };

typedef struct search {
    samples data;
    samples other;
    linclass_matrix X;
    linclass_matrix validation;
    linclass_fit_options fit;
    linclass_learning_rate_options options;
} search;

static void search_begin(search *self, uint64_t seed)
{
    self->data = samples_new(ROWS, FEATURES, CLASSES, seed);
    self->other = samples_new(ROWS, FEATURES, CLASSES, seed);
    self->X = samples_view(&self->data);
    self->X.rows = ROWS / 2;
    self->validation = samples_view(&self->other);
    self->fit = samples_options();
    self->fit.validation_X = &self->validation;
    self->fit.validation_y = self->other.y;
    self->fit.batch_size = 10;
    assert_int_equal(linclass_learning_rate_options_init(&self->options, sizeof self->options),
                     LINCLASS_OK);
    self->options.fit = &self->fit;
}

static void search_end(search *self)
{
    samples_free(&self->data);
    samples_free(&self->other);
}

static linclass_status search_run(const search *self, linclass_context *ctx,
                                  linclass_selection **selection)
{
    return linclass_search_learning_rate(ctx, &self->X, self->data.y, &self->options, selection);
}

static void every_rate_is_a_fit_of_its_own(void **state)
{
    (void)state;
    search self;
    search_begin(&self, 40);
    linclass_context *ctx = context_of(1);
    static const int32_t solvers[] = {LINCLASS_SOLVER_AUTO, LINCLASS_SOLVER_GRADIENT_DESCENT};
    for (int s = 0; s < 2; s++) {
        self.fit.solver = solvers[s];
        linclass_selection *selection;
        assert_int_equal(search_run(&self, ctx, &selection), LINCLASS_OK);
        assert_int_equal(linclass_selection_count(selection), 11);
        int64_t best = 0;
        for (int64_t i = 0; i < 11; i++) {
            const linclass_candidate candidate = selecting_candidate(selection, i);
            assert_near("rate", candidate.value / powl(10, -4 + i / 2.0L), 1, 1e-14);
            linclass_fit_options single = self.fit;
            single.solver = s == 0 ? LINCLASS_SOLVER_SGD : solvers[s];
            single.learning_rate = candidate.value;
            linclass_fit_report report = fitting_report();
            linclass_model *model;
            assert_true(linclass_fit(ctx, &self.X, self.data.y, &single, &report, &model) >= 0);
            assert_true(fitting_same(model, linclass_selection_model(selection, i)));
            assert_true(candidate.validation_loss == report.validation_loss);
            assert_int_equal(candidate.stopped_because, report.stopped_because);
            if (candidate.validation_loss < selecting_candidate(selection, best).validation_loss)
                best = i;
            linclass_model_destroy(model);
        }
        assert_int_equal(linclass_selection_best(selection), best);
        linclass_selection_destroy(selection);
    }
    linclass_context_destroy(ctx);
    search_end(&self);
}

/* 1e30 overflows within an epoch, and the search goes on. */
static void a_rate_too_large_is_no_error(void **state)
{
    (void)state;
    search self;
    search_begin(&self, 41);
    linclass_context *ctx = context_of(1);
    const double rates[] = {1e-3, 1e-1, 1e30};
    self.fit.loss = LINCLASS_LOSS_SQUARED_HINGE;
    self.fit.dtype = LINCLASS_FLOAT32;
    self.options.rates = rates;
    self.options.count = 3;
    linclass_selection *selection;
    assert_int_equal(search_run(&self, ctx, &selection), LINCLASS_OK);
    assert_int_equal(linclass_selection_count(selection), 3);
    assert_int_equal(selecting_candidate(selection, 2).stopped_because, LINCLASS_ERROR_NUMERIC);
    assert_null(linclass_selection_model(selection, 2));
    assert_true(linclass_selection_best(selection) < 2);
    linclass_selection_destroy(selection);

    self.options.rates = rates + 2;
    self.options.count = 1;
    assert_refused(ctx, search_run(&self, ctx, &selection), LINCLASS_ERROR_NUMERIC,
                   "every fit diverged");
    assert_null(selection);
    linclass_context_destroy(ctx);
    search_end(&self);
}

static int32_t stop_after_four(const linclass_selection_progress *progress, void *user)
{
    assert_int_equal(progress->candidate, *(int64_t *)user);
    ++*(int64_t *)user;
    return progress->candidate == 3;
}

static void it_ends_when_told_to_with_what_is_finished(void **state)
{
    (void)state;
    search self;
    search_begin(&self, 42);
    linclass_context *ctx = context_of(1);
    int64_t calls = 0;
    self.options.progress = stop_after_four;
    self.options.progress_user = &calls;
    linclass_selection *selection;
    assert_int_equal(search_run(&self, ctx, &selection), LINCLASS_STOPPED_BY_CALLBACK);
    assert_int_equal(linclass_selection_count(selection), 4);
    assert_true(linclass_selection_best(selection) >= 0);
    linclass_selection_destroy(selection);
    self.options.progress = NULL;
    self.fit.max_seconds = 1e-9;
    assert_int_equal(search_run(&self, ctx, &selection), LINCLASS_TIME_LIMIT);
    assert_int_equal(linclass_selection_count(selection), 0);
    linclass_selection_destroy(selection);
    linclass_context_destroy(ctx);
    search_end(&self);
}

static void assert_search_refused(const search *self, const char *words)
{
    linclass_context *ctx = context_of(1);
    linclass_selection *selection;
    const linclass_status status = search_run(self, ctx, &selection);
    assert_refused(ctx, status, LINCLASS_ERROR_INVALID_ARGUMENT, words);
    assert_null(selection);
    linclass_context_destroy(ctx);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    search self;
    search_begin(&self, 43);
    const search right = self;
    self.options.count = -1;
    assert_search_refused(&self, "options.count is -1, not >= 1");
    self.options = right.options;
    self.options.lowest = 0;
    assert_search_refused(&self, "options.lowest is 0, not finite and > 0");
    self.options = right.options;
    self.options.highest = 1e-4;
    assert_search_refused(&self, "options.highest is 0.0001, not finite and greater than lowest");
    self.options = right.options;
    const double rates[] = {1, 0.5, NAN};
    self.options.rates = rates;
    self.options.count = 2;
    assert_search_refused(&self, "options.rates[1] is 0.5, not greater than the one before, 1");
    self.options.count = 3;
    assert_search_refused(&self, "options.rates[2] is nan, not finite and > 0");
    self.options = right.options;
    self.fit.solver = LINCLASS_SOLVER_LBFGS;
    assert_search_refused(&self, "sgd and gradient descent alone have a learning rate");
    self.fit = right.fit;
    self.fit.learning_rate = 0.5;
    assert_search_refused(&self, "options.fit->learning_rate is 0.5, not 0");
    self.fit = right.fit;
    self.fit.validation_X = NULL;
    self.fit.validation_y = NULL;
    assert_search_refused(&self, "options.fit->validation_X is NULL");
    search_end(&self);
}

static void lack_of_memory_is_survived(void **state)
{
    (void)state;
    search self;
    search_begin(&self, 44);
    self.options.count = 2;
    self.fit.max_iterations = 1;
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_selection *selection;
        if (memory_rounds_failed(&r, search_run(&self, r.ctx, &selection)))
            assert_null(selection);
        linclass_selection_destroy(selection);
    }
    assert_true(r.k > 10);
    search_end(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rate_is_a_fit_of_its_own),
        cmocka_unit_test(a_rate_too_large_is_no_error),
        cmocka_unit_test(it_ends_when_told_to_with_what_is_finished),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(lack_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
