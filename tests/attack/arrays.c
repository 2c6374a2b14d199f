/* The other functions over arrays of the caller's - error rate, confusion, area under the curve, splits and
 * folds - on arguments that are legal, and on some that are not: sizes, labels, weights and pointers. What
 * is accepted is counted again by definition. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "attack.h"

enum { MOST = 64, K = 4 };

typedef struct given {
    int64_t m;
    int64_t k;
    int64_t y[MOST];
    int64_t predicted[MOST];
    double weights[MOST];
    double scores[MOST];
    bool weighted;
    bool legal; /* labels, weights and sizes */
} given;

static double weight(const given *g, int64_t i)
{
    return g->weighted ? g->weights[i] : 1;
}

static given draw(attack *self)
{
    given g = {.m = noise_below(&self->noise, MOST + 1),
               .k = 1 + noise_below(&self->noise, K),
               .weighted = noise_below(&self->noise, 2) == 0,
               .legal = true};
    for (int64_t i = 0; i < g.m; i++) {
        g.y[i] = noise_below(&self->noise, g.k);
        g.predicted[i] = noise_below(&self->noise, g.k);
        g.weights[i] = (double)noise_below(&self->noise, 5) / 2;
        g.scores[i] = (double)noise_below(&self->noise, 9) / 4;
    }
    static const double bad[] = {-1, (double)NAN, (double)INFINITY};
    const int64_t at = g.m == 0 ? 0 : noise_below(&self->noise, g.m);
    switch (g.m == 0 ? 9 : noise_below(&self->noise, 12)) {
    case 0:
        g.weighted = true;
        g.weights[at] = bad[noise_below(&self->noise, 3)];
        g.legal = false;
        break;
    case 1:
        g.m = noise_below(&self->noise, 2) == 0 ? -1 : INT64_MIN;
        g.legal = false;
        break;
    default:
        break;
    }
    return g;
}

static void judge(attack *self, const linclass_context *ctx, linclass_status status, bool legal,
                  bool right, const char *what)
{
    if (status < 0 && legal)
        attack_wrong(self, "%s: a legal call has status %d: %s", what, (int)status,
                     linclass_context_message(ctx));
    else if (status < 0)
        attack_refusal(self, ctx, status, what);
    else if (!legal)
        attack_wrong(self, "%s: an illegal call has status %d", what, (int)status);
    else if (!right)
        attack_wrong(self, "%s: not what counting gives", what);
    else
        attack_accepted(self);
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-12 * (1 + fabs(b));
}

static void try_error_rate(attack *self, linclass_context *ctx, const given *g)
{
    double found = -1;
    const linclass_status status =
        linclass_error_rate(ctx, g->m, g->y, g->predicted, g->weighted ? g->weights : NULL, &found);
    double wrong = 0;
    double all = 0;
    for (int64_t i = 0; i < g->m; i++) {
        wrong += g->y[i] != g->predicted[i] ? weight(g, i) : 0;
        all += weight(g, i);
    }
    judge(self, ctx, status, g->legal, near(found, all == 0 ? 0 : wrong / all), "error_rate");
}

static void try_confusion(attack *self, linclass_context *ctx, given g)
{
    const int64_t ldc = g.k + noise_below(&self->noise, 3) - (noise_below(&self->noise, 9) == 0);
    if (g.m > 0 && noise_below(&self->noise, 9) == 0) {
        g.predicted[0] = noise_below(&self->noise, 2) == 0 ? g.k : -1;
        g.legal = false;
    }
    double found[(K + 3) * (K + 3)];
    for (size_t e = 0; e < sizeof found / sizeof *found; e++)
        found[e] = -7;
    const linclass_status status = linclass_confusion(ctx, g.m, g.k, g.y, g.predicted,
                                                      g.weighted ? g.weights : NULL, found, ldc);
    bool right = true;
    for (int64_t a = 0; a < g.k; a++) {
        for (int64_t b = 0; b < ldc && status >= 0; b++) {
            double want = b < g.k ? 0 : -7;
            for (int64_t i = 0; i < g.m; i++)
                want += g.y[i] == a && g.predicted[i] == b ? weight(&g, i) : 0;
            right = right && (near(found[a * ldc + b], want) || (a == g.k - 1 && b >= g.k));
        }
    }
    judge(self, ctx, status, g.legal && ldc >= g.k, right, "confusion");
}

