/* The k-th allocation of a call fails, alone or with all after it, for every k: the status is MEMORY with
 * a message, no handle is made, nothing is left behind, and the same call on the same context then gives
 * the same bytes as one to which nothing happened. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attack.h"
#include "support/failing_allocator.h"

enum { M = 60, N = 6, K = 3, FILE_BYTES = 1 << 16, RESULT_BYTES = 1 << 16 };

static float X_data[M * N];
static int64_t y_data[M];
static char idx_path[64];
static char model_path[64];
static unsigned char model_bytes[FILE_BYTES];
static int64_t model_length;

/* What a call made, as bytes to compare. */
typedef struct result {
    size_t length;
    unsigned char bytes[RESULT_BYTES];
} result;

typedef linclass_status (*scenario)(linclass_context *ctx, result *made);

static void keep(result *made, const void *bytes, size_t length)
{
    if (made->length + length > sizeof made->bytes)
        abort();
    memcpy(made->bytes + made->length, bytes, length);
    made->length += length;
}

static linclass_matrix view(void)
{
    linclass_matrix X;
    (void)linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT32, M, N, X_data, N);
    return X;
}

/* The parameters of a model, without the seconds its report has; destroys it. A model after an error is
 * a finding: it makes the result differ. */
static void keep_model(result *made, linclass_model *model, linclass_status status)
{
    if (model != NULL) {
        const size_t element = linclass_model_dtype(model) == LINCLASS_FLOAT32 ? 4 : 8;
        const size_t k = (size_t)linclass_model_classes(model);
        keep(made, linclass_model_theta(model),
             (size_t)linclass_model_features(model) * k * element);
        keep(made, linclass_model_labels(model), k * sizeof(int64_t));
    }
    if ((status < 0) != (model == NULL))
        keep(made, "unlike", 6);
    linclass_model_destroy(model);
}

static linclass_status fit_with(linclass_context *ctx, result *made, int32_t solver, double l1)
{
    const linclass_matrix X = view();
    linclass_fit_options options;
    (void)linclass_fit_options_init(&options, sizeof options);
    options.solver = solver;
    options.l1 = l1;
    options.l2 = 1e-3;
    options.max_iterations = 3;
    options.validation_X = &X;
    options.validation_y = y_data;
    options.class_weight_balanced = 1;
    linclass_model *model = NULL;
    const linclass_status status = linclass_fit(ctx, &X, y_data, &options, NULL, &model);
    keep_model(made, model, status);
    return status;
}

static linclass_status fit_sgd(linclass_context *ctx, result *made)
{
    return fit_with(ctx, made, LINCLASS_SOLVER_SGD, 0);
}

static linclass_status fit_gradient_descent(linclass_context *ctx, result *made)
{
    return fit_with(ctx, made, LINCLASS_SOLVER_GRADIENT_DESCENT, 0);
}

static linclass_status fit_lbfgs(linclass_context *ctx, result *made)
{
    return fit_with(ctx, made, LINCLASS_SOLVER_LBFGS, 0);
}

static linclass_status fit_newton(linclass_context *ctx, result *made)
{
    return fit_with(ctx, made, LINCLASS_SOLVER_NEWTON, 0);
}

static linclass_status fit_newton_cg(linclass_context *ctx, result *made)
{
    return fit_with(ctx, made, LINCLASS_SOLVER_NEWTON_CG, 0);
}

static linclass_status fit_orthant_wise(linclass_context *ctx, result *made)
{
    return fit_with(ctx, made, LINCLASS_SOLVER_ORTHANT_WISE, 1e-3);
}

static linclass_status cross_validate(linclass_context *ctx, result *made)
{
    const linclass_matrix X = view();
    linclass_path_options options;
    (void)linclass_path_options_init(&options, sizeof options);
    options.count = 3;
    options.folds = 2;
    linclass_selection *selection = NULL;
    const linclass_status status = linclass_cross_validate(ctx, &X, y_data, &options, &selection);
    if (selection != NULL)
        keep(made, linclass_selection_fold_losses(selection), 6 * sizeof(double));
    linclass_selection_destroy(selection);
    return status;
}

static linclass_status read_idx(linclass_context *ctx, result *made)
{
    linclass_dataset *dataset = NULL;
    const linclass_status status = linclass_dataset_read_idx(ctx, idx_path, NULL, &dataset);
    linclass_matrix X;
    if (dataset != NULL && linclass_dataset_matrix(dataset, &X, sizeof X) == LINCLASS_OK)
        keep(made, X.data, (size_t)(X.rows * X.cols));
    linclass_dataset_destroy(dataset);
    return status;
}

static linclass_status load(linclass_context *ctx, result *made)
{
    linclass_model *model = NULL;
    const linclass_status status = linclass_model_load(ctx, model_path, &model);
    keep_model(made, model, status);
    return status;
}

