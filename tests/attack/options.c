/* Structs of options full of chance: linclass_fit with members out of all ranges, and every _init function
 * with every size. A fit that is accepted must report the loss its model has, which is recomputed in long
 * double from the samples; an _init must write as many bytes as it was given, and no more. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "attack.h"
#include "support/losses.h"
#include "support/reference.h"

enum { M = 24, N = 4, LARGEST_SIZE = 600, SLACK = 64 };

static float X_data[M * N];
static int64_t y_data[M];

static double any_real(attack *self)
{
    static const double values[] = {0,    1,     -1,    0.5,  1e-3,        1e-300,
                                    1e30, 1e300, -1e-9, 0.99, (double)NAN, (double)INFINITY};
    return noise_below(&self->noise, 3) == 0 ? noise_uniform(&self->noise)
                                             : values[noise_below(&self->noise, 12)];
}

static int64_t any_integer(attack *self, int64_t small)
{
    static const int64_t values[] = {INT64_MIN, INT64_MAX, -1, 1 << 30, INT32_MAX};
    return noise_below(&self->noise, 4) == 0 ? values[noise_below(&self->noise, 5)]
                                             : noise_below(&self->noise, small);
}

static void any_options(attack *self, linclass_fit_options *o)
{
    o->loss = (int32_t)any_integer(self, 9);
    o->solver = (int32_t)any_integer(self, 9);
    o->dtype = (int32_t)any_integer(self, 5);
    o->fit_bias = noise_below(&self->noise, 20) == 0 ? 2 : (int32_t)noise_below(&self->noise, 2);
    double *const reals[] = {&o->l1,
                             &o->l2,
                             &o->gradient_tolerance,
                             &o->learning_rate,
                             &o->momentum,
                             &o->learning_rate_decay,
                             &o->label_smoothing,
                             &o->max_seconds};
    for (int64_t changes = noise_below(&self->noise, 5); changes > 0; changes--)
        *reals[noise_below(&self->noise, 8)] = any_real(self);
    int64_t *const integers[] = {&o->max_iterations, &o->batch_size,
                                 &o->patience,       &o->learning_rate_period,
                                 &o->ignore_label,   &o->class_weight_count};
    for (int64_t changes = noise_below(&self->noise, 3); changes > 0; changes--)
        *integers[noise_below(&self->noise, 6)] = any_integer(self, 30);
    int32_t *const flags[] = {&o->shuffle,          &o->class_weight_balanced,
                              &o->has_ignore_label, &o->learning_rate_schedule,
                              &o->reserved,         &o->reserved_2};
    if (noise_below(&self->noise, 2) == 0)
        *flags[noise_below(&self->noise, 6)] = (int32_t)any_integer(self, 4);
    if (noise_below(&self->noise, 20) == 0)
        o->size = (size_t)noise_below(&self->noise, 2 * (int64_t)sizeof *o);
    o->max_iterations = o->max_iterations > 50 || o->max_iterations == 0 ? 50 : o->max_iterations;
}

/* One score a row for the losses of two classes: that of the second class less that of the first. */
static long double *scores_of(const linclass_model *model, int64_t columns)
{
    const int64_t k = linclass_model_classes(model);
    const bool single = linclass_model_dtype(model) == LINCLASS_FLOAT32;
    const void *const theta = linclass_model_theta(model);
    const void *const bias = linclass_model_bias(model);
    long double *const H = reference_new(M, columns);
    for (int64_t i = 0; i < M; i++) {
        for (int64_t c = 0; c < k; c++) {
            long double h = bias == NULL ? 0
                            : single     ? (long double)((const float *)bias)[c]
                                         : (long double)((const double *)bias)[c];
            for (int64_t j = 0; j < N; j++)
                h += X_data[i * N + j] * (single ? (long double)((const float *)theta)[j * k + c]
                                                 : (long double)((const double *)theta)[j * k + c]);
            if (columns == 1)
                H[i] += c == 1 ? h : -h;
            else
                H[i * columns + c] = h;
        }
    }
    return H;
}

