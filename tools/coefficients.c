#include "coefficients.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/standard_errors.h>
#include <linclass/status.h>

#include "class_texts.h"
#include "exit_status.h"
#include "json.h"
#include "message.h"
#include "output.h"
#include "printable.h"

int coefficients_find(linclass_context *ctx, const linclass_model *model, const samples *training,
                      const double *sample_weight, coefficients *found)
{
    const size_t k = (size_t)linclass_model_classes(model);
    const size_t weights = (size_t)linclass_model_features(model) * k;
    linclass_standard_errors errors;
    linclass_standard_errors_init(&errors, sizeof errors);
    errors.sample_weight = sample_weight;
    found->model = model;
    found->dataset = training->dataset;
    found->theta = errors.theta = allocate(weights, sizeof(double));
    found->theta_error = errors.theta_error = allocate(weights, sizeof(double));
    found->bias = errors.bias = allocate(k, sizeof(double));
    found->bias_error = errors.bias_error = allocate(k, sizeof(double));
    const linclass_status status =
        linclass_model_standard_errors(ctx, model, &training->X, training->y, &errors);
    if (status == LINCLASS_OK)
        return EXIT_OK;
    coefficients_free(found);
    return fail_library(ctx, status);
}

void coefficients_free(coefficients *found)
{
    free(found->theta);
    free(found->theta_error);
    free(found->bias);
    free(found->bias_error);
    *found = (coefficients){0};
}

/* A coefficient of the table: of feature j of n, or, j = n, the intercept. */
typedef struct coefficient {
    int64_t feature; /* -1: the intercept */
    double value;
    double error;
    double z;
    double p;
} coefficient;

static coefficient coefficient_at(const coefficients *found, int64_t j, int64_t c)
{
    const int64_t k = linclass_model_classes(found->model);
    const int intercept = j == linclass_model_features(found->model);
    coefficient at = {
        .feature = intercept ? -1 : j,
        .value = intercept ? found->bias[c] : found->theta[j * k + c],
        .error = intercept ? found->bias_error[c] : found->theta_error[j * k + c],
    };
    at.z = at.value / at.error;
    at.p = erfc(fabs(at.z) / sqrt(2));
    return at;
}

/* Coefficients of each label but the first. */
static int64_t rows_of(const linclass_model *model)
{
    return linclass_model_features(model) + (linclass_model_bias(model) != NULL);
}

/* The name of a feature, or its number; to be freed. */
static char *feature_text(const coefficients *found, int64_t feature)
{
    const char *name = linclass_dataset_feature_name(found->dataset, feature);
    if (name != NULL)
        return printable(name, strlen(name));
    char *text = NULL;
    if (feature < 0 ? asprintf(&text, "intercept") < 0 : asprintf(&text, "%" PRId64, feature) < 0)
        fail_memory();
    return text;
}

/* The name of a label, or its number; to be freed. */
static char *label_text(const coefficients *found, int64_t label)
{
    const char *name = linclass_dataset_class_name(found->dataset, label);
    if (name != NULL)
        return printable(name, strlen(name));
    char *text = NULL;
    if (asprintf(&text, "%" PRId64, label) < 0)
        fail_memory();
    return text;
}

enum { FEATURE_WIDTH = 10, LABEL_WIDTH = 8 };

static int feature_width(const coefficients *found)
{
    int width = FEATURE_WIDTH;
    for (int64_t j = 0; j < linclass_model_features(found->model); j++) {
        char *text = feature_text(found, j);
        width = text_width(text) > width ? text_width(text) : width;
        free(text);
    }
    return width;
}

int coefficients_print(const coefficients *found)
{
    const int64_t *labels = linclass_model_labels(found->model);
    const int64_t k = linclass_model_classes(found->model);
    const int width = feature_width(found);
    int label_width = LABEL_WIDTH;
    for (int64_t c = 1; c < k; c++) {
        char *label = label_text(found, labels[c]);
        label_width = text_width(label) > label_width ? text_width(label) : label_width;
        free(label);
    }
    printf("%-*s %*s %14s %14s %9s %11s\n", width, "feature", label_width, "label", "coefficient",
           "standard error", "z", "p");
    for (int64_t c = 1; c < k; c++) {
        char *label = label_text(found, labels[c]);
        for (int64_t j = 0; j < rows_of(found->model); j++) {
            const coefficient at = coefficient_at(found, j, c);
            char *name = feature_text(found, at.feature);
            printf("%s%*s ", name, width - text_width(name), "");
            print_aligned(label, label_width);
            printf(" %14.6g %14.6g %9.3f %11.4g\n", at.value, at.error, at.z, at.p);
            free(name);
        }
        free(label);
    }
    return output_finish(stdout, "-");
}

static json_t *object_of(const coefficients *found, coefficient at, int64_t label)
{
    json_t *object = json_object();
    const char *name = linclass_dataset_feature_name(found->dataset, at.feature);
    object_set(object, "name", name == NULL ? json_null() : json_string(name));
    object_set(object, "feature", at.feature < 0 ? json_null() : json_integer(at.feature));
    object_set_integer(object, "label", label);
    object_set_real(object, "coefficient", at.value);
    object_set_real(object, "standard_error", at.error);
    object_set_real(object, "z", at.z);
    object_set_real(object, "p", at.p);
    return object;
}

void coefficients_describe(const coefficients *found, json_t *object)
{
    if (found->model == NULL) {
        object_set(object, "reference_label", json_null());
        object_set(object, "coefficients", json_null());
        return;
    }
    const int64_t *labels = linclass_model_labels(found->model);
    const int64_t k = linclass_model_classes(found->model);
    json_t *array = json_array();
    for (int64_t c = 1; c < k; c++) {
        for (int64_t j = 0; j < rows_of(found->model); j++)
            array_append(array, object_of(found, coefficient_at(found, j, c), labels[c]));
    }
    object_set_integer(object, "reference_label", labels[0]);
    object_set(object, "coefficients", array);
}
