/* Matrix views with members that may not be, given to fit, predict, evaluate and verify. A view that is
 * accepted is read here element by element, and must give the labels the library gives. Strides stay within
 * the memory there is, or are so large that no memory could hold them. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "attack.h"

enum { M = 6, N = 5, K = 3, ROOM = 8192, MIDDLE = ROOM / 2 };

static double numbers[ROOM];
static const int64_t labels[64] = {0, 1, 2, 0, 1, 2, 1, 0, 2};

static void fill_numbers(void)
{
    uint64_t noise = 11;
    for (int i = 0; i < ROOM; i++)
        numbers[i] = (double)(float)noise_uniform(&noise);
}

static int64_t any_number(attack *self)
{
    static const int64_t wide[] = {INT64_MAX, INT64_MIN, INT64_MAX / 2, INT64_MIN + 1, -1, 0, 1};
    return noise_below(&self->noise, 2) == 0 ? wide[noise_below(&self->noise, 7)]
                                             : noise_below(&self->noise, 41) - 20;
}

static void change(attack *self, linclass_matrix *X)
{
    static const double scales[] = {1, 0, -2, 0.5, (double)NAN, (double)INFINITY, 1e300, 5e-324};
    switch (noise_below(&self->noise, 9)) {
    case 0:
        X->size = (size_t)noise_below(&self->noise, 2 * (int64_t)sizeof *X);
        break;
    case 1:
        X->dtype = (int32_t)any_number(self);
        break;
    case 2:
        if (noise_below(&self->noise, 2) == 0)
            X->reserved = (int32_t)noise_below(&self->noise, 3);
        else
            X->layout = (int32_t)noise_below(&self->noise, 4) - 1; /* CSR without its arrays */
        break;
    case 3:
        X->rows = noise_below(&self->noise, 2) == 0 ? noise_below(&self->noise, 9) - 2
                                                    : INT64_MIN + noise_below(&self->noise, 9);
        break;
    case 4:
        X->cols = noise_below(&self->noise, 2) == 0 ? N + noise_below(&self->noise, 3) - 1
                                                    : INT64_MIN + noise_below(&self->noise, 9);
        break;
    case 5:
        X->row_stride = any_number(self);
        break;
    case 6:
        X->col_stride = any_number(self);
        break;
    case 7:
        X->data = noise_below(&self->noise, 2) == 0 ? NULL : numbers + MIDDLE + 1;
        break;
    default:
        X->scale = scales[noise_below(&self->noise, 8)];
        break;
    }
}

/* Bytes of an element; those of the largest for a number that is no dtype. */
static int64_t bytes_of(int32_t dtype)
{
    static const int8_t BYTES[] = {8, 1, 4, 8, 1, 2, 2, 2, 2, 4, 8};
    return dtype >= 0 && dtype < (int32_t)sizeof BYTES ? BYTES[dtype] : 8;
}

/* Whether the view, if its sizes may be read at all, lies in `numbers` or reaches so far that it cannot be
 * addressed. One that is addressable and lies elsewhere is memory the caller has not got. */
static bool may_be_tried(const linclass_matrix *X)
{
    if (X->rows <= 0 || X->cols <= 0 || X->data == NULL)
        return true;
    const int64_t size = bytes_of(X->dtype);
    const int64_t room = 8 * (MIDDLE - 64);
    int64_t down;
    int64_t across;
    int64_t corner;
    if (__builtin_mul_overflow(X->rows - 1, X->row_stride, &down) ||
        __builtin_mul_overflow(X->cols - 1, X->col_stride, &across) ||
        __builtin_add_overflow(down, across, &corner))
        return true;
    int64_t parts[] = {down, across, corner};
    bool within = true;
    for (int i = 0; i < 3; i++) {
        if (__builtin_mul_overflow(parts[i], size, &parts[i]))
            return true;
        within = within && parts[i] < room && parts[i] > -room;
    }
    return within;
}

/* IEEE 754's binary16, by its definition. */
static double half(uint16_t bits)
{
    const int exponent = bits >> 10 & 31;
    const int fraction = bits & 1023;
    double magnitude = exponent == 0 ? ldexp(fraction, -24) : ldexp(1024 + fraction, exponent - 25);
    if (exponent == 31)
        magnitude = fraction == 0 ? (double)INFINITY : (double)NAN;
    return bits >> 15 != 0 ? -magnitude : magnitude;
}

static double bfloat(uint16_t bits)
{
    const uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return (double)value;
}

static double number(int32_t dtype, const void *data, int64_t at)
{
    switch (dtype) {
    case LINCLASS_UINT8:
        return ((const uint8_t *)data)[at];
    case LINCLASS_INT8:
        return ((const int8_t *)data)[at];
    case LINCLASS_INT16:
        return ((const int16_t *)data)[at];
    case LINCLASS_UINT16:
        return ((const uint16_t *)data)[at];
    case LINCLASS_FLOAT16:
        return half(((const uint16_t *)data)[at]);
    case LINCLASS_BFLOAT16:
        return bfloat(((const uint16_t *)data)[at]);
    case LINCLASS_FLOAT32:
        return (double)((const float *)data)[at];
    case LINCLASS_INT32:
        return ((const int32_t *)data)[at];
    case LINCLASS_INT64:
        return (double)((const int64_t *)data)[at];
    default:
        return ((const double *)data)[at];
    }
}

static double element(const linclass_matrix *X, int64_t i, int64_t j)
{
    return number(X->dtype, X->data, i * X->row_stride + j * X->col_stride) *
           (X->scale == 0 ? 1 : X->scale); /* automatic: that of the model, which is made here */
}

