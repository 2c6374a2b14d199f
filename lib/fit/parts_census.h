/* The census of the parts of a fit, and what follows from it: columns, classes, weights. */
#ifndef FIT_PARTS_CENSUS_H
#define FIT_PARTS_CENSUS_H

#include "fit/fit_rows.h"
#include "parts/asker.h"
#include "parts/census.h"

typedef struct fit_parts_census {
    census census;
    double *sums; /* what its labels lie in */
    int64_t features;
    double scale;  /* of all views; of those that leave it to the fit, what their elements say */
    bool weighted; /* rows count by weights, not 1 each: set by the caller before fit_parts_weigh */
    int64_t exponent;      /* weights are divided by 2^exponent */
    double total_weight;   /* then > 0 */
    double largest_weight; /* of a row, then */
} fit_parts_census;

/* Ask for it, and check rows, columns and scales. To be ended whatever the status. Errors: DIMENSION (no rows; other
 * columns in one part than in another), INVALID_ARGUMENT (likewise scales), those of part_asker_ask. */
linclass_status fit_parts_count(linclass_context *ctx, part_asker *asker, bool check_finite,
                                fit_parts_census *self);
void fit_parts_count_end(linclass_context *ctx, fit_parts_census *self);

/* What the rows are fitted to: labels all of them, or probabilities. Errors: DIMENSION (other columns of them in one
 * part than in another), UNSUPPORTED (not of this loss), INVALID_ARGUMENT (no labels, of which one is to be ignored;
 * smoothed labels besides). */
linclass_status fit_parts_check_targets(linclass_context *ctx, const fit_parts_census *self,
                                        const part_asker *asker,
                                        const linclass_fit_options *options);

/* The classes, and their weights where the options ask for any. Errors: LABEL, DIMENSION, INVALID_ARGUMENT, MEMORY. */
linclass_status fit_parts_classes(linclass_context *ctx, const fit_parts_census *self,
                                  const linclass_fit_options *options, fit_classes *classes);

/* LABEL, unless each label but the one to ignore is one of the classes. */
linclass_status fit_parts_check_labels(linclass_context *ctx, const fit_parts_census *self,
                                       const part_asker *asker, const linclass_fit_options *options,
                                       const fit_classes *classes);

/* Set exponent and weights. Errors: INVALID_ARGUMENT (all weights are 0, or one overflows). */
linclass_status fit_parts_weigh(linclass_context *ctx, fit_parts_census *self,
                                const part_asker *asker, const fit_classes *classes);

/* What all rows of class c count. */
double fit_parts_class_weight(const fit_parts_census *self, const fit_classes *classes, int64_t c);

#endif
