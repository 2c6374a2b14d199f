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

/* objective_curvatures_f32, objective_curvatures_f64 */
#define objective_curvatures REAL(objective_curvatures)

/* objective_active_rows_f32, objective_active_rows_f64 */
#define objective_active_rows REAL(objective_active_rows)

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

/* objective_ascent_begin_f32, objective_ascent_begin_f64 */
#define objective_ascent_begin REAL(objective_ascent_begin)

/* objective_ascent_pass_f32, objective_ascent_pass_f64 */
#define objective_ascent_pass REAL(objective_ascent_pass)

/* objective_ascent_restore_f32, objective_ascent_restore_f64 */
#define objective_ascent_restore REAL(objective_ascent_restore)

/* objective_ascent_store_f32, objective_ascent_store_f64 */
#define objective_ascent_store REAL(objective_ascent_store)

/* objective_ascent_end_f32, objective_ascent_end_f64 */
#define objective_ascent_end REAL(objective_ascent_end)

/* objective_probabilities_begin_f32, objective_probabilities_begin_f64 */
#define objective_probabilities_begin REAL(objective_probabilities_begin)

/* objective_probabilities_pass_f32, objective_probabilities_pass_f64 */
#define objective_probabilities_pass REAL(objective_probabilities_pass)

/* objective_probabilities_store_f32, objective_probabilities_store_f64 */
#define objective_probabilities_store REAL(objective_probabilities_store)

/* objective_probabilities_end_f32, objective_probabilities_end_f64 */
#define objective_probabilities_end REAL(objective_probabilities_end)

/* objective_row_curvature_f32, objective_row_curvature_f64 */
#define objective_row_curvature REAL(objective_row_curvature)

/* probability_ascent_f32, probability_ascent_f64 */
#define probability_ascent REAL(probability_ascent)

#define dual_ascent    REAL(dual_ascent)    /* dual_ascent_f32, dual_ascent_f64 */
#define held_hessian   REAL(held_hessian)   /* held_hessian_f32, held_hessian_f64 */
#define objective_hold REAL(objective_hold) /* objective_hold_f32, objective_hold_f64 */
/* objective_end_held_f32, objective_end_held_f64 */
#define objective_end_held REAL(objective_end_held)

/* objective_held_product_f32, objective_held_product_f64 */
#define objective_held_product REAL(objective_held_product)

/* objective_write_gradient_f32, objective_write_gradient_f64 */
#define objective_write_gradient REAL(objective_write_gradient)

/* What products with the Hessian at a point are made of (held_hessian_tmpl.c). */
typedef struct held_hessian {
    real *scores;         /* m, at these parameters, where has_scores */
    double *parameters;   /* of the last evaluation with a gradient */
    real *curvature;      /* of the rows, times their weights */
    linclass_matrix rows; /* X, or a copy of some of its rows */
    bool has_scores;
    bool is_made; /* curvature and rows are those of the parameters */
    double share; /* that was left out of them */
    void *copy;
    void *memory; /* NULL: nothing has been held yet */
} held_hessian;

enum { FEW_CLASSES = 12, LEAST_CLASSES = 2 };

/* The few classes of a sparse row that have shares or are near to one, ascending, and its label
 * (dual_ascent_visit_tmpl.c). */
typedef struct few_classes {
    int32_t classes[FEW_CLASSES];
    int32_t count;  /* 0: they are too many, or not known; 1: the label, the row is at rest */
    int32_t rounds; /* that did not look at the others before the last look */
    int32_t left;   /* rounds until the next */
} few_classes;

