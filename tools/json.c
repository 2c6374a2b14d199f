#include "json.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include <linclass/calibration.h>

#include "message.h"
#include "names.h"
#include "output.h"

json_t *object_begin(const char *schema)
{
    json_t *object = json_object();
    object_set_text(object, "schema", schema);
    return object;
}

void object_set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        fail_memory();
}

static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

void object_set_real(json_t *object, const char *key, double value)
{
    object_set(object, key, real_or_null(value));
}

void object_set_integer(json_t *object, const char *key, int64_t value)
{
    object_set(object, key, json_integer(value));
}

void object_set_text(json_t *object, const char *key, const char *value)
{
    object_set(object, key, json_string(value));
}

void object_set_boolean(json_t *object, const char *key, int value)
{
    object_set(object, key, json_boolean(value));
}

void array_append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        fail_memory();
}

void object_set_reals(json_t *object, const char *key, int64_t count, const double *values)
{
    json_t *array = json_array();
    for (int64_t i = 0; i < count; i++)
        array_append(array, real_or_null(values[i]));
    object_set(object, key, array);
}

json_t *array_of_integers(int64_t count, const int64_t *values)
{
    json_t *array = json_array();
    for (int64_t i = 0; i < count; i++)
        array_append(array, json_integer(values[i]));
    return array;
}

void object_set_integers(json_t *object, const char *key, int64_t count, const int64_t *values)
{
    object_set(object, key, array_of_integers(count, values));
}

json_t *class_names_array(const linclass_model *model)
{
    const int64_t k = linclass_model_classes(model);
    const int64_t *labels = linclass_model_labels(model);
    json_t *names = json_array();
    bool any = false;
    for (int64_t j = 0; j < k; j++) {
        const char *name = linclass_model_class_name(model, labels[j]);
        any = any || name != NULL;
        array_append(names, name == NULL ? json_null() : json_string(name));
    }
    if (any)
        return names;
    json_decref(names);
    return json_null();
}

void object_set_sets(json_t *object, const linclass_model *model)
{
    if (linclass_model_sets(model) == 0)
        object_set(object, "sets", json_null());
    else
        object_set_text(object, "sets", name_of(SETS_NAMES, linclass_model_sets(model)));
    object_set_integer(object, "sets_samples", linclass_model_sets_samples(model));
}

void object_set_report(json_t *object, const linclass_fit_report *report)
{
    object_set_text(object, "solver", name_of(solver_names(), report->solver));
    object_set_text(object, "dtype", name_of(DTYPE_NAMES, report->dtype));
    object_set_text(object, "stopped_because", stopped_because(report));
    object_set_integer(object, "iterations", report->iterations);
    object_set_integer(object, "best_iteration", report->best_iteration);
    object_set_integer(object, "evaluations", report->evaluations);
    object_set_real(object, "objective", report->objective);
    object_set_real(object, "loss", report->loss);
    object_set_real(object, "error", report->error);
    object_set_real(object, "gradient_norm", report->gradient_norm);
    object_set_real(object, "gradient_infinity_norm", report->gradient_infinity_norm);
    object_set_real(object, "learning_rate", report->learning_rate);
    object_set_real(object, "validation_loss", report->validation_loss);
    object_set_real(object, "validation_error", report->validation_error);
    object_set_real(object, "seconds", report->seconds);
    object_set_real(object, "dual_objective", report->dual_objective);
    object_set_real(object, "gap", report->gap);
    object_set_real(object, "smooth_gradient_infinity_norm", report->smooth_gradient_infinity_norm);
    object_set_integer(object, "samples", report->samples);
    object_set_real(object, "total_weight", report->total_weight);
    object_set_real(object, "label_smoothing", report->label_smoothing);
    object_set(object, "ignore_label",
               report->has_ignore_label ? json_integer(report->ignore_label) : json_null());
    object_set_boolean(object, "sample_weights", report->with_sample_weight);
    object_set_boolean(object, "target_probabilities", report->with_target_probabilities);
}

/* ASCII is left after JSON_ENSURE_ASCII; DEL is the one character of it that does not show and that JSON
 * does not demand an escape for. */
static int print_piece(const char *text, size_t size, void *stream)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == 0x7f)
            fputs("\\u007f", stream);
        else
            fputc(text[i], stream);
    }
    return 0;
}

int object_print(json_t *object)
{
    /* A failed write shows on the stream. */
    if (json_dump_callback(object, print_piece, stdout, JSON_ENSURE_ASCII) == 0)
        fputc('\n', stdout);
    json_decref(object);
    return output_finish(stdout, "-");
}
