/* A problem minimised, and the model of what came of it. */
#ifndef FIT_FIT_RUN_H
#define FIT_FIT_RUN_H

#include <linclass/fit.h>

#include "fit/fit_problem.h"

/* Run the solver of the problem's options from problem->parameters, and leave its result there.
 * Returns what linclass_fit returns; *made is written unless that is an error. The objective's l1 and
 * l2 may differ from those of the options. */
linclass_status fit_run(fit_problem *problem, linclass_fit_report *made);

/* A model of problem->parameters. Errors: MEMORY, DIMENSION; then *model is NULL. */
linclass_status fit_run_model(const fit_problem *problem, const linclass_fit_report *report,
                              linclass_model **model);

#endif