/* A point of the dual problem on its way up (dual_ascent_tmpl.c). */
typedef struct dual_ascent {
    bool by_class; /* theta is k x n, of dense rows; else n x k */
    const narrow *products;
    real *theta;      /* of the present point */
    int64_t ld;       /* of the theta of sparse rows: k, or a whole number of lines of memory */
    real *shares;     /* m x k: a; of Crammer and Singer's loss with that of the label */
    uint8_t *held;    /* m x k: classes that take no part, of dense rows */
    double *gaps;     /* m: of sparse rows, when they were met last */
    few_classes *few; /* m: likewise */
    bool is_whole;    /* sparse rows: the next pass is over all of them */
    double total;     /* what the gaps were in the last such pass */
    int64_t *rows;    /* m: samples that do, ascending, `left` of them */
    int64_t left;
    int64_t *order;    /* m: of a pass */
    double *curvature; /* m: s ||x||^2 / l2; 0: the sample takes no part */
    real *x;           /* n: a dense row, where it is not in place */
    real *scores;      /* k + 1 */
    real *changes;     /* k */
    int64_t *classes;  /* k + 1: those of a row that take part, behind its label */
    real *aims;        /* k: shares by margins alone, of a sparse row */
    double *margins;   /* k, of those */
    double *best;      /* k: their shares */
    double *work;      /* k */
    double *product;   /* n x k: sum s_i x_i r_i^T */
    double *row;       /* n: a dense row in double precision */
    void *memory;      /* NULL: none is on its way */
} dual_ascent;

/* The same of the softmax loss and sparse rows (probability_ascent_tmpl.c). */
typedef struct probability_ascent {
    real *theta;       /* n x k */
    real *logs;        /* m x k: of the probabilities */
    int64_t *order;    /* m: of a pass */
    double *curvature; /* m: s ||x||^2 / l2 */
    real *scores;      /* k; so are those below */
    real *found;
    real *changes;
    real *aims;
    real *steps;
    real *bias;
    double *exact_bias;
    double *imbalance; /* sum s_i r_i */
    double *before;    /* the same after the pass before */
    double *stiffness; /* of the intercepts, as if no two rows shared a feature */
    double stretch;    /* of the steps of the intercepts */
    void *memory;      /* NULL: none is on its way */
} probability_ascent;

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
    int64_t *active; /* m: rows whose second derivative is not 0, as found last; or none */
    int64_t active_count;
    real *active_scores; /* m x k, of the active rows from its front on; or NULL */
    real *active_at;     /* n k + k: the parameters that they were found at */
    double active_mu;    /* likewise; 0: none were */
    minibatch_stepper stepper;
    held_hessian held;
    dual_ascent ascent;
    probability_ascent probabilities;
    int32_t loss;       /* LINCLASS_LOSS_* */
    column_panel panel; /* the columns it is over, where it was made as a restriction of another */
    void *memory;
} linear_objective;

/* Round parameters into theta (n x k) and, when it is not NULL, bias (k). Returns the penalty of theta. */
double objective_round(const linear_objective *self, const double *parameters, real *theta,
                       real *bias);

/* The gradient, or a Hessian product, of what a sweep left in G and g_bias, and of the L2 penalty at theta. */
void objective_write_gradient(const linear_objective *self, const real *theta, double *gradient);

void objective_end_held(linear_objective *self);

/* Find the active rows at the parameters rounded last, unless those in `active` are. An objective that can_smooth,
 * mu > 0. Takes the context's scratch. Errors: NON_FINITE (X), NUMERIC, MEMORY. */
linclass_status objective_active_rows(linear_objective *self);

/* The methods written elsewhere. */
linclass_status objective_hold(objective *base, const double *parameters, double share);
linclass_status objective_held_product(objective *base, const double *direction, double *product);
linclass_status objective_gram(objective *base, int64_t max_rows, const double *row_weights,
                               const double *means, const double *units, double *gram,
                               double *weight);
linclass_status objective_curvatures(objective *base, int64_t max_rows, const double *parameters,
                                     int64_t columns, double *curvatures, int64_t *rows);
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
linclass_status objective_ascent_begin(objective *base);
linclass_status objective_ascent_pass(objective *base, uint64_t seed, int64_t number,
                                      double *violation, int64_t *left);
void objective_ascent_restore(objective *base);
void objective_ascent_store(objective *base, double *parameters, double *bound);
void objective_ascent_end(objective *base);
double objective_row_curvature(objective *base);
linclass_status objective_probabilities_begin(objective *base, const double *parameters);
linclass_status objective_probabilities_pass(objective *base, uint64_t seed, int64_t number);
void objective_probabilities_store(objective *base, double *parameters);
void objective_probabilities_end(objective *base);

#endif
