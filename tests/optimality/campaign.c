/* Default fits of data that are hard in the ways that real data are (campaign_data.c), by every convex loss, in both
 * precisions, with every kind of penalty: each ends at its minimum and proves it, or says what cannot be.
 *
 *   campaign                    those of the first cases that take little time
 *   campaign SECONDS [FIRST]    cases from a number on, for so long; at least one
 *
 * A case is a function of its number alone. What a fit promises:
 *
 *   - it does not fail, its model is finite, and it has not stalled
 *   - F of the model, in long double, is what the report says, and not above F at zero but for the gap
 *   - with a penalty: the gap is at most 1e-6 of F at zero, 1e-4 of the losses with kinks, or what the rounding of the
 *     parameters takes away is more
 *   - the lower bound is one: not above the minimum in long double, where the loss is smooth and the problem is
 *     small, nor above F of the fit in the other precision
 *   - without a penalty: as near the minimum as judge.h says, where there is one. SGD, which fits losses with kinks
 *     then, promises nothing.
 *
 * Each violation is a line with the number of its case. The exit status is 1 when there is one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linclass/linclass.h>

#include "campaign_data.h"
#include "minimum.h"

#include "support/losses.h"

enum {
    FIRST_CASES = 80,
    MOST_ROWS = 1000, /* of a case that takes little time */
    MOST_PARAMETERS = 700,
    MOST_WITH_L1 = 100,
    STRIDE = 7919, /* a prime: neighbours have little in common */
    PRECISIONS = 2,
    OUTCOMES = 8,
    MOST_SECONDS =
        120 /* of a fit on a machine with other work: a guard against those without an end */
};

typedef struct penalty {
    double l1;
    double l2; /* -1: the default */
} penalty;

static const penalty PENALTIES[] = {{0, -1},   {0, 0},       {0, 1e-10},  {0, 1e-8},
                                    {0, 1e-6}, {0, 1e-4},    {0, 1e-2},   {1e-4, 0},
                                    {1e-2, 0}, {1e-3, 1e-3}, {1e-3, 1e-8}};
static const int32_t LOSSES[] = {LINCLASS_LOSS_SOFTMAX, LINCLASS_LOSS_LOGISTIC,
                                 LINCLASS_LOSS_SQUARED_HINGE, LINCLASS_LOSS_HINGE,
                                 LINCLASS_LOSS_CRAMMER_SINGER};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

typedef struct campaign {
    linclass_context *ctx;
    uint64_t number; /* of the case */
    char name[128];  /* of its fits */
    int fits;
    int broken;
    int outcomes[OUTCOMES]; /* fits by status */
} campaign;

/* What a fit returned. */
typedef struct outcome {
    linclass_status status;
    linclass_fit_report report;
    long double *P; /* the model, as parameters of a composite */
    long double F;  /* there */
} outcome;

static void violation(campaign *self, const outcome *fit, const char *what, double value,
                      double allowed)
{
    self->broken++;
    printf("case %llu: %s: %s (%.3g, allowed %.3g): %s, %s after %lld iterations\n",
           (unsigned long long)self->number, self->name, what, value, allowed,
           linclass_status_string(fit->status), linclass_solver_name(fit->report.solver),
           (long long)fit->report.iterations);
}

static double number(const linclass_model *model, const void *array, int64_t e)
{
    return linclass_model_dtype(model) == LINCLASS_FLOAT32 ? (double)((const float *)array)[e]
                                                           : ((const double *)array)[e];
}

static void read_model(const linclass_model *model, const composite *F, outcome *fit)
{
    const int64_t n = linclass_model_features(model);
    const int64_t k = linclass_model_classes(model);
    fit->P = long_doubles(F->N * F->c);
    for (int64_t e = 0; e < F->N * F->c; e++) {
        const int64_t column = k - F->c + e % F->c;
        fit->P[e] = e / F->c < n ? number(model, linclass_model_theta(model), e / F->c * k + column)
                                 : number(model, linclass_model_bias(model), column);
    }
    fit->F = composite_value(F, fit->P, NULL);
}

static linclass_status run(campaign *self, const fit_data *data, const objective_terms *terms,
                           bool default_l2, linclass_fit_report *report, linclass_model **model)
{
    linclass_matrix X;
    linclass_fit_options options;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, data->m, data->n, data->X, data->n);
    linclass_fit_options_init(&options, sizeof options);
    linclass_fit_report_init(report, sizeof *report);
    options.loss = terms->loss;
    options.max_seconds = MOST_SECONDS;
    options.dtype = terms->dtype;
    options.l1 = terms->l1;
    if (!default_l2)
        options.l2 = terms->l2;
    return linclass_fit(self->ctx, &X, data->y, &options, report, model);
}

