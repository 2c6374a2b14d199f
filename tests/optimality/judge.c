#include "judge.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "support/losses.h"
#include "support/noise.h"

/* What "about tolerance^2" may hide. */
static const double FACTOR = 20;

/* Of a loss that is not convex a bound of the curvature takes the place of the curvature, which is some
 * fraction of it: directions that the penalty curves and others are weighed differently. */
static const double NOT_CONVEX = 10;

/* A fit whose precision resolves less than this part of what there was to gain has not converged. */
static const double MOST_ROUNDING = 1e-6;

static const double BOUND_ROUNDING = 1e-11;

const char *const verdict_names[VERDICTS] = {
    [VERDICT_KEPT] = "kept",
    [VERDICT_UNJUDGED] = "not judged",
    [VERDICT_NOT_CLAIMED] = "not claimed",
    [VERDICT_REFUSED] = "refused",
    [VERDICT_FAR] = "OK AWAY FROM THE OPTIMUM",
    [VERDICT_ERROR] = "ERROR",
    [VERDICT_ACCEPTED] = "ACCEPTED INFINITE DATA",
    [VERDICT_NOT_FINITE] = "NOT FINITE",
    [VERDICT_ROSE] = "F ROSE",
    [VERDICT_NO_BOUND] = "BOUND ABOVE THE MINIMUM",
};

static double number(int32_t dtype, const void *array, int64_t e)
{
    return dtype == LINCLASS_FLOAT32 ? (double)((const float *)array)[e]
                                     : ((const double *)array)[e];
}

/* The parameters of the model as those of the composite: of a loss of one score the last column. */
static bool read_parameters(const linclass_model *model, const composite *F, long double *P)
{
    const int32_t dtype = linclass_model_dtype(model);
    const int64_t n = linclass_model_features(model);
    const int64_t k = linclass_model_classes(model);
    const void *bias = linclass_model_bias(model);
    bool finite = true;
    for (int64_t j = 0; j < F->N; j++) {
        for (int64_t a = 0; a < F->c; a++) {
            const int64_t column = k - F->c + a;
            const double value = j < n ? number(dtype, linclass_model_theta(model), j * k + column)
                                       : number(dtype, bias, column);
            P[j * F->c + a] = value;
            finite = finite && isfinite(value);
        }
    }
    return finite;
}

static linclass_model *far_model(linclass_context *ctx, const fit_data *data,
                                 const objective_terms *terms)
{
    double *const theta = calloc((size_t)(data->n * data->k + 1), sizeof *theta);
    double bias[LOSS_SCORES] = {0};
    if (theta == NULL)
        abort();
    const int64_t first = data->k - losses_columns(terms->loss, data->k);
    uint64_t noise = 11;
    for (int64_t e = 0; e < data->n * data->k; e++)
        theta[e] = e % data->k < first ? 0 : 1000 * 1.7 * noise_uniform(&noise);
    linclass_model *made;
    if (linclass_model_create(ctx, terms->loss, LINCLASS_FLOAT64, data->n, data->k, theta, data->k,
                              terms->bias ? bias : NULL, NULL, &made) != LINCLASS_OK)
        abort();
    free(theta);
    return made;
}

/* How near the optimum the promise is about, for the fit that ended at P. */
static void compare(const minimum *best, long double attainable, const long double *P,
                    double tolerance, judgement *to)
{
    const long double F = composite_value(&best->outer, P, NULL);
    long double *const zero = long_doubles(best->outer.N * best->outer.c);
    long double gain = best->at_zero - best->F;
    long double left = F - best->F;
    long double rounding = attainable - best->F;
    if (!losses_find(best->outer.loss)->convex) {
        gain = minimum_possible_gain(best, zero);
        left = minimum_possible_gain(best, P);
        rounding = minimum_rounding(best, P);
    }
    free(zero);
    const double share = gain > 0 ? (double)(fmaxl(rounding, 0) / gain) : 0;
    const double factor = FACTOR * (losses_find(best->outer.loss)->convex ? 1 : NOT_CONVEX);
    to->promise = factor * tolerance * tolerance + fmin(share, MOST_ROUNDING);
    to->s = left <= best->gap ? 0 : (double)((left - best->gap) / gain);
}

