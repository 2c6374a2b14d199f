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

/* Some elements of a sparse row, and where the weights of their features begin. */
typedef struct row_piece {
    int64_t count;
    real values[DUAL_ASCENT_PIECE];
    real *weights[DUAL_ASCENT_PIECE];
} row_piece;

/* *piece := the elements of a row from e on. */
static void read_piece(const linear_objective *of, int64_t row, int64_t e, row_piece *piece)
{
    const linclass_matrix *X = of->sweep.X;
    const dual_ascent *self = &of->ascent;
    piece->count = lesser(DUAL_ASCENT_PIECE, X->row_starts[row + 1] - e);
    read_reals(X, e, piece->count, piece->values);
    for (int64_t i = 0; i < piece->count; i++)
        piece->weights[i] = self->theta + sparse_column(X, e + i) * self->ld;
}

void dual_ascent_few_scores(const linear_objective *of, int64_t row, const few_classes *few)
{
    const int64_t *starts = of->sweep.X->row_starts;
    row_piece piece;
    real *scores = of->ascent.scores;
    for (int32_t i = 0; i < few->count; i++)
        scores[i] = 0;
    for (int64_t e = starts[row]; e < starts[row + 1]; e += piece.count) {
        read_piece(of, row, e, &piece);
        for (int32_t i = 0; i < few->count; i += 2) {
            const int32_t first = few->classes[i];
            const int32_t second = few->classes[i + 1 < few->count ? i + 1 : i];
            real sums[2] = {0};
            for (int64_t at = 0; at < piece.count; at++) {
                sums[0] += piece.weights[at][first] * piece.values[at];
                sums[1] += piece.weights[at][second] * piece.values[at];
            }
            scores[i] += sums[0];
            if (i + 1 < few->count)
                scores[i + 1] += sums[1];
        }
    }
}

void dual_ascent_add(const linear_objective *of, int64_t row, int64_t count)
{
    const dual_ascent *self = &of->ascent;
    const int64_t *starts = of->sweep.X->row_starts;
    row_piece piece;
    for (int64_t e = starts[row]; e < starts[row + 1]; e += piece.count) {
        read_piece(of, row, e, &piece);
        for (int64_t i = 0; i < count; i++) {
            const int64_t j = self->classes[i];
            const real score = self->scores[i];
            for (int64_t at = 0; at < piece.count; at++)
                piece.weights[at][j] += score * piece.values[at];
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
    self->products->chosen_update(&chosen);
}