/* Whether every row has the highest score of its own class. */
static bool separates(const composite *F, const long double *P)
{
    bool always = true;
    for (int64_t i = 0; i < F->m; i++) {
        long double own = 0;
        long double other = F->c == 1 ? 0 : -INFINITY;
        for (int64_t a = 0; a < F->c; a++) {
            long double h = 0;
            for (int64_t j = 0; j < F->N; j++)
                h += F->Z[i * F->N + j] * P[j * F->c + a];
            if (F->c == 1)
                own = F->y[i] == 1 ? h : -h;
            else if (a == F->y[i])
                own = h;
            else
                other = fmaxl(other, h);
        }
        always = always && own > other;
    }
    return always;
}

/* No minimum: the loss of a row is above 0 whatever its scores, and all of them fall together. */
static bool has_no_minimum(const composite *F, const objective_terms *terms, const outcome *fit)
{
    return losses_find(terms->loss)->probabilities && terms->l1 == 0 && terms->l2 == 0 &&
           separates(F, fit->P);
}

/* Over F at zero, by default. */
static double allowed_gap(int32_t loss)
{
    return losses_find(loss)->smooth ? 1e-6 : 1e-4;
}

static void check_penalised(campaign *self, const minimum *about, const objective_terms *terms,
                            const outcome *fit, bool certain)
{
    const double unit = allowed_gap(terms->loss);
    const double zero = (double)about->at_zero;
    double allowed = unit * zero * (1 + 1e-9);
    if (fit->report.gap <= allowed && fit->status == LINCLASS_OK)
        return;
    if (certain && terms->dtype == LINCLASS_FLOAT32)
        allowed += 4 * (double)(minimum_attainable(about) - about->F);
    if (!(fit->report.gap <= allowed))
        violation(self, fit, "gap", fit->report.gap / zero, allowed / zero);
    else if (fit->status != LINCLASS_OK && fit->report.gap <= unit * zero)
        violation(self, fit, "not OK with a small gap", fit->report.gap / zero, allowed / zero);
}

static void check_unpenalised(campaign *self, const minimum *about, const objective_terms *terms,
                              const outcome *fit, bool certain)
{
    if (!losses_find(terms->loss)->smooth)
        return;
    if (has_no_minimum(&about->outer, terms, fit)) {
        if (fit->status != LINCLASS_NO_MINIMUM)
            violation(self, fit, "no minimum, and does not say so", (double)fit->F, 0);
    } else if (fit->status != LINCLASS_OK) {
        violation(self, fit, "not OK", (double)fit->F, 0);
    } else if (certain) {
        const long double gain = about->at_zero - about->F;
        const double s = (double)((fit->F - about->F - about->gap) / gain);
        const double allowed =
            20 * 1e-8 + (double)fminl((minimum_attainable(about) - about->F) / gain, 1e-6L);
        if (!(s <= allowed))
            violation(self, fit, "away from the minimum", s, allowed);
    }
}

/* What sums in double may do to F: the terms of a score may be large and cancel. */
static double rounding(const composite *F, const outcome *fit, long double zero)
{
    long double largest = 0;
    for (int64_t i = 0; i < F->m * F->c; i++) {
        long double sum = 0;
        for (int64_t j = 0; j < F->N; j++)
            sum += fabsl(F->Z[i / F->c * F->N + j] * fit->P[j * F->c + i % F->c]);
        largest = fmaxl(largest, sum);
    }
    return (double)(1e-9L * zero + 4 * (F->N + 2) * F->c * 0x1p-52L * largest);
}

static void check_fit(campaign *self, const minimum *about, const objective_terms *terms,
                      const outcome *fit, bool certain)
{
    const long double zero = about->at_zero;
    const bool penalised = terms->l1 > 0 || terms->l2 > 0;
    if (!isfinite(fit->F)) {
        violation(self, fit, "F of the model", (double)fit->F, (double)zero);
        return;
    }
    const bool sgd = fit->report.solver == LINCLASS_SOLVER_SGD;
    if (!(fit->F <= zero * (1 + allowed_gap(terms->loss))) && !sgd)
        violation(self, fit, "F above that at zero", (double)fit->F, (double)zero);
    if (fit->status == LINCLASS_LINE_SEARCH_STALLED)
        violation(self, fit, "stalled", (double)fit->F, (double)about->F);
    if (penalised &&
        !(fabsl(fit->F - (long double)fit->report.objective) <= rounding(&about->outer, fit, zero)))
        violation(self, fit, "objective in the report", (double)(fit->F - fit->report.objective),
                  rounding(&about->outer, fit, zero));
    if (penalised)
        check_penalised(self, about, terms, fit, certain);
    else
        check_unpenalised(self, about, terms, fit, certain);
}

