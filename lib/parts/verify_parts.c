/* linclass_verify_parts: the certificate of diagnostics/, whose passes over the rows the parts make, row by row in
 * plain double; its gap by the judge, over the objective in parts. */
#include <linclass/parts.h>

#include "core/context.h"
#include "diagnostics/certify.h"
#include "diagnostics/distance.h"
#include "parts/model_asker.h"
#include "sweep/losses.h"

typedef struct rows_in_parts {
    certificate_source base;
    model_asker *asker;
} rows_in_parts;

static linclass_status add(certificate_source *base, const certificate_pass *pass, double *sums)
{
    const certificate_model *of = base->of;
    model_asker *asker = ((rows_in_parts *)base)->asker;
    asker->request.pass = *pass;
    asker->request.gamma_n = of->gamma_n;
    asker->request.gamma_m = of->gamma_m;
    return model_asker_ask(asker, PART_CERTIFY, certificate_pass_length(pass, of->n, of->c), sums);
}

static linclass_status certify_parts(model_asker *asker, linclass_certificate *found)
{
    certificate_model of;
    const census *counted = &asker->census;
    linclass_status status = certificate_model_begin(
        asker->ctx, asker->model, (double)counted->rows, counted->sparse != 0, &of);
    rows_in_parts source = {{.ctx = asker->ctx, .of = &of, .add = add}, asker};
    if (status == LINCLASS_OK)
        status = certify(&source.base, found);
    certificate_model_end(asker->ctx, &of);
    found->samples = counted->rows;
    return status;
}

static linclass_status measure_distance(model_asker *asker, linclass_certificate *found)
{
    const linclass_model *model = asker->model;
    const parts_data data = model_asker_data(asker, found->total_weight);
    column_statistics columns = {.mean = NULL};
    objective *F;
    distance_unknown(found);
    if (!loss_is_smooth(model->loss))
        return LINCLASS_OK;
    linclass_status status = parts_objective_create(asker->ctx, &data, &F);
    if (status != LINCLASS_OK)
        return status;
    F->methods->set_penalties(F, model->l1, model->l2);
    status = parts_statistics(asker->ctx, &data, &columns);
    if (status == LINCLASS_OK)
        status = distance_measure(model, F, &columns, found);
    column_statistics_end(&columns, asker->ctx);
    F->methods->destroy(F);
    return status;
}

/* Either all rows have the probabilities that the model was fitted to, or none has. */
static linclass_status check_targets(const model_asker *asker)
{
    const census_extreme *fewest = &asker->census.fewest_targets;
    const census_extreme *most = &asker->census.most_targets;
    if (fewest->value == most->value)
        return certificate_check_targets(asker->ctx, asker->model,
                                         "target_probabilities of the parts", most->value > 0);
    return context_fail(asker->ctx, LINCLASS_ERROR_DIMENSION,
                        "verified part %lld: target_probabilities has %.0f columns, that of part "
                        "%lld has %.0f",
                        (long long)fewest->part, fewest->value, (long long)most->part, most->value);
}

static linclass_status check_given(linclass_context *ctx, const linclass_model *model,
                                   const linclass_certificate *given)
{
    if (model->column_factor != NULL)
        return context_fail(
            ctx, LINCLASS_ERROR_UNSUPPORTED,
            "the model was fitted to standardised columns: it is verified on all of "
            "its rows at once, not in parts");
    if (given->sample_weight == NULL && given->target_probabilities == NULL)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "certificate.%s is given: the parts bring their own",
                        given->sample_weight != NULL ? "sample_weight" : "target_probabilities");
}

linclass_status linclass_verify_parts(linclass_context *ctx, const linclass_model *model,
                                      const linclass_parts *parts,
                                      linclass_certificate *certificate)
{
    CONTEXT_ENTER(ctx);
    linclass_certificate given;
    linclass_status status = certificate_read(ctx, model, certificate, &given);
    if (status == LINCLASS_OK)
        status = check_given(ctx, model, &given);
    if (status != LINCLASS_OK)
        return status;
    model_asker asker;
    linclass_certificate found = {.size = sizeof found};
    status = model_asker_begin(&asker, ctx, "verified", model, parts, false);
    if (status == LINCLASS_OK)
        status = check_targets(&asker);
    if (status == LINCLASS_OK)
        status = certify_parts(&asker, &found);
    if (status == LINCLASS_OK)
        status = measure_distance(&asker, &found);
    model_asker_end(&asker);
    return status == LINCLASS_OK ? certificate_write(ctx, model, &found, certificate) : status;
}
