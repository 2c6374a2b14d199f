/* Every loss with every penalty, weights and targets: F against its definition, its gradient against
 * differences of the definition, products with its Hessian against differences of its gradient.
 *
 * A central difference of step t is off by t^2 F''' / 6, and by the rounding of what it is made of over t.
 * The definition is in long double: with t = 1e-5, both are below 1e-9 for derivatives of order 1. The
 * gradient is in double: 1e-16 / 1e-5 of its size, 1e-10. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "core/context.h"
#include "definition.h"
#include "support/context_of.h"
#include "support/losses.h"
#include "support/noise.h"

static const double STEP = 1e-5;
static const double TOLERANCE = 1e-8;

/* Few classes, and as many as go through BLAS or panels. */
static const int64_t LARGE_COLUMNS[] = {5, 70};

static char described[160];

static void describe(const definition_case *of)
{
    (void)snprintf(described, sizeof described,
                   "loss %d l1 %g l2 %g bias %d weighted %d targets %d m=%ld n=%ld k=%ld",
                   (int)of->loss, of->l1, of->l2, of->with_bias, of->weighted, (int)of->targets,
                   (long)of->m, (long)of->n, (long)of->k);
}

static void check_near(const char *what, double got, double want, double allowed)
{
    if (!(fabs(got - want) <= allowed))
        fail_msg("%s: %s is %.17g, not %.17g: off by %.3g, allowed %.3g", described, what, got,
                 want, fabs(got - want), allowed);
}

static void check_ok(linclass_context *ctx, linclass_status status)
{
    if (status != LINCLASS_OK)
        fail_msg("%s: status %d: %s", described, (int)status, linclass_context_message(ctx));
}

static double *vector_new(int64_t count)
{
    double *v = calloc((size_t)count + 1, sizeof *v);
    assert_non_null(v);
    return v;
}

static double *shifted(const definition *d, const double *direction, double step)
{
    double *parameters = vector_new(d->parameter_count);
    for (int64_t i = 0; i < d->parameter_count; i++)
        parameters[i] = d->parameters[i] + step * direction[i];
    return parameters;
}

/* The derivative of the definition along a direction. */
static double slope_of_definition(const definition *d, const double *direction)
{
    double *above = shifted(d, direction, STEP);
    double *below = shifted(d, direction, -STEP);
    const long double slope =
        (definition_value(d, above) - definition_value(d, below)) / (2 * (long double)STEP);
    free(below);
    free(above);
    return (double)slope;
}

/* The contract leaves the l1 term out of the gradient. */
static double slope_of_gradient(const definition *d, const double *gradient,
                                const double *direction)
{
    double slope = 0;
    for (int64_t i = 0; i < d->parameter_count; i++) {
        const bool penalised = i < d->of.n * d->of.k;
        const double l1 = penalised ? copysign(d->of.l1, d->parameters[i]) : 0;
        slope += (gradient[i] + l1) * direction[i];
    }
    return slope;
}

static double *random_direction(const definition *d, uint64_t *noise)
{
    double *direction = vector_new(d->parameter_count);
    double square = 0;
    for (int64_t i = 0; i < d->parameter_count; i++) {
        direction[i] = noise_uniform(noise);
        square += direction[i] * direction[i];
    }
    for (int64_t i = 0; i < d->parameter_count; i++)
        direction[i] /= sqrt(square);
    return direction;
}

static void check_gradient(objective *f, const definition *d)
{
    const int64_t count = d->parameter_count;
    double *gradient = vector_new(count);
    objective_value value;
    objective_value alone;
    check_ok(f->ctx, f->methods->evaluate(f, NULL, d->parameters, &value, gradient));
    check_ok(f->ctx, f->methods->evaluate(f, NULL, d->parameters, &alone, NULL));
    const double want = (double)definition_value(d, d->parameters);
    check_near("F", value.objective, want, 1e-12 * (1 + want));
    check_near("F without its gradient", alone.objective, want, 1e-12 * (1 + want));
    uint64_t noise = 3;
    for (int trial = 0; trial < 3; trial++) {
        double *direction = random_direction(d, &noise);
        check_near("the slope along a direction", slope_of_gradient(d, gradient, direction),
                   slope_of_definition(d, direction), TOLERANCE);
        free(direction);
    }
    double *unit = vector_new(count);
    for (int64_t i = 0; i < count && count < 100; i++) {
        unit[i] = 1;
        check_near("an element of the gradient", slope_of_gradient(d, gradient, unit),
                   slope_of_definition(d, unit), TOLERANCE);
        unit[i] = 0;
    }
    free(unit);
    free(gradient);
}