/* What the fit proves is true of a point that is at least as high as the minimum. */
static void check_bound(campaign *self, const outcome *fit, long double F, double slack)
{
    if (fit->report.dual_objective > (double)F + slack)
        violation(self, fit, "bound above the minimum", fit->report.dual_objective,
                  (double)F + slack);
}

/* Both precisions of a problem. */
static void run_problem(campaign *self, const fit_data *data, objective_terms *terms,
                        bool default_l2, const char *name)
{
    outcome fits[PRECISIONS] = {0};
    const int64_t size = (data->n + 1) * losses_columns(terms->loss, data->k);
    const bool certain_to_find = losses_find(terms->loss)->smooth &&
                                 size <= (terms->l1 > 0 ? MOST_WITH_L1 : MOST_PARAMETERS);
    terms->dtype = LINCLASS_FLOAT64;
    minimum about = certain_to_find ? minimum_find(data, terms) : minimum_start(data, terms);
    const bool certain = certain_to_find && minimum_is_certain(&about);
    for (int p = 0; p < PRECISIONS; p++) {
        outcome *const fit = &fits[p];
        linclass_model *model = NULL;
        terms->dtype = p == 0 ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32;
        about.unit = p == 0 ? 0x1p-53L : 0x1p-24L;
        snprintf(self->name, sizeof self->name, "%s %s", name, p == 0 ? "f64" : "f32");
        fit->status = run(self, data, terms, default_l2, &fit->report, &model);
        self->fits++;
        if (fit->status < 0) {
            violation(self, fit, linclass_context_message(self->ctx), fit->status, 0);
            continue;
        }
        self->outcomes[fit->status]++;
        read_model(model, &about.outer, fit);
        linclass_model_destroy(model);
        check_fit(self, &about, terms, fit, certain);
        const double slack = rounding(&about.outer, fit, about.at_zero);
        if (certain)
            check_bound(self, fit, about.F + about.gap, slack);
        for (int other = 0; other <= p; other++)
            if (fits[other].P != NULL)
                check_bound(self, fit, fits[other].F, slack);
    }
    for (int p = 0; p < PRECISIONS; p++)
        free(fits[p].P);
    minimum_free(&about);
}

/* quick: only where it takes little time. */
static void run_case(campaign *self, uint64_t number, bool quick)
{
    const uint64_t combinations =
        (uint64_t)(campaign_kind_count * COUNT(LOSSES) * COUNT(PENALTIES));
    uint64_t rest = number * STRIDE % combinations;
    const campaign_kind *kind = &campaign_kinds[rest % (uint64_t)campaign_kind_count];
    rest /= (uint64_t)campaign_kind_count;
    const int32_t loss = LOSSES[rest % COUNT(LOSSES)];
    const penalty *of = &PENALTIES[rest / COUNT(LOSSES)];
    const bool pair = losses_find(loss)->one_score;
    const bool is_long = kind->shape.m > MOST_ROWS || kind->shape.k > 2 ||
                         (of->l1 > 0 && !losses_find(loss)->smooth);
    if ((pair && kind->shape.k > 2) || (quick && is_long))
        return;
    fit_data data = campaign_data(kind, pair ? 2 : 0, number);
    objective_terms terms = {.loss = loss, .bias = true, .l1 = of->l1, .l2 = of->l2};
    char name[96];
    snprintf(name, sizeof name, "%s %s %lldx%lldk%lld l1=%g l2=%g", linclass_loss_name(loss),
             kind->name, (long long)data.m, (long long)data.n, (long long)data.k, of->l1, of->l2);
    if (of->l2 < 0)
        terms.l2 = 1 / (double)data.m;
    self->number = number;
    run_problem(self, &data, &terms, of->l2 < 0, name);
    data_free(&data);
}

static double seconds(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int count, char **arguments)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    campaign self = {0};
    linclass_context_options options;
    linclass_context_options_init(&options, sizeof options);
    options.threads = 1;
    if (linclass_context_create(&options, &self.ctx) != LINCLASS_OK)
        return 2;
    const double until = seconds() + (count > 1 ? atof(arguments[1]) : 0);
    const uint64_t first = count > 2 ? strtoull(arguments[2], NULL, 10) : 0;
    uint64_t next = first;
    do
        run_case(&self, next++, count == 1);
    while (count > 1 ? seconds() < until : next < FIRST_CASES);
    printf("%d fits of cases %llu to %llu", self.fits, (unsigned long long)first,
           (unsigned long long)next - 1);
    for (int status = 0; status < OUTCOMES; status++)
        if (self.outcomes[status] > 0)
            printf(", %d %s", self.outcomes[status], linclass_status_string(status));
    printf(": %d promises broken\n", self.broken);
    linclass_context_destroy(self.ctx);
    return self.broken > 0;
}
