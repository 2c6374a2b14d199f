/* Hashes of fits that differ in one number, and of the choice among them. */
#include "hash.h"
#include "hashes.h"

static uint64_t hash_selection(const linclass_selection *selection)
{
    const int64_t count = linclass_selection_count(selection);
    const size_t figures = (size_t)(count * linclass_selection_folds(selection)) * sizeof(double);
    const int64_t chosen[] = {count, linclass_selection_best(selection),
                              linclass_selection_one_standard_error(selection)};
    uint64_t hash = hash_bytes(HASH_START, chosen, sizeof chosen);
    hash = hash_bytes(hash, linclass_selection_fold_losses(selection), figures);
    hash = hash_bytes(hash, linclass_selection_fold_errors(selection), figures);
    for (int64_t i = 0; i < count; i++) {
        linclass_candidate candidate;
        (void)linclass_candidate_init(&candidate, sizeof candidate);
        (void)linclass_selection_candidate(selection, i, &candidate);
        candidate.seconds = 0;
        hash = hash_bytes(hash, &candidate, sizeof candidate);
        hash = hash_model(hash, linclass_selection_model(selection, i));
    }
    return hash;
}

static void print_selection(const char *what, const golden_data *data, double l1_ratio,
                            linclass_status status, linclass_selection *selection)
{
    char line[120];
    (void)snprintf(line, sizeof line, "%s, %s, l1 ratio %g", what, data->name, l1_ratio);
    print_hash(line, status, status < 0 ? HASH_START : hash_selection(selection));
    linclass_selection_destroy(selection);
}

static void hash_paths(linclass_context *ctx, const golden_data *data, double l1_ratio)
{
    linclass_selection *selection;
    linclass_path_options options;
    (void)linclass_path_options_init(&options, sizeof options);
    options.count = 5;
    options.folds = 3;
    options.l1_ratio = l1_ratio;
    linclass_status status = linclass_fit_path(ctx, &data->X, data->y, &options, &selection);
    print_selection("path", data, l1_ratio, status, selection);
    status = linclass_cross_validate(ctx, &data->X, data->y, &options, &selection);
    print_selection("cross-validation", data, l1_ratio, status, selection);
}

static void hash_learning_rates(linclass_context *ctx, const golden_data *data)
{
    linclass_selection *selection;
    linclass_fit_options fit;
    linclass_learning_rate_options options;
    (void)linclass_fit_options_init(&fit, sizeof fit);
    fit.l2 = 0;
    (void)linclass_learning_rate_options_init(&options, sizeof options);
    fit.validation_X = &data->X;
    fit.validation_y = data->y;
    fit.max_iterations = 5;
    options.fit = &fit;
    options.count = 4;
    const linclass_status status =
        linclass_search_learning_rate(ctx, &data->X, data->y, &options, &selection);
    print_selection("learning rates", data, 0, status, selection);
}

void hash_selections(linclass_context *ctx, const golden_data *data)
{
    hash_paths(ctx, data, 0);
    hash_paths(ctx, data, 0.5);
    hash_paths(ctx, data, 1);
    hash_learning_rates(ctx, data);
}
