/* What the shares of dual ascent prove: theta and the bound are sums over all rows, in double, whatever the passes have
 * made of theta. The shares of a row are scaled to a sum of at most 1 where rounding has made it more, so that they
 * are a dual point. */
#include <math.h>
#include <string.h>

#include "core/minimum.h"
#include "data/matrix.h"
#include "objective/dual_ascent.h"

/* r, the dual row of a sample: the shares of the classes, less their sum at the label. Returns the sum. */
static double dual_row_of(const linear_objective *of, int64_t row, double *r)
{
    const int64_t k = of->base.columns;
    const int64_t y = of->sweep.targets.y[row];
    const real *shares = of->ascent.shares + row * k;
    double sum = 0;
    for (int64_t j = 0; j < k; j++) {
        r[j] = j == y ? 0 : (double)shares[j];
        sum += r[j];
    }
    const double most = of->dual_kind == LOSS_DUAL_LARGEST_MARGIN ? 1 : (double)k;
    if (sum > most) {
        for (int64_t j = 0; j < k; j++)
            r[j] /= sum;
        sum = most;
    }
    r[y] = -sum;
    return sum;
}

/* product += s x r^T */
static void add_dense(const linear_objective *of, int64_t row, double s, const double *r)
{
    const dual_ascent *self = &of->ascent;
    const row_block_f64 block = row_block_read_f64(of->sweep.X, row, 1, self->row);
    for (int64_t c = 0; c < of->base.columns; c++) {
        double *product = self->product + c * block.cols;
        const double factor = s * r[c];
        for (int64_t j = 0; factor != 0 && j < block.cols; j++)
            product[j] += factor * block.X[j];
    }
}

static void add_sparse(const linear_objective *of, int64_t row, double s, const double *r)
{
    const linclass_matrix *X = of->sweep.X;
    const int64_t k = of->base.columns;
    double values[DUAL_ASCENT_PIECE];
    const int64_t end = X->row_starts[row + 1];
    for (int64_t e = X->row_starts[row]; e < end; e += DUAL_ASCENT_PIECE) {
        const int64_t count = lesser(DUAL_ASCENT_PIECE, end - e);
        dual_ascent_read(X, e, count, values);
        for (int64_t i = 0; i < count; i++) {
            double *product = of->ascent.product + sparse_column(X, e + i) * k;
            for (int64_t c = 0; c < k; c++)
                product[c] += s * values[i] * r[c];
        }
    }
}

/* Sum s_i x_i r_i^T. Returns sum s_i sum a_ij: what the conjugates add to D. */
static double multiply(linear_objective *of)
{
    dual_ascent *self = &of->ascent;
    double *r = self->work;
    double linear = 0;
    memset(self->product, 0, (size_t)of->base.weights * sizeof(double));
    for (int64_t i = 0; i < of->base.samples; i++) {
        const double s = dual_ascent_weight(of, i);
        const double sum = s > 0 ? dual_row_of(of, i, r) : 0;
        if (sum == 0)
            continue;
        linear += s * sum;
        if (self->by_class)
            add_dense(of, i, s, r);
        else
            add_sparse(of, i, s, r);
    }
    return linear * of->dual_margin;
}

void objective_ascent_store(objective *base, double *parameters, double *bound)
{
    linear_objective *of = (linear_objective *)base;
    dual_ascent *self = &of->ascent;
    const int64_t n = of->sweep.map.n;
    const int64_t k = base->columns;
    const double linear = multiply(of);
    double square = 0;
    for (int64_t j = 0; j < n; j++) {
        for (int64_t c = 0; c < k; c++) {
            const int64_t place = self->by_class ? c * n + j : j * k + c;
            const double theta = -self->product[place] / base->l2;
            square += theta * theta;
            parameters[j * k + c] = theta;
        }
    }
    const double penalty = base->l2 / 2 * square;
    *bound = fmax(linear - penalty - DUALITY_ROUNDING * (linear + penalty), 0);
}
