/* A call in rounds, each in a context of its own: in the k-th its k-th allocation fails, until it needs no more.
 *
 *     memory_rounds r = memory_rounds_begin(1);
 *     while (memory_rounds_next(&r)) {
 *         linclass_model *model;
 *         linclass_status status = the call under test, in r.ctx;
 *         if (memory_rounds_failed(&r, status))
 *             assert that nothing was given; then status = the same call, which succeeds
 *         assert what the call gives
 *         destroy what the round made
 *     }
 *
 * A round whose memory is not all given back fails the test. What a call is given comes from another context: in r.ctx
 * its allocations would be counted. */
#ifndef SUPPORT_MEMORY_ROUNDS_H
#define SUPPORT_MEMORY_ROUNDS_H

#include <stdbool.h>

#include <linclass/status.h>

#include "support/failing_allocator.h"

typedef struct memory_rounds {
    linclass_context *ctx; /* of this round, destroyed by the next */
    failing_allocator memory;
    int64_t k;       /* the allocation of this round that fails, from 1 */
    int64_t live;    /* blocks that a new context holds */
    int32_t threads; /* of the contexts */
    bool
        persistent; /* all allocations after the k-th fail too; false unless set before the first round */
    bool may_do_without; /* the call may succeed though an allocation failed; as above */
    bool asked;          /* memory_rounds_failed was called in this round */
    bool failed;         /* and an allocation had failed */
} memory_rounds;

memory_rounds memory_rounds_begin(int32_t threads);

/* Ends the round and begins another; false when the call needed fewer than k allocations. */
bool memory_rounds_next(memory_rounds *self);

/* Whether an allocation of the call failed. Then its status must say so, its message must too, and the context may have
 * kept only its work space and its threads; otherwise the call must have succeeded. No allocation fails any more.
 * False also of a call that did without the allocation, where it may. */
bool memory_rounds_failed(memory_rounds *self, linclass_status status);

#endif
