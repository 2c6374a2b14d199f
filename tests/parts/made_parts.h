/* Samples cut into parts, which an iterator or a small engine in this process asks. */
#ifndef PARTS_MADE_PARTS_H
#define PARTS_MADE_PARTS_H

#include "support/fitting.h"

enum { MADE_MOST_PARTS = 64 };

typedef struct made_parts {
    int64_t count;
    linclass_part parts[MADE_MOST_PARTS];
    linclass_matrix views[MADE_MOST_PARTS];
    linclass_matrix probabilities[MADE_MOST_PARTS];
    int64_t next; /* of the iterator */

    /* The engine. */
    linclass_context *worker;
    uint64_t order; /* seed of the order in which answers are merged */
    void *reply;
    int64_t reply_length;
    int64_t requests;
    int64_t request_bytes;
    int64_t reply_bytes;                                                   /* of single parts */
    void *(*spoil)(struct made_parts *self, void *reply, int64_t *length); /* or NULL */
    int64_t spoil_at; /* the request whose reply is spoilt */
} made_parts;

/* Rows cut into `count` parts of unequal size, some of them empty where count >= 8. weights: one for each row, or NULL.
 * To be freed by made_parts_free. */
made_parts made_parts_new(const samples *data, const double *weights, int64_t count);
void made_parts_free(made_parts *self);

/* Give the parts the rows of probabilities, and of base scores, that all samples have. Either may be NULL. */
void made_parts_aim(made_parts *self, const linclass_matrix *probabilities,
                    const linclass_matrix *with_offset);

/* The parts one after the other. */
linclass_parts made_parts_iterator(made_parts *self);

/* The same, which stay valid as long as the samples: several are answered at a time. */
linclass_parts made_parts_held(made_parts *self);

/* Each part answered by itself, by a context of its own of so many threads, and merged in an order of its own. */
linclass_parts made_parts_engine(made_parts *self, int32_t threads, uint64_t order);

/* Fit; fails the test unless the status is LINCLASS_OK. */
linclass_model *made_parts_fit(linclass_context *ctx, const linclass_parts *training,
                               const linclass_parts *validation,
                               const linclass_fit_options *options, linclass_fit_report *report);

#endif
