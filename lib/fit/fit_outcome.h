/* The end of every fit: the solver run on its problem, the report, the model. */
#ifndef FIT_FIT_OUTCOME_H
#define FIT_FIT_OUTCOME_H

#include "fit/fit_problem.h"

/* Fit a problem that was made with this status, and end it whatever the status. report may be NULL. *model: NULL
 * after an error. Returns what linclass_fit returns. */
linclass_status fit_outcome(fit_problem *problem, linclass_status made, linclass_fit_report *report,
                            linclass_model **model);

#endif
