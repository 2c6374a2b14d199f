/* The header of a model file against what this library reads: words, tensors, numbers. Unknown keys of
 * the metadata are passed over, so that a later release may say more about a model; anything that
 * would change what a model computes comes with another schema number, loss or tensor, and those are
 * refused. */
#include "model_file/description.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/status.h"
#include "model_file/file_fields.h"
#include "sweep/losses.h"

static linclass_status fail(const safetensors_header *header, const char *what)
{
    return context_fail(header->ctx, LINCLASS_ERROR_FORMAT, "%.300s: %s", header->file, what);
}

/* The value of a key is not what this library reads. */
static linclass_status fail_value(const safetensors_header *header, const char *key,
                                  const char *value, const char *expected)
{
    return context_fail(header->ctx, LINCLASS_ERROR_FORMAT, "%.300s: metadata '%s' is '%s', not %s",
                        header->file, key, value, expected);
}

static linclass_status fail_number(const safetensors_header *header, const char *key, int32_t value,
                                   const char *expected)
{
    return context_fail(header->ctx, LINCLASS_ERROR_FORMAT,
                        "%.300s: metadata '%s' is %" PRId32 ", not %s", header->file, key, value,
                        expected);
}

static linclass_status check_word(const safetensors_header *header, const char *key,
                                  const char *expected)
{
    char value[SAFETENSORS_TEXT];
    const linclass_status status = safetensors_metadata(header, key, value);
    if (status != LINCLASS_OK || strcmp(value, expected) == 0)
        return status;
    return fail_value(header, key, value, expected);
}

static linclass_status read_fields(const safetensors_header *header, const file_field *fields,
                                   int count, void *object)
{
    for (int i = 0; i < count; i++) {
        char value[SAFETENSORS_TEXT];
        if (fields[i].optional && !safetensors_has_metadata(header, fields[i].key))
            continue;
        const linclass_status status = safetensors_metadata(header, fields[i].key, value);
        if (status != LINCLASS_OK)
            return status;
        if (!file_field_parse(&fields[i], value, object))
            return fail_value(header, fields[i].key, value, "a number of its type");
    }
    return LINCLASS_OK;
}

static bool is_vector(const safetensors_tensor *tensor, int dtype, int64_t length)
{
    return tensor->dtype == dtype && tensor->rank == 1 && tensor->shape[0] == length;
}

static bool is_set_scores(const safetensors_tensor *tensor)
{
    return tensor != NULL && tensor->rank == 1 && tensor->shape[0] >= 1 &&
           is_vector(tensor, SAFETENSORS_F64, tensor->shape[0]);
}

/* All of a standardisation, or nothing. */
static bool standardization_is_whole(const model_description *described)
{
    const bool standard = described->column_mean != NULL;
    if ((described->column_factor != NULL) != standard ||
        (described->fitted_bias != NULL) != (standard && described->bias != NULL))
        return false;
    const int64_t n = described->theta->shape[0];
    return !standard ||
           (is_vector(described->column_mean, SAFETENSORS_F64, n) &&
            is_vector(described->column_factor, SAFETENSORS_F64, n) &&
            (described->fitted_bias == NULL ||
             is_vector(described->fitted_bias, SAFETENSORS_F64, described->theta->shape[1])));
}

