/* Contexts of tests. Included after cmocka.h. */
#ifndef SUPPORT_CONTEXT_OF_H
#define SUPPORT_CONTEXT_OF_H

#include <linclass/linclass.h>

/* A context of that many threads; NULL for 0. Fails the test when there is none. */
static inline linclass_context *context_of(int32_t threads)
{
    linclass_context *ctx = NULL;
    if (threads > 0) {
        linclass_context_options options;
        assert_int_equal(linclass_context_options_init(&options, sizeof options), LINCLASS_OK);
        options.threads = threads;
        assert_int_equal(linclass_context_create(&options, &ctx), LINCLASS_OK);
    }
    return ctx;
}

#endif
