/* Level 2, the model: the result of linclass_fit. Immutable: any number of threads may use one model
 * at the same time, each with its own context. ctx must not be NULL (INVALID_ARGUMENT). */
#ifndef LINCLASS_MODEL_H
#define LINCLASS_MODEL_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/encoding.h>
#include <linclass/fit.h>
#include <linclass/matrix.h>

LINCLASS_BEGIN_DECLS

/* Free the model. It may be NULL. */
LINCLASS_API void linclass_model_destroy(linclass_model *model);

/* Create a model from parameters trained elsewhere, which are copied.
 * dtype: LINCLASS_FLOAT32 or LINCLASS_FLOAT64, the type of theta and bias. theta: n x k,
 * ldtheta >= k, finite. bias: k, finite, or NULL for none. classes: k ascending labels, or NULL for
 * 0..k-1. n >= 0, k >= 1. loss: LINCLASS_LOSS_*; k is 2 for the losses of two classes, whose score h is
 * the score of the second class minus that of the first (a fit leaves the first column 0).
 * Errors: INVALID_ARGUMENT, DIMENSION, NON_FINITE, LABEL (not ascending), MEMORY. */
LINCLASS_API linclass_status linclass_model_create(linclass_context *ctx, int32_t loss,
                                                   int32_t dtype, int64_t n, int64_t k,
                                                   const void *theta, int64_t ldtheta,
                                                   const void *bias, const int64_t *classes,
                                                   linclass_model **model);

/* Accessors. They cannot fail, and return NULL only where stated; pointers are valid as long as the
 * model. */
LINCLASS_API int64_t linclass_model_features(const linclass_model *model); /* n */
LINCLASS_API int64_t linclass_model_classes(const linclass_model *model);  /* k */
LINCLASS_API int32_t linclass_model_dtype(const linclass_model *model);    /* of theta and bias */
LINCLASS_API int32_t linclass_model_loss(const linclass_model *model);     /* LINCLASS_LOSS_* */
LINCLASS_API const int64_t *linclass_model_labels(const linclass_model *model); /* k, ascending */
LINCLASS_API const void *linclass_model_theta(const linclass_model *model);     /* n x k, ld = k */
LINCLASS_API const void *linclass_model_bias(const linclass_model *model);      /* k; NULL: none */
/* The factor of the elements that the model was fitted to; 1 for linclass_model_create. Views with an automatic
 * scale, the default, are read with it; a view with a scale of its own with that. */
LINCLASS_API double linclass_model_scale(const linclass_model *model);
/* Write the report of the fit, also of a loaded model, to *report; linclass_fit_report_init sets its size.
 * Errors: INVALID_ARGUMENT (NULL, or a model made by linclass_model_create). */
LINCLASS_API linclass_status linclass_model_report(const linclass_model *model,
                                                   linclass_fit_report *report);
/* The penalties of the fit; 0 for linclass_model_create. */
LINCLASS_API double linclass_model_l1(const linclass_model *model);
LINCLASS_API double linclass_model_l2(const linclass_model *model);
/* 1: l1 is the weight of the sum of the norms of the rows of theta; 0: of that of all absolute values. */
LINCLASS_API int32_t linclass_model_group_l1(const linclass_model *model);
/* The bounds on the weights that the fit kept, in the type of the model; -infinity and infinity: none. */
LINCLASS_API double linclass_model_weight_min(const linclass_model *model);
LINCLASS_API double linclass_model_weight_max(const linclass_model *model);
/* The class weights of the fit, k in the order of the labels, as given or as computed for balanced
 * classes; NULL: 1 each. */
LINCLASS_API const double *linclass_model_class_weights(const linclass_model *model);

/* Return, in *changed, a model for the columns x_j of one that was fitted to (x_j - mean_j) factor_j: the same scores,
 * with weights theta_j factor_j and intercepts bias - sum_j theta_j factor_j mean_j, rounded to the type of the model.
 * It keeps the report and the penalties, which are those of the fit, and, as its file does, means, factors and the
 * intercepts of the fit: linclass_model_verify and linclass_model_leave_one_out take rows of the columns x_j and
 * standardise them again.
 *
 * mean: n, or NULL for 0 each; not 0 only in a model with intercepts. factor: n, none 0. *changed: owned by the caller;
 * NULL after an error.
 * Errors: INVALID_ARGUMENT (NULL, a mean or factor that cannot be; a model that has them already), NUMERIC (a weight
 * overflows), MEMORY. */
LINCLASS_API linclass_status linclass_model_with_standardization(linclass_context *ctx,
                                                                 const linclass_model *model,
                                                                 const double *mean,
                                                                 const double *factor,
                                                                 linclass_model **changed);
/* The means and the factors, n each; NULL: the fit was to the columns as they are. */
LINCLASS_API const double *linclass_model_column_means(const linclass_model *model);
LINCLASS_API const double *linclass_model_column_factors(const linclass_model *model);

