/* Hashes of fits: each loss by each solver in each precision, in variations. */
#include "hash.h"
#include "hashes.h"

uint64_t hash_model(uint64_t hash, const linclass_model *model)
{
    if (model == NULL)
        return hash;
    const size_t n = (size_t)linclass_model_features(model);
    const size_t k = (size_t)linclass_model_classes(model);
    const size_t real =
        linclass_model_dtype(model) == LINCLASS_FLOAT32 ? sizeof(float) : sizeof(double);
    hash = hash_bytes(hash, linclass_model_theta(model), n * k * real);
    hash = hash_bytes(hash, linclass_model_bias(model), k * real);
    hash = hash_bytes(hash, linclass_model_labels(model), k * sizeof(int64_t));
    return hash_bytes(hash, linclass_model_class_weights(model), k * sizeof(double));
}

uint64_t hash_report(uint64_t hash, linclass_fit_report report)
{
    report.seconds = 0;
    return hash_bytes(hash, &report, sizeof report);
}

static void plain(linclass_fit_options *options, const golden_data *data)
{
    (void)options;
    (void)data;
}

static void l2(linclass_fit_options *options, const golden_data *data)
{
    (void)data;
    options->l2 = 1e-2;
}

static void l1(linclass_fit_options *options, const golden_data *data)
{
    (void)data;
    options->l1 = 1e-2;
}

static void elastic_net(linclass_fit_options *options, const golden_data *data)
{
    l1(options, data);
    l2(options, data);
}

static void no_bias(linclass_fit_options *options, const golden_data *data)
{
    (void)data;
    options->fit_bias = 0;
}

static void sample_weights(linclass_fit_options *options, const golden_data *data)
{
    options->sample_weight = data->weights;
}

static void class_weights(linclass_fit_options *options, const golden_data *data)
{
    options->class_weight = data->weights; /* the first of them are not 0 */
    options->class_weight_count = data->k;
}

static void balanced(linclass_fit_options *options, const golden_data *data)
{
    sample_weights(options, data);
    options->class_weight_balanced = 1;
}

static void ignored(linclass_fit_options *options, const golden_data *data)
{
    options->has_ignore_label = 1;
    options->ignore_label = data->k - 1;
}

static void smoothing(linclass_fit_options *options, const golden_data *data)
{
    (void)data;
    options->label_smoothing = 0.1;
}

static void probabilities(linclass_fit_options *options, const golden_data *data)
{
    options->target_probabilities = data->Z;
}

static void early_stopping(linclass_fit_options *options, const golden_data *data)
{
    options->validation_X = &data->X;
    options->validation_y = data->y;
    options->validation_sample_weight = data->weights;
    options->patience = 1;
}

static void momentum(linclass_fit_options *options, const golden_data *data)
{
    l2(options, data);
    options->momentum = 0.9;
    options->learning_rate = 0.01;
}

static void steps(linclass_fit_options *options, const golden_data *data)
{
    (void)data;
    options->learning_rate_schedule = LINCLASS_LEARNING_RATE_STEP;
    options->learning_rate_period = 2;
    options->batch_size = 7;
    options->seed = 11;
}

static void inverse_time(linclass_fit_options *options, const golden_data *data)
{
    (void)data;
    options->learning_rate_schedule = LINCLASS_LEARNING_RATE_INVERSE_TIME;
    options->learning_rate_decay = 0.5;
    options->learning_rate = 0.05;
    options->batch_size = 1;
    options->shuffle = 0;
}

/* Data takes as many of them as it has time for, from the first. */
static const struct {
    const char *name;
    void (*set)(linclass_fit_options *options, const golden_data *data);
} VARIATIONS[] = {
    {"plain", plain},
    {"l1", l1},
    {"l2", l2},
    {"sample weights", sample_weights},
    {"momentum", momentum},
    {"elastic net", elastic_net},
    {"no bias", no_bias},
    {"class weights", class_weights},
    {"balanced", balanced},
    {"ignored label", ignored},
    {"smoothing", smoothing},
    {"probabilities", probabilities},
    {"early stopping", early_stopping},
    {"step schedule", steps},
    {"inverse time", inverse_time},
};

/* A fit, and one that starts from its model. Nothing of a solver that cannot minimise the loss, and of a
 * loss that is not for so many classes. */
static void hash_fit(linclass_context *ctx, const char *name, const golden_data *data,
                     linclass_fit_options *options)
{
    linclass_fit_report report = {.size = sizeof report};
    linclass_model *model;
    linclass_status status = linclass_fit(ctx, &data->X, data->y, options, &report, &model);
    uint64_t hash = hash_report(hash_model(HASH_START, model), report);
    if (status >= 0 && data->small) {
        linclass_model *next;
        options->initial = model;
        options->max_iterations = 3;
        status = linclass_fit(ctx, &data->X, data->y, options, &report, &next);
        hash = hash_report(hash_model(hash, next), report);
        linclass_model_destroy(next);
    }
    if (status != LINCLASS_ERROR_UNSUPPORTED && status != LINCLASS_ERROR_LABEL)
        print_hash(name, status, hash);
    linclass_model_destroy(model);
}

static void hash_variation(linclass_context *ctx, const golden_data *data, int variation)
{
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL; loss++) {
        for (int32_t solver = 0; solver <= LINCLASS_SOLVER_ORTHANT_WISE; solver++) {
            for (int32_t dtype = LINCLASS_FLOAT32; dtype <= LINCLASS_FLOAT64; dtype++) {
                linclass_fit_options options;
                (void)linclass_fit_options_init(&options, sizeof options);
                options.l2 = 0;
                options.loss = loss;
                options.solver = solver;
                options.dtype = dtype;
                options.max_iterations = data->max_iterations;
                VARIATIONS[variation].set(&options, data);
                char name[160];
                (void)snprintf(
                    name, sizeof name, "fit, %s, %s, loss %d, solver %d, %d bits, %d threads",
                    data->name, VARIATIONS[variation].name, (int)loss, (int)solver,
                    dtype == LINCLASS_FLOAT32 ? 32 : 64, (int)linclass_context_threads(ctx));
                hash_fit(ctx, name, data, &options);
            }
        }
    }
}

void hash_fits(linclass_context *ctx, const golden_data *data)
{
    for (int variation = 0; variation < data->variations; variation++)
        hash_variation(ctx, data, variation);
}
