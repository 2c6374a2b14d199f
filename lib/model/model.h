/* The model behind the public handle: parameters, labels, and how they came to be. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <math.h>
#include <stdbool.h>

#include <linclass/model.h>

#include "core/allocator.h"
#include "core/arguments.h"
#include "model/metadata.h"

/* A loss of two classes learns one weight vector w. Its model keeps theta = (0, w), n x 2, and bias
 * likewise: the scores (0, h) have the probabilities (1 - sigmoid(h), sigmoid(h)) by softmax, and
 * prediction needs no second way. */
struct linclass_model {
    allocator allocator;
    int32_t loss;
    int32_t dtype;
    int64_t n;
    int64_t k;
    void *theta;           /* n x k, ld = k */
    void *theta_by_class;  /* k x n, ld = n, or NULL where scores are faster without */
    void *bias;            /* k, or NULL */
    int64_t *labels;       /* k, ascending */
    double *class_weights; /* k, or NULL: 1 each */
    double *column_mean;   /* n, where the fit was to columns (x - mean) factor; else NULL */
    double *column_factor; /* n, or NULL */
    double *fitted_bias;   /* k: the intercepts of that fit; NULL: none, or no such fit */
    double scale;
    double l1;
    double l2;
    int32_t group_l1;  /* 1: l1 is of the norms of the rows of theta, two or more scores a row */
    double weight_min; /* bounds of the fit, -infinity and infinity where there were none */
    double weight_max;
    double temperature; /* T > 0: probabilities are those of the scores h / T; 1: not calibrated */
    int32_t sets; /* LINCLASS_SETS_*, what set_scores are; 0: the model makes no prediction sets */
    int64_t set_rows;
    double *set_scores; /* set_rows, ascending: of the labels of held-out rows */
    bool has_report;
    linclass_fit_report report;
    model_metadata metadata;
    linclass_encoding
        *encoding; /* of the table it was fitted to, the one part of a model that is memory of its
                                  * own; NULL: none */
};

static inline bool model_is_bounded(const linclass_model *model)
{
    return model->weight_min > -INFINITY || model->weight_max < INFINITY;
}

/* Bytes of an element of theta and bias; dtype: LINCLASS_FLOAT32 or LINCLASS_FLOAT64. */
size_t model_element_bytes(int32_t dtype);

/* What a model has room for. n >= 0, k >= 1. */
typedef struct model_shape {
    int32_t dtype;
    int64_t n;
    int64_t k;
    bool with_bias;
    bool with_class_weights;
    bool with_standardization; /* means and factors of the columns */
    size_t metadata_bytes;     /* of its texts */
    int64_t set_rows;
} model_shape;

/* An empty model of that shape: parameters and class weights zero, labels 0..k-1, scale and temperature 1, no report,
 * no metadata in the memory for it. The caller fills theta, bias, labels and class weights, then calls model_finish.
 * Errors: DIMENSION, MEMORY. */
linclass_status model_new(linclass_context *ctx, int32_t loss, const model_shape *shape,
                          linclass_model **model);

/* Whether ctx and model, arguments of the caller, are not NULL; if one is, return INVALID_ARGUMENT. */
static inline bool model_given(linclass_context *ctx, linclass_model **model)
{
    const required_pointer required[] = {{"ctx", ctx}, {"model", model}};
    return all_given(ctx, 2, required);
}

/* Make what prediction needs of the parameters: theta_by_class. */
void model_finish(linclass_model *model);

/* Copy all of a model but its metadata and encoding, for whose texts there is so much room. set_rows: of the
 * copy; 0 leaves its prediction sets away, the model's number copies them. *copy: owned by the caller; NULL after an
 * error.
 * Errors: DIMENSION, MEMORY. */
linclass_status model_copy_without_texts(linclass_context *ctx, const linclass_model *model,
                                         size_t metadata_bytes, int64_t set_rows,
                                         linclass_model **copy);

/* Copy a model with its texts, and room for a standardisation where there is to be one: whose arrays, of a model
 * without, are zero. */
linclass_status model_copy_as(linclass_context *ctx, const linclass_model *model, int64_t set_rows,
                              bool with_standardization, linclass_model **copy);

/* Copy a model with its texts. *copy: owned by the caller, who may change it before anyone else sees it; NULL
 * after an error. Errors: DIMENSION, MEMORY. */
linclass_status model_copy(linclass_context *ctx, const linclass_model *model, int64_t set_rows,
                           linclass_model **copy);

/* Whether T can be the temperature of a model: T and 1 / T are numbers in both precisions, with room for scores. */
static inline bool model_temperature_is_possible(double temperature)
{
    return temperature >= 1e-30 && temperature <= 1e30;
}

/* Read the encoding among the texts of a model that was loaded. name: of the file, for error messages. Errors:
 * FORMAT, MEMORY. */
linclass_status model_read_encoding(linclass_context *ctx, const char *name, linclass_model *model);

/* The first i >= 1 with labels[i] <= labels[i - 1], or -1 when they ascend. */
int64_t model_find_not_ascending(int64_t k, const int64_t *labels);

/* Index among theta (n x k) or bias (k) of the first value that is not finite, or -1. */
int64_t model_find_non_finite(int32_t dtype, int64_t count, const void *values);

/* Value number `index` of theta or bias. */
double model_value(int32_t dtype, const void *values, int64_t index);

/* Copy theta, and after it the bias where there is one, into the parameters of an objective with so many
 * columns: k, or 1, the score of class 1 over class 0. */
void model_copy_parameters(const linclass_model *self, int64_t columns, double *parameters);

#endif
