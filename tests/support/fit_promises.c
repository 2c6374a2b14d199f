#include "support/fit_promises.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/context_of.h"
#include "support/fitting.h"
#include "support/memory_rounds.h"

/* Fit in ctx, and compare with *first, which is this fit where there was none before. */
static void fit_again(linclass_context *ctx, const linclass_matrix *X, const int64_t *y,
                      const linclass_fit_options *options, linclass_model **first)
{
    linclass_model *model;
    if (linclass_fit(ctx, X, y, options, NULL, &model) != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(ctx));
    if (*first == NULL) {
        *first = model;
        return;
    }
    assert_true(fitting_same(*first, model));
    linclass_model_destroy(model);
}

void assert_threads_change_no_bits(const linclass_matrix *X, const int64_t *y,
                                   const linclass_fit_options *options)
{
    static const int32_t THREADS[] = {1, 2, 3, 8, 16};
    linclass_model *first = NULL;
    for (size_t t = 0; t < sizeof THREADS / sizeof *THREADS; t++) {
        linclass_context *ctx = context_of(THREADS[t]);
        fit_again(ctx, X, y, options, &first);
        linclass_context_destroy(ctx);
    }
    linclass_model_destroy(first);
}

void assert_vector_sets_change_no_bits(const linclass_matrix *X, const int64_t *y,
                                       const linclass_fit_options *options)
{
    linclass_model *first = NULL;
    for (int32_t set = 1; linclass_vector_set_name(set) != NULL; set++) {
        linclass_context_options of;
        linclass_context *ctx;
        assert_int_equal(linclass_context_options_init(&of, sizeof of), LINCLASS_OK);
        of.vector_set = set;
        if (linclass_context_create(&of, &ctx) != LINCLASS_OK)
            continue; /* the processor has it not */
        fit_again(ctx, X, y, options, &first);
        linclass_context_destroy(ctx);
    }
    assert_non_null(first);
    linclass_model_destroy(first);
}

void assert_fit_survives_lack_of_memory(const linclass_matrix *X, const int64_t *y,
                                        const linclass_fit_options *options, int64_t at_least)
{
    memory_rounds r = memory_rounds_begin(1);
    while (memory_rounds_next(&r)) {
        linclass_model *model;
        const linclass_status status = linclass_fit(r.ctx, X, y, options, NULL, &model);
        if (memory_rounds_failed(&r, status))
            assert_null(model);
        linclass_model_destroy(model);
    }
    assert_true(r.k - 1 > at_least);
}
