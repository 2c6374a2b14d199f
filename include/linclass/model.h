/* Level 2, the model: what linclass_fit returns. Immutable: any number of threads may use one model
 * at the same time, each with its own context. ctx is not NULL (INVALID_ARGUMENT). */
#ifndef LINCLASS_MODEL_H
#define LINCLASS_MODEL_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/fit.h>
#include <linclass/matrix.h>

LINCLASS_BEGIN_DECLS

/* Free the model. NULL is allowed. */
LINCLASS_API void linclass_model_destroy(linclass_model *model);

/* Make a model from parameters trained elsewhere; copies everything.
 * dtype: LINCLASS_FLOAT32 or LINCLASS_FLOAT64, the type of theta and bias. theta: n x k,
 * ldtheta >= k, finite. bias: k, finite, or NULL for none. classes: k ascending labels, or NULL for
 * 0..k-1. loss: LINCLASS_LOSS_*; k is 2 for those of two classes, whose score h is that of the
 * second class less that of the first (a fit leaves the first column 0). n >= 0, k >= 1.
 * Errors: INVALID_ARGUMENT, DIMENSION, NON_FINITE, LABEL (not ascending), MEMORY. */
LINCLASS_API linclass_status linclass_model_create(linclass_context *ctx, int32_t loss,
                                                   int32_t dtype, int64_t n, int64_t k,
                                                   const void *theta, int64_t ldtheta,
                                                   const void *bias, const int64_t *classes,
                                                   linclass_model **model);

/* Accessors: no errors, never NULL results but where said; pointers live as long as the model. */
LINCLASS_API int64_t linclass_model_features(const linclass_model *model); /* n */
LINCLASS_API int64_t linclass_model_classes(const linclass_model *model);  /* k */
LINCLASS_API int32_t linclass_model_dtype(const linclass_model *model);    /* of theta and bias */
LINCLASS_API int32_t linclass_model_loss(const linclass_model *model);     /* LINCLASS_LOSS_* */
LINCLASS_API const int64_t *linclass_model_labels(const linclass_model *model); /* k, ascending */
LINCLASS_API const void *linclass_model_theta(const linclass_model *model);     /* n x k, ld = k */
LINCLASS_API const void *linclass_model_bias(const linclass_model *model);      /* k; NULL: none */
/* The `scale` of the view the model was trained on; 1 for linclass_model_create. Prediction does
 * not apply it: the view given to prediction carries its own. */
LINCLASS_API double linclass_model_scale(const linclass_model *model);
/* The report of the fit, or of the fit that was saved; INVALID_ARGUMENT where the model came from
 * linclass_model_create. report->size is set by linclass_fit_report_init. */
LINCLASS_API linclass_status linclass_model_report(const linclass_model *model,
                                                   linclass_fit_report *report);
/* The penalties the model was trained with (0 for linclass_model_create). */
LINCLASS_API double linclass_model_l1(const linclass_model *model);
LINCLASS_API double linclass_model_l2(const linclass_model *model);
/* The weights of the classes in the fit, in the order of the labels, as given or, of balanced ones, as
 * found: k. NULL: 1 each. */
LINCLASS_API const double *linclass_model_class_weights(const linclass_model *model);

/* Metadata of the caller's: texts under keys, such as the names of the classes or where the data came from, which
 * the model carries and its file keeps. The library does not read them.
 *
 * A copy of the model that says `value` under `key`, whatever the model said; value NULL: that says nothing there.
 * key: 1 to 48 characters of printable ASCII without quotes and backslashes. value: UTF-8; "" is a value. At most
 * 64 keys, and 512 KiB of them and their values as the file has them. *changed: owned by the caller.
 * Errors: INVALID_ARGUMENT (NULL, a key that is none, a value that is no UTF-8), DIMENSION (too many or too
 * long), MEMORY; then *changed is NULL. */
LINCLASS_API linclass_status linclass_model_with_metadata(linclass_context *ctx,
                                                          const linclass_model *model,
                                                          const char *key, const char *value,
                                                          linclass_model **changed);
/* The value of a key; NULL: none. It lives as long as the model. */
LINCLASS_API const char *linclass_model_metadata(const linclass_model *model, const char *key);
/* Key number `index`, in the order they were first given; NULL where there is none: from the number of keys on. */
LINCLASS_API const char *linclass_model_metadata_key(const linclass_model *model, int64_t index);

/* Prediction over a view X of m rows and n = linclass_model_features columns. The outputs are the
 * caller's. After the first call of a size on a context, nothing is allocated.
 * Errors: DIMENSION (X has another number of columns, ld too small), INVALID_ARGUMENT, NON_FINITE,
 * NUMERIC (a score overflows), MEMORY. Outputs are undefined after NON_FINITE and NUMERIC,
 * untouched after the others. */

/* Scores H = X theta + bias: H: m x k of dtype LINCLASS_FLOAT32 or LINCLASS_FLOAT64, ldh >= k. */
LINCLASS_API linclass_status linclass_model_scores(linclass_context *ctx,
                                                   const linclass_model *model,
                                                   const linclass_matrix *X, int32_t dtype, void *H,
                                                   int64_t ldh);

/* Probabilities Z: m x k of the given dtype, ldz >= k. UNSUPPORTED for losses without them. */
LINCLASS_API linclass_status linclass_model_probabilities(linclass_context *ctx,
                                                          const linclass_model *model,
                                                          const linclass_matrix *X, int32_t dtype,
                                                          void *Z, int64_t ldz);

