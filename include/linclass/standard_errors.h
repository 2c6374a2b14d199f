/* Level 2, standard errors of the coefficients of unpenalised logistic and softmax fits.
 *
 * At the minimum of the loss, which is the maximum of the likelihood, the inverse of the Hessian of the
 * summed loss (the observed information) estimates the covariance of the parameters (Fisher 1925; Agresti,
 * Categorical Data Analysis, 2013). Softmax does not see a vector added to all columns of theta, so its
 * parameters themselves have no covariance; the differences to a reference class do. The reference is
 * class 0, the least label, as in statsmodels' MNLogit and R's multinom; for two classes that is the one
 * weight vector of logistic regression, whichever loss was fitted. */
#ifndef LINCLASS_STANDARD_ERRORS_H
#define LINCLASS_STANDARD_ERRORS_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/model.h>

LINCLASS_BEGIN_DECLS

typedef struct linclass_standard_errors {
    size_t size;
    /* What is given. Weights are frequencies: a row of weight 2 is two independent rows. Those of the
     * classes in the fit multiply them. */
    const double
        *sample_weight; /* m, finite, >= 0, not all 0, as in the fit; NULL (default): 1 each */

    /* Arrays of the caller's, filled when not NULL. Column 0, that of the reference, is 0. */
    double *theta;       /* n x k: theta_jc - theta_j0 */
    double *theta_error; /* n x k: their standard errors */
    double *bias;        /* k: bias_c - bias_0; 0 in a model without intercepts */
    double *bias_error;  /* k: their standard errors; 0 likewise */
    double
        *covariance; /* P x P, symmetric: of theta_jc - theta_j0 for feature j and class c >= 1 at
                          * j (k - 1) + c - 1, and, with intercepts, of bias_c - bias_0 after them */

    /* What is found. */
    int64_t parameters; /* P: (k - 1) n, with intercepts (k - 1) (n + 1) */
    /* How far the model is from the minimum, where it ought to be: the length of Newton's step, in
     * standard errors (sqrt(g^T Hessian^-1 g)), and the largest change of a score, against the
     * reference's, that it makes on the rows. */
    double newton_step;
    double score_step;
} linclass_standard_errors;

/* Clear, with sizeof *errors; then set the arrays wanted. INVALID_ARGUMENT for NULL or too small a size. */
LINCLASS_API linclass_status linclass_standard_errors_init(linclass_standard_errors *errors,
                                                           size_t size);

/* Standard errors from the m >= 1 rows X and labels y (m) the model was fitted to. The view's scale is to
 * be that of the fit (linclass_model_scale); errors are in the units of the scaled features. In double,
 * whatever the model's precision. After an error nothing is written.
 * Errors: those of prediction; LABEL; UNSUPPORTED (a loss other than softmax and logistic; a model fitted
 * with a penalty, smoothed labels or probabilities: the inverse Hessian is no covariance then);
 * NUMERIC: the Hessian is singular to working precision, naming the coefficient nothing is known of (a
 * column that is 0 or a combination of others, classes that are separated so far that probabilities are
 * 0 and 1); or the model is not at a minimum, score_step being above 0.1 (the fit ended too early, or the
 * classes are separated and there is none); or what is computed overflows. STRUCT_SIZE, MEMORY.
 * Time: m P^2 / 2 multiplications; P^3 / 2. Memory: P^2 doubles, 8 m bytes. */
LINCLASS_API linclass_status linclass_model_standard_errors(linclass_context *ctx,
                                                            const linclass_model *model,
                                                            const linclass_matrix *X,
                                                            const int64_t *y,
                                                            linclass_standard_errors *errors);

LINCLASS_END_DECLS

#endif
