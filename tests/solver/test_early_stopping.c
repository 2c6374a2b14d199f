/* Early stopping on the handwritten digits: a few rows to learn by heart, many to validate on. What the
 * fit must do follows from the validation losses its callback saw, and from fits of so many epochs
 * without early stopping. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "problems.h"

enum { TRAINING_ROWS = 120, MOST_EPOCHS = 400 };

typedef struct digits {
    linclass_context *ctx;
    linclass_dataset *training;
    linclass_dataset *test;
    linclass_matrix X;
    linclass_matrix validation_X;
} digits;

/* The losses a fit's callback saw; it asks to stop at one of them where told to. */
typedef struct history {
    int64_t count;
    int64_t stop_at;
    double loss[MOST_EPOCHS];
} history;

static int32_t record(const linclass_progress *progress, void *user)
{
    history *seen = user;
    assert_true(seen->count < MOST_EPOCHS);
    assert_int_equal(progress->iteration, seen->count + 1);
    seen->loss[seen->count++] = progress->validation_loss;
    return seen->count == seen->stop_at;
}

static linclass_matrix pixels(const linclass_dataset *dataset)
{
    linclass_matrix view;
    assert_int_equal(linclass_dataset_matrix(dataset, &view, sizeof view), LINCLASS_OK);
    view.scale = 1.0 / 16;
    return view;
}

static int begin(void **state)
{
    static digits data;
    assert_int_equal(linclass_context_create(NULL, &data.ctx), LINCLASS_OK);
    assert_int_equal(linclass_dataset_read_idx(data.ctx, DIGITS "/train-images-idx3-ubyte.gz",
                                               DIGITS "/train-labels-idx1-ubyte.gz",
                                               &data.training),
                     LINCLASS_OK);
    assert_int_equal(linclass_dataset_read_idx(data.ctx, DIGITS "/test-images-idx3-ubyte.gz",
                                               DIGITS "/test-labels-idx1-ubyte.gz", &data.test),
                     LINCLASS_OK);
    data.X = pixels(data.training);
    data.X.rows = TRAINING_ROWS;
    data.validation_X = pixels(data.test);
    *state = &data;
    return 0;
}

static int end(void **state)
{
    digits *data = *state;
    linclass_dataset_destroy(data->training);
    linclass_dataset_destroy(data->test);
    linclass_context_destroy(data->ctx);
    return 0;
}

static linclass_fit_options options_for(const digits *data)
{
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.l2 = 0;
    options.solver = LINCLASS_SOLVER_SGD;
    options.dtype = LINCLASS_FLOAT64;
    options.batch_size = 10;
    options.learning_rate = 0.5;
    options.max_iterations = MOST_EPOCHS;
    options.validation_X = &data->validation_X;
    options.validation_y = linclass_dataset_labels(data->test);
    return options;
}

static outcome fit(const digits *data, const linclass_fit_options *options)
{
    outcome made;
    linclass_fit_report_init(&made.report, sizeof made.report);
    made.status = linclass_fit(data->ctx, &data->X, linclass_dataset_labels(data->training),
                               options, &made.report, &made.model);
    assert_true(made.status >= 0);
    assert_int_equal(made.report.stopped_because, made.status);
    return made;
}

/* The first of the least losses, as an epoch. */
static int64_t best_epoch(const history *seen)
{
    int64_t best = 0;
    for (int64_t i = 1; i < seen->count; i++) {
        if (seen->loss[i] < seen->loss[best])
            best = i;
    }
    return best + 1;
}

/* The epoch whose loss is the patience + 1st increase in a row; 0 when there is none. */
static int64_t epoch_to_stop(const history *seen, int64_t patience)
{
    int64_t increases = 0;
    for (int64_t i = 1; i < seen->count; i++) {
        increases = seen->loss[i] > seen->loss[i - 1] ? increases + 1 : 0;
        if (increases > patience)
            return i + 1;
    }
    return 0;
}

/* Whether the model is what that many epochs without early stopping give. */
static void assert_model_of_epoch(const digits *data, linclass_fit_options options,
                                  const outcome *stopped, int64_t epoch)
{
    options.patience = 0;
    options.progress = NULL;
    options.max_iterations = epoch;
    outcome expected = fit(data, &options);
    assert_same_bits(stopped, &expected);
    assert_true(stopped->report.objective == expected.report.objective);
    assert_true(stopped->report.gradient_norm == expected.report.gradient_norm);
    assert_true(stopped->report.validation_loss == expected.report.validation_loss);
    assert_true(stopped->report.validation_error == expected.report.validation_error);
    assert_int_equal(expected.report.best_iteration, epoch);
    outcome_end(&expected);
}