/* Whether the class of that label has, but for rounding, the highest score of row i. */
static bool is_best(const linclass_model *model, const linclass_matrix *X, int64_t i, int64_t label)
{
    const double *theta = linclass_model_theta(model);
    const double *bias = linclass_model_bias(model);
    double best = -INFINITY;
    double its_own = -INFINITY;
    double size = 1;
    for (int64_t c = 0; c < K; c++) {
        double score = bias[c];
        for (int64_t j = 0; j < N; j++) {
            score += element(X, i, j) * theta[j * K + c];
            size = fmax(size, fabs(element(X, i, j) * theta[j * K + c]));
        }
        best = fmax(best, score);
        if (linclass_model_labels(model)[c] == label)
            its_own = score;
    }
    return best - its_own <= 1e-12 * size || !isfinite(size);
}

static linclass_model *new_model(linclass_context *ctx)
{
    linclass_model *model;
    if (linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, N, K, numbers, K,
                              numbers + (ptrdiff_t)N * K, NULL, &model) != LINCLASS_OK)
        abort();
    return model;
}

static void try_predict(attack *self, linclass_context *ctx, const linclass_model *model,
                        const linclass_matrix *X)
{
    int64_t out[64];
    const linclass_status status = linclass_model_predict(ctx, model, X, out);
    if (status < 0) {
        attack_refusal(self, ctx, status, "predict");
        return;
    }
    for (int64_t i = 0; i < X->rows; i++) {
        if (!is_best(model, X, i, out[i])) {
            attack_wrong(self, "predict: row %ld is of label %ld", (long)i, (long)out[i]);
            return;
        }
    }
    attack_accepted(self);
}

/* Error of the labels, recomputed by the predictions that try_predict checks. */
static void try_evaluate(attack *self, linclass_context *ctx, const linclass_model *model,
                         const linclass_matrix *X)
{
    linclass_evaluation found;
    (void)linclass_evaluation_init(&found, sizeof found);
    const linclass_status status = linclass_model_evaluate(ctx, model, X, labels, &found);
    if (status < 0) {
        attack_refusal(self, ctx, status, "evaluate");
        return;
    }
    int64_t out[64];
    double wrong = 0;
    if (linclass_model_predict(ctx, model, X, out) == LINCLASS_OK) {
        for (int64_t i = 0; i < X->rows; i++)
            wrong += out[i] != labels[i];
    }
    const double error = X->rows == 0 ? 0 : wrong / (double)X->rows;
    if (fabs(found.error - error) < 1e-12)
        attack_accepted(self);
    else
        attack_wrong(self, "evaluate: error %g, not %g", found.error, error);
}

static bool is_finite(const linclass_model *model)
{
    const int64_t count = linclass_model_features(model) * linclass_model_classes(model);
    for (int64_t e = 0; e < count; e++) {
        const bool single = linclass_model_dtype(model) == LINCLASS_FLOAT32;
        if (!isfinite(single ? (double)((const float *)linclass_model_theta(model))[e]
                             : ((const double *)linclass_model_theta(model))[e]))
            return false;
    }
    return true;
}

static void try_fit(attack *self, linclass_context *ctx, const linclass_matrix *X)
{
    linclass_fit_options options;
    (void)linclass_fit_options_init(&options, sizeof options);
    options.l2 = 0.5;
    options.solver = (int32_t)noise_below(&self->noise, 6);
    options.max_iterations = 5;
    linclass_model *model = NULL;
    const linclass_status status = linclass_fit(ctx, X, labels, &options, NULL, &model);
    if (status < 0)
        attack_refusal(self, ctx, status, "fit");
    else if (linclass_model_features(model) != X->cols || !is_finite(model))
        attack_wrong(self, "fit: a model of %ld features that are finite or not",
                     (long)linclass_model_features(model));
    else
        attack_accepted(self);
    linclass_model_destroy(model);
}

static void try_verify(attack *self, linclass_context *ctx, const linclass_model *model,
                       const linclass_matrix *X)
{
    linclass_certificate found;
    (void)linclass_certificate_init(&found, sizeof found);
    const linclass_status status = linclass_model_verify(ctx, model, X, labels, &found);
    if (status < 0)
        attack_refusal(self, ctx, status, "verify");
    else if (found.samples == X->rows)
        attack_accepted(self);
    else
        attack_wrong(self, "verify: %ld samples", (long)found.samples);
}

static void try_one(attack *self)
{
    static linclass_context *ctx;
    static linclass_model *model;
    if (ctx == NULL) {
        fill_numbers();
        ctx = attack_context(2);
        model = new_model(ctx);
    }
    linclass_matrix given[2] = {0}; /* a size of more than one reads zeros */
    linclass_matrix *const X = given;
    const int32_t dtype = (int32_t)noise_below(&self->noise, 10) + 1;
    if (linclass_matrix_init(X, sizeof *X, dtype, M, N, numbers + MIDDLE, N) != LINCLASS_OK)
        abort();
    if (dtype == LINCLASS_FLOAT32)
        X->data = memset(numbers + MIDDLE, 0x3f, sizeof numbers / 2);
    else
        fill_numbers();
    for (int64_t changes = 1 + noise_below(&self->noise, 3); changes > 0; changes--)
        change(self, X);
    if (!may_be_tried(X))
        return;
    try_predict(self, ctx, model, X);
    try_evaluate(self, ctx, model, X);
    try_fit(self, ctx, X);
    try_verify(self, ctx, model, X);
}

int main(int argc, char **argv)
{
    return attack_main(argc, argv, try_one);
}
