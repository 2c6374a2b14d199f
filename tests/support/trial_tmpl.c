#include "support/trial.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/reference.h"

void trial_call(function_set function, linclass_context *ctx, const problem *p)
{
    check_describe("%s, m=%ld n=%ld k=%ld ldx=%ld, %d threads", function_name(function),
                   (long)p->a.m, (long)p->a.n, (long)p->a.k, (long)p->a.ldx,
                   (int)linclass_context_threads(ctx));
    check_ok(ctx, call(function, ctx, &p->a), function_name(function));
    problem_check_guards(p, function);
    const unsigned wrong = problem_changed(p) & ~problem_outputs(function);
    if (wrong != 0)
        fail_msg("%s, m=%ld n=%ld k=%ld: changed an input (set of arrays %#x)",
                 function_name(function), (long)p->a.m, (long)p->a.n, (long)p->a.k, wrong);
}

void trial_call_without_classes(function_set function, linclass_context *ctx, const problem *p)
{
    assert_int_equal(call(function, ctx, &p->a), LINCLASS_ERROR_LABEL);
    assert_int_equal(problem_changed(p), 0);
}

long double *trial_wide(const problem *p, int array)
{
    const guarded *const g = &p->arrays[array];
    return REAL(reference_widen)(g->rows, g->cols, g->data, g->ld);
}