/* The label of the highest score of each row; among equals the lowest class. labels: m, output. */
LINCLASS_API linclass_status linclass_model_predict(linclass_context *ctx,
                                                    const linclass_model *model,
                                                    const linclass_matrix *X, int64_t *labels);

/* The `count` highest-scoring labels of each row, best first (ties: the lowest class first), with
 * their scores. 1 <= count <= k. labels: m x count; scores: m x count of double, or NULL. */
LINCLASS_API linclass_status linclass_model_top_k(linclass_context *ctx,
                                                  const linclass_model *model,
                                                  const linclass_matrix *X, int64_t count,
                                                  int64_t *labels, double *scores);

/* How well the model does on rows with known labels. A quotient 0 / 0 is given as 0. */
typedef struct linclass_evaluation {
    size_t size;
    int64_t samples; /* m, without ignored rows */
    int64_t classes; /* k */
    double loss;     /* mean loss, without penalty; weighted; 0 when m = 0 */
    double error;    /* share of rows whose predicted label is wrong; weighted; 0 when m = 0 */
    /* Arrays of the caller's, filled when not NULL. Confusion and support count rows whatever their
     * weight; the quotients are of weights. */
    int64_t *confusion; /* k x k: [true class * k + predicted class], in the order of the labels */
    double *precision;  /* k: correct among the rows predicted to be of the class */
    double *recall;     /* k: correct among the rows of the class */
    double *f1;         /* k: 2 precision recall / (precision + recall) */
    int64_t *support;   /* k: rows of the class */

    /* What is asked for. */
    const double *sample_weight; /* m, finite, >= 0; 2 counts as two rows. NULL (default): 1 each */
    int64_t ignore_label;        /* rows with this label, a class or not, are left out... */
    int32_t has_ignore_label;   /* ...when this is 1; they must be finite all the same. Default 0 */
    int32_t with_averages;      /* 1: fill the macro and micro averages, else 0. Default 0 */
    int32_t with_roc_auc;       /* 1: fill roc_auc; k must be 2. Default 0 */
    int32_t reserved;           /* 0 */
    double *weighted_confusion; /* k x k: `confusion`, of weights */

    /* What is found. */
    double weight;   /* the sum of the weights */
    double accuracy; /* 1 - error; 0 when m = 0 */
    double
        macro_precision; /* means over the classes that occur or are predicted; 0 when not asked for */
    double macro_recall;
    double macro_f1;
    double micro_precision; /* quotients of sums over all classes; here equal to the accuracy */
    double micro_recall;
    double micro_f1;
    double roc_auc; /* by the score of the second label less that of the first; NaN when only one of
                     * them occurs, and when not asked for */
} linclass_evaluation;

/* Clear, with sizeof *evaluation; then set the arrays wanted. */
LINCLASS_API linclass_status linclass_evaluation_init(linclass_evaluation *evaluation, size_t size);

/* y: m labels, each known to the model (else LABEL) or to be ignored. After an error nothing is
 * written. Errors besides those of prediction: INVALID_ARGUMENT (a weight that is negative or not
 * finite), NUMERIC (the sum of the weights overflows), UNSUPPORTED (with_roc_auc and k other than 2).
 * Loss and error alone take no memory after the first call; what is said of each class takes 8 bytes
 * a row while it runs, the area under the ROC curve 8 more. */
LINCLASS_API linclass_status linclass_model_evaluate(linclass_context *ctx,
                                                     const linclass_model *model,
                                                     const linclass_matrix *X, const int64_t *y,
                                                     linclass_evaluation *evaluation);

/* Write the model to a file (safetensors; docs/model-format.md). The new file replaces an old one
 * of that name in one step when everything is on the disk; after an error, or if the process dies,
 * the old file is whole. One error comes later: when the system cannot sync the directory the new file
 * is in place, and whole, but a power failure may bring the old one back; the message says so. A new file
 * has the permissions the umask leaves, a replaced one passes its own on; a symbolic link stays one.
 * Removed are the temporary files of processes that died while they saved under that name. Allocates
 * nothing. Errors: IO, with what the system said. */
LINCLASS_API linclass_status linclass_model_save(linclass_context *ctx, const linclass_model *model,
                                                 const char *path);

/* Read a model. The whole file is checked (sizes, types, finite numbers, checksum) before a model
 * is made. Errors: IO, FORMAT (what is wrong and where), MEMORY; then *model is NULL. */
LINCLASS_API linclass_status linclass_model_load(linclass_context *ctx, const char *path,
                                                 linclass_model **model);

/* The same bytes in memory. *length := how many; they are written to `bytes` unless that is NULL.
 * capacity: bytes there is room for; ignored when bytes is NULL. Allocates nothing.
 * Errors: INVALID_ARGUMENT; DIMENSION (capacity < *length): then nothing is written but *length. */
LINCLASS_API linclass_status linclass_model_serialize(linclass_context *ctx,
                                                      const linclass_model *model, void *bytes,
                                                      int64_t capacity, int64_t *length);

/* Make a model of such bytes, which are checked as linclass_model_load checks a file and not used
 * after the call. Any alignment. Errors: INVALID_ARGUMENT, DIMENSION (length < 0), FORMAT, MEMORY;
 * then *model is NULL. */
LINCLASS_API linclass_status linclass_model_deserialize(linclass_context *ctx, const void *bytes,
                                                        int64_t length, linclass_model **model);

LINCLASS_END_DECLS

#endif
