/* Buffers of BLAS are claimed or refused; a context that was refused one works on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include <linclass/linclass.h>

#include "core/context.h"
#include "linalg/blas_buffers.h"

extern void *blas_memory_alloc(int purpose) __attribute__((weak));

static linclass_context *context(int32_t threads)
{
    linclass_context_options options;
    linclass_context *ctx;
    assert_int_equal(linclass_context_options_init(&options, sizeof options), LINCLASS_OK);
    options.threads = threads;
    assert_int_equal(linclass_context_create(&options, &ctx), LINCLASS_OK);
    return ctx;
}

/* Leave room for so many bytes of address space; what it was before. Skips where the limit is not taken, as by an
 * emulator in user mode. */
static struct rlimit leave_room(rlim_t bytes)
{
    struct rlimit before;
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu", &pages), 1);
    (void)fclose(file);
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    struct rlimit limit = before;
    limit.rlim_cur = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + bytes;
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    struct rlimit now;
    assert_int_equal(getrlimit(RLIMIT_AS, &now), 0);
    if (now.rlim_cur != limit.rlim_cur)
        skip();
    return before;
}

static linclass_status loss_gradient(linclass_context *ctx, int64_t k)
{
    enum { M = 300, N = 20, K = 100 };
    static float X[M * N];
    static float theta[N * K];
    static float G[N * K];
    static int64_t y[M];
    double loss;
    return linclass_softmax_loss_gradient_f32(ctx, M, N, k, X, N, y, theta, k, NULL, &loss, G, k,
                                              NULL);
}

/* First: later tests find slots that are mapped. */
static void without_room_it_is_an_error(void **state)
{
    (void)state;
    if (blas_memory_alloc == 0)
        skip();
    linclass_context *ctx = context(2);
    const struct rlimit before = leave_room(40 << 20);
    const linclass_status few = loss_gradient(ctx, 5);
    const linclass_status many = loss_gradient(ctx, 100);
    const int named = strstr(linclass_context_message(ctx), "buffers of BLAS") != NULL;
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_int_equal(few, LINCLASS_OK);
    assert_int_equal(many, LINCLASS_ERROR_MEMORY);
    assert_true(named);
    assert_int_equal(loss_gradient(ctx, 100), LINCLASS_OK);
    linclass_context_destroy(ctx);
}

static void buffers_are_kept_for_the_next_context(void **state)
{
    (void)state;
    if (blas_memory_alloc == 0)
        skip();
    linclass_context *first = context(3);
    assert_int_equal(blas_buffers_claim(first), LINCLASS_OK);
    assert_int_equal(blas_buffers_claim(first), LINCLASS_OK);
    linclass_context_destroy(first);
    linclass_context *second = context(3);
    linclass_context *third = context(1);
    const struct rlimit before = leave_room(40 << 20);
    const linclass_status found = blas_buffers_claim(second);
    const linclass_status none = blas_buffers_claim(third);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_int_equal(found, LINCLASS_OK);
    assert_int_equal(none, LINCLASS_ERROR_MEMORY);
    linclass_context_destroy(second);
    assert_int_equal(blas_buffers_claim(third), LINCLASS_OK);
    linclass_context_destroy(third);
}

/* More than BLAS has slots for: it prints when it runs out of them. */
static void very_many_threads(void **state)
{
    (void)state;
    linclass_context *ctx = context(1024);
    assert_int_equal(blas_buffers_claim(ctx), LINCLASS_OK);
    linclass_context_destroy(ctx);
}

int main(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    puts("skipped: sanitizers reserve terabytes of address space, limits of it are no use");
    return 77;
#endif
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_room_it_is_an_error),
        cmocka_unit_test(buffers_are_kept_for_the_next_context),
        cmocka_unit_test(very_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
