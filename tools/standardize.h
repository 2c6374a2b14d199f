/* Columns of unit variance, and weights for them turned into weights for the columns as they were. */
#ifndef TOOLS_STANDARDIZE_H
#define TOOLS_STANDARDIZE_H

#include <linclass/context.h>
#include <linclass/model.h>

#include "sample_files.h"

/* The key of the text that says of a model in its file that it was fitted to such columns. */
#define STANDARDIZED_KEY "standardized"

typedef struct standardization {
    int64_t n;
    double *mean;   /* n; 0 each where columns are not centred */
    double *factor; /* n: 1 / standard deviation; 1 for a constant column */
    bool centred;
} standardization;

/* The means and standard deviations of samples, by what each counts (NULL: 1). centre: of dense rows alone; sparse ones
 * would not stay sparse. */
standardization standardization_of(const linclass_matrix *X, const double *weights, bool centre);
void standardization_free(standardization *self);

/* Replace the samples' view by one of columns (x - mean) / deviation, in memory of its own. */
void standardization_apply(const standardization *self, samples *read);

/* *raw: the model for the columns as they were, with the same scores (linclass_model_with_standardization).
 * Returns an exit status; to be destroyed. */
int standardization_undo(const standardization *self, linclass_context *ctx,
                         const linclass_model *model, linclass_model **raw);

#endif
