/* Parts that are here, answered several at a time.
 *
 * A part by itself is too small to share out: its threads begin and end with it. Where many parts are here each is
 * answered by one thread, which gives the same bits, as the answer of a part does not depend on its threads, nor the
 * sum of answers on their order. */
#ifndef PARTS_CREW_H
#define PARTS_CREW_H

#include <linclass/parts.h>

#include "parts/reply.h"
#include "parts/request.h"
#include "parts/roll.h"

/* Zeros, but for the context and its roll's, to begin with; that of the roll NULL: parts are asked once, and not
 * compared. */
typedef struct part_crew {
    linclass_context *ctx;
    int32_t count;              /* of members; 0: none are made yet */
    linclass_context **members; /* a context of one thread for each worker of ctx */
    part_roll roll;
} part_crew;

/* Add the answers of parts, by one member each, or by all threads one part after the other: where there are few, or the
 * memory is from an allocator of the caller's, which workers never call. What is wrong with a part becomes the failure
 * of the answers; of several that of the first. Errors: MEMORY, FORMAT. */
linclass_status part_crew_answer(part_crew *self, const linclass_part *parts, int64_t count,
                                 const part_request *request, part_answers *answers);

void part_crew_end(part_crew *self);

#endif