/* Pairs of a positive and a negative row, one by one. */
static void try_roc_auc(attack *self, linclass_context *ctx, given g)
{
    double above = 0;
    double pairs = 0;
    for (int64_t i = 0; i < g.m; i++)
        g.y[i] %= 2;
    for (int64_t i = 0; i < g.m; i++) {
        for (int64_t j = 0; j < g.m; j++) {
            const double both = g.y[i] == 1 && g.y[j] == 0 ? weight(&g, i) * weight(&g, j) : 0;
            pairs += both;
            above += g.scores[i] > g.scores[j] ? both : g.scores[i] == g.scores[j] ? both / 2 : 0;
        }
    }
    double found = -1;
    const linclass_status status =
        linclass_roc_auc_f64(ctx, g.m, g.scores, g.y, g.weighted ? g.weights : NULL, &found);
    judge(self, ctx, status, g.legal && pairs > 0, near(found, above / pairs), "roc_auc");
}

static void try_folds(attack *self, linclass_context *ctx, const given *g)
{
    const int64_t folds = noise_below(&self->noise, 9) - 1;
    int64_t fold[MOST];
    memset(fold, 0xff, sizeof fold);
    const bool legal = g->m >= 0 && folds >= 2 && folds <= g->m;
    const linclass_status status =
        linclass_folds(ctx, g->m, g->y, folds, noise_bits(&self->noise), fold);
    bool right = true;
    for (int64_t f = 0; f < folds && legal; f++) {
        for (int64_t c = -1; c < g->k; c++) { /* -1: of all rows */
            int64_t its_own = 0;
            int64_t all = 0;
            for (int64_t i = 0; i < g->m; i++) {
                const bool counts = c < 0 || g->y[i] == c;
                all += counts;
                its_own += counts && fold[i] == f;
                right = right && fold[i] >= 0 && fold[i] < folds;
            }
            right = right && its_own >= all / folds && its_own <= (all + folds - 1) / folds;
        }
    }
    judge(self, ctx, status, legal, right, "folds");
}

static void try_split(attack *self, linclass_context *ctx, const given *g)
{
    double fractions[3] = {0.5, 0.25, 0.25};
    const bool bad = noise_below(&self->noise, 5) == 0;
    if (bad)
        fractions[noise_below(&self->noise, 3)] =
            noise_below(&self->noise, 2) == 0 ? -0.5 : (double)NAN;
    int64_t part[MOST];
    const linclass_status status =
        linclass_split(ctx, g->m, g->y, 3, fractions, noise_bits(&self->noise), part);
    bool right = true;
    for (int64_t p = 0; p < 3; p++) {
        int64_t its_own = 0;
        for (int64_t i = 0; i < g->m; i++)
            its_own += part[i] == p;
        right = right && fabs((double)its_own - fractions[p] * (double)g->m) < 1;
    }
    judge(self, ctx, status, g->m >= 0 && !bad, right, "split");
}

static void try_one(attack *self)
{
    static linclass_context *ctx;
    if (ctx == NULL)
        ctx = attack_context(1);
    const given g = draw(self);
    try_error_rate(self, ctx, &g);
    try_confusion(self, ctx, g);
    try_roc_auc(self, ctx, g);
    try_folds(self, ctx, &g);
    try_split(self, ctx, &g);
}

int main(int argc, char **argv)
{
    return attack_main(argc, argv, try_one);
}