static linclass_status check_tensors(const safetensors_header *header, model_description *described)
{
    described->labels = safetensors_find(header, "labels");
    described->theta = safetensors_find(header, "theta");
    described->bias = safetensors_find(header, "bias");
    described->class_weights = safetensors_find(header, "class_weights");
    described->set_scores = described->sets == 0 ? NULL : safetensors_find(header, "set_scores");
    described->column_mean = safetensors_find(header, "column_mean");
    described->column_factor = safetensors_find(header, "column_factor");
    described->fitted_bias = safetensors_find(header, "fitted_bias");
    const safetensors_tensor *theta = described->theta;
    if (theta == NULL || described->labels == NULL)
        return fail(header, "tensor 'theta' or 'labels' is missing");
    if (header->count != 2 + (described->bias != NULL) + (described->class_weights != NULL) +
                             (described->set_scores != NULL) + (described->column_mean != NULL) +
                             (described->column_factor != NULL) + (described->fitted_bias != NULL))
        return fail(header, "there is a tensor other than 'theta', 'bias', 'labels', "
                            "'class_weights', 'column_mean', 'column_factor', 'fitted_bias' and, "
                            "with metadata 'sets', 'set_scores'");
    if (theta->dtype == SAFETENSORS_I64 || theta->rank != 2 || theta->shape[1] < 1)
        return fail(header, "tensor 'theta' is not n x k, k >= 1, of F32 or F64");
    if (loss_has_one_score(described->loss) && theta->shape[1] != 2)
        return fail(header, "the loss is one of two classes, tensor 'theta' is not n x 2");
    if (!is_vector(described->labels, SAFETENSORS_I64, theta->shape[1]))
        return fail(header, "tensor 'labels' is not k of I64");
    if (described->bias != NULL && !is_vector(described->bias, theta->dtype, theta->shape[1]))
        return fail(header, "tensor 'bias' is not k of the type of 'theta'");
    if (described->class_weights != NULL &&
        !is_vector(described->class_weights, SAFETENSORS_F64, theta->shape[1]))
        return fail(header, "tensor 'class_weights' is not k of F64");
    if (described->sets != 0 && !is_set_scores(described->set_scores))
        return fail(header, "tensor 'set_scores' is missing, or not 1 or more of F64");
    if (!standardization_is_whole(described))
        return fail(header, "tensors 'column_mean' and 'column_factor' are not n of F64 each, with "
                            "'fitted_bias', k of F64, where there is 'bias'");
    return check_word(header, "dtype", safetensors_dtype_name(theta->dtype));
}

static linclass_status check_schema(const safetensors_header *header, model_description *described)
{
    char schema[SAFETENSORS_TEXT];
    const linclass_status status = safetensors_metadata(header, "schema", schema);
    if (status != LINCLASS_OK)
        return status;
    described->calibrated = strcmp(schema, FILE_SCHEMA_CALIBRATED) == 0;
    if (!described->calibrated && strcmp(schema, FILE_SCHEMA) != 0)
        return fail_value(header, "schema", schema, FILE_SCHEMA " or " FILE_SCHEMA_CALIBRATED);
    if (!described->calibrated && safetensors_has_metadata(header, FILE_TEMPERATURE_FIELD.key))
        return fail(header, "metadata 'temperature' in a file of schema " FILE_SCHEMA);
    return LINCLASS_OK;
}

/* Which prediction sets the model makes. */
static linclass_status read_sets(const safetensors_header *header, model_description *described)
{
    char name[SAFETENSORS_TEXT];
    described->sets = 0;
    if (!described->calibrated || !safetensors_has_metadata(header, FILE_SETS_KEY))
        return LINCLASS_OK;
    const linclass_status status = safetensors_metadata(header, FILE_SETS_KEY, name);
    if (status != LINCLASS_OK)
        return status;
    for (int32_t sets = 1; described->sets == 0 && file_sets_name(sets) != NULL; sets++)
        described->sets = strcmp(name, file_sets_name(sets)) == 0 ? sets : 0;
    if (described->sets == 0)
        return fail_value(header, FILE_SETS_KEY, name, "lac or aps");
    return LINCLASS_OK;
}

linclass_status describe_model(const safetensors_header *header, model_description *described)
{
    linclass_status status = check_word(header, "format", FILE_FORMAT);
    if (status == LINCLASS_OK)
        status = check_schema(header, described);
    if (status == LINCLASS_OK)
        status = read_sets(header, described);
    if (status != LINCLASS_OK)
        return status;
    char name[SAFETENSORS_TEXT];
    status = safetensors_metadata(header, "loss", name);
    if (status != LINCLASS_OK)
        return status;
    described->loss = loss_named(name);
    if (described->loss == 0)
        return fail_value(header, "loss", name, "one this library knows");
    return check_tensors(header, described);
}

static bool is_flag(int32_t value)
{
    return value == 0 || value == 1;
}

/* How a fit went: numbers that this release has names for. */
static linclass_status check_fit(const safetensors_header *header,
                                 const linclass_fit_report *report)
{
    if (report->stopped_because < 0 || !status_is_known(report->stopped_because))
        return fail_number(header, "report.stopped_because", report->stopped_because,
                           "a status a fit ends with");
    if (report->solver < LINCLASS_SOLVER_SGD || report->solver > LINCLASS_SOLVER_DUAL_ASCENT)
        return fail_number(header, "report.solver", report->solver, "a solver");
    if (report->dtype != LINCLASS_FLOAT32 && report->dtype != LINCLASS_FLOAT64)
        return fail_number(header, "report.dtype", report->dtype, "2 or 3");
    return LINCLASS_OK;
}

