/* The context: its options, creation and end. Beside context.c, since reading options fails by a message
 * (versioned.h), which is the context's. */
#include "core/context.h"
#include "core/processor.h"
#include "core/vector/usable.h"
#include "core/versioned.h"

enum { MAX_THREADS = 1024 };

static const linclass_context_options DEFAULT_OPTIONS = {.size = sizeof(linclass_context_options)};

linclass_status linclass_context_options_init(linclass_context_options *options, size_t size)
{
    return versioned_init(options, size, &DEFAULT_OPTIONS, sizeof DEFAULT_OPTIONS,
                          FIRST_CONTEXT_OPTIONS);
}

/* Whether there is such a set, on this processor or another. */
static bool is_vector_set(int32_t set)
{
    return set == LINCLASS_VECTOR_SET_BEST || linclass_vector_set_name(set) != NULL;
}

linclass_status linclass_context_create(const linclass_context_options *options,
                                        linclass_context **ctx)
{
    if (ctx == NULL)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    *ctx = NULL;
    linclass_context_options given;
    const linclass_status status =
        versioned_read(NULL, "options", options, &given, &DEFAULT_OPTIONS, sizeof DEFAULT_OPTIONS,
                       FIRST_CONTEXT_OPTIONS);
    if (status != LINCLASS_OK)
        return status;
    if (given.threads < 0 || given.threads > MAX_THREADS || !is_vector_set(given.vector_set) ||
        (given.allocate == NULL) != (given.release == NULL))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    const int32_t usable = vector_sets_usable();
    if (given.vector_set > usable)
        return LINCLASS_ERROR_UNSUPPORTED;

    const allocator source = given.allocate == NULL
                                 ? allocator_default()
                                 : (allocator){given.allocate, given.release, given.user};
    linclass_context *made = allocator_take_zeroed(&source, sizeof *made);
    if (made == NULL)
        return LINCLASS_ERROR_MEMORY;
    made->allocator = source;
    made->threads = given.threads == 0 ? processor_count() : given.threads;
    made->vector_set = given.vector_set == LINCLASS_VECTOR_SET_BEST ? usable : given.vector_set;
    const linclass_status pool_status = pool_begin(&made->pool, &made->allocator, made->threads);
    if (pool_status != LINCLASS_OK) {
        allocator_give(&source, made);
        return pool_status;
    }
    *ctx = made;
    return LINCLASS_OK;
}

void linclass_context_destroy(linclass_context *ctx)
{
    if (ctx == NULL)
        return;
    const allocator source = ctx->allocator;
    pool_end(&ctx->pool);
    if (ctx->at_end != NULL)
        ctx->at_end(ctx);
    allocator_give(&source, ctx->scratch);
    allocator_give(&source, ctx);
}
