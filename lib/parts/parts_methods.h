/* The objective over parts, as its methods see it. */
#ifndef PARTS_PARTS_METHODS_H
#define PARTS_PARTS_METHODS_H

#include "parts/parts_objective.h"

typedef struct parts_objective {
    objective base;
    const parts_data *data;
    double *curved_at;  /* P: the parameters of `triangles` */
    double *gram;       /* the reply with the Gram matrices at a point, or NULL */
    int64_t gram_first; /* its first column... */
    int64_t gram_count; /* ...of so many */
    void *memory;
} parts_objective;

/* A parameter as the parts see it. */
double parts_round(const objective *F, double value);

/* The penalties at parameters that are rounded so. */
double parts_penalty(const objective *F, const double *parameters);

/* Ask for the sums of a request, `length` of them. *sums: to be released. Errors: those of part_asker_ask. */
linclass_status parts_ask(const parts_objective *self, part_request *request, int64_t kind,
                          int64_t length, double **sums);

/* The method written elsewhere. */
linclass_status parts_lower_bound(objective *base, const double *parameters, duality *found);

#endif
