/* What is said of a fit that has ended: a summary, a JSON object, an exit status. */
#ifndef TOOLS_TRAIN_OUTCOME_H
#define TOOLS_TRAIN_OUTCOME_H

#include <linclass/context.h>
#include <linclass/fit.h>
#include <linclass/model.h>

#include "coefficients.h"
#include "selection_run.h"
#include "train_options.h"

typedef struct train_outcome {
    const train_settings *settings;
    const linclass_context *ctx;
    const linclass_model *model;
    const linclass_fit_report *report;
    bool validates; /* there are validation samples */
    int64_t validation_samples;
    const selection_run *several;     /* NULL: one fit */
    const coefficients *coefficients; /* NULL: without standard errors */
} train_outcome;

/* Print the summary to standard error. */
void train_outcome_print(const train_outcome *self);

/* Print the JSON object to standard output. Returns an exit status. */
int train_outcome_print_json(const train_outcome *self);

/* Of a fit whose files were written. */
int train_outcome_exit_status(const train_outcome *self);

#endif