static void it_stops_after_so_many_increases_and_restores_the_best(void **state)
{
    const digits *data = *state;
    for (int64_t patience = 1; patience <= 4; patience += 3) {
        history seen = {0};
        linclass_fit_options options = options_for(data);
        options.patience = patience;
        options.progress = record;
        options.progress_user = &seen;
        outcome stopped = fit(data, &options);
        assert_int_equal(stopped.status, LINCLASS_EARLY_STOPPED);
        assert_true(seen.count < MOST_EPOCHS);
        assert_int_equal(stopped.report.iterations, seen.count);
        assert_int_equal(epoch_to_stop(&seen, patience), seen.count);
        assert_int_equal(stopped.report.best_iteration, best_epoch(&seen));
        assert_model_of_epoch(data, options, &stopped, best_epoch(&seen));
        outcome_end(&stopped);
    }
}

static void it_does_not_need_a_listener(void **state)
{
    const digits *data = *state;
    history seen = {0};
    linclass_fit_options options = options_for(data);
    options.patience = 1;
    outcome silent = fit(data, &options);
    options.progress = record;
    options.progress_user = &seen;
    outcome heard = fit(data, &options);
    assert_same_bits(&silent, &heard);
    assert_int_equal(silent.status, heard.status);
    assert_int_equal(silent.report.iterations, heard.report.iterations);
    assert_int_equal(silent.report.best_iteration, heard.report.best_iteration);
    outcome_end(&silent);
    outcome_end(&heard);
}

/* Whatever ends a fit: the limit of epochs, the callback. */
static void the_best_is_returned_when_something_else_ends_the_fit(void **state)
{
    const digits *data = *state;
    history seen = {0};
    linclass_fit_options options = options_for(data);
    options.patience = MOST_EPOCHS;
    options.progress = record;
    options.progress_user = &seen;
    outcome whole = fit(data, &options);
    assert_int_equal(whole.status, LINCLASS_EARLY_STOPPED);
    assert_int_equal(whole.report.iterations, MOST_EPOCHS);
    assert_true(best_epoch(&seen) < MOST_EPOCHS);
    assert_model_of_epoch(data, options, &whole, best_epoch(&seen));
    outcome_end(&whole);

    const int64_t stop_at = best_epoch(&seen) + 5;
    seen = (history){.stop_at = stop_at};
    outcome stopped = fit(data, &options);
    assert_int_equal(stopped.status, LINCLASS_STOPPED_BY_CALLBACK);
    assert_int_equal(stopped.report.iterations, stop_at);
    assert_model_of_epoch(data, options, &stopped, best_epoch(&seen));
    outcome_end(&stopped);
}

/* While the loss falls there is nothing to stop or restore. */
static void a_fit_that_ends_at_its_best_is_left_alone(void **state)
{
    const digits *data = *state;
    linclass_fit_options options = options_for(data);
    options.learning_rate = 0.01;
    options.max_iterations = 3;
    options.patience = 1;
    outcome fitted = fit(data, &options);
    assert_int_equal(fitted.status, LINCLASS_OK);
    assert_int_equal(fitted.report.best_iteration, 3);
    assert_model_of_epoch(data, options, &fitted, 3);
    outcome_end(&fitted);
}

/* Full-batch solvers that report every iteration stop as well. */
static void full_batches_stop_too(void **state)
{
    const digits *data = *state;
    static const int32_t solvers[] = {LINCLASS_SOLVER_GRADIENT_DESCENT, LINCLASS_SOLVER_LBFGS};
    for (int i = 0; i < 2; i++) {
        history seen = {0};
        linclass_fit_options options = options_for(data);
        options.solver = solvers[i];
        options.gradient_tolerance = 0;
        options.learning_rate = 0;
        options.patience = 2;
        options.progress = record;
        options.progress_user = &seen;
        outcome stopped = fit(data, &options);
        assert_int_equal(stopped.status, LINCLASS_EARLY_STOPPED);
        assert_int_equal(epoch_to_stop(&seen, 2), seen.count);
        assert_int_equal(stopped.report.best_iteration, best_epoch(&seen));
        assert_true(stopped.report.validation_loss == seen.loss[best_epoch(&seen) - 1]);
        outcome_end(&stopped);
    }
}

static void wrong_patience_is_refused(void **state)
{
    (void)state;
    problem rows = problem_begin(20, 2, 2, 1);
    linclass_fit_options options = exact_options();
    options.patience = -1;
    assert_refused(&rows, &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "options.patience is -1, not >= 0");
    options.patience = 1;
    assert_refused(&rows, &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                   "early stopping needs validation rows");
    problem_end(&rows);
}

static void lack_of_memory_is_survived(void **state)
{
    (void)state;
    problem rows = problem_begin(20, 2, 2, 1);
    const linclass_matrix X = problem_view(&rows);
    linclass_fit_options options = exact_options();
    options.max_iterations = 1;
    options.patience = 1;
    options.validation_X = &X;
    options.validation_y = rows.y;
    assert_survives_lack_of_memory(&rows, &options);
    problem_end(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_stops_after_so_many_increases_and_restores_the_best),
        cmocka_unit_test(it_does_not_need_a_listener),
        cmocka_unit_test(the_best_is_returned_when_something_else_ends_the_fit),
        cmocka_unit_test(a_fit_that_ends_at_its_best_is_left_alone),
        cmocka_unit_test(full_batches_stop_too),
        cmocka_unit_test(wrong_patience_is_refused),
        cmocka_unit_test(lack_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
