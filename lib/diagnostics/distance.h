/* Whether a model is at a minimum of F over rows that are known to it. */
#ifndef DIAGNOSTICS_DISTANCE_H
#define DIAGNOSTICS_DISTANCE_H

#include <linclass/certificate.h>

#include "data/column_statistics.h"
#include "diagnostics/known_rows.h"
#include "objective/objective.h"

/* Write gap, gap_allowed and at_minimum of a model, by its objective in double precision over the rows, with the
 * model's penalties, and the statistics of their columns. Errors: those of linclass_model_verify. */
linclass_status distance_measure(const linclass_model *model, objective *F,
                                 const column_statistics *columns, linclass_certificate *found);

/* The same where the objective cannot be judged: NaN. */
void distance_unknown(linclass_certificate *found);

/* Write gap, gap_allowed and at_minimum. Errors: those of linclass_model_verify. */
linclass_status distance_from_minimum(linclass_context *ctx, const known_rows *rows,
                                      linclass_certificate *found);

#endif
