/* Level 2, models for other programs and from them: ONNX, C source, the text files of LIBLINEAR.
 *
 * What is written predicts by itself: it multiplies samples by the model's scale, so that it takes them as the model's
 * training file had them, and its probabilities are those of the model's temperature (calibration.h; of
 * LIBLINEAR's the weights are divided by it). Of a table that an encoding describes it takes the features. */
#ifndef LINCLASS_EXCHANGE_H
#define LINCLASS_EXCHANGE_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/fit.h>

LINCLASS_BEGIN_DECLS

/* What a model is written as. */
enum {
    /* A graph of MatMul, Add, Softmax, ArgMax and Gather (operators of set 13), in the precision of the model. Input:
     * "X", m x n. Outputs: "label", m (int64, or strings where every class has a name), "scores", m x k, and
     * "probabilities", m x k, where the loss gives them. */
    LINCLASS_EXPORT_ONNX = 1,
    /* A source of C99 that includes nothing and calls nothing: scores, probabilities and label of a sample. Its first
     * comment has the declarations. */
    LINCLASS_EXPORT_C = 2,
    /* A model of LIBLINEAR, whose program predicts with it. Labels must fit into its int; names of classes are left
     * out. Two classes: solver type L2R_LR where the loss gives probabilities, which then are the same (the weights
     * are divided by the temperature), or that of the loss. More classes: MCSVM_CS, of which LIBLINEAR gives no
     * probabilities. */
    LINCLASS_EXPORT_LIBLINEAR = 3
};

/* Write a model to a file in another format, replacing an old one atomically, as linclass_model_save does.
 * format: LINCLASS_EXPORT_*. name: of the graph in ONNX, and what the names of functions in C begin with, an
 * identifier of C of at most 100 characters; NULL: "linclass". path: of the file.
 * Errors: INVALID_ARGUMENT (NULL, an unknown format, a name that is no identifier), UNSUPPORTED (what the format has
 * no room for: a label of LIBLINEAR beyond int, more than 2^31 - 1 bytes of ONNX), NUMERIC (theta times the scale
 * overflows), MEMORY (for the whole file), IO. */
LINCLASS_API linclass_status linclass_model_export(linclass_context *ctx,
                                                   const linclass_model *model, int32_t format,
                                                   const char *name, const char *path);

/* Write the same bytes to memory.
 * bytes: capacity bytes, output; NULL: only *length is written. *length: the number of bytes.
 * capacity is ignored when bytes is NULL.
 * Errors: those of linclass_model_export but IO; DIMENSION (capacity < *length): only *length is written. */
LINCLASS_API linclass_status linclass_model_export_bytes(linclass_context *ctx,
                                                         const linclass_model *model,
                                                         int32_t format, const char *name,
                                                         void *bytes, int64_t capacity,
                                                         int64_t *length);

/* Read a model that LIBLINEAR has written: a text file of a classifier, of any of its solver types, compressed or not;
 * "-" is standard input. The model is FLOAT64. It predicts the labels that LIBLINEAR does, but where scores are exactly
 * equal, of which it takes the smaller label. Two classes have one score, as in LIBLINEAR; the weight of LIBLINEAR's
 * constant feature (-B) becomes the intercept. C and epsilon are not in the file: the penalties of the model are 0.
 *
 * The loss is that of the solver type, logistic, hinge, squared hinge or Crammer and Singer's; for more than two
 * classes logistic models, one for each class against the others, become a model of hinge loss, which gives no
 * probabilities: those of softmax would not be theirs.
 *
 * *model: owned by the caller; NULL after an error.
 * Errors: INVALID_ARGUMENT (NULL), IO, FORMAT (the error message has the line), UNSUPPORTED (regression, one class),
 * NUMERIC (an intercept overflows), MEMORY. */
LINCLASS_API linclass_status linclass_model_import_liblinear(linclass_context *ctx,
                                                             const char *path,
                                                             linclass_model **model);

LINCLASS_END_DECLS

#endif
