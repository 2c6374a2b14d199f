/* An allocator that counts, and fails where it is told to: hand it to a context, run the k-th
 * allocation into failure for k = 1, 2, ... until the call under test succeeds, and see after each
 * that nothing is left behind.
 *
 *     for (int64_t k = 1; ; k++) {
 *         failing_allocator memory = failing_allocator_begin();
 *         linclass_context *ctx = failing_allocator_context(&memory, threads);
 *         failing_allocator_fail_at(&memory, k);
 *         status = the call under test;
 *         if (memory.failures == 0)
 *             ... the call needed fewer than k allocations: it must have succeeded; the end
 *         assert status == LINCLASS_ERROR_MEMORY, then that the same call succeeds
 *         destroy everything; assert memory.live == 0
 *     }
 *
 * Memory is handed out full of garbage and is overwritten when given back, so that reliance on zeros
 * and use after release show. Not thread-safe: the library's workers never allocate, and an
 * allocation by one is what a test under the thread sanitizer would find. */
#ifndef SUPPORT_FAILING_ALLOCATOR_H
#define SUPPORT_FAILING_ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

#include <linclass/context.h>

typedef struct failing_allocator {
    int64_t allocations; /* asked for so far, failed ones included */
    int64_t failures;    /* of those, failed */
    int64_t live;        /* blocks not given back */
    size_t live_bytes;
    size_t peak_bytes;  /* largest live_bytes so far */
    int64_t fail_first; /* numbers of the allocations that fail, from 1; none when 0 */
    int64_t fail_last;
} failing_allocator;

failing_allocator failing_allocator_begin(void);

/* The k-th allocation from now (k >= 1) fails, the ones after it succeed. */
void failing_allocator_fail_at(failing_allocator *self, int64_t k);

/* The k-th from now and all after it fail. */
void failing_allocator_fail_from(failing_allocator *self, int64_t k);

/* None fails any more. */
void failing_allocator_fail_never(failing_allocator *self);

/* Options of a context that allocates here; all else is the default. */
linclass_context_options failing_allocator_options(failing_allocator *self, int32_t threads);

/* A context of that many threads (0: as many as there are) that allocates here; NULL when the
 * allocator failed. */
linclass_context *failing_allocator_context(failing_allocator *self, int32_t threads);

#endif
