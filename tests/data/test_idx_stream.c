/* Bytes that come another way than from a plain regular file: gzip, several gzip streams in one
 * file, pipes, standard input, one byte at a time; and that a false claim costs little memory
 * however it comes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "idx_file.h"
#include "support/counted_context.h"

static temporary_directory directory;
static char path[TEMPORARY_PATH_BYTES];

static int begin(void **state)
{
    (void)state;
    directory = temporary_directory_begin();
    return 0;
}

static int end(void **state)
{
    (void)state;
    temporary_directory_end(&directory);
    return 0;
}

/* The data set is idx_images(samples, 28, 28). */
static void check_images(linclass_dataset *dataset, int64_t samples)
{
    linclass_matrix view;
    assert_int_equal(linclass_dataset_matrix(dataset, &view, sizeof view), LINCLASS_OK);
    assert_int_equal(view.rows, samples);
    assert_int_equal(view.cols, 784);
    byte_string expected = idx_images((uint32_t)samples, 28, 28);
    assert_memory_equal(view.data, expected.bytes + 16, expected.size - 16);
    byte_string_free(&expected);
    linclass_dataset_destroy(dataset);
}

static void gzip_images_and_labels(void **state)
{
    (void)state;
    char labels[TEMPORARY_PATH_BYTES];
    byte_string_write(&directory, "images", gzip_of(idx_images(1000, 28, 28)), path);
    byte_string_write(&directory, "labels", gzip_of(idx_labels(1000)), labels);
    linclass_dataset *dataset = NULL;
    assert_int_equal(linclass_dataset_read_idx(ctx, path, labels, &dataset), LINCLASS_OK);
    assert_int_equal(linclass_dataset_labels(dataset)[999], 9);
    check_images(dataset, 1000);
}

/* RFC 1952: a file may consist of several streams; an empty one among them is allowed. */
static void gzip_streams_one_after_the_other(void **state)
{
    (void)state;
    byte_string whole = idx_images(300, 28, 28);
    byte_string parts = gzip_of(byte_string_of(whole.bytes, 10));
    parts = byte_string_join(parts, gzip_of(byte_string_of("", 0)));
    parts = byte_string_join(parts, gzip_of(byte_string_of(whole.bytes + 10, whole.size - 10)));
    parts = byte_string_join(parts, gzip_of(byte_string_of("", 0)));
    byte_string_free(&whole);
    byte_string_write(&directory, "streams", parts, path);
    linclass_dataset *dataset = NULL;
    assert_int_equal(linclass_dataset_read_idx(ctx, path, NULL, &dataset), LINCLASS_OK);
    check_images(dataset, 300);
}

/* All zeros compress a thousandfold: the block grows in steps. */
static void gzip_that_expands_more_than_expected(void **state)
{
    (void)state;
    enum { SAMPLES = 30000 };
    const uint32_t dimension[] = {SAMPLES, 784};
    void *zeros = calloc(SAMPLES, 784);
    assert_non_null(zeros);
    byte_string_write(&directory, "zeros",
                      gzip_of(byte_string_join(idx_header_of(IDX_UINT8, 2, dimension),
                                               byte_string_of(zeros, (size_t)SAMPLES * 784))),
                      path);
    linclass_dataset *dataset = NULL;
    assert_int_equal(linclass_dataset_read_idx(ctx, path, NULL, &dataset), LINCLASS_OK);
    linclass_matrix view;
    assert_int_equal(linclass_dataset_matrix(dataset, &view, sizeof view), LINCLASS_OK);
    assert_memory_equal(view.data, zeros, (size_t)SAMPLES * 784);
    linclass_dataset_destroy(dataset);
    free(zeros);
}

typedef struct pipe_writer {
    byte_string content;
    size_t piece; /* bytes a write */
    int descriptor;
} pipe_writer;

static void *write_to_pipe(void *argument)
{
    const pipe_writer *writer = argument;
    for (size_t at = 0; at < writer->content.size; at += writer->piece) {
        const size_t left = writer->content.size - at;
        const size_t count = left < writer->piece ? left : writer->piece;
        if (write(writer->descriptor, writer->content.bytes + at, count) != (ssize_t)count)
            break;
    }
    (void)close(writer->descriptor);
    return NULL;
}

/* Read `content`, which is freed, from standard input, a pipe that is filled `piece` bytes at a
 * time (piece <= PIPE_BUF or the whole, so that writes are not cut). */
static linclass_status read_from_pipe(byte_string content, size_t piece, linclass_dataset **dataset)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const int before = dup(STDIN_FILENO);
    assert_true(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    (void)close(ends[0]);
    pipe_writer writer = {content, piece, ends[1]};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_to_pipe, &writer), 0);
    const linclass_status status = linclass_dataset_read_idx(ctx, "-", NULL, dataset);
    pthread_join(thread, NULL);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
    assert_true(dup2(before, STDIN_FILENO) == STDIN_FILENO);
    (void)close(before);
    byte_string_free(&content);
    return status;
}

static void plain_from_a_pipe(void **state)
{
    (void)state;
    linclass_dataset *dataset = NULL;
    assert_int_equal(read_from_pipe(idx_images(2000, 28, 28), 4096, &dataset), LINCLASS_OK);
    check_images(dataset, 2000);
}

static void gzip_from_a_pipe(void **state)
{
    (void)state;
    linclass_dataset *dataset = NULL;
    assert_int_equal(read_from_pipe(gzip_of(idx_images(2000, 28, 28)), 1000, &dataset),
                     LINCLASS_OK);
    check_images(dataset, 2000);
}

