/* Level 2, the loss on rows that a model was not fitted to, estimated without fitting again.
 *
 * The model fitted without row i is where one step of Newton's method from the model fitted to all rows ends, to
 * first order in 1 / m, so that its scores of that row follow from the Hessian that all rows share (approximate
 * leave-one-out: Rad and Maleki, A scalable estimate of the out-of-sample prediction error, 2020;
 * docs/mathematics.md). It costs about as much as one fit, where leaving out every row by itself costs m. */
#ifndef LINCLASS_LEAVE_ONE_OUT_H
#define LINCLASS_LEAVE_ONE_OUT_H

#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/matrix.h>
#include <linclass/model.h>

LINCLASS_BEGIN_DECLS

typedef struct linclass_leave_one_out {
    size_t size;

    /* Input. Weights of the rows as in the fit, times those of their classes: m, finite, >= 0, not all 0;
     * NULL (default): 1 each. */
    const double *sample_weight;

    /* Output arrays, owned by the caller; NULL if not needed. */
    double *
        scores; /* m x k: of each row, by the model without it; those of the model for rows of weight 0 */

    /* Output. With l_i the loss of row i by the model without it and w_i its weight: */
    double loss;                /* mean sum w_i l_i / sum w_i */
    double loss_standard_error; /* of that mean over rows; NaN for a single row */
    double error;               /* share of rows that the model without them classifies wrongly */
    double error_standard_error;
    int64_t
        parameters; /* P: n k, with intercepts (n + 1) k; for two classes told apart by one score, and without
                         * penalty, of k - 1 classes */
} linclass_leave_one_out;

/* Clear the struct; then set the arrays needed. size: sizeof *result.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_leave_one_out_init(linclass_leave_one_out *result,
                                                         size_t size);

/* Estimate loss and error on rows left out, of a softmax or logistic model at the minimum of its objective, from the
 * m >= 1 rows X and labels y (m) that it was fitted to, in double. With an l1 penalty the weights that are
 * 0 are taken to stay 0. The scale of the view must be automatic or that of the fit (linclass_model_scale). After an
 * error nothing is written.
 *
 * Errors besides those of prediction: LABEL; UNSUPPORTED (a loss other than softmax and logistic; a model
 * fitted to smoothed labels or probabilities, or within bounds on the weights); STRUCT_SIZE; NUMERIC, when the Hessian
 * is singular to working precision (the error message names a coefficient that is not determined), when a row
 * determines a coefficient alone (the message names the row), or when a result overflows.
 * Time: m P^2 + P^3 / 2 multiplications. Memory: P^2 doubles, and threads * 512 n. */
LINCLASS_API linclass_status linclass_model_leave_one_out(linclass_context *ctx,
                                                          const linclass_model *model,
                                                          const linclass_matrix *X,
                                                          const int64_t *y,
                                                          linclass_leave_one_out *result);

LINCLASS_END_DECLS

#endif
