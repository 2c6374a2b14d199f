/* Hashes of what is made of a model. */
#include "hash.h"
#include "hashes.h"

#include <stdlib.h>
#include <string.h>

static void *allocate(int64_t count, size_t element)
{
    void *const memory = calloc((size_t)count, element);
    if (memory == NULL)
        abort();
    return memory;
}

static void print_line(const linclass_model *model, const golden_data *data, const char *what,
                       linclass_status status, uint64_t hash)
{
    char line[120];
    (void)snprintf(line, sizeof line, "%s, %s, loss %d, %d bits", what, data->name,
                   (int)linclass_model_loss(model),
                   linclass_model_dtype(model) == LINCLASS_FLOAT32 ? 32 : 64);
    print_hash(line, status, hash);
}

static void hash_predictions(linclass_context *ctx, const linclass_model *model,
                             const golden_data *data)
{
    const linclass_matrix *const X = &data->X;
    const int64_t m = X->rows, k = data->k;
    double *const scores = allocate(m * k, sizeof *scores);
    int64_t *const labels = allocate(m * 2, sizeof *labels);
    const size_t all = (size_t)(m * k) * sizeof *scores;
    linclass_status status = linclass_model_scores(ctx, model, X, LINCLASS_FLOAT64, scores, k);
    print_line(model, data, "scores", status, hash_bytes(HASH_START, scores, all));
    status = linclass_model_probabilities(ctx, model, X, LINCLASS_FLOAT32, scores, k);
    print_line(model, data, "probabilities", status, hash_bytes(HASH_START, scores, all / 2));
    status = linclass_model_predict(ctx, model, X, labels);
    print_line(model, data, "labels", status,
               hash_bytes(HASH_START, labels, (size_t)m * sizeof *labels));
    status = linclass_model_top_k(ctx, model, X, 2, labels, scores);
    const uint64_t hash = hash_bytes(HASH_START, labels, (size_t)m * 2 * sizeof *labels);
    print_line(model, data, "top 2", status,
               hash_bytes(hash, scores, (size_t)m * 2 * sizeof *scores));
    free(labels);
    free(scores);
}

static void hash_evaluation(linclass_context *ctx, const linclass_model *model,
                            const golden_data *data)
{
    const size_t k = (size_t)data->k;
    linclass_evaluation found;
    (void)linclass_evaluation_init(&found, sizeof found);
    double *const quotients = allocate(data->k * (data->k + 3), sizeof *quotients);
    found.precision = quotients;
    found.recall = quotients + k;
    found.f1 = quotients + 2 * k;
    found.weighted_confusion = quotients + 3 * k;
    found.sample_weight = data->weights;
    found.with_averages = 1;
    found.with_roc_auc = k == 2;
    const linclass_status status = linclass_model_evaluate(ctx, model, &data->X, data->y, &found);
    const double figures[] = {found.loss,         found.error,          found.weight,
                              found.accuracy,     found.macro_recall,   found.macro_precision,
                              found.macro_f1,     found.micro_f1,       found.roc_auc,
                              found.micro_recall, found.micro_precision};
    const uint64_t hash = hash_bytes(HASH_START, quotients, k * (k + 3) * sizeof *quotients);
    print_line(model, data, "evaluation", status, hash_bytes(hash, figures, sizeof figures));
    free(quotients);
}

static void hash_certificate(linclass_context *ctx, const linclass_model *model,
                             const golden_data *data)
{
    linclass_certificate found;
    (void)linclass_certificate_init(&found, sizeof found);
    found.sample_weight = data->weights;
    const linclass_status status = linclass_model_verify(ctx, model, &data->X, data->y, &found);
    found.sample_weight = NULL; /* an address */
    print_line(model, data, "certificate", status, hash_bytes(HASH_START, &found, sizeof found));
}

static void hash_standard_errors(linclass_context *ctx, const linclass_model *model,
                                 const golden_data *data)
{
    const int64_t most = (data->X.cols + 1) * data->k;
    double *const covariance = allocate(most * most, sizeof *covariance);
    linclass_standard_errors found;
    (void)linclass_standard_errors_init(&found, sizeof found);
    found.sample_weight = data->weights;
    found.covariance = covariance;
    const linclass_status status =
        linclass_model_standard_errors(ctx, model, &data->X, data->y, &found);
    const double steps[] = {found.newton_step, found.score_step};
    const uint64_t hash =
        hash_bytes(HASH_START, covariance, (size_t)(most * most) * sizeof *covariance);
    print_line(model, data, "standard errors", status, hash_bytes(hash, steps, sizeof steps));
    free(covariance);
}

static void hash_file(linclass_context *ctx, const linclass_model *model, const golden_data *data)
{
    linclass_model *with = NULL, *back = NULL;
    int64_t length = 0;
    linclass_status status = linclass_model_with_metadata(ctx, model, "from", "\"tests\"\n", &with);
    if (status == LINCLASS_OK)
        status = linclass_model_serialize(ctx, with, NULL, 0, &length);
    char *const bytes = allocate(length + 1, 1);
    if (status == LINCLASS_OK)
        status = linclass_model_serialize(ctx, with, bytes, length, &length);
    if (status == LINCLASS_OK)
        status = linclass_model_deserialize(ctx, bytes, length, &back);
    linclass_fit_report report = {.size = sizeof report};
    uint64_t hash = hash_model(HASH_START, back);
    if (status == LINCLASS_OK && linclass_model_report(back, &report) == LINCLASS_OK)
        hash = hash_report(hash, report);
    const char *const text = status == LINCLASS_OK ? linclass_model_metadata(back, "from") : "";
    print_line(model, data, "file", status, hash_bytes(hash, text, strlen(text)));
    linclass_model_destroy(back);
    linclass_model_destroy(with);
    free(bytes);
}

void hash_models(linclass_context *ctx, const golden_data *data)
{
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
            linclass_fit_options options;
            (void)linclass_fit_options_init(&options, sizeof options);
            options.l2 = 0;
            options.loss = loss;
            options.dtype = dtype;
            options.sample_weight = data->weights;
            linclass_model *model;
            if (linclass_fit(ctx, &data->X, data->y, &options, NULL, &model) < 0)
                continue; /* a loss of two classes, and more of them */
            hash_predictions(ctx, model, data);
            hash_evaluation(ctx, model, data);
            hash_certificate(ctx, model, data);
            hash_standard_errors(ctx, model, data);
            hash_file(ctx, model, data);
            linclass_model_destroy(model);
        }
    }
}
