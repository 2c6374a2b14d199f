/* Fits of every solver, loss, penalty and precision on data of every kind, held against minima found in
 * long double: what is returned as OK is at the optimum.
 *
 *   sweep            every case
 *   sweep 1/N        one in N of them, always the same
 *
 * One thread: results do not depend on their number, and the problems are small.
 * Each violation is a line, the furthest from its promise first; then how often which solver returned
 * what, and of the promises kept the one most nearly broken and the one farthest from its minimum. The exit
 * status is 1 when a promise is broken. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/linclass.h>

#include "data.h"
#include "judge.h"

#include "support/losses.h"
#include "support/one_in.h"

typedef struct penalty {
    double l1;
    double l2;
} penalty;

static const penalty PENALTIES[] = {
    {0, 0},    {0, 1e-8}, {0, 1e-4},    {0, 1e-2},    {0, 1},
    {1e-3, 0}, {1e-2, 0}, {1e-3, 1e-3}, {1e-2, 1e-3},
};
enum { STATUSES = 16 };
static const double TOLERANCES[] = {1e-4, 1e-2, 1e-6};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

typedef struct result {
    char name[160];
    judgement found;
    int32_t asked;
    int32_t dtype;
    bool hard;
} result;

typedef struct sweep {
    linclass_context *ctx;
    result *results;
    size_t count;
    size_t room;
    uint64_t stride; /* one case in so many */
    int minima;
} sweep;

static result *add(sweep *self)
{
    if (self->count == self->room) {
        self->room = 2 * self->room + 1024;
        self->results = realloc(self->results, self->room * sizeof *self->results);
        if (self->results == NULL)
            abort();
    }
    result *const made = &self->results[self->count++];
    memset(made, 0, sizeof *made);
    return made;
}

/* Whether this case belongs to the part asked for: by a hash of its name. */
static bool is_chosen(const sweep *self, const char *name)
{
    uint64_t hash = 1469598103934665603u;
    for (const char *c = name; *c != 0; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    return (hash >> 20) % self->stride == 0;
}

static bool can_fit(int32_t solver, const objective_terms *terms)
{
    if (solver == LINCLASS_SOLVER_SGD || solver == LINCLASS_SOLVER_SMOOTHING ||
        solver == LINCLASS_SOLVER_PROJECTED_NEWTON || solver == LINCLASS_SOLVER_DUAL_ASCENT)
        return false;
    if (terms->l1 > 0)
        return (solver == LINCLASS_SOLVER_AUTO || solver == LINCLASS_SOLVER_ORTHANT_WISE) &&
               losses_find(terms->loss)->convex;
    if (!losses_find(terms->loss)->convex)
        return solver == LINCLASS_SOLVER_AUTO || solver == LINCLASS_SOLVER_GRADIENT_DESCENT ||
               solver == LINCLASS_SOLVER_LBFGS;
    return true;
}

static void run_fit(sweep *self, const fit_data *data, const objective_terms *terms,
                    const minimum *best, long double attainable, const fit_choice *choice,
                    int flags, const char *name)
{
    result *const made = add(self);
    made->asked = choice->solver;
    made->dtype = terms->dtype;
    made->hard = (flags & DATA_HARD) != 0 || choice->far_start;
    made->found = judge(self->ctx, data, terms, best, attainable, choice, (flags & DATA_HUGE) != 0);
    snprintf(made->name, sizeof made->name, "%s %s tol=%g%s", linclass_solver_name(choice->solver),
             name, choice->tolerance, choice->far_start ? " far" : "");
}

static void run_problem(sweep *self, const fit_data *data, const objective_terms *terms, int flags,
                        const char *name)
{
    minimum best = minimum_find(data, terms);
    const bool convex = losses_find(terms->loss)->convex;
    const long double attainable = convex && best.finite ? minimum_attainable(&best) : best.F;
    self->minima++;
    for (int32_t solver = 0; linclass_solver_name(solver) != NULL; solver++) {
        if (!can_fit(solver, terms))
            continue;
        for (int t = 0; t < COUNT(TOLERANCES); t++) {
            const fit_choice choice = {.solver = solver, .tolerance = TOLERANCES[t]};
            if (TOLERANCES[t] >= 1e-4 || terms->dtype == LINCLASS_FLOAT64)
                run_fit(self, data, terms, &best, attainable, &choice, flags, name);
        }
        const fit_choice far = {.solver = solver, .tolerance = 1e-4, .far_start = true};
        if (convex)
            run_fit(self, data, terms, &best, attainable, &far, flags, name);
    }
    minimum_free(&best);
}

static void run_data(sweep *self, const fit_data *data, const char *data_name, int f64, int f32)
{
    for (int p = 0; p < COUNT(PENALTIES); p++) {
        if (data->n > data->m && PENALTIES[p].l2 == 0)
            continue;
        if ((data->n > data->m || (f64 & DATA_NO_LASSO) != 0) && PENALTIES[p].l1 > 0)
            continue;
        for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
            const loss_definition *of = losses_find(loss);
            if (!of->smooth || (data->k > 2 && of->one_score))
                continue;
            for (int choice = 0; choice < 4; choice++) {
                const objective_terms terms = {
                    .loss = loss,
                    .dtype = choice % 2 == 0 ? LINCLASS_FLOAT64 : LINCLASS_FLOAT32,
                    .bias = choice < 2,
                    .l1 = PENALTIES[p].l1,
                    .l2 = PENALTIES[p].l2,
                };
                char name[128];
                snprintf(name, sizeof name, "%s l1=%g l2=%g %s %s %s",
                         linclass_loss_name(terms.loss), terms.l1, terms.l2,
                         choice % 2 == 0 ? "f64" : "f32", terms.bias ? "bias" : "no-bias",
                         data_name);
                if (is_chosen(self, name))
                    run_problem(self, data, &terms, choice % 2 == 0 ? f64 : f32, name);
            }
        }
    }
}

