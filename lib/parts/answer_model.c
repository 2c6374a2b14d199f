/* What a part is asked of a model: its figures, passes of its certificate, its information matrix. */
#include <string.h>

#include "core/context.h"
#include "data/matrix.h"
#include "diagnostics/information_matrix.h"
#include "parts/answer.h"
#include "parts/part_model.h"
#include "sweep/losses.h"

static int64_t answer_length(const part_request *request)
{
    const part_fit *fit = &request->fit;
    switch (request->identity.kind) {
    case PART_CERTIFY:
        return certificate_pass_length(&request->pass, fit->n, part_fit_columns(fit));
    case PART_INFORMATION:
        return part_information_length(fit);
    case PART_SCORE_CHANGE:
        return 1;
    default:
        return part_assess_length(request);
    }
}

static linclass_status certify_rows(linclass_context *ctx, const part_request *request,
                                    const known_rows *rows, double *sums)
{
    certificate_model of;
    linclass_status status =
        certificate_model_begin(ctx, rows->model, (double)rows->X.rows, false, &of);
    of.gamma_n = request->gamma_n;
    of.gamma_m = request->gamma_m;
    if (status == LINCLASS_OK)
        status = certificate_pass_add(ctx, &of, rows, &request->pass, sums);
    certificate_model_end(ctx, &of);
    return status;
}

/* The lower triangle, row by row, and the gradient behind it. */
static void pack(const information_matrix *self, double *sums)
{
    for (int64_t i = 0; i < self->P; i++) {
        memcpy(sums, self->hessian + i * self->P, (size_t)(i + 1) * sizeof *sums);
        sums += i + 1;
    }
    memcpy(sums, self->gradient, (size_t)self->P * sizeof *sums);
}

static linclass_status inform(linclass_context *ctx, const part_request *request,
                              const known_rows *rows, double *sums)
{
    information_matrix self;
    linclass_status status = information_matrix_begin_centred(ctx, rows->model, rows, rows->X.rows,
                                                              request->means, &self);
    if (status == LINCLASS_OK && request->identity.kind == PART_SCORE_CHANGE) {
        sums[0] = information_matrix_score_change(&self, request->direction);
    } else if (status == LINCLASS_OK) {
        status = information_matrix_make(&self);
        if (status == LINCLASS_OK)
            pack(&self, sums);
    }
    information_matrix_end(&self);
    return status;
}

/* Diagnostics take rows as their caller gave them. */
static linclass_status diagnose(linclass_context *ctx, const linclass_part *part,
                                const part_request *request, const linclass_model *model,
                                double *sums)
{
    const given_rows given = {
        .X = part->X,
        .y = part->y,
        .sample_weight = part->sample_weight,
        .sample_weight_name = "sample_weight",
        .target_probabilities = part->target_probabilities,
        .target_probabilities_name = "target_probabilities",
    };
    known_rows rows;
    linclass_status status = known_rows_begin_part(ctx, model, &given, &rows);
    if (status == LINCLASS_OK && request->identity.kind == PART_CERTIFY)
        status = certify_rows(ctx, request, &rows, sums);
    else if (status == LINCLASS_OK)
        status = inform(ctx, request, &rows, sums);
    known_rows_end(ctx, &rows);
    return status;
}

static linclass_status add_answer(linclass_context *ctx, const linclass_part *part,
                                  const part_request *request, const part_rows *rows, double *sums)
{
    const part_fit *fit = &request->fit;
    const int64_t scores = loss_has_one_score((int32_t)fit->loss) ? 1 : fit->k;
    linclass_model *model;
    linclass_status status = matrix_check_offset(ctx, "X", &rows->X, scores);
    if (status == LINCLASS_OK)
        status = part_model_make(ctx, request, &model);
    if (status != LINCLASS_OK)
        return status;
    status = request->identity.kind == PART_ASSESS
                 ? part_answer_assess(ctx, request, rows, model, sums)
                 : diagnose(ctx, part, request, model, sums);
    linclass_model_destroy(model);
    return status;
}

linclass_status part_answer_model(linclass_context *ctx, const linclass_part *part,
                                  const part_request *request, const part_rows *rows,
                                  part_node *node)
{
    linclass_status status = part_check_columns(ctx, request, rows);
    node->length = answer_length(request);
    if (status == LINCLASS_OK)
        status = context_allocate_doubles(ctx, node->length, "the answer of a part", &node->sums);
    if (status != LINCLASS_OK)
        return status;
    memset(node->sums, 0, (size_t)node->length * sizeof *node->sums);
    return rows->X.rows == 0 ? LINCLASS_OK : add_answer(ctx, part, request, rows, node->sums);
}