static linclass_status use_model(linclass_context *ctx, result *made)
{
    linclass_model *model = NULL;
    linclass_model *told = NULL;
    linclass_status status = linclass_model_deserialize(ctx, model_bytes, model_length, &model);
    const linclass_matrix X = view();
    int64_t labels[M];
    double scores[M * K];
    linclass_evaluation found;
    double recall[K];
    unsigned char stored[FILE_BYTES];
    int64_t length = 0;
    (void)linclass_evaluation_init(&found, sizeof found);
    found.recall = recall;
    if (status >= 0)
        status = linclass_model_with_metadata(ctx, model, "key", "value", &told);
    if (status >= 0)
        status = linclass_model_top_k(ctx, told, &X, K, (int64_t[M * K]){0}, scores);
    if (status >= 0)
        status = linclass_model_predict(ctx, told, &X, labels);
    if (status >= 0)
        status = linclass_model_evaluate(ctx, told, &X, y_data, &found);
    if (status >= 0)
        status = linclass_model_serialize(ctx, told, stored, sizeof stored, &length);
    if (status >= 0) {
        keep(made, stored, (size_t)length);
        keep(made, scores, sizeof scores);
        keep(made, labels, sizeof labels);
        keep(made, recall, sizeof recall);
    }
    linclass_model_destroy(told);
    linclass_model_destroy(model);
    return status;
}

static linclass_status level1(linclass_context *ctx, result *made)
{
    static const float theta[N * K];
    float G[N * K];
    double loss;
    const linclass_status status = linclass_softmax_loss_gradient_f32(
        ctx, M, N, K, X_data, N, y_data, theta, K, NULL, &loss, G, K, NULL);
    if (status >= 0)
        keep(made, G, sizeof G);
    return status;
}

static linclass_status deal(linclass_context *ctx, result *made)
{
    int64_t fold[M];
    const linclass_status status = linclass_folds(ctx, M, y_data, 3, 1, fold);
    if (status >= 0)
        keep(made, fold, sizeof fold);
    return status;
}

static const struct {
    const char *name;
    scenario run;
} scenarios[] = {
    {"sgd", fit_sgd},
    {"gradient descent", fit_gradient_descent},
    {"lbfgs", fit_lbfgs},
    {"newton", fit_newton},
    {"newton cg", fit_newton_cg},
    {"orthant-wise", fit_orthant_wise},
    {"cross-validation", cross_validate},
    {"read idx", read_idx},
    {"load", load},
    {"use of a model", use_model},
    {"level 1", level1},
    {"folds", deal},
};

enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

static void write_file(char path[64], const char *name, const void *bytes, size_t length)
{
    (void)snprintf(path, 64, "/tmp/linclass-attack-%s-%ld", name, (long)getpid());
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        abort();
}

static void remove_files(void)
{
    (void)unlink(idx_path);
    (void)unlink(model_path);
}

static void prepare(void)
{
    static const char idx[] = "\0\0\x08\2\0\0\0\3\0\0\0\2abcdef";
    uint64_t noise = 5;
    for (int e = 0; e < M * N; e++)
        X_data[e] = (float)noise_uniform(&noise);
    for (int i = 0; i < M; i++)
        y_data[i] = i % K;
    linclass_context *ctx = attack_context(1);
    linclass_model *model;
    if (linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, N, K, X_data, K, NULL,
                              NULL, &model) != LINCLASS_OK ||
        linclass_model_serialize(ctx, model, model_bytes, sizeof model_bytes, &model_length) !=
            LINCLASS_OK)
        abort();
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    write_file(idx_path, "idx", idx, sizeof idx - 1);
    write_file(model_path, "model", model_bytes, (size_t)model_length);
    (void)atexit(remove_files);
}

/* The call with its k-th allocation failing; false when it needed fewer. */
static bool fails_at(attack *self, int which, int32_t threads, int64_t k, bool all_after,
                     const result *expected)
{
    static result made;
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, threads);
    if (all_after)
        failing_allocator_fail_from(&memory, k);
    else
        failing_allocator_fail_at(&memory, k);
    made.length = 0;
    const linclass_status status = scenarios[which].run(ctx, &made);
    const bool failed = memory.failures > 0;
    const bool refused = status == LINCLASS_ERROR_MEMORY &&
                         strstr(linclass_context_message(ctx), "memory") != NULL &&
                         made.length == 0;
    failing_allocator_fail_never(&memory);
    made.length = 0;
    const linclass_status again = scenarios[which].run(ctx, &made);
    linclass_context_destroy(ctx);
    if (failed && !refused)
        attack_wrong(self, "%s, allocation %ld of %d threads: status %d", scenarios[which].name,
                     (long)k, (int)threads, (int)status);
    else if (again < 0 || made.length != expected->length ||
             memcmp(made.bytes, expected->bytes, made.length) != 0)
        attack_wrong(self, "%s, allocation %ld of %d threads: another result afterwards, status %d",
                     scenarios[which].name, (long)k, (int)threads, (int)again);
    else if (memory.live != 0)
        attack_leaked(self, "%s, allocation %ld of %d threads: %ld blocks", scenarios[which].name,
                      (long)k, (int)threads, (long)memory.live);
    else if (failed)
        attack_refused(self);
    else
        attack_accepted(self);
    return failed;
}

static void try_one(attack *self)
{
    static result expected;
    if (model_length == 0)
        prepare();
    const int which = (int)(self->number % SCENARIOS);
    const int32_t threads = 1 + (int32_t)(self->number / SCENARIOS % 2);
    const bool all_after = self->number / SCENARIOS / 2 % 2 == 1;
    linclass_context *ctx = attack_context(1);
    expected.length = 0;
    if (scenarios[which].run(ctx, &expected) < 0)
        attack_wrong(self, "%s: %s", scenarios[which].name, linclass_context_message(ctx));
    linclass_context_destroy(ctx);
    for (int64_t k = 1; fails_at(self, which, threads, k, all_after, &expected); k++)
        continue;
}

int main(int argc, char **argv)
{
    return attack_main(argc, argv, try_one);
}