/* A fit by a solver that should have converged, on data that are not hard, that says it has not. */
static bool is_disappointing(const result *one)
{
    return one->found.verdict == VERDICT_NOT_CLAIMED && !one->hard &&
           one->asked != LINCLASS_SOLVER_GRADIENT_DESCENT;
}

/* How badly a result does: what a violation is sorted by. */
static double badness(const result *one)
{
    if (one->found.verdict != VERDICT_FAR)
        return one->found.verdict < VERDICT_FAR ? -1 : INFINITY;
    return isnan(one->found.s) ? INFINITY : one->found.s / one->found.promise;
}

static int worse_first(const void *a, const void *b)
{
    const double x = badness(a);
    const double y = badness(b);
    return x > y ? -1 : x < y;
}

static void print(const result *one)
{
    const judgement *found = &one->found;
    printf("%-24s %s: s %.2g, promised %.2g, status %d, %lld iterations%s%s%s\n",
           verdict_names[found->verdict], one->name, found->s, found->promise, (int)found->status,
           found->iterations, one->asked == LINCLASS_SOLVER_AUTO ? ", ran " : "",
           one->asked == LINCLASS_SOLVER_AUTO ? linclass_solver_name(found->solver) : "",
           found->message[0] != 0 ? found->message : "");
}

static void summarise(const sweep *self, int32_t solver, int32_t dtype)
{
    int verdicts[VERDICTS] = {0};
    int statuses[STATUSES] = {0};
    int easy[STATUSES] = {0};
    int fits = 0;
    for (size_t i = 0; i < self->count; i++) {
        const result *one = &self->results[i];
        if (one->asked != solver || one->dtype != dtype)
            continue;
        fits++;
        verdicts[one->found.verdict]++;
        const int status = one->found.status;
        if (status >= 0 && status < STATUSES) {
            statuses[status]++;
            easy[status] += !one->hard;
        }
    }
    if (fits == 0)
        return;
    printf("%-17s %s %6d fits", linclass_solver_name(solver),
           dtype == LINCLASS_FLOAT32 ? "f32" : "f64", fits);
    for (int v = 0; v < VERDICTS; v++)
        if (verdicts[v] > 0)
            printf(", %d %s", verdicts[v], verdict_names[v]);
    for (int s = 1; s < STATUSES; s++)
        if (statuses[s] > 0)
            printf("; \"%s\" %d (%d where nothing is hard)", linclass_status_string(s), statuses[s],
                   easy[s]);
    puts("");
}

/* The result that comes nearest to breaking its promise, and the one farthest from its minimum. */
static void print_kept(const sweep *self)
{
    const result *nearest = NULL;
    const result *farthest = NULL;
    for (size_t i = 0; i < self->count; i++) {
        const result *one = &self->results[i];
        if (one->found.verdict != VERDICT_KEPT)
            continue;
        if (nearest == NULL ||
            one->found.s / one->found.promise > nearest->found.s / nearest->found.promise)
            nearest = one;
        if (farthest == NULL || one->found.s > farthest->found.s)
            farthest = one;
    }
    if (nearest != NULL) {
        print(nearest);
        print(farthest);
    }
}

static int report(sweep *self)
{
    qsort(self->results, self->count, sizeof *self->results, worse_first);
    int broken = 0;
    int unjudged = 0;
    for (size_t i = 0; i < self->count; i++) {
        const bool breaks = self->results[i].found.verdict >= VERDICT_FAR;
        broken += breaks;
        unjudged += self->results[i].found.verdict == VERDICT_UNJUDGED;
        if (breaks || is_disappointing(&self->results[i]))
            print(&self->results[i]);
    }
    for (int32_t solver = 0; linclass_solver_name(solver) != NULL; solver++)
        for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++)
            summarise(self, solver, dtype);
    print_kept(self);
    printf("%zu fits to %d minima, %d not judged: %d promises broken\n", self->count, self->minima,
           unjudged, broken);
    return broken > 0 || 50 * (size_t)unjudged > self->count || self->count == 0;
}

int main(int count, char **arguments)
{
    sweep self = {.stride = one_in(count, arguments)};
    linclass_context_options options;
    linclass_context_options_init(&options, sizeof options);
    options.threads = 1;
    if (self.stride == 0 || linclass_context_create(&options, &self.ctx) != LINCLASS_OK)
        return 2;
    for (int s = 0; s < DATA_SHAPES; s++) {
        for (int c = 0; c < data_change_count; c++) {
            fit_data data = data_new(&data_shapes[s], &data_changes[c]);
            char name[64];
            snprintf(name, sizeof name, "%s %s", data_shapes[s].name, data_changes[c].name);
            run_data(&self, &data, name, data_changes[c].f64, data_changes[c].f32);
            data_free(&data);
        }
    }
    const int failed = report(&self);
    linclass_context_destroy(self.ctx);
    free(self.results);
    return failed;
}
