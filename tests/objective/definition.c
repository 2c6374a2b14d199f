#include "definition.h"

#include <math.h>
#include <stdlib.h>

#include <linclass/linclass.h>

#include "support/losses.h"
#include "support/noise.h"

static const double SMOOTHING = 0.125;

static double *draw(int64_t count, double magnitude, uint64_t *noise)
{
    double *numbers = malloc((size_t)(count + 1) * sizeof *numbers);
    if (numbers == NULL)
        abort();
    for (int64_t i = 0; i < count; i++)
        numbers[i] = (double)(float)(magnitude * noise_uniform(noise));
    return numbers;
}

/* Rows of positive numbers with the sum 1, to a rounding or two. */
static double *draw_probabilities(int64_t m, int64_t k, uint64_t *noise)
{
    double *P = draw(m * k, 1, noise);
    for (int64_t i = 0; i < m; i++) {
        double sum = 0;
        for (int64_t j = 0; j < k; j++)
            sum += fabs(P[i * k + j]);
        for (int64_t j = 0; j < k; j++)
            P[i * k + j] = fabs(P[i * k + j]) / sum;
    }
    return P;
}

static linclass_matrix view_of(int64_t m, int64_t n, const double *data)
{
    linclass_matrix view;
    if (linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, m, n, data, n) != LINCLASS_OK)
        abort();
    view.scale = 1;
    return view;
}

static double draw_rows(definition *self, uint64_t *noise)
{
    const int64_t m = self->of.m;
    self->y = malloc((size_t)(m + 1) * sizeof *self->y);
    if (self->y == NULL)
        abort();
    for (int64_t i = 0; i < m; i++)
        self->y[i] = noise_below(noise, losses_find(self->of.loss)->one_score ? 2 : self->of.k);
    if (!self->of.weighted)
        return (double)m;
    self->weights = draw(m, 1, noise);
    double sum = 0;
    for (int64_t i = 0; i < m; i++) {
        self->weights[i] = 2 * fabs(self->weights[i]);
        sum += self->weights[i];
    }
    return sum;
}

void definition_make(definition *self, const definition_case *of, uint64_t seed)
{
    *self = (definition){.of = *of};
    uint64_t noise = seed;
    const int64_t weights = of->n * of->k;
    self->X = draw(of->m * of->n, 1, &noise);
    self->view = view_of(of->m, of->n, self->X);
    const double total = draw_rows(self, &noise);
    if (of->targets == PROBABILITIES) {
        self->P = draw_probabilities(of->m, of->k, &noise);
        self->P_view = view_of(of->m, of->k, self->P);
    }
    self->parameter_count = weights + (of->with_bias ? of->k : 0);
    self->parameters = draw(self->parameter_count, 1, &noise);
    /* Scores of order 1, and every weight its distance from 0. */
    for (int64_t i = 0; i < weights; i++)
        self->parameters[i] =
            (double)(float)((self->parameters[i] + copysign(0.5, self->parameters[i])) /
                            sqrt((double)of->n));
    self->data = (objective_data){
        .X = &self->view,
        .targets = {.y = self->y,
                    .weights = self->weights,
                    .smoothing = of->targets == SMOOTHED ? SMOOTHING : 0,
                    .probabilities = self->P == NULL ? NULL : &self->P_view},
        .total_weight = total,
        .columns = of->k,
        .loss = of->loss,
        .with_bias = of->with_bias,
    };
}

void definition_free(definition *self)
{
    free(self->parameters);
    free(self->P);
    free(self->weights);
    free(self->y);
    free(self->X);
}

static long double row_loss(const definition *self, int64_t i, const long double *h)
{
    const int64_t k = self->of.k;
    const int64_t y = self->y[i];
    long double unused[LOSS_SCORES];
    if (self->of.targets == LABELS)
        return losses_mean(self->of.loss, 1, k, h, &y, unused);
    long double loss = 0;
    for (int64_t j = 0; j < k; j++) {
        const long double p = self->of.targets == PROBABILITIES
                                  ? self->P[i * k + j]
                                  : (j == y ? 1 - SMOOTHING : 0) + SMOOTHING / (double)k;
        loss += p * losses_mean(self->of.loss, 1, k, h, &j, unused);
    }
    return loss;
}

long double definition_value(const definition *self, const double *parameters)
{
    const int64_t n = self->of.n;
    const int64_t k = self->of.k;
    long double sum = 0;
    for (int64_t i = 0; i < self->of.m; i++) {
        long double h[LOSS_SCORES] = {0};
        for (int64_t c = 0; c < k; c++) {
            h[c] = self->of.with_bias ? parameters[n * k + c] : 0;
            for (int64_t j = 0; j < n; j++)
                h[c] += (long double)self->X[i * n + j] * parameters[j * k + c];
        }
        sum += (self->weights == NULL ? 1 : self->weights[i]) * row_loss(self, i, h);
    }
    long double penalty = 0;
    for (int64_t p = 0; p < n * k; p++)
        penalty += self->of.l1 * fabsl((long double)parameters[p]) +
                   self->of.l2 / 2 * (long double)parameters[p] * parameters[p];
    return sum / self->data.total_weight + penalty;
}

void definition_each_kind(linclass_context *ctx, definition_case of,
                          void (*check)(linclass_context *ctx, const definition_case *of))
{
    const int kinds = of.loss == LINCLASS_LOSS_SOFTMAX ? 3 : 1;
    for (int kind = 0; kind < kinds; kind++) {
        for (int variant = 0; variant < 4; variant++) {
            of.targets = (target_kind)kind;
            of.with_bias = variant % 2;
            of.weighted = variant / 2;
            check(ctx, &of);
        }
    }
}
