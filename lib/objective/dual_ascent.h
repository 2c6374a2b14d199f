/* What the parts of dual ascent share. For *_tmpl.c. */
#ifndef OBJECTIVE_DUAL_ASCENT_H
#define OBJECTIVE_DUAL_ASCENT_H

#include "data/row_block.h"
#include "objective/linear_objective.h"

/* dual_ascent_weight_f32, dual_ascent_weight_f64 */
#define dual_ascent_weight REAL(dual_ascent_weight)

#define dual_ascent_read REAL(dual_ascent_read) /* dual_ascent_read_f32, dual_ascent_read_f64 */

/* dual_ascent_square_f32, dual_ascent_square_f64 */
#define dual_ascent_square REAL(dual_ascent_square)

/* dual_ascent_scores_f32, dual_ascent_scores_f64 */
#define dual_ascent_scores REAL(dual_ascent_scores)

#define dual_ascent_move REAL(dual_ascent_move) /* dual_ascent_move_f32, dual_ascent_move_f64 */

/* dual_ascent_few_scores_f32, dual_ascent_few_scores_f64 */
#define dual_ascent_few_scores REAL(dual_ascent_few_scores)

#define dual_ascent_add REAL(dual_ascent_add) /* dual_ascent_add_f32, dual_ascent_add_f64 */

/* dual_ascent_looks_at_few_f32, dual_ascent_looks_at_few_f64 */
#define dual_ascent_looks_at_few REAL(dual_ascent_looks_at_few)

#define dual_ascent_visit REAL(dual_ascent_visit) /* dual_ascent_visit_f32, dual_ascent_visit_f64 */

/* dual_ascent_in_rounds_f32, dual_ascent_in_rounds_f64 */
#define dual_ascent_in_rounds REAL(dual_ascent_in_rounds)

enum { DUAL_ASCENT_PIECE = 128 }; /* elements of a sparse row that are read at once */

/* s: the weight of a row over that of all. */
static inline double dual_ascent_weight(const linear_objective *of, int64_t row)
{
    const double *weights = of->sweep.targets.weights;
    return (weights == NULL ? 1 : weights[row]) / of->total_weight;
}

/* Elements e.. of a sparse view, `count` <= DUAL_ASCENT_PIECE of them, in double. */
void dual_ascent_read(const linclass_matrix *X, int64_t e, int64_t count, double *values);

/* ||x||^2 of a row of a sparse view, in double. */
double dual_ascent_square(const linclass_matrix *X, int64_t row);

/* The scores of a dense row for the first `count` classes of the list, to the front of `scores`. */
void dual_ascent_scores(const linear_objective *of, const row_block *block, int64_t count);

/* The scores of a sparse row for these classes, to the front of `scores`. */
void dual_ascent_few_scores(const linear_objective *of, int64_t row, const few_classes *few);

/* theta += x times the scores in the first `count` classes of the list, of a sparse row. */
void dual_ascent_add(const linear_objective *of, int64_t row, int64_t count);

/* Whether the next visit of a sparse row asks for the weights of its few classes alone. */
bool dual_ascent_looks_at_few(const dual_ascent *self, int64_t row);

/* Maximise over the dual row of a sparse sample, and keep its gap in `gaps`. */
linclass_status dual_ascent_visit(linear_objective *of, int64_t row);

/* objective_ascent_pass over sparse rows. */
linclass_status dual_ascent_in_rounds(linear_objective *of, uint64_t seed, int64_t number,
                                      double *gap, int64_t *left);

/* theta -= (s / l2) x r^T for the changes of a dense row's shares, those of the label among them. */
void dual_ascent_move(const linear_objective *of, int64_t row, const row_block *block);

#endif
