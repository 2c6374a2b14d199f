/* The context: threads, allocator, work space, and the sentence of the last error.
 *
 * One context is used by one thread at a time; different contexts may be used by different
 * threads at the same time. A call on a context that another call has not returned from, of another
 * thread or the one whose callback makes it, does nothing and returns LINCLASS_ERROR_BUSY; a handle it
 * was to make is NULL, and linclass_context_message() speaks of the other call. To destroy a context
 * that is in use is undefined. After fork(), the child may go on using a context that no other
 * thread was using when it forked: worker threads are started again on demand.
 *
 * Results never depend on the number of threads: every function gives the same bits for any. */
#ifndef LINCLASS_CONTEXT_H
#define LINCLASS_CONTEXT_H

#include <linclass/common.h>

LINCLASS_BEGIN_DECLS

typedef struct linclass_context linclass_context;

typedef struct linclass_context_options {
    size_t size;

    /* Threads that compute, the caller's included: 1..1024; 0: as many as the process may run on.
     * Default 0. They are started at the first call that has work for them. */
    int32_t threads;
    int32_t reserved; /* 0 */

    /* Allocator for all memory the library takes: `allocate` returns `bytes` bytes aligned as
     * malloc's, or NULL; `release` takes back what `allocate` gave, never NULL. Both or neither
     * may be NULL (then malloc and free). `user` is passed through. Models and data sets made
     * with the context keep using the allocator after the context is gone. Worker threads never
     * call it. BLAS and LAPACK take their packing buffers elsewhere: OpenBLAS maps 128 MiB of
     * address space for each thread that calls it, once in a process. The first call of a context
     * that needs BLAS makes sure of one for each of its threads, or returns MEMORY; products with
     * at most 64 classes need none where the processor has AVX2. The threads that OpenBLAS starts
     * for itself when it is loaded take as much each, and under a limit of address space (ulimit -v)
     * wait for it for ever, up to the end of the process: there, set OPENBLAS_NUM_THREADS=1 in the
     * environment before the program starts. The library does not use them. */
    void *(*allocate)(size_t bytes, void *user);
    void (*release)(void *pointer, void *user);
    void *user;
} linclass_context_options;

/* Fill with the defaults; size: sizeof *options. INVALID_ARGUMENT when options is NULL or size is
 * smaller than the first release's struct. */
LINCLASS_API linclass_status linclass_context_options_init(linclass_context_options *options,
                                                           size_t size);

/* Make a context. options may be NULL (all defaults). On an error *ctx is NULL.
 * Errors: INVALID_ARGUMENT, MEMORY, STRUCT_SIZE. */
LINCLASS_API linclass_status linclass_context_create(const linclass_context_options *options,
                                                     linclass_context **ctx);

/* Stop the workers and free everything the context owns. NULL is allowed. */
LINCLASS_API void linclass_context_destroy(linclass_context *ctx);

/* The number of threads the context computes with. 1 for NULL. */
LINCLASS_API int32_t linclass_context_threads(const linclass_context *ctx);

/* What was wrong with the last call that failed on this context: one sentence in UTF-8, naming argument,
 * index and value; "" when the last call succeeded. What a terminal would not show as itself in the
 * names and contents of files that it quotes is escaped: \xNN, \u{NNNN}. Owned by the context,
 * valid until its next call. For NULL: "". */
LINCLASS_API const char *linclass_context_message(const linclass_context *ctx);

LINCLASS_END_DECLS

#endif
