/* The side of the fit: requests answered by all parts, through whatever holds them. */
#ifndef PARTS_ASKER_H
#define PARTS_ASKER_H

#include <linclass/parts.h>

#include "parts/crew.h"
#include "parts/request.h"

typedef struct part_asker {
    linclass_context *ctx;
    const char *name; /* of the parts, in error messages */
    linclass_parts source;
    int64_t fit; /* its identity */
    int64_t sequence;
    int64_t parts;  /* how many answered the first request */
    part_entry all; /* what they had together */
    part_crew crew;
    linclass_part *batch; /* of the iterator's parts, that are answered together; NULL: not yet */
} part_asker;

/* Read the caller's struct. name: "training" or "validation". To be ended whatever the status; zeros may be ended too.
 * Errors: INVALID_ARGUMENT, STRUCT_SIZE. */
linclass_status part_asker_begin(part_asker *self, linclass_context *ctx, const char *name,
                                 const linclass_parts *given);
void part_asker_end(part_asker *self);

/* The sum of the answers of all parts to a request, whose identity but the kind is set here: `length` doubles, or any
 * number of them where that is -1. *sums: to be released; NULL after an error. Errors: those of the parts, of the
 * callbacks, FORMAT, MEMORY. */
linclass_status part_asker_ask(part_asker *self, part_request *request, int64_t length,
                               double **sums, int64_t *found);

/* The same with the pieces that sampled rows are in. *all: to be released by part_sums_release whatever the status. */
linclass_status part_asker_ask_node(part_asker *self, part_request *request, part_node *all);

#endif
