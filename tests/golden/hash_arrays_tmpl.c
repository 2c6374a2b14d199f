/* Hashes of level 1. */
#include "hash.h"
#include "hashes.h"

#include <stdlib.h>
#include <string.h>

#include "core/real.h"

/* The losses of several classes. */
static const struct {
    const char *name;
    int32_t number;
} LOSSES[] = {
    {"softmax", LINCLASS_LOSS_SOFTMAX},
    {"perceptron", LINCLASS_LOSS_PERCEPTRON},
    {"hinge", LINCLASS_LOSS_HINGE},
    {"squared_hinge", LINCLASS_LOSS_SQUARED_HINGE},
};

/* What the functions read, and room for what they write. */
typedef struct arrays {
    int64_t m;
    int64_t n;
    int64_t k;
    const int64_t *y;
    real *X;     /* m x n */
    real *theta; /* n x k, then k of bias */
    real *H;     /* m x k: X theta + bias */
    real *work;  /* of that size or theta's */
} arrays;

static real *allocate(int64_t count)
{
    real *const array = calloc((size_t)count, sizeof *array);
    if (array == NULL)
        abort();
    return array;
}

static arrays arrays_new(linclass_context *ctx, const golden_data *data)
{
    arrays self = {.m = data->X.rows, .n = data->X.cols, .k = data->k, .y = data->y};
    self.X = allocate(self.m * self.n);
    for (int64_t e = 0; e < self.m * self.n; e++)
        self.X[e] = (real)((const double *)data->X.data)[e];
    self.theta = allocate((self.n + 1) * self.k);
    for (int64_t e = 0; e < (self.n + 1) * self.k; e++)
        self.theta[e] = (real)((double)(e * 37 % 23) / 11 - 1);
    self.H = allocate(self.m * self.k);
    self.work = allocate((self.m + self.n + 1) * self.k);
    if (REAL(linclass_logits)(ctx, self.m, self.n, self.k, self.X, self.n, self.theta, self.k,
                              self.theta + self.n * self.k, self.H, self.k) != LINCLASS_OK)
        abort();
    return self;
}

static void arrays_free(arrays *self)
{
    free(self->work);
    free(self->H);
    free(self->theta);
    free(self->X);
}

static void print_array(const char *name, const char *function, linclass_status status,
                        const void *array, int64_t count, double value)
{
    char line[120];
    (void)snprintf(line, sizeof line, "arrays, %s, %s, %d bits", name, function, REAL_BITS);
    const uint64_t hash = hash_bytes(HASH_START, array, (size_t)count * sizeof(real));
    print_hash(line, status, hash_bytes(hash, &value, sizeof value));
}

static void hash_loss(linclass_context *ctx, const arrays *self, const char *name, int32_t number)
{
    const int64_t m = self->m, n = self->n, k = self->k, nk = n * k;
    double loss = 0;
    linclass_status status =
        REAL(linclass_loss_mean)(ctx, number, m, k, self->H, k, self->y, &loss);
    print_array(name, "loss", status, NULL, 0, loss);

    memcpy(self->work, self->H, (size_t)(m * k) * sizeof(real));
    status = REAL(linclass_loss_residual)(ctx, number, m, k, self->work, k, self->y, &loss);
    print_array(name, "residual", status, self->work, m * k, loss);

    status = REAL(linclass_loss_gradient)(ctx, number, m, n, k, self->X, n, self->y, self->theta, k,
                                          self->theta + nk, &loss, self->work, k, self->work + nk);
    print_array(name, "gradient", status, self->work, nk + k, loss);

    memcpy(self->work, self->theta, (size_t)(nk + k) * sizeof(real));
    status = REAL(linclass_sgd_epoch)(ctx, number, m, n, k, self->X, n, self->y, 4, (real)0.1,
                                      self->work, k, self->work + nk);
    print_array(name, "epoch", status, self->work, nk + k, 0);
}

static void hash_activations(linclass_context *ctx, const arrays *self)
{
    const int64_t m = self->m, n = self->n, k = self->k;
    double area = 0;
    print_array("linear", "logits", LINCLASS_OK, self->H, m * k, 0);
    linclass_status status = REAL(linclass_gradient)(ctx, m, n, k, self->X, n, self->H, k,
                                                     (real)0.5, self->work, k, self->work + n * k);
    print_array("linear", "gradient", status, self->work, (n + 1) * k, 0);
    status = REAL(linclass_softmax)(ctx, m, k, self->H, k, self->work, k);
    print_array("softmax", "probabilities", status, self->work, m * k, 0);
    status = REAL(linclass_sigmoid)(ctx, m, k, self->H, k, self->work, k);
    print_array("sigmoid", "probabilities", status, self->work, m * k, 0);
    status = REAL(linclass_roc_auc)(ctx, m, self->H, self->y, NULL, &area);
    print_array("metrics", "area under the ROC curve", status, NULL, 0, area);
}

/* The losses of two classes, whose one score is here the first of a row. */
static void hash_sigmoid_losses(linclass_context *ctx, const arrays *self)
{
    const int64_t m = self->m, n = self->n;
    double loss = 0;
    linclass_status status =
        REAL(linclass_loss_gradient)(ctx, LINCLASS_LOSS_LOGISTIC, m, n, 1, self->X, n, self->y,
                                     self->theta, 1, NULL, &loss, self->work, 1, self->work + n);
    print_array("logistic", "gradient", status, self->work, n + 1, loss);
    status = REAL(linclass_loss_gradient)(ctx, LINCLASS_LOSS_SIGMOID_SQUARED, m, n, 1, self->X, n,
                                          self->y, self->theta, 1, NULL, &loss, self->work, 1,
                                          self->work + n);
    print_array("sigmoid squared", "gradient", status, self->work, n + 1, loss);
    memcpy(self->work, self->H, (size_t)m * sizeof(real));
    status = REAL(linclass_loss_residual)(ctx, LINCLASS_LOSS_LOGISTIC, m, 1, self->work, 1, self->y,
                                          &loss);
    print_array("logistic", "residual", status, self->work, m, loss);
    memcpy(self->work, self->theta, (size_t)(n + 1) * sizeof(real));
    status = REAL(linclass_sgd_epoch)(ctx, LINCLASS_LOSS_LOGISTIC, m, n, 1, self->X, n, self->y, 4,
                                      (real)0.1, self->work, 1, self->work + n);
    print_array("logistic", "epoch", status, self->work, n + 1, 0);
}

void REAL(hash_arrays)(linclass_context *ctx, const golden_data *data)
{
    arrays self = arrays_new(ctx, data);
    hash_activations(ctx, &self);
    for (size_t i = 0; i < sizeof LOSSES / sizeof *LOSSES; i++)
        hash_loss(ctx, &self, LOSSES[i].name, LOSSES[i].number);
    if (self.k == 2)
        hash_sigmoid_losses(ctx, &self);
    arrays_free(&self);
}
