#include "known_inputs.h"

#include "command_files.h"
#include "exit_status.h"
#include "message.h"

static void check_files(struct argp_state *state, const known_input_settings *settings)
{
    command_files files = {0};
    model_inputs_files(&settings->inputs, &files);
    command_reads(&files, "--sample-weights", settings->rows.sample_weights);
    command_reads(&files, "--offsets", settings->rows.offsets);
    command_prints(&files);
    command_files_check(state, &files);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    known_input_settings *settings = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->inputs.data;
        state->child_inputs[1] = &settings->inputs;
        state->child_inputs[2] = &settings->rows;
        return 0;
    case ARGP_KEY_END:
        check_files(state, settings);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child CHILDREN[] = {
    {.argp = &labelled_data_argp}, {.argp = &model_input_argp}, {.argp = &known_row_argp}, {0}};

const struct argp known_input_argp = {.parser = parse_option, .children = CHILDREN};

/* Numbers are places among the classes then, which are in the order of their names: seldom that of a numbering that the
 * user has. */
static void warn_of_numbers(const known_inputs *known, const data_settings *data)
{
    const samples *taken = &known->app.samples;
    const char *first = linclass_model_class_name(known->app.model, 0);
    const char *second = linclass_model_class_name(known->app.model, 1);
    if (first != NULL && second != NULL && linclass_dataset_class_count(taken->dataset) == 0)
        warn("%s: the labels are numbers, and the model's classes have names: 0 is taken for "
             "'%.40s', 1 for '%.40s'",
             data->labels != NULL ? data->labels : data_name(data), first, second);
}

int known_inputs_open(const known_input_settings *settings, uint64_t seed, known_inputs *known)
{
    const row_settings *rows = &settings->rows;
    linclass_fit_options unused;
    *known = (known_inputs){0};
    int status = model_inputs_open(&settings->inputs, &known->app);
    linclass_context *ctx = known->app.ctx;
    samples *taken = &known->app.samples;
    if (status == EXIT_OK)
        status = samples_need_labels(&settings->inputs.data, taken);
    if (status == EXIT_OK)
        warn_of_numbers(known, &settings->inputs.data);
    if (status == EXIT_OK && taken->X.rows == 0)
        status = fail(EXIT_DATA, "%s has no rows", data_name(&settings->inputs.data));
    if (status == EXIT_OK)
        status = row_labels_keep(ctx, rows, taken->dataset, taken);
    if (status == EXIT_OK && rows->validation_fraction > 0)
        status = samples_split(ctx, taken, rows->validation_fraction, seed, &known->left_out);
    linclass_fit_options_init(&unused, sizeof unused);
    if (status == EXIT_OK)
        status = row_arrays_read(rows, taken, &known->left_out, &unused, &known->arrays);
    return status == EXIT_OK ? row_offsets_read(ctx, rows, model_scores(known->app.model), taken,
                                                &known->left_out)
                             : status;
}

void known_inputs_close(known_inputs *known)
{
    row_arrays_free(&known->arrays);
    samples_close(&known->left_out);
    model_inputs_close(&known->app);
}