/* One of the two files may be standard input; that it is empty here is found before the labels are. */
static void images_from_standard_input_beside_a_file_of_labels(void **state)
{
    (void)state;
    const int before = dup(STDIN_FILENO);
    const int nothing = open("/dev/null", O_RDONLY);
    assert_true(nothing >= 0 && dup2(nothing, STDIN_FILENO) == STDIN_FILENO);
    linclass_dataset *dataset = NULL;
    const linclass_status status = linclass_dataset_read_idx(ctx, "-", "labels", &dataset);
    assert_true(dup2(before, STDIN_FILENO) == STDIN_FILENO);
    (void)close(nothing);
    (void)close(before);
    assert_int_equal(status, LINCLASS_ERROR_FORMAT);
    assert_string_equal(linclass_context_message(ctx), "standard input is empty");
}

static void one_byte_at_a_time(void **state)
{
    (void)state;
    linclass_dataset *dataset = NULL;
    assert_int_equal(read_from_pipe(idx_images(2, 28, 28), 1, &dataset), LINCLASS_OK);
    check_images(dataset, 2);
    assert_int_equal(read_from_pipe(gzip_of(idx_images(2, 28, 28)), 1, &dataset), LINCLASS_OK);
    check_images(dataset, 2);
}

/* More than sixteen times the first megabyte: the block grows twice. */
static void large_from_a_pipe(void **state)
{
    (void)state;
    linclass_dataset *dataset = NULL;
    assert_int_equal(read_from_pipe(idx_images(24000, 28, 28), 4096, &dataset), LINCLASS_OK);
    check_images(dataset, 24000);
}

static void false_claim_from_a_pipe_takes_little_memory(void **state)
{
    (void)state;
    const uint32_t dimension[] = {UINT32_C(1) << 30, 1 << 15, 1 << 15};
    linclass_dataset *dataset = NULL;
    assert_int_equal(read_from_pipe(idx_header_of(IDX_UINT8, 3, dimension), 4096, &dataset),
                     LINCLASS_ERROR_FORMAT);
    assert_non_null(strstr(linclass_context_message(ctx), "standard input is truncated"));
    assert_true(memory.peak_bytes < 2 << 20);
}

static void false_claim_of_a_gzip_file_takes_little_memory(void **state)
{
    (void)state;
    char random[20000];
    uint32_t word = 1;
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (char)((word = word * 1664525U + 1013904223U) >> 24);
    const uint32_t dimension[] = {1000, 10000};
    byte_string_write(&directory, "claim",
                      gzip_of(byte_string_join(idx_header_of(IDX_UINT8, 2, dimension),
                                               byte_string_of(random, sizeof random))),
                      path);
    linclass_dataset *dataset = NULL;
    assert_int_equal(linclass_dataset_read_idx(ctx, path, NULL, &dataset), LINCLASS_ERROR_FORMAT);
    assert_true(memory.peak_bytes < 2 << 20);
}

/* What a program reads of standard input before is not part of the file. */
static void standard_input_from_the_middle_of_a_file(void **state)
{
    (void)state;
    byte_string_write(&directory, "middle",
                      byte_string_join(byte_string_of("prelude", 7), idx_images(3, 28, 28)), path);
    const int before = dup(STDIN_FILENO);
    const int file = open(path, O_RDONLY);
    assert_int_equal(lseek(file, 7, SEEK_SET), 7);
    assert_true(dup2(file, STDIN_FILENO) == STDIN_FILENO);
    (void)close(file);
    linclass_dataset *dataset = NULL;
    const linclass_status status = linclass_dataset_read_idx(ctx, "-", NULL, &dataset);
    assert_true(dup2(before, STDIN_FILENO) == STDIN_FILENO);
    (void)close(before);
    assert_int_equal(status, LINCLASS_OK);
    check_images(dataset, 3);
}

/* Reading 47 MB costs 47 MB: the file's bytes go where they stay. */
static void plain_and_gzip_files_are_not_held_twice(void **state)
{
    (void)state;
    for (int packed = 0; packed < 2; packed++) {
        byte_string content = idx_images(20000, 28, 28);
        const size_t size = content.size;
        byte_string_write(&directory, "large", content, path);
        if (packed) {
            /* Incompressible filler makes the file as long as real images would. */
            uint32_t word = 1;
            content = idx_images(20000, 28, 28);
            for (size_t i = 16; i < content.size; i += 2)
                content.bytes[i] = (uint8_t)((word = word * 1664525U + 1013904223U) >> 24);
            byte_string_write(&directory, "large", gzip_of(content), path);
        }
        linclass_dataset *dataset = NULL;
        memory.peak_bytes = memory.live_bytes;
        assert_int_equal(linclass_dataset_read_idx(ctx, path, NULL, &dataset), LINCLASS_OK);
        assert_true(memory.peak_bytes < size + (1 << 18));
        linclass_dataset_destroy(dataset);
    }
}

#define stream_test(name) cmocka_unit_test_setup_teardown(name, begin_test, end_test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        stream_test(gzip_images_and_labels),
        stream_test(gzip_streams_one_after_the_other),
        stream_test(gzip_that_expands_more_than_expected),
        stream_test(plain_from_a_pipe),
        stream_test(gzip_from_a_pipe),
        stream_test(images_from_standard_input_beside_a_file_of_labels),
        stream_test(one_byte_at_a_time),
        stream_test(large_from_a_pipe),
        stream_test(false_claim_from_a_pipe_takes_little_memory),
        stream_test(false_claim_of_a_gzip_file_takes_little_memory),
        stream_test(standard_input_from_the_middle_of_a_file),
        stream_test(plain_and_gzip_files_are_not_held_twice),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
