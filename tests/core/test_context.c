/* The context: options, threads, the sentence of the last error, work space, memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <sched.h>

#include "core/context.h"
#include "support/failing_allocator.h"

static void options_have_defaults(void **state)
{
    (void)state;
    linclass_context_options options;
    memset(&options, 0xff, sizeof options);
    assert_int_equal(linclass_context_options_init(&options, sizeof options), LINCLASS_OK);
    assert_int_equal(options.size, sizeof options);
    assert_int_equal(options.threads, 0);
    assert_int_equal(options.vector_set, LINCLASS_VECTOR_SET_BEST);
    assert_null(options.allocate);
    assert_null(options.release);
    assert_null(options.user);
    assert_int_equal(linclass_context_options_init(NULL, sizeof options),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_int_equal(linclass_context_options_init(&options, sizeof options - 1),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
}

static void *never_called(size_t bytes, void *user)
{
    (void)bytes;
    (void)user;
    return NULL;
}

static void refuse_options(linclass_context_options options, linclass_status status)
{
    linclass_context *ctx = (linclass_context *)&options;
    assert_int_equal(linclass_context_create(&options, &ctx), status);
    assert_null(ctx);
}

static void create_refuses(void **state)
{
    (void)state;
    const size_t size = sizeof(linclass_context_options);
    const linclass_status invalid = LINCLASS_ERROR_INVALID_ARGUMENT;
    refuse_options((linclass_context_options){.size = size, .threads = -1}, invalid);
    refuse_options((linclass_context_options){.size = size, .threads = 1025}, invalid);
    refuse_options((linclass_context_options){.size = size, .vector_set = -1}, invalid);
    refuse_options((linclass_context_options){.size = size, .vector_set = 4}, invalid);
    refuse_options((linclass_context_options){.size = size, .allocate = never_called}, invalid);
    refuse_options((linclass_context_options){.size = 0}, LINCLASS_ERROR_STRUCT_SIZE);
    assert_int_equal(linclass_context_create(NULL, NULL), invalid);
}

/* Each that the processor can run, and no other; 0 is the best of them. */
static void vector_sets_are_those_of_the_processor(void **state)
{
    (void)state;
    const int32_t best = linclass_context_vector_set(NULL);
    assert_in_range(best, LINCLASS_VECTOR_SET_PORTABLE, LINCLASS_VECTOR_SET_AVX512);
    for (int32_t set = 0; set <= LINCLASS_VECTOR_SET_AVX512; set++) {
        linclass_context *ctx = NULL;
        const linclass_context_options options = {.size = sizeof options, .vector_set = set};
        const linclass_status status = linclass_context_create(&options, &ctx);
        assert_int_equal(status, set <= best ? LINCLASS_OK : LINCLASS_ERROR_UNSUPPORTED);
        if (set <= best)
            assert_int_equal(linclass_context_vector_set(ctx), set == 0 ? best : set);
        linclass_context_destroy(ctx);
    }
    assert_string_equal(linclass_vector_set_name(LINCLASS_VECTOR_SET_PORTABLE), "portable");
    assert_string_equal(linclass_vector_set_name(LINCLASS_VECTOR_SET_AVX512), "avx512");
    assert_null(linclass_vector_set_name(0));
    assert_null(linclass_vector_set_name(4));
}

static int32_t threads_of(int32_t asked)
{
    const linclass_context_options options = {.size = sizeof options, .threads = asked};
    linclass_context *ctx = NULL;
    assert_int_equal(linclass_context_create(&options, &ctx), LINCLASS_OK);
    const int32_t threads = linclass_context_threads(ctx);
    linclass_context_destroy(ctx);
    return threads;
}

static void threads_are_those_asked_for(void **state)
{
    (void)state;
    for (int32_t threads = 1; threads <= 16; threads++)
        assert_int_equal(threads_of(threads), threads);
    assert_int_equal(threads_of(1024), 1024);
    assert_int_equal(linclass_context_threads(NULL), 1);
}

/* 0 threads: those of the affinity mask, also when it was narrowed. */
static void threads_follow_the_affinity_mask(void **state)
{
    (void)state;
    cpu_set_t before;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_int_equal(threads_of(0), CPU_COUNT(&before));
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++)
        if (CPU_ISSET(cpu, &before))
            CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    const int32_t threads = threads_of(0);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_int_equal(threads, 1);
}

static void sentence_is_kept_cut_and_cleared(void **state)
{
    (void)state;
    linclass_context *ctx = NULL;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    assert_string_equal(linclass_context_message(ctx), "");
    assert_int_equal(context_fail(ctx, LINCLASS_ERROR_LABEL, "y[%d] is %d", 3, 12),
                     LINCLASS_ERROR_LABEL);
    assert_string_equal(linclass_context_message(ctx), "y[3] is 12");
    assert_int_equal(context_fail(ctx, LINCLASS_ERROR_IO, "%04000d", 1), LINCLASS_ERROR_IO);
    assert_int_equal(strlen(linclass_context_message(ctx)), sizeof ctx->message - 1);
    context_clear(ctx);
    assert_string_equal(linclass_context_message(ctx), "");
    linclass_context_destroy(ctx);
}

