/* The objective over a design matrix, as its parts see it. For *_tmpl.c. */
#ifndef OBJECTIVE_LINEAR_OBJECTIVE_H
#define OBJECTIVE_LINEAR_OBJECTIVE_H

#include "objective/objective.h"
#include "sweep/step.h"
#include "sweep/sweep.h"

typedef struct linear_objective {
    objective base;
    sweep_input sweep; /* over all the samples, at the parameters rounded last */
    bool with_bias;
    double total_weight;
    real *theta; /* n x k: parameters, rounded */
    real *bias;  /* k, or NULL */
    real *G;     /* n x k; also the direction of a Hessian product, rounded */
    real *g_bias;
    real *direction; /* n x k */
    real *direction_bias;
    minibatch_stepper stepper;
    void *memory;
} linear_objective;

/* Round parameters into theta (n x k) and, when it is not NULL, bias (k). */
void REAL(objective_round)(const linear_objective *self, const double *parameters, real *theta,
                           real *bias);

/* The methods written elsewhere. */
linclass_status REAL(objective_gram)(objective *base, int64_t max_rows, const double *parameters,
                                     int64_t column, const double *means, const double *units,
                                     double *gram);
linclass_status REAL(objective_moments)(objective *base, int64_t max_rows, double *squares,
                                        double *means, double *variances);
linclass_status REAL(objective_steps_begin)(objective *base, const double *parameters,
                                            int64_t max_batch, double momentum);
linclass_status REAL(objective_step)(objective *base, const int64_t *rows, int64_t first,
                                     int64_t count, double learning_rate);
void REAL(objective_steps_store)(const objective *base, double *parameters);
void REAL(objective_steps_end)(objective *base);

#endif
