/* Level 2, standard errors of the coefficients of unpenalised logistic and softmax fits.
 *
 * At the minimum of the loss, which is the maximum of the likelihood, the inverse of the Hessian of the
 * summed loss (the observed information) estimates the covariance of the parameters (Fisher 1925; Agresti,
 * Categorical Data Analysis, 2013). Softmax is invariant under adding a vector to all columns of theta, so
 * that only the differences to a reference class have a covariance. The reference is class 0, the smallest
 * label, as in statsmodels' MNLogit and R's multinom; for two classes the differences are the weight
 * vector of logistic regression, whichever loss was fitted. */
#ifndef LINCLASS_STANDARD_ERRORS_H
#define LINCLASS_STANDARD_ERRORS_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/model.h>

LINCLASS_BEGIN_DECLS

typedef struct linclass_standard_errors {
    size_t size;

    /* Input. Weights are frequencies: a row of weight 2 stands for two independent rows. The weights of
     * the classes in the fit multiply them. m, finite, >= 0, not all 0, as in the fit; NULL (default):
     * 1 each. */
    const double *sample_weight;

    /* Output arrays, owned by the caller; NULL if not needed. Column 0, the reference, is 0. */
    double *theta;       /* n x k: theta_jc - theta_j0 */
    double *theta_error; /* n x k: their standard errors */
    double *bias;        /* k: bias_c - bias_0; 0 for a model without intercepts */
    double *bias_error;  /* k: their standard errors; 0 likewise */
    /* P x P, symmetric: covariance of theta_jc - theta_j0, for feature j and class c >= 1 at index
     * j (k - 1) + c - 1, followed, with intercepts, by bias_c - bias_0. */
    double *covariance;

    /* Output. */
    int64_t parameters; /* P: (k - 1) n, with intercepts (k - 1) (n + 1) */
    /* Distance of the model from the minimum: the length of the Newton step in standard errors
     * (sqrt(g^T Hessian^-1 g)), and the largest change that the step makes to a score, relative to the
     * score of the reference class, over the rows. */
    double newton_step;
    double score_step;
} linclass_standard_errors;

/* Clear the struct; then set the arrays needed. size: sizeof *errors.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_standard_errors_init(linclass_standard_errors *errors,
                                                           size_t size);

/* Compute the standard errors of a model from the m >= 1 rows X and labels y (m) that it was fitted to, in
 * double, whatever the precision of the model. The scale of the view must be automatic or that of
 * the fit (linclass_model_scale); standard errors are in the units of the scaled features. After an error nothing
 * is written.
 *
 * Errors besides those of prediction: LABEL; UNSUPPORTED (a loss other than softmax and logistic; a model
 * fitted with a penalty, bounds on the weights, smoothed labels or probabilities, for which the inverse Hessian is
 * not a covariance); STRUCT_SIZE; NUMERIC, when
 *     the Hessian is singular to working precision: a column is 0 or a linear combination of others, or
 *         classes are separated so far that probabilities are 0 and 1; the error message names the
 *         coefficient that is not determined;
 *     the model is not at a minimum (score_step is above 0.1): the fit ended too early, or there is no
 *         minimum because the classes are separable;
 *     a result overflows.
 * Time: m P^2 / 2 + P^3 / 2 multiplications. Memory: P^2 doubles, 8 m bytes. */
LINCLASS_API linclass_status linclass_model_standard_errors(linclass_context *ctx,
                                                            const linclass_model *model,
                                                            const linclass_matrix *X,
                                                            const int64_t *y,
                                                            linclass_standard_errors *errors);

LINCLASS_END_DECLS

#endif