/* In units of the rounding of the scores, whose sizes are those of X theta. */
static bool tells_its_loss(const linclass_model *model, const linclass_fit_report *report)
{
    const int32_t loss = linclass_model_loss(model);
    const int64_t columns = losses_columns(loss, linclass_model_classes(model));
    long double *const H = scores_of(model, columns);
    long double *const R = reference_new(M, columns);
    const long double mean = losses_mean(loss, M, columns, H, y_data, R);
    long double largest = 1;
    for (int64_t e = 0; e < M * columns; e++)
        largest = fmaxl(largest, fabsl(H[e]));
    free(R);
    free(H);
    const long double unit = linclass_model_dtype(model) == LINCLASS_FLOAT32 ? 1e-6L : 1e-14L;
    const long double room = 100 * unit * (largest + fabsl(mean)) * losses_growth(loss, largest);
    return !isfinite(largest) || fabsl(report->loss - mean) <= room;
}

static void try_fit(attack *self, linclass_context *ctx)
{
    linclass_fit_options given[2] = {0}; /* a size of more than one reads zeros */
    linclass_fit_options *const options = given;
    (void)linclass_fit_options_init(options, sizeof *options);
    options->l2 = 0;
    any_options(self, options);
    const int64_t classes = noise_below(&self->noise, 3) == 0 ? 3 : 2;
    for (int64_t i = 0; i < M; i++)
        y_data[i] = i % classes;
    const bool plain = options->label_smoothing == 0 && options->class_weight_balanced == 0 &&
                       options->has_ignore_label == 0;
    linclass_matrix X;
    (void)linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, M, N, X_data, N);
    linclass_fit_report report;
    (void)linclass_fit_report_init(&report, sizeof report);
    linclass_model *model = NULL;
    const linclass_status status = linclass_fit(ctx, &X, y_data, options, &report, &model);
    if (status < 0 && model == NULL)
        attack_refusal(self, ctx, status, "fit");
    else if (status < 0)
        attack_wrong(self, "fit: status %d and a model", (int)status);
    else if (plain && !tells_its_loss(model, &report))
        attack_wrong(self, "fit: reports the loss %.9g, which is not its model's", report.loss);
    else
        attack_accepted(self);
    linclass_model_destroy(model);
}

typedef linclass_status (*initialiser)(void *target, size_t size);

#define INITIALISER(name) \
    { \
#name, (initialiser)(void (*)(void))linclass_##name##_init, sizeof(linclass_##name) \
    }

static const struct {
    const char *name;
    initialiser init;
    size_t known;
} initialisers[] = {
    INITIALISER(context_options),       INITIALISER(fit_options), INITIALISER(fit_report),
    INITIALISER(path_options),          INITIALISER(candidate),   INITIALISER(evaluation),
    INITIALISER(learning_rate_options), INITIALISER(certificate), INITIALISER(averages),
    INITIALISER(standard_errors),       INITIALISER(calibration),
};

enum { INITIALISERS = sizeof initialisers / sizeof *initialisers };

/* Too small a size is refused and nothing written; else `size` bytes are, zeros past those known. */
static void try_init(attack *self, int which, size_t size)
{
    unsigned char *const block = malloc(size + SLACK);
    if (block == NULL)
        abort();
    memset(block, 0xa5, size + SLACK);
    const linclass_status status = initialisers[which].init(block, size);
    bool right = status == LINCLASS_OK || status == LINCLASS_ERROR_INVALID_ARGUMENT;
    right = right && (size < initialisers[which].known || status == LINCLASS_OK);
    right = right && (size >= sizeof(size_t) || status != LINCLASS_OK);
    const size_t written = status == LINCLASS_OK ? size : 0;
    for (size_t i = written; i < size + SLACK; i++)
        right = right && block[i] == 0xa5;
    for (size_t i = initialisers[which].known; i < written; i++)
        right = right && block[i] == 0;
    size_t stated = size;
    if (written > 0)
        memcpy(&stated, block, sizeof stated);
    if (!right || stated != size)
        attack_wrong(self, "%s_init of %zu bytes: status %d", initialisers[which].name, size,
                     (int)status);
    else if (status == LINCLASS_OK)
        attack_accepted(self);
    else
        attack_refused(self);
    free(block);
}

static void try_one(attack *self)
{
    static linclass_context *ctx;
    if (ctx == NULL) {
        ctx = attack_context(2);
        uint64_t noise = 3;
        for (int e = 0; e < M * N; e++)
            X_data[e] = (float)noise_uniform(&noise);
    }
    const int64_t systematic = self->number / 2;
    if (self->number % 2 == 0 && systematic < (int64_t)INITIALISERS * LARGEST_SIZE)
        try_init(self, (int)(systematic % INITIALISERS), (size_t)(systematic / INITIALISERS));
    else
        try_fit(self, ctx);
}

int main(int argc, char **argv)
{
    return attack_main(argc, argv, try_one);
}
