/* What an objective sums over some of its samples: F and its gradient over a batch, against the definition
 * of F over its samples alone; moments of the features, against sums in long double. */
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "core/context.h"
#include "definition.h"

enum { ROWS = 50, FEATURES = 7, CLASSES = 4, PARAMETERS = (FEATURES + 1) * CLASSES };
enum { FIRST = 13, COUNT = 21 }; /* a batch */

static const double STEP = 1e-5;

static void check_near(const char *what, double got, double want, double allowed)
{
    if (!(fabs(got - want) <= allowed))
        fail_msg("%s is %.17g, not %.17g: off by %.3g, allowed %.3g", what, got, want,
                 fabs(got - want), allowed);
}

static linclass_context *context_new(void)
{
    linclass_context *ctx;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    return ctx;
}

static objective *objective_of(linclass_context *ctx, const definition *d)
{
    objective *f;
    assert_int_equal(objective_create_f64(ctx, &d->data, &f), LINCLASS_OK);
    return f;
}

/* The samples of the batch alone: a view into d, not to be freed. */
static definition batch_of(const definition *d)
{
    definition part = *d;
    part.of.m = COUNT;
    part.X += FIRST * FEATURES;
    part.y += FIRST;
    if (part.weights != NULL)
        part.weights += FIRST;
    if (part.P != NULL)
        part.P += FIRST * CLASSES;
    part.data.total_weight = 0;
    for (int64_t i = 0; i < COUNT; i++)
        part.data.total_weight += part.weights == NULL ? 1 : part.weights[i];
    return part;
}

static double slope(const definition *part, int64_t parameter)
{
    double moved[PARAMETERS];
    for (int64_t i = 0; i < PARAMETERS; i++)
        moved[i] = part->parameters[i];
    moved[parameter] = part->parameters[parameter] + STEP;
    const long double above = definition_value(part, moved);
    moved[parameter] = part->parameters[parameter] - STEP;
    const long double below = definition_value(part, moved);
    return (double)((above - below) / (2 * (long double)STEP));
}

/* The mean over a batch times its weights' sum, over the sum that a batch of its size has on average. */
static void check_batch(linclass_context *ctx, const definition_case *of)
{
    definition d;
    definition_make(&d, of, 70);
    const definition part = batch_of(&d);
    objective *f = objective_of(ctx, &d);
    const double factor = part.data.total_weight / (d.data.total_weight * COUNT / (double)d.of.m);
    const sample_batch range = {.first = FIRST, .count = COUNT};
    int64_t reversed[COUNT];
    for (int64_t i = 0; i < COUNT; i++)
        reversed[i] = FIRST + COUNT - 1 - i;
    const sample_batch listed = {.numbers = reversed, .count = COUNT};
    double gradient[PARAMETERS];
    double same[PARAMETERS];
    objective_value value;
    assert_int_equal(f->methods->evaluate(f, &range, d.parameters, &value, gradient), LINCLASS_OK);
    check_near("F over a batch", value.objective,
               factor * (double)definition_value(&part, d.parameters), 1e-12);
    for (int64_t i = 0; i < PARAMETERS; i++)
        check_near("the gradient over a batch", gradient[i], factor * slope(&part, i), 1e-8);
    assert_int_equal(f->methods->evaluate(f, &listed, d.parameters, &value, same), LINCLASS_OK);
    for (int64_t i = 0; i < PARAMETERS; i++)
        check_near("the gradient over the same samples by number", same[i], gradient[i], 1e-14);
    assert_int_equal(f->methods->evaluate(f, &listed, d.parameters, &value, NULL), LINCLASS_OK);
    check_near("F over a batch without its gradient", value.objective,
               factor * (double)definition_value(&part, d.parameters), 1e-12);
    f->methods->destroy(f);
    definition_free(&d);
}

static void batches(void **state)
{
    (void)state;
    linclass_context *ctx = context_new();
    for (int variant = 0; variant < 6; variant++) {
        const definition_case of = {
            .loss = LINCLASS_LOSS_SOFTMAX,
            .with_bias = true,
            .weighted = variant % 2 == 1,
            .targets = (target_kind)(variant / 2),
            .m = ROWS,
            .n = FEATURES,
            .k = CLASSES,
        };
        check_batch(ctx, &of);
    }
    linclass_context_destroy(ctx);
}

/* Of `taken` evenly spaced samples of ROWS. */
static void check_moments(objective *f, const definition *d, int64_t taken)
{
    enum { N = FEATURES + 1 };
    double square[N];
    double shift[N];
    double distance[N];
    double spread[N];
    feature_sums sums = {.square = square, .shift = shift, .distance = distance, .spread = spread};
    assert_int_equal(f->methods->moments(f, taken, &sums), LINCLASS_OK);
    for (int64_t j = 0; j < N; j++) {
        long double weights = 0;
        long double squares = 0;
        long double values = 0;
        for (int64_t t = 0; t < taken; t++) {
            const int64_t i = (int64_t)((double)t * ((double)ROWS / (double)taken));
            const long double x = j < FEATURES ? (long double)d->X[i * FEATURES + j] : 1;
            weights += d->weights[i];
            squares += d->weights[i] * x * x;
            values += d->weights[i] * x;
        }
        const long double mean = values / weights;
        const long double variance = squares / weights - mean * mean;
        const double moved = distance[j] / sums.weight;
        check_near("the sum of the weights", sums.weight, (double)weights, 1e-13);
        check_near("a sum of squares", square[j], (double)squares, 1e-12);
        check_near("a mean", shift[j] + moved, (double)mean, 1e-14);
        check_near("a variance", spread[j] / sums.weight - moved * moved, (double)variance, 1e-14);
    }
}

static void moments_of_the_features(void **state)
{
    (void)state;
    linclass_context *ctx = context_new();
    const definition_case of = {
        .loss = LINCLASS_LOSS_SOFTMAX,
        .with_bias = true,
        .weighted = true,
        .m = ROWS,
        .n = FEATURES,
        .k = CLASSES,
    };
    definition d;
    definition_make(&d, &of, 71);
    objective *f = objective_of(ctx, &d);
    check_moments(f, &d, ROWS);
    check_moments(f, &d, 17);
    f->methods->destroy(f);
    definition_free(&d);
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches),
        cmocka_unit_test(moments_of_the_features),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