static void other_libraries_set_the_sentence(void **state)
{
    (void)state;
    linclass_context *ctx = NULL;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    assert_int_equal(linclass_context_fail(ctx, LINCLASS_ERROR_IO, "100 %s\x07"),
                     LINCLASS_ERROR_IO);
    assert_string_equal(linclass_context_message(ctx), "100 %s\\x07");
    assert_int_equal(linclass_context_fail(ctx, LINCLASS_OK, NULL), LINCLASS_OK);
    assert_string_equal(linclass_context_message(ctx), "");
    assert_int_equal(linclass_context_fail(NULL, LINCLASS_ERROR_IO, "x"), LINCLASS_ERROR_IO);
    atomic_store(&ctx->in_use, true);
    assert_int_equal(linclass_context_fail(ctx, LINCLASS_ERROR_IO, "x"), LINCLASS_ERROR_BUSY);
    assert_string_equal(linclass_context_message(ctx), "");
    atomic_store(&ctx->in_use, false);
    linclass_context_destroy(ctx);
}

static void null_context_keeps_no_sentence(void **state)
{
    (void)state;
    assert_int_equal(context_fail(NULL, LINCLASS_ERROR_IO, "x"), LINCLASS_ERROR_IO);
    assert_int_equal(context_fail_memory(NULL, 1, "x"), LINCLASS_ERROR_MEMORY);
    assert_string_equal(linclass_context_message(NULL), "");
    context_clear(NULL);
    linclass_context_destroy(NULL);
}

static void scratch_grows_and_is_kept(void **state)
{
    (void)state;
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    assert_non_null(ctx);
    void *first = NULL;
    void *second = NULL;
    assert_int_equal(context_scratch(ctx, 1000, &first), LINCLASS_OK);
    assert_int_equal((uintptr_t)first % 64, 0);
    memset(first, 1, 1000);
    const int64_t allocations = memory.allocations;
    assert_int_equal(context_scratch(ctx, 1000, &second), LINCLASS_OK);
    assert_ptr_equal(first, second);
    assert_int_equal(context_scratch(ctx, 10, &second), LINCLASS_OK);
    assert_ptr_equal(first, second);
    assert_int_equal(memory.allocations, allocations);
    assert_int_equal(context_scratch(ctx, 100000, &second), LINCLASS_OK);
    memset(second, 1, 100000);
    linclass_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
}

static void scratch_recovers_from_failure(void **state)
{
    (void)state;
    failing_allocator memory = failing_allocator_begin();
    linclass_context *ctx = failing_allocator_context(&memory, 1);
    assert_non_null(ctx);
    void *scratch = NULL;
    assert_int_equal(context_scratch(ctx, 100, &scratch), LINCLASS_OK);
    failing_allocator_fail_at(&memory, 1);
    assert_int_equal(context_scratch(ctx, 5000, &scratch), LINCLASS_ERROR_MEMORY);
    assert_string_equal(linclass_context_message(ctx), "out of memory: 5000 bytes for work space");
    assert_int_equal(context_scratch(ctx, 5000, &scratch), LINCLASS_OK);
    memset(scratch, 1, 5000);
    linclass_context_destroy(ctx);
    assert_int_equal(memory.live, 0);
}

static void creation_when_memory_fails(void **state)
{
    (void)state;
    for (int32_t threads = 1; threads <= 3; threads += 2) {
        int64_t k = 1;
        for (;; k++) {
            failing_allocator memory = failing_allocator_begin();
            const linclass_context_options options = failing_allocator_options(&memory, threads);
            failing_allocator_fail_at(&memory, k);
            linclass_context *ctx = NULL;
            const linclass_status status = linclass_context_create(&options, &ctx);
            const int64_t failures = memory.failures;
            assert_int_equal(status, failures > 0 ? LINCLASS_ERROR_MEMORY : LINCLASS_OK);
            assert_int_equal(ctx == NULL, failures > 0);
            linclass_context_destroy(ctx);
            assert_int_equal(memory.live, 0);
            if (failures == 0)
                break;
        }
        assert_int_equal(k - 1, threads == 1 ? 1 : 2); /* the context, and the pool's state */
    }
}

static void local_context_needs_nothing(void **state)
{
    (void)state;
    linclass_context local;
    memset(&local, 0xff, sizeof local);
    context_begin_local(&local);
    assert_int_equal(linclass_context_threads(&local), 1);
    void *scratch = NULL;
    assert_int_equal(context_scratch(&local, 1000, &scratch), LINCLASS_OK);
    context_end_local(&local);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_have_defaults),
        cmocka_unit_test(create_refuses),
        cmocka_unit_test(vector_sets_are_those_of_the_processor),
        cmocka_unit_test(threads_are_those_asked_for),
        cmocka_unit_test(threads_follow_the_affinity_mask),
        cmocka_unit_test(sentence_is_kept_cut_and_cleared),
        cmocka_unit_test(other_libraries_set_the_sentence),
        cmocka_unit_test(null_context_keeps_no_sentence),
        cmocka_unit_test(scratch_grows_and_is_kept),
        cmocka_unit_test(scratch_recovers_from_failure),
        cmocka_unit_test(creation_when_memory_fails),
        cmocka_unit_test(local_context_needs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
