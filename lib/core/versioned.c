#include "core/versioned.h"

#include <assert.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"

linclass_status versioned_init(void *target, size_t size, const void *defaults, size_t known,
                               size_t first)
{
    assert(first <= known);
    if (target == NULL || size < first)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    memset(target, 0, size);
    memcpy(target, defaults, lesser_size(size, known));
    memcpy(target, &size, sizeof size);
    return LINCLASS_OK;
}

static linclass_status check_size(linclass_context *ctx, const char *name, size_t size,
                                  size_t first)
{
    if (size >= first)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_STRUCT_SIZE,
                        "%s.size is %zu, less than the first release's %zu: call its _init", name,
                        size, first);
}

linclass_status versioned_read(linclass_context *ctx, const char *name, const void *given,
                               void *target, const void *defaults, size_t known, size_t first)
{
    assert(first <= known);
    memcpy(target, defaults, known);
    if (given == NULL)
        return LINCLASS_OK;
    size_t size;
    memcpy(&size, given, sizeof size);
    const linclass_status status = check_size(ctx, name, size, first);
    if (status != LINCLASS_OK)
        return status;
    for (size_t i = known; i < size; i++) {
        if (((const char *)given)[i] != 0)
            return context_fail(ctx, LINCLASS_ERROR_STRUCT_SIZE,
                                "%s has a member at byte %zu that this library, whose struct ends "
                                "at byte %zu, does not know",
                                name, i, known);
    }
    memcpy(target, given, lesser_size(size, known));
    memcpy(target, &known, sizeof known);
    return LINCLASS_OK;
}

linclass_status versioned_write(linclass_context *ctx, const char *name, void *given,
                                const void *source, size_t known, size_t first)
{
    assert(first <= known);
    size_t size;
    memcpy(&size, given, sizeof size);
    const linclass_status status = check_size(ctx, name, size, first);
    if (status != LINCLASS_OK)
        return status;
    if (size > known)
        memset((char *)given + known, 0, size - known);
    memcpy((char *)given + sizeof size, (const char *)source + sizeof size,
           lesser_size(size, known) - sizeof size);
    return LINCLASS_OK;
}
