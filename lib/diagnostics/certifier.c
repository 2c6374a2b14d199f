#include "diagnostics/certifier.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/space.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "data/row_block.h"

/* Rows read at a time. */
enum { BLOCK = 64 };

static void lay_out(void *owner, space_plan *plan)
{
    certifier *self = owner;
    const int64_t n = self->of->n;
    const int64_t c = self->of->c;
    const bool sparse = matrix_is_sparse(&self->rows->X);
    self->samples = space_doubles(plan, sparse ? 1 : BLOCK, n);
    self->features = space_next(plan, sparse ? n : 0, 1, sizeof(int64_t));
    self->scores = space_doubles(plan, c, 1);
    self->residual = space_doubles(plan, c, 1);
    self->p = space_doubles(plan, self->of->model->k, 1);
}

linclass_status certifier_begin(linclass_context *ctx, const certificate_model *of,
                                const known_rows *rows, certifier *self)
{
    *self = (certifier){.ctx = ctx, .of = of, .rows = rows};
    return space_lay_out(ctx, lay_out, self, "the certificate", &self->memory);
}

void certifier_end(certifier *self)
{
    context_release(self->ctx, self->memory);
}

double certifier_set_scores(certifier *self, int64_t row, const sample *of)
{
    const certificate_model *model = self->of;
    const int64_t n = model->n;
    const int64_t c = model->c;
    double magnitude = model->widest[n];
    memcpy(self->scores, model->theta + n * c, (size_t)c * sizeof(double));
    for (int64_t e = 0; e < of->count; e++) {
        const int64_t j = of->features == NULL ? e : of->features[e];
        for (int64_t a = 0; a < c; a++)
            self->scores[a] += of->x[e] * model->theta[j * c + a];
        magnitude += fabs(of->x[e]) * model->widest[j];
    }
    const linclass_matrix *X = &self->rows->X;
    double largest = 0;
    for (int64_t a = 0; X->offset != NULL && a < c; a++) {
        const double offset = X->offset[row * X->offset_stride + a];
        self->scores[a] += offset;
        largest = fmax(largest, fabs(offset));
    }
    magnitude += largest;
    return model->gamma_n * magnitude;
}

row_target certifier_target(certifier *self, int64_t row)
{
    const known_rows *rows = self->rows;
    const linclass_model *model = self->of->model;
    row_target target = {
        .y = rows->y[row],
        .smoothing = model->has_report ? model->report.label_smoothing : 0,
    };
    if (rows->with_probabilities)
        target.probabilities = row_block_read_f64(&rows->probabilities, row, 1, self->p).X;
    return target;
}

typedef struct visitor {
    certifier *certifier;
    certifier_visit visit;
    void *argument;
} visitor;

/* Visit a row whose elements are finite. Errors: NON_FINITE. */
static linclass_status visit_row(const visitor *with, int64_t row, const sample *of)
{
    certifier *self = with->certifier;
    for (int64_t e = 0; e < of->count; e++) {
        if (!isfinite(of->x[e]))
            return matrix_find_non_finite(self->ctx, "X", &self->rows->X, row, 1);
    }
    with->visit(self, with->argument, row, of);
    return LINCLASS_OK;
}

static linclass_status sweep_sparse_rows(const visitor *with)
{
    certifier *self = with->certifier;
    const linclass_matrix *X = &self->rows->X;
    linclass_status status = LINCLASS_OK;
    for (int64_t row = 0; row < X->rows && status == LINCLASS_OK; row++) {
        const int64_t begin = X->row_starts[row];
        const sample of = {X->row_starts[row + 1] - begin, self->features, self->samples};
        for (int64_t e = 0; e < of.count; e++) {
            self->features[e] = sparse_column(X, begin + e);
            self->samples[e] = X->scale;
        }
        if (X->data != NULL)
            elements_convert_f64(X->dtype, X->data, begin, 1, X->scale, of.count, self->samples);
        status = visit_row(with, row, &of);
    }
    return status;
}

linclass_status certifier_sweep(certifier *self, certifier_visit visit, void *argument)
{
    const visitor with = {self, visit, argument};
    const linclass_matrix *X = &self->rows->X;
    if (matrix_is_sparse(X))
        return sweep_sparse_rows(&with);
    for (int64_t first = 0; first < X->rows; first += BLOCK) {
        const int64_t count = X->rows - first < BLOCK ? X->rows - first : BLOCK;
        const row_block_f64 block = row_block_read_f64(X, first, count, self->samples);
        for (int64_t i = 0; i < count; i++) {
            const sample of = {self->of->n, NULL, block.X + i * block.ldx};
            const linclass_status status = visit_row(&with, first + i, &of);
            if (status != LINCLASS_OK)
                return status;
        }
    }
    return LINCLASS_OK;
}
