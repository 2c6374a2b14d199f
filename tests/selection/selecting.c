#include "selecting.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/context_of.h"
#include "support/memory_rounds.h"

linclass_path_options selecting_options(void)
{
    linclass_path_options options;
    assert_int_equal(linclass_path_options_init(&options, sizeof options), LINCLASS_OK);
    return options;
}

linclass_fit_options selecting_exactly(void)
{
    linclass_fit_options options = samples_options();
    options.dtype = LINCLASS_FLOAT64;
    options.gradient_tolerance = 1e-9;
    return options;
}

linclass_selection *selecting(select_function call, int32_t threads, const samples *data,
                              const linclass_path_options *options)
{
    linclass_context *ctx = context_of(threads);
    const linclass_matrix X = samples_view(data);
    linclass_selection *selection;
    const linclass_status status = call(ctx, &X, data->y, options, &selection);
    if (status != LINCLASS_OK)
        fail_msg("status %d: %s", (int)status, linclass_context_message(ctx));
    assert_string_equal(linclass_context_message(ctx), "");
    linclass_context_destroy(ctx);
    return selection;
}

linclass_candidate selecting_candidate(const linclass_selection *selection, int64_t index)
{
    linclass_candidate candidate;
    assert_int_equal(linclass_candidate_init(&candidate, sizeof candidate), LINCLASS_OK);
    assert_int_equal(linclass_selection_candidate(selection, index, &candidate), LINCLASS_OK);
    return candidate;
}

void assert_selecting_refused(select_function call, const samples *data,
                              const linclass_path_options *options, linclass_status expected,
                              const char *words)
{
    linclass_context *ctx = context_of(1);
    const linclass_matrix X = samples_view(data);
    linclass_selection *selection = (linclass_selection *)(uintptr_t)data;
    const linclass_status status = call(ctx, &X, data->y, options, &selection);
    const char *sentence = linclass_context_message(ctx);
    if (status != expected || strstr(sentence, words) == NULL)
        fail_msg("status %d, expected %d with '%s': %s", (int)status, (int)expected, words,
                 sentence);
    assert_null(selection);
    linclass_context_destroy(ctx);
}

void assert_selecting_survives(select_function call, const samples *data,
                               const linclass_path_options *options)
{
    const linclass_matrix X = samples_view(data);
    memory_rounds r = memory_rounds_begin(2);
    while (memory_rounds_next(&r)) {
        linclass_selection *selection;
        if (memory_rounds_failed(&r, call(r.ctx, &X, data->y, options, &selection))) {
            assert_null(selection);
            assert_int_equal(call(r.ctx, &X, data->y, options, &selection), LINCLASS_OK);
        }
        linclass_selection_destroy(selection);
    }
    assert_true(r.k > 10);
}

static void assert_same_figures(const double *one, const double *other, int64_t count)
{
    if (one == NULL || other == NULL)
        assert_true(one == other);
    else
        assert_memory_equal(one, other, (size_t)count * sizeof *one);
}

void assert_same_selection(const linclass_selection *one, const linclass_selection *other)
{
    const int64_t count = linclass_selection_count(one);
    const int64_t folds = linclass_selection_folds(one);
    assert_int_equal(linclass_selection_count(other), count);
    assert_int_equal(linclass_selection_folds(other), folds);
    assert_int_equal(linclass_selection_best(other), linclass_selection_best(one));
    assert_int_equal(linclass_selection_one_standard_error(other),
                     linclass_selection_one_standard_error(one));
    assert_same_figures(linclass_selection_fold_losses(one), linclass_selection_fold_losses(other),
                        count * folds);
    assert_same_figures(linclass_selection_fold_errors(one), linclass_selection_fold_errors(other),
                        count * folds);
    for (int64_t i = 0; i < count; i++) {
        linclass_candidate a = selecting_candidate(one, i);
        linclass_candidate b = selecting_candidate(other, i);
        a.seconds = b.seconds = 0;
        assert_memory_equal(&a, &b, sizeof a);
        assert_true(
            fitting_same(linclass_selection_model(one, i), linclass_selection_model(other, i)));
    }
}

linclass_path_options selecting_by_folds(const linclass_fit_options *fit)
{
    linclass_path_options options = selecting_options();
    options.fit = fit;
    options.count = SELECTING_LAMBDAS;
    options.ratio = 1e-3;
    options.folds = SELECTING_FOLDS;
    options.seed = 5;
    return options;
}
