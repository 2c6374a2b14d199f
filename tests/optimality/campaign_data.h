/* The data sets of the campaign: random problems, each hard in one of the ways that real ones are. */
#ifndef OPTIMALITY_CAMPAIGN_DATA_H
#define OPTIMALITY_CAMPAIGN_DATA_H

#include "data.h"

typedef struct campaign_kind {
    const char *name;
    data_shape shape; /* m = 0: one of several small ones */
    bool separable;   /* by scores that are linear in the features */
    void (*label)(fit_data *data, uint64_t *noise);
    void (*apply)(fit_data *data, uint64_t *noise); /* or NULL */
} campaign_kind;

extern const campaign_kind campaign_kinds[];
extern const int campaign_kind_count;

/* The data of a kind by its seed, rounded to single precision: fits in either see the same numbers. k: 2, or
 * 0 for what the kind has. */
fit_data campaign_data(const campaign_kind *kind, int64_t k, uint64_t seed);

#endif
