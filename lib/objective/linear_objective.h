/* The objective over a design matrix, as its parts see it. For *_tmpl.c. */
#ifndef OBJECTIVE_LINEAR_OBJECTIVE_H
#define OBJECTIVE_LINEAR_OBJECTIVE_H

#include "data/column_panel.h"
#include "objective/objective.h"
#include "sweep/step.h"
#include "sweep/sweep.h"

#define linear_objective REAL(linear_objective) /* linear_objective_f32, linear_objective_f64 */
#define objective_round  REAL(objective_round)  /* objective_round_f32, objective_round_f64 */
#define objective_gram   REAL(objective_gram)   /* objective_gram_f32, objective_gram_f64 */

/* objective_hessian_f32, objective_hessian_f64 */
#define objective_hessian REAL(objective_hessian)

/* objective_lower_bound_f32, objective_lower_bound_f64 */
#define objective_lower_bound REAL(objective_lower_bound)

/* objective_moments_f32, objective_moments_f64 */
#define objective_moments REAL(objective_moments)

/* objective_steps_begin_f32, objective_steps_begin_f64 */
#define objective_steps_begin REAL(objective_steps_begin)

#define objective_step REAL(objective_step) /* objective_step_f32, objective_step_f64 */

/* objective_steps_store_f32, objective_steps_store_f64 */
#define objective_steps_store REAL(objective_steps_store)

/* objective_steps_end_f32, objective_steps_end_f64 */
#define objective_steps_end REAL(objective_steps_end)

/* objective_restricted_f32, objective_restricted_f64 */
#define objective_restricted REAL(objective_restricted)

typedef struct linear_objective {
    objective base;
    sweep_input sweep; /* over all the samples, at the parameters rounded last */
    bool with_bias;
    loss_dual dual_kind;
    double dual_margin;
    double total_weight;
    real *theta; /* n x k: parameters, rounded */
    real *bias;  /* k, or NULL */
    real *G;     /* n x k; also the direction of a Hessian product, rounded */
    real *g_bias;
    real *direction; /* n x k */
    real *direction_bias;
    minibatch_stepper stepper;
    int32_t loss;       /* LINCLASS_LOSS_* */
    column_panel panel; /* the columns it is over, where it was made as a restriction of another */
    void *memory;
} linear_objective;

/* Round parameters into theta (n x k) and, when it is not NULL, bias (k). Returns the penalty of theta. */
double objective_round(const linear_objective *self, const double *parameters, real *theta,
                       real *bias);

/* The methods written elsewhere. */
linclass_status objective_gram(objective *base, int64_t max_rows, const double *parameters,
                               int64_t column, const double *means, const double *units,
                               double *gram, double *weight);
linclass_status objective_hessian(objective *base, const double *parameters, const double *means,
                                  const int64_t *chosen, int64_t count, double *hessian);
linclass_status objective_restricted(objective *base, const int64_t *features, int64_t count,
                                     objective **made);
linclass_status objective_lower_bound(objective *base, const double *parameters, duality *found);
linclass_status objective_moments(objective *base, int64_t max_rows, feature_sums *sums);
linclass_status objective_steps_begin(objective *base, const double *parameters, int64_t max_batch,
                                      double momentum);
linclass_status objective_step(objective *base, const sample_batch *batch, double learning_rate);
void objective_steps_store(objective *base, double *parameters);
void objective_steps_end(objective *base);

#endif
