/* Every function with every combination of empty dimensions, empty arrays given as NULL: defined for
 * all of them (a build with UndefinedBehaviorSanitizer says so), and nothing written outside the
 * elements there are. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/problem.h"

enum { SOME = 3 };

static void forget_empty_arrays(problem *p)
{
    arguments *a = &p->a;
    if (a->m * a->n == 0)
        a->X = NULL;
    if (a->m == 0)
        a->y = a->y2 = NULL;
    if (a->m * a->k == 0) {
        a->H = a->Z = NULL;
        a->R = NULL;
    }
    if (a->n * a->k == 0)
        a->theta = a->G = NULL;
    if (a->k == 0)
        a->bias = a->g_bias = NULL;
}

static void call_all(linclass_context *ctx, int64_t m, int64_t n, int64_t k, bool with_bias)
{
    for (function_set function = 1; function != 0; function = function_after(function)) {
        /* The functions of one score have one column, whatever k is. */
        const int64_t columns = function_has_one_score(function) ? 1 : k;
        problem p = problem_new(m, n, columns, 0, 1);
        forget_empty_arrays(&p);
        if (!with_bias)
            p.a.bias = p.a.g_bias = NULL;
        const linclass_status status = call(function, ctx, &p.a);
        /* Labels of no class. */
        const bool no_class = columns == 0 && m > 0;
        if (status != LINCLASS_OK && !(no_class && status == LINCLASS_ERROR_LABEL))
            fail_msg("%s, m=%d n=%d k=%d: status %d, %s", function_name(function), (int)m, (int)n,
                     (int)k, status, linclass_context_message(ctx));
        problem_check_guards(&p, function);
        problem_free(&p);
    }
}

static void empty_sizes_are_defined(void **state)
{
    (void)state;
    linclass_context_options options;
    linclass_context *contexts[3] = {NULL};
    for (int i = 1; i < 3; i++) {
        assert_int_equal(linclass_context_options_init(&options, sizeof options), LINCLASS_OK);
        options.threads = i;
        assert_int_equal(linclass_context_create(&options, &contexts[i]), LINCLASS_OK);
    }
    /* The last: tiles, where the gradient is large. */
    static const int64_t classes[] = {0, SOME, 100000};
    for (int shape = 0; shape < 12; shape++) {
        const int64_t m = shape / 6 == 0 ? 0 : SOME;
        const int64_t n = shape / 3 % 2 == 0 ? 0 : SOME;
        const int64_t k = classes[shape % 3];
        for (int i = 0; i < 3 && (m == 0 || n == 0 || k == 0); i++) {
            call_all(contexts[i], m, n, k, true);
            call_all(contexts[i], m, n, k, false);
        }
    }
    linclass_context_destroy(contexts[1]);
    linclass_context_destroy(contexts[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(empty_sizes_are_defined)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
