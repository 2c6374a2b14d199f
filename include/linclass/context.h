/* The context: threads, allocator, work space, and the last error message.
 *
 * A context is used by one thread at a time; different contexts may be used by different threads at the
 * same time. A call on a context while another call on it has not returned (from another thread, or from
 * a callback) does nothing and returns LINCLASS_ERROR_BUSY; a handle that it would have created is NULL,
 * and the error message remains that of the other call. Destroying a context that is in use is undefined.
 * After fork(), the child may use a context that no other thread was using at the time: worker threads
 * are started again on demand.
 *
 * Workers wait awake for about a millisecond after a call, unless other programs compete for the
 * processors, and then sleep. A call that wakes them keeps them off the processor it runs on, by their
 * affinity mask, which is as before when they begin to work; a mask that the program sets itself stays.
 * Worker threads take the mask of the thread that makes the first call with work for them.
 *
 * Results do not depend on the number of threads: every function gives the same bits for any. Fits and
 * predictions with at most 64 classes do not depend on the processor either (docs/same-bits.md). */
#ifndef LINCLASS_CONTEXT_H
#define LINCLASS_CONTEXT_H

#include <linclass/common.h>

LINCLASS_BEGIN_DECLS

typedef struct linclass_context linclass_context;

/* Sets of vector instructions that the library is written for. Each is faster than the one before, and gives the
 * same results for up to 64 classes. */
enum {
    LINCLASS_VECTOR_SET_BEST = 0,     /* the best that the processor can run */
    LINCLASS_VECTOR_SET_PORTABLE = 1, /* any processor's: vectors of 16 bytes */
    LINCLASS_VECTOR_SET_AVX2 = 2,     /* x86-64 with AVX2 and FMA */
    LINCLASS_VECTOR_SET_AVX512 = 3    /* x86-64 with AVX-512 F, DQ and VL besides */
};

typedef struct linclass_context_options {
    size_t size;

    /* Number of computing threads, the caller included: 1..1024; 0, the default: as many as the process
     * may run on. Workers are started by the first call that has work for them. */
    int32_t threads;

    /* LINCLASS_VECTOR_SET_*: a lower set than the best, for tests and comparisons. */
    int32_t vector_set;

    /* Allocator of all memory that the library takes: `allocate` returns `bytes` bytes aligned as by
     * malloc, or NULL; `release` takes a pointer that `allocate` returned, never NULL. Both or neither
     * may be NULL (malloc and free are used then). `user` is passed through. Models and data sets
     * created with the context use the allocator even after the context is destroyed. Worker threads
     * never call it.
     *
     * libzstd allocates its memory itself, while a file compressed by it is read.
     *
     * BLAS and LAPACK allocate their packing buffers themselves: OpenBLAS maps 128 MiB of address space
     * for each thread that calls it, once per process. The first call of a context that needs BLAS
     * ensures that there is one for each of its threads, or returns MEMORY; products with at most 64
     * classes need none, except on processors without fused multiply-adds. The threads that OpenBLAS starts when it is
     * loaded map as much each. Under a limit of address space (ulimit -v) they wait for it forever, even at the end
     * of the process: set OPENBLAS_NUM_THREADS=1 in the environment before the program starts. The
     * library does not use those threads. */
    void *(*allocate)(size_t bytes, void *user);
    void (*release)(void *pointer, void *user);
    void *user;
} linclass_context_options;

/* Set all members to their defaults. size: sizeof *options.
 * Errors: INVALID_ARGUMENT (options is NULL, or size is smaller than the struct of the first release). */
LINCLASS_API linclass_status linclass_context_options_init(linclass_context_options *options,
                                                           size_t size);

/* Create a context. options: NULL for the defaults. *ctx: owned by the caller
 * (linclass_context_destroy); NULL after an error.
 * Errors: INVALID_ARGUMENT, MEMORY, STRUCT_SIZE; UNSUPPORTED (the processor cannot run the vector set, or the
 * library was built without it). */
LINCLASS_API linclass_status linclass_context_create(const linclass_context_options *options,
                                                     linclass_context **ctx);

/* Stop the workers and free everything that the context owns. ctx may be NULL. */
LINCLASS_API void linclass_context_destroy(linclass_context *ctx);

/* Return the number of threads the context computes with; 1 for NULL. */
LINCLASS_API int32_t linclass_context_threads(const linclass_context *ctx);

/* Return the vector set the context computes with, LINCLASS_VECTOR_SET_PORTABLE or above; the best for NULL. */
LINCLASS_API int32_t linclass_context_vector_set(const linclass_context *ctx);

/* The name of a vector set for options and output, "avx2": static text. Numbers go from 1 without a gap, whatever
 * the processor; NULL beyond the last one this library knows, and below 1. */
LINCLASS_API const char *linclass_vector_set_name(int32_t set);

/* Return the error message of the last call on this context, in UTF-8: it names argument, index and
 * value. "" when that call succeeded, and for NULL. In names and contents of files that it quotes,
 * characters that a terminal would not display are escaped: \xNN, \u{NNNN}. Owned by the context,
 * valid until its next call. */
LINCLASS_API const char *linclass_context_message(const linclass_context *ctx);

/* Make `message` the error message of the context, as the last call on it had failed with it, and return `status`: for
 * libraries that stand on this one. message: NULL or "": none; characters are escaped as above, and what is too long is
 * cut off. Returns BUSY while another call uses the context. ctx may be NULL. */
LINCLASS_API linclass_status linclass_context_fail(linclass_context *ctx, linclass_status status,
                                                   const char *message);

LINCLASS_END_DECLS

#endif
