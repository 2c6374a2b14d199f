/* Sparse views, legal and broken, given to level 1, fit and predict. A view that breaks a rule of matrix.h must be
 * refused and nothing written; of one that does not, scores, gradients and labels must be those of sums in long
 * double over its elements, and a fit must end where that of the same rows dense ends. Arrays are blocks of their
 * own, of which no byte may be touched beyond the last element. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/csr.h>

#include "attack.h"
#include "support/csr.h"

enum { CLASSES = 12 };

typedef struct sparse_case {
    linclass_matrix X;
    int64_t k;
    int64_t begin; /* the first element that the arrays have, and the end of them */
    int64_t end;
    int64_t *starts;
    void *columns;
    void *values;
    double *dense; /* m x n, by the rules, of a legal view */
    double *theta; /* n x k */
    double bias[CLASSES];
    int64_t *y;
    bool finite;
} sparse_case;

static void *room(int64_t count, size_t element)
{
    void *made = malloc(count == 0 ? 1 : (size_t)count * element);
    if (made == NULL)
        abort();
    return made;
}

static size_t bytes_of(int32_t dtype)
{
    static const size_t bytes[] = {0, 1, 4, 8, 1, 2, 2, 2, 2, 4, 8};
    return bytes[dtype];
}

/* Elements of row i: ascending columns, of which about so many in a hundred are there. */
static int64_t draw_row(attack *self, sparse_case *c, int64_t e, int64_t percent)
{
    for (int64_t j = 0; j < c->X.cols; j++) {
        if (noise_below(&self->noise, 100) < percent) {
            csr_put(c->X.column_dtype, c->columns, e, (double)j);
            if (c->values != NULL)
                csr_put(c->X.dtype, c->values, e, (double)(1 + noise_below(&self->noise, 15)));
            e++;
        }
    }
    return e;
}

static sparse_case draw(attack *self)
{
    const int64_t m = noise_below(&self->noise, noise_below(&self->noise, 6) == 0 ? 400 : 25);
    const int64_t n = noise_below(&self->noise, noise_below(&self->noise, 9) == 0 ? 300 : 25);
    const int64_t percent = 5 + noise_below(&self->noise, 96);
    sparse_case c = {.k = 1 + noise_below(&self->noise, CLASSES),
                     .begin = noise_below(&self->noise, 3) == 0 ? noise_below(&self->noise, 9) : 0,
                     .finite = true};
    const int32_t dtype = 1 + (int32_t)noise_below(&self->noise, 10);
    const int32_t column_dtype =
        noise_below(&self->noise, 2) == 0 ? LINCLASS_INT32 : LINCLASS_INT64;
    const int64_t most = c.begin + m * n;
    c.starts = room(m + 1, sizeof(int64_t));
    c.columns = room(most, bytes_of(column_dtype));
    c.values = noise_below(&self->noise, 5) == 0 ? NULL : room(most, bytes_of(dtype));
    c.X = (linclass_matrix){.dtype = dtype, .cols = n, .column_dtype = column_dtype};
    c.starts[0] = c.begin;
    for (int64_t i = 0; i < m; i++)
        c.starts[i + 1] =
            draw_row(self, &c, c.starts[i], noise_below(&self->noise, 5) == 0 ? 0 : percent);
    c.end = c.starts[m];
    c.columns = realloc(c.columns, c.end == 0 ? 1 : (size_t)c.end * bytes_of(column_dtype));
    if (c.values != NULL)
        c.values = realloc(c.values, c.end == 0 ? 1 : (size_t)c.end * bytes_of(dtype));
    if (c.columns == NULL ||
        linclass_matrix_init_csr(&c.X, sizeof c.X, dtype, m, n, c.starts, column_dtype, c.columns,
                                 c.values) != LINCLASS_OK)
        abort();
    static const double scales[] = {1, 0.125, -2, 3};
    c.X.scale = scales[noise_below(&self->noise, 4)];
    c.theta = room(n * c.k, sizeof(double));
    c.y = room(m, sizeof(int64_t));
    for (int64_t e = 0; e < n * c.k; e++)
        c.theta[e] = (double)(float)noise_uniform(&self->noise);
    for (int64_t j = 0; j < c.k; j++)
        c.bias[j] = (double)(float)noise_uniform(&self->noise);
    for (int64_t i = 0; i < m; i++)
        c.y[i] = noise_below(&self->noise, c.k);
    return c;
}