/* What a fit's rows were, as a certificate is checked by it. */
static bool rows_are_possible(const linclass_fit_report *report)
{
    return report->samples >= 0 && !(report->total_weight <= 0) && report->label_smoothing >= 0 &&
           report->label_smoothing < 1 && is_flag(report->has_ignore_label) &&
           is_flag(report->with_sample_weight) && is_flag(report->with_target_probabilities);
}

static linclass_status read_temperature(const safetensors_header *header,
                                        const model_description *described, linclass_model *model)
{
    if (!described->calibrated)
        return LINCLASS_OK;
    const linclass_status status = read_fields(header, &FILE_TEMPERATURE_FIELD, 1, model);
    if (status == LINCLASS_OK && !model_temperature_is_possible(model->temperature))
        return fail(header, "metadata 'temperature' is not between 1e-30 and 1e30");
    if (status == LINCLASS_OK && !loss_gives_probabilities(model->loss))
        return fail(header, "the file is of a calibrated model, and the loss has no probabilities");
    model->sets = described->sets;
    return status;
}

/* A model without them was fitted without bounds. */
static linclass_status read_bounds(const safetensors_header *header, linclass_model *model)
{
    if (!safetensors_has_metadata(header, FILE_BOUND_FIELDS[0].key))
        return LINCLASS_OK;
    const linclass_status status =
        read_fields(header, FILE_BOUND_FIELDS, FILE_BOUND_FIELD_COUNT, model);
    if (status == LINCLASS_OK && !(model->weight_min <= 0 && model->weight_max >= 0))
        return fail(header, "metadata 'weight_min' or 'weight_max' is out of range");
    return status;
}

/* A model without it has an l1 penalty of single weights. */
static linclass_status read_group(const safetensors_header *header, linclass_model *model)
{
    if (!safetensors_has_metadata(header, FILE_GROUP_FIELD.key))
        return LINCLASS_OK;
    const linclass_status status = read_fields(header, &FILE_GROUP_FIELD, 1, model);
    if (status == LINCLASS_OK && (model->group_l1 != 1 || loss_has_one_score(model->loss)))
        return fail(header, "metadata 'group_l1' is not 1, or of a loss with one score");
    return status;
}

linclass_status describe_training(const safetensors_header *header,
                                  const model_description *described, linclass_model *model)
{
    linclass_status status = read_fields(header, FILE_MODEL_FIELDS, FILE_MODEL_FIELD_COUNT, model);
    if (status == LINCLASS_OK)
        status = read_temperature(header, described, model);
    if (status == LINCLASS_OK)
        status = read_bounds(header, model);
    if (status == LINCLASS_OK)
        status = read_group(header, model);
    if (status != LINCLASS_OK)
        return status;
    if (!isfinite(model->scale) || model->scale == 0 || !isfinite(model->l1) || model->l1 < 0 ||
        !isfinite(model->l2) || model->l2 < 0)
        return fail(header, "metadata 'scale', 'l1' or 'l2' is out of range");
    model->has_report = safetensors_has_metadata(header, FILE_REPORT_FIELDS[0].key);
    if (!model->has_report)
        return LINCLASS_OK;
    model->report.size = sizeof model->report;
    model->report.best_iteration = -1;
    model->report.smooth_gradient_infinity_norm = (double)NAN;
    model->report.total_weight = (double)NAN;
    model->report.seconds = (double)NAN;
    model->report.dual_objective = (double)NAN;
    model->report.gap = (double)NAN;
    status = read_fields(header, FILE_REPORT_FIELDS, FILE_REPORT_FIELD_COUNT, &model->report);
    if (model->report.best_iteration < 0)
        model->report.best_iteration = model->report.iterations;
    if (status == LINCLASS_OK)
        status = check_fit(header, &model->report);
    if (status == LINCLASS_OK && !rows_are_possible(&model->report))
        return fail(header, "metadata 'report.samples', 'report.total_weight', "
                            "'report.label_smoothing' or a flag of the rows is out of range");
    return status;
}
