/* linclass_standard_errors_parts: the information matrix as a sum of those of the parts, about the means of all
 * rows. */
#include <linclass/parts.h>

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/versioned.h"
#include "diagnostics/coefficient_errors.h"
#include "parts/model_asker.h"

/* Unpack what a part has packed: the lower triangle, row by row, and the gradient. */
static linclass_status make(void *owner, information_matrix *self)
{
    model_asker *asker = owner;
    const int64_t P = self->P;
    const int64_t length = part_information_length(&asker->request.fit);
    double *sums;
    linclass_status status =
        context_allocate_doubles(self->ctx, length, "the Hessian of the parts", &sums);
    if (status == LINCLASS_OK)
        status = model_asker_ask(asker, PART_INFORMATION, length, sums);
    double sum = 0;
    const double *from = sums;
    for (int64_t i = 0; i < P && status == LINCLASS_OK; i++) {
        memcpy(self->hessian + i * P, from, (size_t)(i + 1) * sizeof *from);
        from += i + 1;
        sum += fabs(self->hessian[i * P + i]);
    }
    if (status == LINCLASS_OK)
        memcpy(self->gradient, from, (size_t)P * sizeof *from);
    context_release(self->ctx, sums);
    if (status == LINCLASS_OK && !isfinite(sum))
        status = context_fail(self->ctx, LINCLASS_ERROR_NUMERIC, "the Hessian overflows");
    return status;
}

static linclass_status score_change(void *owner, information_matrix *self, const double *direction,
                                    double *largest)
{
    model_asker *asker = owner;
    (void)self;
    asker->request.direction = direction;
    return model_asker_ask(asker, PART_SCORE_CHANGE, 1, largest);
}

static linclass_status find_errors(model_asker *asker, const column_statistics *columns,
                                   linclass_standard_errors *found)
{
    const information_source in_parts = {asker, make, score_change};
    information_matrix self;
    asker->request.means = columns->mean;
    linclass_status status = information_matrix_begin_centred(
        asker->ctx, asker->model, NULL, asker->census.rows, columns->mean, &self);
    if (status == LINCLASS_OK)
        status = coefficient_errors(&self, &in_parts, found);
    information_matrix_end(&self);
    return status;
}

linclass_status linclass_standard_errors_parts(linclass_context *ctx, const linclass_model *model,
                                               const linclass_parts *parts,
                                               linclass_standard_errors *errors)
{
    CONTEXT_ENTER(ctx);
    linclass_standard_errors found;
    linclass_status status = standard_errors_read(ctx, model, errors, &found);
    if (status == LINCLASS_OK && found.sample_weight != NULL)
        status = context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                              "errors.sample_weight is given: the parts bring their weights");
    if (status != LINCLASS_OK)
        return status;
    model_asker asker;
    column_statistics columns = {.mean = NULL};
    status = model_asker_begin(&asker, ctx, "given", model, parts, true);
    if (status == LINCLASS_OK)
        status = known_rows_check_weight(ctx, model_asker_weight(&asker));
    if (status == LINCLASS_OK) {
        const parts_data data = model_asker_data(&asker, model_asker_weight(&asker));
        status = parts_statistics(ctx, &data, &columns);
    }
    if (status == LINCLASS_OK)
        status = find_errors(&asker, &columns, &found);
    column_statistics_end(&columns, ctx);
    model_asker_end(&asker);
    if (status != LINCLASS_OK)
        return status;
    return versioned_write(ctx, "errors", errors, &found, sizeof found, FIRST_STANDARD_ERRORS);
}