/* Return, in *changed, a copy of the model with metadata `key` set to `value`, replacing an old value;
 * NULL removes the key. Metadata are texts of the caller, such as the names of the classes or the origin
 * of the data, which the model and its file carry and the library does not interpret.
 *
 * key: 1 to 48 characters of printable ASCII without quotes and backslashes. value: UTF-8; "" is a value.
 * There may be 64 keys, and 512 KiB of keys and values as written to a file. *changed: owned by the
 * caller; NULL after an error.
 * Errors: INVALID_ARGUMENT (NULL, an invalid key, a value that is not UTF-8), DIMENSION (too many or too
 * long), MEMORY. */
LINCLASS_API linclass_status linclass_model_with_metadata(linclass_context *ctx,
                                                          const linclass_model *model,
                                                          const char *key, const char *value,
                                                          linclass_model **changed);
/* Return the value of a key, valid as long as the model; NULL if there is none. */
LINCLASS_API const char *linclass_model_metadata(const linclass_model *model, const char *key);
/* Return the key at `index`, in insertion order; NULL if `index` is out of range. */
LINCLASS_API const char *linclass_model_metadata_key(const linclass_model *model, int64_t index);

/* Return, in *changed, a copy of the model that carries an encoding, as its file then does: that of the table it
 * was fitted to, or of a data set that was no table but has names of classes. encoding: copied; NULL removes one.
 * *changed: owned by the caller; NULL after an error.
 * Errors: INVALID_ARGUMENT (NULL), DIMENSION (it has other features than the model; more than 48 MiB of names and
 * categories), MEMORY. */
LINCLASS_API linclass_status linclass_model_with_encoding(linclass_context *ctx,
                                                          const linclass_model *model,
                                                          const linclass_encoding *encoding,
                                                          linclass_model **changed);
/* Return the encoding, valid as long as the model; NULL: none. */
LINCLASS_API const linclass_encoding *linclass_model_encoding(const linclass_model *model);
/* Return, in *changed, a copy of the model whose labels 0, 1, ..., count - 1 have names, which its file keeps and the
 * program prints instead of the labels: for a model that was not fitted to a table. The encoding of one keeps its
 * columns.
 *
 * names: count texts in UTF-8, in strictly ascending order of their bytes, as the readers of data sets number them;
 * copied. count: >= 0; 0 removes the names. *changed: owned by the caller; NULL after an error.
 * Errors: INVALID_ARGUMENT (NULL, no UTF-8, not ascending), DIMENSION (count < 0; more than 48 MiB), MEMORY. */
LINCLASS_API linclass_status linclass_model_with_class_names(linclass_context *ctx,
                                                             const linclass_model *model,
                                                             int64_t count,
                                                             const char *const *names,
                                                             linclass_model **changed);
/* Return the text of a label, valid as long as the model; NULL if it has none. */
LINCLASS_API const char *linclass_model_class_name(const linclass_model *model, int64_t label);

/* Prediction for a view X of m rows and n = linclass_model_features columns. The outputs are owned by the
 * caller. Nothing is allocated after the first call of a size on a context.
 * Errors: DIMENSION (X has another number of columns, ld too small), INVALID_ARGUMENT, NON_FINITE,
 * NUMERIC (a score overflows), MEMORY. Outputs are undefined after NON_FINITE and NUMERIC,
 * unchanged after the others. */

/* Compute scores H = X theta + bias: m x k of dtype LINCLASS_FLOAT32 or LINCLASS_FLOAT64, ldh >= k. */
LINCLASS_API linclass_status linclass_model_scores(linclass_context *ctx,
                                                   const linclass_model *model,
                                                   const linclass_matrix *X, int32_t dtype, void *H,
                                                   int64_t ldh);

/* Compute probabilities Z: m x k of the given dtype, ldz >= k.
 * Errors besides those above: UNSUPPORTED (the loss has no probabilities). */
LINCLASS_API linclass_status linclass_model_probabilities(linclass_context *ctx,
                                                          const linclass_model *model,
                                                          const linclass_matrix *X, int32_t dtype,
                                                          void *Z, int64_t ldz);

/* Predict the label with the highest score for each row; of equal scores the first class.
 * labels: m, output. */
LINCLASS_API linclass_status linclass_model_predict(linclass_context *ctx,
                                                    const linclass_model *model,
                                                    const linclass_matrix *X, int64_t *labels);

/* Predict the `count` labels with the highest scores for each row, best first; of equal scores the first
 * class. 1 <= count <= k. labels: m x count, output. scores: m x count, output, or NULL. */
LINCLASS_API linclass_status linclass_model_top_k(linclass_context *ctx,
                                                  const linclass_model *model,
                                                  const linclass_matrix *X, int64_t count,
                                                  int64_t *labels, double *scores);

