/* linclass_model_verify: arguments, the figures recomputed, and what the model's report says of them. */
#include <linclass/certificate.h>

#include <math.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "data/matrix.h"
#include "diagnostics/certify.h"
#include "diagnostics/distance.h"

/* Size of the certificate in its first release. */
static const linclass_certificate DEFAULTS = {.size = sizeof(linclass_certificate)};

linclass_status linclass_certificate_init(linclass_certificate *certificate, size_t size)
{
    return versioned_init(certificate, size, &DEFAULTS, sizeof DEFAULTS, FIRST_CERTIFICATE);
}

/* Not within the tolerance; what a report does not say, NaN, does not differ. */
static bool apart(double reported, double found, double tolerance)
{
    return fabs(reported - found) > tolerance;
}

static void compare(const linclass_model *model, linclass_certificate *found)
{
    const linclass_fit_report *report = &model->report;
    found->compared = model->has_report;
    if (!model->has_report)
        return;
    if (report->samples > 0 && report->samples != found->samples)
        found->differs |= LINCLASS_DIFFERS_SAMPLES;
    if (apart(report->total_weight, found->total_weight, 1e-9 * found->total_weight))
        found->differs |= LINCLASS_DIFFERS_WEIGHT;
    if (apart(report->objective, found->objective, found->objective_tolerance) ||
        apart(report->loss, found->loss, found->objective_tolerance))
        found->differs |= LINCLASS_DIFFERS_OBJECTIVE;
    if (apart(report->gradient_infinity_norm, found->gradient_infinity_norm,
              found->gradient_tolerance) ||
        apart(report->smooth_gradient_infinity_norm, found->smooth_gradient_infinity_norm,
              found->gradient_tolerance))
        found->differs |= LINCLASS_DIFFERS_GRADIENT;
    if (apart(report->gap, found->objective - report->dual_objective, found->objective_tolerance))
        found->differs |= LINCLASS_DIFFERS_GAP;
}

linclass_status certificate_check_targets(linclass_context *ctx, const linclass_model *model,
                                          const char *name, bool with_probabilities)
{
    if (!with_probabilities && model->has_report && model->report.with_target_probabilities)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "the model was fitted to probabilities, %s is NULL", name);
    if (with_probabilities && model->loss != LINCLASS_LOSS_SOFTMAX)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "%s is given: of the losses only softmax can be fitted to "
                            "probabilities",
                            name);
    return LINCLASS_OK;
}

linclass_status certificate_read(linclass_context *ctx, const linclass_model *model,
                                 const linclass_certificate *certificate,
                                 linclass_certificate *given)
{
    const required_pointer required[] = {
        {"ctx", ctx}, {"model", model}, {"certificate", certificate}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    return versioned_read(ctx, "certificate", certificate, given, &DEFAULTS, sizeof DEFAULTS,
                          FIRST_CERTIFICATE);
}

/* The judge estimates in the model of F about the point, which may not hold there: a proof that less is left counts. */
static void heed_proof(linclass_certificate *found)
{
    if (!(found->duality_gap < found->gap))
        return;
    found->gap = found->duality_gap;
    found->at_minimum = found->gap <= found->gap_allowed;
}

linclass_status certificate_write(linclass_context *ctx, const linclass_model *model,
                                  linclass_certificate *found, linclass_certificate *certificate)
{
    compare(model, found);
    heed_proof(found);
    return versioned_write(ctx, "certificate", certificate, found, sizeof *found,
                           FIRST_CERTIFICATE);
}

/* Roundings of a weight that is recovered from one for the columns as they are. */
enum { RECOVERED = 2 };

typedef struct rows_here {
    certificate_source base;
    const known_rows *rows;
} rows_here;

static linclass_status add(certificate_source *base, const certificate_pass *pass, double *sums)
{
    const rows_here *self = (const rows_here *)base;
    return certificate_pass_add(base->ctx, base->of, self->rows, pass, sums);
}

static linclass_status find(linclass_context *ctx, const known_rows *rows,
                            linclass_certificate *found)
{
    certificate_model of;
    linclass_status status = certificate_model_begin(ctx, rows->model, (double)rows->X.rows,
                                                     matrix_is_sparse(&rows->X), &of);
    if (rows->fitted != NULL)
        of.gamma_n += RECOVERED * of.unit;
    rows_here source = {{.ctx = ctx, .of = &of, .add = add}, rows};
    if (status == LINCLASS_OK)
        status = certify(&source.base, found);
    certificate_model_end(ctx, &of);
    found->samples = rows->X.rows;
    return status == LINCLASS_OK ? distance_from_minimum(ctx, rows, found) : status;
}

linclass_status linclass_model_verify(linclass_context *ctx, const linclass_model *model,
                                      const linclass_matrix *X, const int64_t *y,
                                      linclass_certificate *certificate)
{
    CONTEXT_ENTER(ctx);
    linclass_certificate given;
    linclass_status status = certificate_read(ctx, model, certificate, &given);
    if (status == LINCLASS_OK)
        status = certificate_check_targets(ctx, model, "certificate.target_probabilities",
                                           given.target_probabilities != NULL);
    if (status != LINCLASS_OK)
        return status;
    const given_rows of_caller = {
        .X = X,
        .y = y,
        .sample_weight = given.sample_weight,
        .sample_weight_name = "certificate.sample_weight",
        .target_probabilities = given.target_probabilities,
        .target_probabilities_name = "certificate.target_probabilities",
    };
    linclass_certificate found = {
        .size = sizeof found,
        .sample_weight = given.sample_weight,
        .target_probabilities = given.target_probabilities,
    };
    known_rows rows;
    status = known_rows_begin(ctx, model, &of_caller, &rows);
    if (status == LINCLASS_OK)
        status = find(ctx, &rows, &found);
    known_rows_end(ctx, &rows);
    return status == LINCLASS_OK ? certificate_write(ctx, model, &found, certificate) : status;
}
