#include "coefficients.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <linclass/standard_errors.h>
#include <linclass/status.h>

#include "exit_status.h"
#include "json.h"
#include "message.h"
#include "output.h"

int coefficients_find(linclass_context *ctx, const linclass_model *model, const samples *training,
                      const double *sample_weight, coefficients *found)
{
    const size_t k = (size_t)linclass_model_classes(model);
    const size_t weights = (size_t)linclass_model_features(model) * k;
    linclass_standard_errors errors;
    linclass_standard_errors_init(&errors, sizeof errors);
    errors.sample_weight = sample_weight;
    found->model = model;
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

int coefficients_print(const coefficients *found)
{
    const int64_t *labels = linclass_model_labels(found->model);
    const int64_t k = linclass_model_classes(found->model);
    printf("%-10s %8s %14s %14s %9s %11s\n", "feature", "label", "coefficient", "standard error",
           "z", "p");
    for (int64_t c = 1; c < k; c++) {
        for (int64_t j = 0; j < rows_of(found->model); j++) {
            const coefficient at = coefficient_at(found, j, c);
            char name[24] = "intercept";
            if (at.feature >= 0)
                (void)snprintf(name, sizeof name, "%" PRId64, at.feature);
            printf("%-10s %8" PRId64 " %14.6g %14.6g %9.3f %11.4g\n", name, labels[c], at.value,
                   at.error, at.z, at.p);
        }
    }
    return output_finish(stdout, "-");
}

static json_t *object_of(coefficient at, int64_t label)
{
    json_t *object = json_object();
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
            array_append(array, object_of(coefficient_at(found, j, c), labels[c]));
    }
    object_set_integer(object, "reference_label", labels[0]);
    object_set(object, "coefficients", array);
}