/* Evaluation of a model on rows with known labels. A quotient 0 / 0 is 0. */
typedef struct linclass_evaluation {
    size_t size;
    int64_t samples; /* m, without ignored rows */
    int64_t classes; /* k */
    double loss;     /* mean loss, without penalty; weighted; 0 when m = 0 */
    double error;    /* fraction of rows with a wrong prediction; weighted; 0 when m = 0 */

    /* Output arrays, owned by the caller; NULL if not needed. Confusion and support count rows whatever
     * their weight; the quotients are of weights. */
    int64_t *confusion; /* k x k: [true class * k + predicted class], in the order of the labels */
    double *precision;  /* k: fraction of the rows predicted as the class that belong to it */
    double *recall;     /* k: fraction of the rows of the class that are predicted as it */
    double *f1;         /* k: 2 precision recall / (precision + recall) */
    int64_t *support;   /* k: rows of the class */

    /* Input. */
    const double *sample_weight; /* m, finite, >= 0; 2 counts as two rows. NULL (default): 1 each */
    int64_t ignore_label;        /* rows with this label, a class or not, are left out... */
    int32_t has_ignore_label;    /* ...when this is 1; they must still be finite. Default 0 */
    int32_t with_averages;       /* 1: compute the macro and micro averages. Default 0 */
    int32_t with_roc_auc;        /* 1: compute roc_auc; k must be 2. Default 0 */
    int32_t reserved;            /* 0 */
    double *weighted_confusion;  /* k x k, output or NULL: `confusion`, of weights */

    /* Output. */
    double weight;   /* sum of the weights */
    double accuracy; /* 1 - error; 0 when m = 0 */
    /* Means over the classes that occur or are predicted; 0 without with_averages. */
    double macro_precision;
    double macro_recall;
    double macro_f1;
    /* Quotients of sums over all classes; here equal to the accuracy. 0 without with_averages. */
    double micro_precision;
    double micro_recall;
    double micro_f1;
    /* By the score of the second label minus that of the first; NaN when only one of them occurs, and
     * without with_roc_auc. */
    double roc_auc;
} linclass_evaluation;

/* Clear the struct; then set the arrays needed. size: sizeof *evaluation. */
LINCLASS_API linclass_status linclass_evaluation_init(linclass_evaluation *evaluation, size_t size);

/* Evaluate a model on the rows of X with labels y: m, each a label of the model (otherwise LABEL) or the
 * ignored one. After an error nothing is written.
 * Errors besides those of prediction: LABEL, INVALID_ARGUMENT (a weight that is negative or not finite),
 * NUMERIC (the sum of the weights overflows), UNSUPPORTED (with_roc_auc and k other than 2).
 * Memory: none after the first call for loss and error alone; 8 bytes per row during the call for the
 * figures of each class, 8 more for the area under the ROC curve. */
LINCLASS_API linclass_status linclass_model_evaluate(linclass_context *ctx,
                                                     const linclass_model *model,
                                                     const linclass_matrix *X, const int64_t *y,
                                                     linclass_evaluation *evaluation);

/* Write the model to a file (safetensors; docs/model-format.md), atomically: an old file of that name is
 * replaced only when all of the new one is on the disk; after an error, or if the process dies, the old
 * file is unchanged. There is one exception: if the system cannot sync the directory, the new file is in
 * place and complete, but a power failure may restore the old one; the call then fails with IO, and the
 * error message says so.
 *
 * A new file has the permissions that the umask leaves; a replaced file keeps its own, and a symbolic link
 * remains one. Temporary files of processes that died while saving under this name are removed.
 * Errors: INVALID_ARGUMENT (NULL), MEMORY (for the header; no file has been touched), IO (the error message has the
 * reason given by the system). */
LINCLASS_API linclass_status linclass_model_save(linclass_context *ctx, const linclass_model *model,
                                                 const char *path);

/* Read a model from a file. The whole file is validated (sizes, types, finite numbers, checksum) before
 * the model is created. *model: owned by the caller; NULL after an error.
 * Errors: INVALID_ARGUMENT (NULL), IO, FORMAT (the message names the defect and its place), MEMORY. */
LINCLASS_API linclass_status linclass_model_load(linclass_context *ctx, const char *path,
                                                 linclass_model **model);

/* Write the bytes of a model file to memory.
 * bytes: capacity bytes, output; NULL: only *length is written. *length: the number of bytes of the model.
 * capacity is ignored when bytes is NULL.
 * Errors: INVALID_ARGUMENT; DIMENSION (capacity < *length), MEMORY (for the header; never when bytes is NULL): only
 * *length is written. */
LINCLASS_API linclass_status linclass_model_serialize(linclass_context *ctx,
                                                      const linclass_model *model, void *bytes,
                                                      int64_t capacity, int64_t *length);

/* Create a model from the bytes of a model file, which are validated as by linclass_model_load and not used
 * after the call. They may have any alignment. *model: owned by the caller; NULL after an error.
 * Errors: INVALID_ARGUMENT, DIMENSION (length < 0), FORMAT, MEMORY. */
LINCLASS_API linclass_status linclass_model_deserialize(linclass_context *ctx, const void *bytes,
                                                        int64_t length, linclass_model **model);

LINCLASS_END_DECLS

#endif
