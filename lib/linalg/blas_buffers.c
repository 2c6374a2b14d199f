/* OpenBLAS has slots for buffers: a call takes the first that no other call has, and maps its memory if
 * it is the slot's first call; the mapping stays. So slots are taken here, all that are wanted at once,
 * each after a trial whether its memory can be mapped, and given back: calls that follow find them.
 *
 * The counts of slots known to be mapped and of threads that have claimed one belong to the process.
 * An OpenBLAS that hides the two functions maps its buffers itself, after a trial whether there is room for them. With
 * another CBLAS nothing is done. */
#include "linalg/blas_buffers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

#include "core/context.h"
#include "core/minimum.h"

extern void *blas_memory_alloc(int purpose) __attribute__((weak));
extern void blas_memory_free(void *buffer) __attribute__((weak));
extern char *openblas_get_config(void) __attribute__((weak));

/* OpenBLAS's on x86-64, and room for alignment. */
static const size_t BUFFER_BYTES = ((size_t)128 << 20) + 65536;

/* Builds for 64 threads have 128 slots, and print when they are used up. */
enum { MAX_BUFFERS = 64 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int64_t mapped;  /* slots */
static int64_t claimed; /* by all contexts */

static void lock(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
    pthread_mutex_unlock(&mutex);
}

static void watch_forks(void)
{
    (void)pthread_atfork(lock, unlock, unlock);
}

static bool can_map(int64_t buffers)
{
    const size_t bytes = (size_t)buffers * BUFFER_BYTES;
    void *trial = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return trial != MAP_FAILED && munmap(trial, bytes) == 0;
}

/* Whether BLAS lets its slots be taken. */
static bool has_slots(void)
{
    return blas_memory_alloc != 0 && blas_memory_free != 0;
}

/* Have `wanted` slots mapped. Earlier claims may be using as many of those that are; the others are
 * free and need no trial. */
static bool map_slots(int64_t wanted)
{
    void *buffers[MAX_BUFFERS];
    int64_t taken = 0;
    while (taken < wanted && (taken < mapped - claimed || can_map(1)))
        buffers[taken++] = blas_memory_alloc(0);
    for (int64_t i = 0; i < taken; i++)
        blas_memory_free(buffers[i]);
    if (taken < wanted)
        return false;
    mapped = wanted;
    return true;
}

/* Whether BLAS will be able to map those of `wanted` buffers that no trial was made for. */
static bool try_buffers(int64_t wanted)
{
    if (!can_map(wanted - mapped))
        return false;
    mapped = wanted;
    return true;
}

static void give_back(linclass_context *ctx)
{
    lock();
    claimed -= ctx->threads;
    unlock();
}

linclass_status blas_buffers_claim(linclass_context *ctx)
{
    if (ctx->at_end != NULL || (!has_slots() && openblas_get_config == 0))
        return LINCLASS_OK;
    pthread_once(&once, watch_forks);
    lock();
    const int64_t wanted = lesser(claimed + ctx->threads, MAX_BUFFERS);
    const bool enough = wanted <= mapped || (has_slots() ? map_slots(wanted) : try_buffers(wanted));
    if (enough) {
        claimed += ctx->threads;
        ctx->at_end = give_back;
    }
    unlock();
    return enough ? LINCLASS_OK
                  : context_fail_memory(ctx, (size_t)wanted * BUFFER_BYTES,
                                        "the buffers of BLAS, one for each thread");
}