static verdict verdict_on(const minimum *best, const long double *P, const long double *start,
                          const judgement *found)
{
    const long double F = composite_value(&best->outer, P, NULL);
    const long double before = composite_value(&best->outer, start, NULL);
    const long double slack = 4 * best->unit * before + minimum_rounding(best, start);
    if (!(F <= before + slack))
        return VERDICT_ROSE;
    const bool unpenalised = best->outer.ridge[0] == 0 && best->outer.lasso[0] == 0;
    if (found->status > 0 && !(found->status == LINCLASS_NO_MINIMUM && unpenalised))
        return VERDICT_NOT_CLAIMED;
    if (found->s > found->promise)
        return VERDICT_FAR;
    const long double gain = best->at_zero - best->F;
    const bool known = best->gap <= fmaxl(found->promise * gain, 1e-13L * best->at_zero);
    return known || !losses_find(best->outer.loss)->convex ? VERDICT_KEPT : VERDICT_UNJUDGED;
}

static void judge_model(const minimum *best, long double attainable, const linclass_model *model,
                        const linclass_model *initial, double tolerance, judgement *to)
{
    const int64_t size = best->outer.N * best->outer.c;
    long double *const P = long_doubles(2 * size);
    long double *const start = P + size;
    if (initial != NULL)
        read_parameters(initial, &best->outer, start);
    if (!read_parameters(model, &best->outer, P)) {
        to->verdict = VERDICT_NOT_FINITE;
    } else {
        compare(best, attainable, P, tolerance, to);
        to->verdict = verdict_on(best, P, start, to);
    }
    free(P);
}

/* Data in single precision: a fit in it sees the same numbers whatever it computes in double. */
static float *rounded_data(const fit_data *data)
{
    float *const made = malloc((size_t)(data->m * data->n + 1) * sizeof *made);
    if (made == NULL)
        abort();
    for (int64_t e = 0; e < data->m * data->n; e++)
        made[e] = (float)data->X[e];
    return made;
}

/* What rounding may do to a score of the model in double: terms that are large may cancel. */
static double score_rounding(const fit_data *data, int32_t dtype, const linclass_model *model)
{
    const void *bias = linclass_model_bias(model);
    double largest = 0;
    for (int64_t i = 0; i < data->m * data->k; i++) {
        double sum = bias == NULL ? 0 : fabs(number(dtype, bias, i % data->k));
        for (int64_t j = 0; j < data->n; j++)
            sum += fabs(data->X[i / data->k * data->n + j] *
                        number(dtype, linclass_model_theta(model), j * data->k + i % data->k));
        largest = fmax(largest, sum);
    }
    return 2 * (double)(data->n + 2) * DBL_EPSILON * largest;
}

/* NaN, no bound, is not above. */
static bool is_above(const minimum *best, double rounding, double bound)
{
    return bound > (double)(best->F + best->gap + BOUND_ROUNDING * best->at_zero) + rounding;
}

judgement judge(linclass_context *ctx, const fit_data *data, const objective_terms *terms,
                const minimum *best, long double attainable, const fit_choice *choice,
                bool may_refuse)
{
    linclass_matrix X;
    linclass_fit_options options;
    linclass_fit_report report;
    linclass_model *model = NULL;
    float *const rounded = terms->dtype == LINCLASS_FLOAT32 ? rounded_data(data) : NULL;
    linclass_matrix_init(&X, sizeof X, terms->dtype, data->m, data->n,
                         rounded != NULL ? (const void *)rounded : data->X, data->n);
    linclass_fit_options_init(&options, sizeof options);
    options.l2 = 0;
    linclass_fit_report_init(&report, sizeof report);
    linclass_model *const initial = choice->far_start ? far_model(ctx, data, terms) : NULL;
    options.loss = terms->loss;
    options.solver = choice->solver;
    options.dtype = terms->dtype;
    options.fit_bias = terms->bias;
    options.l1 = terms->l1;
    options.l2 = terms->l2;
    options.gradient_tolerance = choice->tolerance;
    options.sample_weight = data->weights;
    options.initial = initial;
    judgement made = {.s = NAN, .promise = NAN, .solver = choice->solver};
    made.status = linclass_fit(ctx, &X, data->y, &options, &report, &model);
    if (made.status >= 0 && !best->finite) {
        made.verdict = VERDICT_ACCEPTED;
    } else if (made.status < 0) {
        snprintf(made.message, sizeof made.message, "%s", linclass_context_message(ctx));
        made.verdict = may_refuse && made.message[0] != 0 ? VERDICT_REFUSED : VERDICT_ERROR;
    } else {
        made.solver = report.solver;
        made.iterations = report.iterations;
        judge_model(best, attainable, model, initial, choice->tolerance, &made);
        if (is_above(best, score_rounding(data, terms->dtype, model), report.dual_objective))
            made.verdict = VERDICT_NO_BOUND;
    }
    linclass_model_destroy(model);
    linclass_model_destroy(initial);
    free(rounded);
    return made;
}
