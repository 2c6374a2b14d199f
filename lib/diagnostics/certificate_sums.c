/* The sums of a certificate over its rows, by the formulas of certify.c. */
#include "diagnostics/certificate_passes.h"

#include <math.h>

#include "core/context.h"
#include "diagnostics/bound_sums.h"
#include "diagnostics/certifier.h"

/* Roundings of a difference of scores, and of what is made of it: those of the fit and those here. */
static const double DIFFERENCES = 4;

typedef struct figures {
    double *sums;
    double *gradient;
    double *slack;
} figures;

/* Add weight times x r^T, and, of the bound, weight times |x| error. */
static void add_feature(const certifier *self, const figures *to, int64_t j, double scaled,
                        double error)
{
    const int64_t c = self->of->c;
    for (int64_t a = 0; a < c; a++)
        to->gradient[j * c + a] += scaled * self->residual[a];
    to->slack[j] += fabs(scaled) * error;
}

static void add_gradient(const certifier *self, const figures *to, const sample *of, double weight,
                         double error)
{
    for (int64_t e = 0; e < of->count; e++)
        add_feature(self, to, of->features == NULL ? e : of->features[e], weight * of->x[e], error);
    add_feature(self, to, self->of->n, weight, error);
}

static void add_row(certifier *self, void *argument, int64_t row, const sample *of)
{
    figures *to = argument;
    const certificate_model *model = self->of;
    const double weight = known_rows_weight(self->rows, row);
    to->sums[FIGURES_WEIGHT] += weight;
    if (weight == 0)
        return;
    const int32_t loss = model->model->loss;
    const row_target target = certifier_target(self, row);
    const double delta = certifier_set_scores(self, row, of);
    const double value = row_loss(loss, model->c, self->scores, &target, self->residual);
    double total = 0;
    double largest = 0;
    for (int64_t a = 0; a < model->c; a++) {
        total += fabs(self->residual[a]);
        largest = fmax(largest, fabs(self->residual[a]));
    }
    /* A residual towards probabilities is a difference of numbers below 1. */
    if (target.probabilities != NULL || target.smoothing > 0)
        largest = 1;
    const double kinks = (double)row_loss_kinks(loss, model->c, self->scores, target.y, 2 * delta);
    to->sums[FIGURES_LOSS] += weight * value;
    /* The loss of a row is made of differences of its scores, whose rounding is that of the scores. */
    double highest = 0;
    for (int64_t a = 0; a < model->c; a++)
        highest = fmax(highest, fabs(self->scores[a]));
    to->sums[FIGURES_SLACK] += weight * DIFFERENCES * model->unit * highest;
    to->sums[FIGURES_SLACK] += weight * (delta * (total + 2 * kinks) + model->gamma_m * value);
    /* Towards probabilities it is a sum over the classes, of rounded probabilities that are the same in every row. */
    if (target.probabilities != NULL || target.smoothing > 0)
        to->sums[FIGURES_SLACK] += weight * model->gamma_c * value;
    add_gradient(self, to, of, weight,
                 model->gamma_m * largest +
                     row_loss_sensitivity(loss, model->c, self->scores, target.y, delta));
}

static linclass_status add_figures(certifier *rows, double *sums)
{
    const certificate_model *of = rows->of;
    double *const gradient = sums + FIGURES_ARRAYS;
    figures to = {sums, gradient, gradient + (of->n + 1) * of->c};
    return certifier_sweep(rows, add_row, &to);
}

int64_t certificate_pass_length(const certificate_pass *pass, int64_t n, int64_t c)
{
    switch (pass->kind) {
    case CERTIFICATE_FIGURES:
        return FIGURES_ARRAYS + (n + 1) * (c + 1);
    case CERTIFICATE_BALANCE:
        return c + c * c;
    default:
        return POINT_ARRAYS + (n + 1) * c;
    }
}

linclass_status certificate_pass_add(linclass_context *ctx, const certificate_model *of,
                                     const known_rows *rows, const certificate_pass *pass,
                                     double *sums)
{
    certifier self;
    linclass_status status = certifier_begin(ctx, of, rows, &self);
    if (status == LINCLASS_OK && pass->kind == CERTIFICATE_FIGURES)
        status = add_figures(&self, sums);
    else if (status == LINCLASS_OK && pass->kind == CERTIFICATE_BALANCE)
        status = bound_sums_balance(&self, pass, sums);
    else if (status == LINCLASS_OK)
        status = bound_sums_point(&self, pass, sums);
    certifier_end(&self);
    return status;
}
