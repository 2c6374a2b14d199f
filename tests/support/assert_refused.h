/* Calls that must be refused, in words. Included after cmocka.h. */
#ifndef SUPPORT_ASSERT_REFUSED_H
#define SUPPORT_ASSERT_REFUSED_H

#include <string.h>

#include <linclass/linclass.h>

static inline void assert_refused_at(const char *file, int line, linclass_context *ctx,
                                     linclass_status found, linclass_status expected,
                                     const char *words)
{
    const char *const message = linclass_context_message(ctx);
    if (found == expected && strstr(message, words) != NULL)
        return;
    print_error("status %d, not %d, or '%s' lacks '%s'\n", (int)found, (int)expected, message,
                words);
    _fail(file, line);
}

/* `found`, what a call in ctx returned, is the status `expected`, and the context's error message has `words` in it. */
#define assert_refused(ctx, found, expected, words) \
    assert_refused_at(__FILE__, __LINE__, ctx, found, expected, words)

#endif