static void release(sparse_case *c)
{
    free(c->starts);
    free(c->columns);
    free(c->values);
    free(c->dense);
    free(c->theta);
    free(c->y);
}

static int64_t any_number(attack *self)
{
    static const int64_t wide[] = {INT64_MAX, INT64_MIN, INT32_MAX, INT32_MIN, -1, 0, 1, 1 << 20};
    return noise_below(&self->noise, 2) == 0 ? wide[noise_below(&self->noise, 8)]
                                             : noise_below(&self->noise, 40) - 5;
}

static void change_member(attack *self, linclass_matrix *X)
{
    static const double scales[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    switch (noise_below(&self->noise, 8)) {
    case 0:
        X->layout = 2 + (int32_t)noise_below(&self->noise, 9);
        break;
    case 1:
        X->column_dtype = (int32_t)noise_below(&self->noise, LINCLASS_INT32);
        break;
    case 2:
        X->reserved = 1;
        break;
    case 3:
        X->scale = scales[noise_below(&self->noise, 3)];
        break;
    case 4:
        X->row_starts = NULL;
        break;
    case 5:
        X->columns = noise_below(&self->noise, 2) == 0 ? NULL : (const char *)X->columns + 1;
        break;
    case 6:
        X->dtype = noise_below(&self->noise, 2) == 0 ? 0 : 11;
        break;
    default:
        X->rows = X->rows > 0 ? noise_below(&self->noise, X->rows) : -1;
        break;
    }
}

/* Numbers in the arrays. Starts stay within the arrays, or no memory could hold what they say. */
static void change_arrays(attack *self, sparse_case *c)
{
    const int64_t place = noise_below(&self->noise, c->X.rows + 1);
    const int64_t element = c->end > 0 ? noise_below(&self->noise, c->end) : 0;
    const int64_t which = noise_below(&self->noise, 5);
    if (which == 0) {
        c->starts[place] = noise_below(&self->noise, c->end + 1);
    } else if (which == 1) {
        c->starts[place] = noise_below(&self->noise, 2) == 0 ? INT64_MAX : -1 - element;
    } else if (c->end > 0 && c->X.column_dtype == LINCLASS_INT32) {
        ((int32_t *)c->columns)[element] = (int32_t)any_number(self);
    } else if (c->end > 0) {
        ((int64_t *)c->columns)[element] = any_number(self);
    }
}

static void put_non_finite(attack *self, sparse_case *c)
{
    if (c->values == NULL || c->end == 0)
        return;
    const int64_t e = noise_below(&self->noise, c->end);
    if (c->X.dtype == LINCLASS_FLOAT32)
        ((float *)c->values)[e] = noise_below(&self->noise, 2) == 0 ? INFINITY : NAN;
    else if (c->X.dtype == LINCLASS_FLOAT64)
        ((double *)c->values)[e] = -(double)INFINITY;
    else if (c->X.dtype == LINCLASS_FLOAT16)
        ((uint16_t *)c->values)[e] = 0x7c00;
    else if (c->X.dtype == LINCLASS_BFLOAT16)
        ((uint16_t *)c->values)[e] = 0x7fc0;
}

static int64_t column_at(const linclass_matrix *X, int64_t e)
{
    return X->column_dtype == LINCLASS_INT32 ? ((const int32_t *)X->columns)[e]
                                             : ((const int64_t *)X->columns)[e];
}

/* The rules of matrix.h, one after the other. */
static bool is_legal(const linclass_matrix *X)
{
    if (X->layout != LINCLASS_LAYOUT_CSR || X->dtype < 1 || X->dtype > 10 || X->reserved != 0 ||
        !isfinite(X->scale) || X->rows < 0 || X->cols < 0 ||
        (X->column_dtype != LINCLASS_INT32 && X->column_dtype != LINCLASS_INT64))
        return false;
    if (X->rows == 0)
        return true;
    if (X->row_starts == NULL || X->row_starts[0] < 0)
        return false;
    for (int64_t i = 0; i < X->rows; i++) {
        if (X->row_starts[i + 1] < X->row_starts[i])
            return false;
    }
    const int64_t end = X->row_starts[X->rows];
    if (end > INT64_MAX / 8)
        return false;
    if (X->row_starts[0] == end)
        return true;
    if (X->columns == NULL || (uintptr_t)X->columns % bytes_of(X->column_dtype) != 0)
        return false;
    for (int64_t i = 0; i < X->rows; i++) {
        int64_t before = -1;
        for (int64_t e = X->row_starts[i]; e < X->row_starts[i + 1]; e++) {
            if (column_at(X, e) <= before || column_at(X, e) >= X->cols)
                return false;
            before = column_at(X, e);
        }
    }
    return true;
}

/* A small whole number of any type, or what is not finite. */
static double value_at(const linclass_matrix *X, int64_t e)
{
    if (X->data == NULL)
        return 1;
    switch (X->dtype) {
    case LINCLASS_FLOAT32:
        return (double)((const float *)X->data)[e];
    case LINCLASS_FLOAT64:
        return ((const double *)X->data)[e];
    case LINCLASS_INT32:
        return ((const int32_t *)X->data)[e];
    case LINCLASS_INT64:
        return (double)((const int64_t *)X->data)[e];
    case LINCLASS_UINT8:
    case LINCLASS_INT8:
        return ((const uint8_t *)X->data)[e];
    case LINCLASS_FLOAT16:
    case LINCLASS_BFLOAT16: {
        const int fraction = X->dtype == LINCLASS_FLOAT16 ? 10 : 7;
        const int bias = X->dtype == LINCLASS_FLOAT16 ? 15 : 127;
        const int bits = ((const uint16_t *)X->data)[e];
        const int exponent = bits >> fraction;
        return exponent > 2 * bias ? (double)NAN
                                   : ldexp((1 << fraction) + (bits & ((1 << fraction) - 1)),
                                           exponent - bias - fraction);
    }
    default:
        return ((const uint16_t *)X->data)[e];
    }
}

static void fill_dense(sparse_case *c)
{
    const linclass_matrix *X = &c->X;
    c->dense = calloc((size_t)(X->rows * X->cols) + 1, sizeof(double));
    if (c->dense == NULL)
        abort();
    for (int64_t i = 0; i < X->rows; i++) {
        for (int64_t e = X->row_starts[i]; e < X->row_starts[i + 1]; e++) {
            const double value = value_at(X, e) * X->scale;
            c->dense[i * X->cols + column_at(X, e)] = value;
            c->finite = c->finite && isfinite(value);
        }
    }
}

/* The sum of x_e y_e over `count` numbers, strides apart, and of their absolute values. */
static bool is_sum(double found, double first, int64_t count, const double *x, int64_t x_stride,
                   const double *y, int64_t y_stride, double factor)
{
    long double sum = 0;
    long double size = 0;
    for (int64_t e = 0; e < count; e++) {
        const long double term = (long double)x[e * x_stride] * y[e * y_stride];
        sum += term;
        size += fabsl(term);
    }
    sum = sum * factor + first;
    size = size * fabs(factor) + fabs(first);
    return fabsl(found - sum) <= (long double)(count + 5) * 0x1p-52L * size + 1e-300L;
}

static bool logits_are_right(const sparse_case *c, const double *H)
{
    for (int64_t i = 0; i < c->X.rows; i++) {
        for (int64_t j = 0; j < c->k; j++) {
            if (!is_sum(H[i * c->k + j], c->bias[j], c->X.cols, c->dense + i * c->X.cols, 1,
                        c->theta + j, c->k, 1))
                return false;
        }
    }
    return true;
}

static bool gradient_is_right(const sparse_case *c, const double *R, const double *G)
{
    for (int64_t i = 0; i < c->X.cols; i++) {
        for (int64_t j = 0; j < c->k; j++) {
            if (!is_sum(G[i * c->k + j], 0, c->X.rows, c->dense + i, c->X.cols, R + j, c->k, 0.5))
                return false;
        }
    }
    return true;
}

/* A status that is right for the view; whether there is a result to look at. */
static bool succeeded(attack *self, linclass_context *ctx, const sparse_case *c, bool legal,
                      linclass_status status, const char *what)
{
    if (!legal || !c->finite) {
        if (status >= 0)
            attack_wrong(self, "%s: a view that is %s was accepted", what,
                         legal ? "not finite" : "not legal");
        else
            attack_refusal(self, ctx, status, what);
        return false;
    }
    if (status < 0)
        attack_wrong(self, "%s: %s", what, linclass_context_message(ctx));
    return status >= 0;
}

static void try_maps(attack *self, linclass_context *ctx, const sparse_case *c, bool legal)
{
    const int64_t m = c->X.rows > 0 ? c->X.rows : 0;
    double *H = room(m * c->k, sizeof(double));
    double *G = room(c->X.cols * c->k, sizeof(double));
    linclass_status status =
        linclass_logits_csr_f64(ctx, &c->X, c->k, c->theta, c->k, c->bias, H, c->k);
    if (succeeded(self, ctx, c, legal, status, "logits")) {
        if (logits_are_right(c, H))
            attack_accepted(self);
        else
            attack_wrong(self, "logits: a sum is wrong");
    }
    for (int64_t e = 0; e < m * c->k; e++)
        H[e] = noise_uniform(&self->noise);
    status = linclass_gradient_csr_f64(ctx, &c->X, c->k, H, c->k, 0.5, G, c->k, NULL);
    if (succeeded(self, ctx, c, legal, status, "gradient")) {
        if (gradient_is_right(c, H, G))
            attack_accepted(self);
        else
            attack_wrong(self, "gradient: a sum is wrong");
    }
    free(H);
    free(G);
}

static linclass_matrix dense_view(const sparse_case *c)
{
    linclass_matrix view;
    if (linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, c->X.rows, c->X.cols, c->dense,
                             c->X.cols) != LINCLASS_OK)
        abort();
    return view;
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * (fabs(a) + fabs(b)) + 1e-12;
}