static double *gradient_at(objective *f, const definition *d, const double *direction, double step)
{
    double *parameters = shifted(d, direction, step);
    double *gradient = vector_new(d->parameter_count);
    objective_value value;
    check_ok(f->ctx, f->methods->evaluate(f, NULL, parameters, &value, gradient));
    free(parameters);
    return gradient;
}

static double *product_with(objective *f, const definition *d, const double *direction)
{
    double *product = vector_new(d->parameter_count);
    check_ok(f->ctx, f->methods->hessian_product(f, d->parameters, direction, product));
    return product;
}

static double inner(int64_t count, const double *a, const double *b)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

static void check_hessian(objective *f, const definition *d)
{
    const int64_t count = d->parameter_count;
    uint64_t noise = 4;
    double *u = random_direction(d, &noise);
    double *v = random_direction(d, &noise);
    double *Hu = product_with(f, d, u);
    double *Hv = product_with(f, d, v);
    double *above = gradient_at(f, d, u, STEP);
    double *below = gradient_at(f, d, u, -STEP);
    for (int64_t i = 0; i < count; i++)
        check_near("an element of the Hessian product", Hu[i], (above[i] - below[i]) / (2 * STEP),
                   TOLERANCE);
    check_near("u H v beside v H u", inner(count, u, Hv), inner(count, v, Hu), 1e-13);
    free(below);
    free(above);
    free(Hv);
    free(Hu);
    free(v);
    free(u);
}

/* Products with unit vectors are the columns of the Hessian; gram gives a diagonal block of it, without
 * the penalty. */
static void check_gram(objective *f, const definition *d)
{
    const int64_t k = d->of.k;
    const int64_t N = d->parameter_count / k;
    double *gram = vector_new(N * N);
    double *zeros = vector_new(N);
    double *ones = vector_new(N);
    for (int64_t j = 0; j < N; j++)
        ones[j] = 1;
    double *unit = vector_new(d->parameter_count);
    double *curvatures = vector_new(d->of.m * k);
    int64_t rows;
    check_ok(f->ctx, f->methods->curvatures(f, d->of.m, d->parameters, k, curvatures, &rows));
    for (int64_t c = 0; c < k; c++) {
        double weight;
        check_ok(f->ctx,
                 f->methods->gram(f, d->of.m, curvatures + c * rows, zeros, ones, gram, &weight));
        check_near("the weight of gram", weight, d->data.total_weight, 1e-12 * weight);
        for (int64_t b = 0; b < N; b++) {
            unit[b * k + c] = 1;
            double *product = product_with(f, d, unit);
            unit[b * k + c] = 0;
            for (int64_t a = b; a < N; a++) {
                const double penalty = a == b && b < d->of.n ? d->of.l2 : 0;
                check_near("an element of gram", gram[a * N + b] / weight,
                           product[a * k + c] - penalty, 1e-12);
            }
            free(product);
        }
    }
    free(curvatures);
    free(unit);
    free(ones);
    free(zeros);
    free(gram);
}

/* The whole Hessian about some means: its columns are products with unit vectors, in coordinates where the intercept is
 * b' = b + means . theta. */
static void check_whole_hessian(objective *f, const definition *d)
{
    const int64_t P = d->parameter_count;
    const int64_t k = d->of.k;
    const int64_t n = d->of.n;
    double *means = vector_new(P / k);
    double *hessian = vector_new(P * P);
    double *unit = vector_new(P);
    for (int64_t j = 0; d->of.with_bias && j < n; j++)
        means[j] = 0.1 * (double)(j % 7) - 0.2;
    check_ok(f->ctx, f->methods->hessian(f, d->parameters, means, NULL, 0, hessian));
    for (int64_t b = 0; b < P; b++) {
        unit[b] = 1;
        if (d->of.with_bias && b < n * k)
            unit[n * k + b % k] -= means[b / k];
        double *product = product_with(f, d, unit);
        for (int64_t a = 0; a < P; a++) {
            const double about =
                d->of.with_bias && a < n * k ? means[a / k] * product[n * k + a % k] : 0;
            check_near("an element of the Hessian", hessian[a * P + b], product[a] - about, 1e-12);
        }
        free(product);
        unit[b] = 0;
        if (d->of.with_bias)
            unit[n * k + b % k] = 0;
    }
    free(unit);
    free(hessian);
    free(means);
}

/* In single precision, against double: scores of order 1 with 2^-24 of it as error, or so, and sums over
 * samples whose errors are no larger. */
