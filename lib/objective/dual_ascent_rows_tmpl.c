/* Products of single rows with the weights of few classes, and the weights moved along them: dense rows by kernels
 * that take a list of classes, with theta class by class; sparse ones moved element by element, with theta feature
 * by feature. */
#include "core/minimum.h"
#include "data/elements.h"
#include "data/matrix.h"
#include "objective/dual_ascent.h"
#include "sweep/block_products.h"

void dual_ascent_read(const linclass_matrix *X, int64_t e, int64_t count, double *values)
{
    if (X->data != NULL)
        elements_convert_f64(X->dtype, X->data, e, 1, X->scale, count, values);
    for (int64_t i = 0; X->data == NULL && i < count; i++)
        values[i] = X->scale;
}

double dual_ascent_square(const linclass_matrix *X, int64_t row)
{
    double values[DUAL_ASCENT_PIECE];
    double sum = 0;
    const int64_t end = X->row_starts[row + 1];
    for (int64_t e = X->row_starts[row]; e < end; e += DUAL_ASCENT_PIECE) {
        const int64_t count = lesser(DUAL_ASCENT_PIECE, end - e);
        dual_ascent_read(X, e, count, values);
        for (int64_t i = 0; i < count; i++)
            sum += values[i] * values[i];
    }
    return sum;
}

void dual_ascent_scores(const linear_objective *of, const row_block *block, int64_t count)
{
    const dual_ascent *self = &of->ascent;
    const narrow_chosen chosen = {.n = block->cols,
                                  .count = count,
                                  .classes = self->classes,
                                  .theta = self->theta,
                                  .x = block->X,
                                  .values = self->scores};
    self->products->chosen_scores(&chosen);
}

/* Elements e.. of a sparse view, `count` <= DUAL_ASCENT_PIECE of them, in the working precision. */
static void read_reals(const linclass_matrix *X, int64_t e, int64_t count, real *values)
{
    if (X->data != NULL)
        elements_convert(X->dtype, X->data, e, 1, X->scale, count, values);
    for (int64_t i = 0; X->data == NULL && i < count; i++)
        values[i] = (real)X->scale;
}

/* theta += x times the scores in the first `count` classes of the list, of a sparse row. */
static void add_sparse_row(const linear_objective *of, int64_t row, int64_t count)
{
    const dual_ascent *self = &of->ascent;
    const linclass_matrix *X = of->sweep.X;
    const int64_t end = X->row_starts[row + 1];
    real values[DUAL_ASCENT_PIECE];
    for (int64_t e = X->row_starts[row]; e < end; e += DUAL_ASCENT_PIECE) {
        const int64_t elements = lesser(DUAL_ASCENT_PIECE, end - e);
        read_reals(X, e, elements, values);
        for (int64_t at = 0; at < elements; at++) {
            real *theta = self->theta + sparse_column(X, e + at) * self->ld;
            for (int64_t i = 0; i < count; i++)
                theta[self->classes[i]] += self->scores[i] * values[at];
        }
    }
}

void dual_ascent_move(const linear_objective *of, int64_t row, const row_block *block)
{
    const dual_ascent *self = &of->ascent;
    const double scale = -dual_ascent_weight(of, row) / of->base.l2;
    narrow_chosen chosen = {.n = block->cols,
                            .classes = self->classes,
                            .theta = self->theta,
                            .x = block->X,
                            .values = self->scores};
    for (int64_t j = 0; j < of->base.columns; j++) {
        if (self->changes[j] == 0)
            continue;
        self->classes[chosen.count] = j;
        self->scores[chosen.count++] = (real)(scale * (double)self->changes[j]);
    }
    if (self->by_class)
        self->products->chosen_update(&chosen);
    else
        add_sparse_row(of, row, chosen.count);
}