static void try_fit(attack *self, linclass_context *ctx, const sparse_case *c, bool legal)
{
    linclass_fit_options options;
    linclass_fit_report reports[2];
    linclass_model *models[2] = {NULL, NULL};
    (void)linclass_fit_options_init(&options, sizeof options);
    (void)linclass_fit_report_init(&reports[0], sizeof reports[0]);
    (void)linclass_fit_report_init(&reports[1], sizeof reports[1]);
    options.dtype = LINCLASS_FLOAT64;
    options.l2 = 0.5;
    options.solver = (int32_t)noise_below(&self->noise, 6);
    options.batch_size = 1 + noise_below(&self->noise, 40);
    options.max_iterations = 4;
    options.momentum = options.solver == LINCLASS_SOLVER_SGD && c->k % 2 == 0 ? 0.5 : 0;
    const linclass_status status =
        linclass_fit(ctx, &c->X, c->y, &options, &reports[0], &models[0]);
    if (!legal || !c->finite) {
        (void)succeeded(self, ctx, c, legal, status, "fit");
    } else {
        const linclass_matrix dense = dense_view(c);
        const linclass_status expected =
            linclass_fit(ctx, &dense, c->y, &options, &reports[1], &models[1]);
        const bool same = (status < 0) == (expected < 0) &&
                          (status < 0 || near(reports[0].objective, reports[1].objective));
        if (same)
            attack_accepted(self);
        else
            attack_wrong(self, "fit: status %d and objective %.15g, of dense rows %d and %.15g",
                         (int)status, reports[0].objective, (int)expected, reports[1].objective);
    }
    linclass_model_destroy(models[0]);
    linclass_model_destroy(models[1]);
}

static void try_one(attack *self)
{
    static linclass_context *contexts[3];
    const int64_t threads = noise_below(&self->noise, 3);
    if (contexts[threads] == NULL)
        contexts[threads] = attack_context(1 + (int32_t)threads);
    sparse_case c = draw(self);
    const int64_t kind = noise_below(&self->noise, 4);
    if (kind == 1)
        change_member(self, &c.X);
    for (int64_t changes = kind == 2 ? 1 + noise_below(&self->noise, 2) : 0; changes > 0; changes--)
        change_arrays(self, &c);
    if (kind == 3 && noise_below(&self->noise, 3) == 0)
        put_non_finite(self, &c);
    const bool legal = is_legal(&c.X);
    if (legal)
        fill_dense(&c);
    try_maps(self, contexts[threads], &c, legal);
    try_fit(self, contexts[threads], &c, legal);
    release(&c);
}

int main(int argc, char **argv)
{
    return attack_main(argc, argv, try_one);
}