static void check_single(linclass_context *ctx, objective *exact, const definition *d)
{
    objective *f;
    check_ok(ctx, objective_create_f32(ctx, &d->data, &f));
    f->methods->set_penalties(f, d->of.l1, d->of.l2);
    double *gradients[2] = {vector_new(d->parameter_count), vector_new(d->parameter_count)};
    objective_value values[2];
    check_ok(ctx, f->methods->evaluate(f, NULL, d->parameters, &values[0], gradients[0]));
    check_ok(ctx, exact->methods->evaluate(exact, NULL, d->parameters, &values[1], gradients[1]));
    check_near("F in single precision", values[0].objective, values[1].objective,
               1e-5 * (1 + values[1].objective));
    for (int64_t i = 0; i < d->parameter_count; i++)
        check_near("the gradient in single precision", gradients[0][i], gradients[1][i], 1e-4);
    if (exact->twice_differentiable) {
        uint64_t noise = 5;
        double *direction = random_direction(d, &noise);
        double *single = product_with(f, d, direction);
        double *twice = product_with(exact, d, direction);
        for (int64_t i = 0; i < d->parameter_count; i++)
            check_near("the Hessian product in single precision", single[i], twice[i], 1e-4);
        free(twice);
        free(single);
        free(direction);
    }
    free(gradients[1]);
    free(gradients[0]);
    f->methods->destroy(f);
}

static void check_unsupported(objective *f, const definition *d)
{
    double *product = vector_new(d->parameter_count);
    assert_int_equal(f->methods->hessian_product(f, d->parameters, d->parameters, product),
                     LINCLASS_ERROR_UNSUPPORTED);
    free(product);
}

static bool has_second_derivative(int32_t loss)
{
    return losses_find(loss)->smooth;
}

static void check_case(linclass_context *ctx, const definition_case *of)
{
    definition d;
    describe(of);
    definition_make(&d, of, 50);
    objective *f;
    check_ok(ctx, objective_create_f64(ctx, &d.data, &f));
    f->methods->set_penalties(f, of->l1, of->l2);
    assert_int_equal(f->parameters, d.parameter_count);
    assert_int_equal(f->twice_differentiable, has_second_derivative(of->loss));
    check_gradient(f, &d);
    check_single(ctx, f, &d);
    if (!f->twice_differentiable) {
        check_unsupported(f, &d);
    } else {
        check_hessian(f, &d);
        /* Of the loss that is not convex, gram leaves negative curvatures out. */
        if (d.parameter_count < 100 && losses_find(of->loss)->convex)
            check_gram(f, &d);
        if (d.parameter_count < 100)
            check_whole_hessian(f, &d);
    }
    f->methods->destroy(f);
    definition_free(&d);
}

static const double penalties[][2] = {{0, 0}, {0, 0.3}, {0.2, 0}, {0.2, 0.3}};
enum { PENALTIES = sizeof penalties / sizeof *penalties };

static void test_every_loss_and_penalty(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        for (int p = 0; p < PENALTIES; p++) {
            definition_case of = {
                .loss = loss, .l1 = penalties[p][0], .l2 = penalties[p][1], .m = 60, .n = 7};
            of.k = losses_find(loss)->one_score ? 1 : 4;
            definition_each_kind(ctx, of, check_case);
        }
    }
    linclass_context_destroy(ctx);
}

/* One row, one feature, and more rows than a block. */
static void test_other_shapes(void **state)
{
    (void)state;
    static const int64_t shapes[][2] = {{1, 3}, {5, 1}, {3, 0}, {700, 5}};
    linclass_context *ctx = context_of(3);
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
            definition_case of = {.loss = loss,
                                  .l1 = 0.1,
                                  .l2 = 0.2,
                                  .with_bias = true,
                                  .weighted = true,
                                  .m = shapes[s][0],
                                  .n = shapes[s][1]};
            of.k = losses_find(loss)->one_score ? 1 : 3;
            check_case(ctx, &of);
        }
    }
    linclass_context_destroy(ctx);
}

/* n k above 2^18: the sweep shares the tiles of a chunk of rows out. */
static void test_large_parameters(void **state)
{
    (void)state;
    linclass_context *ctx = context_of(2);
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        const bool one_score = losses_find(loss)->one_score;
        for (int i = 0; i < (one_score ? 1 : 2); i++) {
            definition_case of = {
                .loss = loss, .l1 = 1e-4, .l2 = 1e-3, .with_bias = true, .weighted = true, .m = 9};
            of.k = one_score ? 1 : LARGE_COLUMNS[i];
            of.n = 270000 / of.k;
            check_case(ctx, &of);
        }
    }
    linclass_context_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_loss_and_penalty),
        cmocka_unit_test(test_other_shapes),
        cmocka_unit_test(test_large_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
