/* Files that are not what they should be: each gives its own status and a sentence that names the
 * file and says what is wrong, and leaves the context usable. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <linclass/linclass.h>

#include "idx_file.h"

static temporary_directory directory;
static linclass_context *ctx;

static int begin(void **state)
{
    (void)state;
    directory = temporary_directory_begin();
    return linclass_context_create(NULL, &ctx);
}

static int end(void **state)
{
    (void)state;
    linclass_context_destroy(ctx);
    temporary_directory_end(&directory);
    return 0;
}

static void assert_contains(const char *sentence, const char *part)
{
    if (strstr(sentence, part) == NULL)
        fail_msg("the sentence \"%s\" lacks \"%s\"", sentence, part);
}

/* Both readers must refuse with `status`, in a sentence with `part` and the file's name in it. */
static void expect_failure(linclass_status found, linclass_dataset *const *dataset,
                           linclass_status status, const char *part)
{
    const char *const sentence = linclass_context_message(ctx);
    if (found != status)
        fail_msg("status %d (%s), not %d: \"%s\"", (int)found, linclass_status_string(found),
                 (int)status, sentence);
    assert_null(*dataset);
    assert_contains(sentence, part);
}

static void refuse_images(byte_string content, linclass_status status, const char *part)
{
    char path[TEMPORARY_PATH_BYTES];
    linclass_dataset *dataset = (linclass_dataset *)&directory;
    byte_string_write(&directory, "damaged", content, path);
    expect_failure(linclass_dataset_read_idx(ctx, path, NULL, &dataset), &dataset, status, part);
    assert_contains(linclass_context_message(ctx), "damaged'");
}

static void refuse_labels(byte_string content, linclass_status status, const char *part)
{
    char images[TEMPORARY_PATH_BYTES];
    char labels[TEMPORARY_PATH_BYTES];
    linclass_dataset *dataset = NULL;
    byte_string_write(&directory, "whole", idx_images(10, 2, 2), images);
    byte_string_write(&directory, "damaged", content, labels);
    expect_failure(linclass_dataset_read_idx(ctx, images, labels, &dataset), &dataset, status,
                   part);
    assert_contains(linclass_context_message(ctx), "damaged'");
}

static byte_string without_end(byte_string whole, size_t missing)
{
    whole.size -= missing;
    return whole;
}

static byte_string with_end(byte_string whole, const char *more, size_t count)
{
    return byte_string_join(whole, byte_string_of(more, count));
}

static byte_string with_byte(byte_string whole, size_t index, uint8_t value)
{
    whole.bytes[index] = value;
    return whole;
}

static void empty_file(void **state)
{
    (void)state;
    refuse_images(byte_string_of("", 0), LINCLASS_ERROR_FORMAT, "is empty");
}

static void header_cut_in_the_magic_number(void **state)
{
    (void)state;
    refuse_images(byte_string_of("\0\0\10", 3), LINCLASS_ERROR_FORMAT, "3 bytes long");
}

static void header_cut_in_the_dimensions(void **state)
{
    (void)state;
    refuse_images(byte_string_of("\0\0\10\3\0\0\0\1\0", 9), LINCLASS_ERROR_FORMAT,
                  "its 3 dimensions take 12 bytes, but 5 follow");
}

static void magic_of_another_format(void **state)
{
    (void)state;
    refuse_images(byte_string_of("\x89PNG\r\n\x1a\n", 8), LINCLASS_ERROR_FORMAT,
                  "begins with bytes 89 50, not 00 00");
    refuse_images(with_byte(idx_images(2, 2, 2), 1, 1), LINCLASS_ERROR_FORMAT,
                  "begins with bytes 00 01");
}

static void unknown_element_type(void **state)
{
    (void)state;
    refuse_images(with_byte(idx_images(2, 2, 2), 2, 0x0a), LINCLASS_ERROR_FORMAT, "0a");
}

static void no_dimensions(void **state)
{
    (void)state;
    refuse_images(byte_string_of("\0\0\10\0", 4), LINCLASS_ERROR_FORMAT, "no dimensions");
}

static void images_truncated(void **state)
{
    (void)state;
    refuse_images(without_end(idx_images(10, 3, 3), 1), LINCLASS_ERROR_FORMAT,
                  "10 x 3 x 3 uint8, 90 bytes, but no more than 89 follow");
}

static void images_with_bytes_after_them(void **state)
{
    (void)state;
    refuse_images(with_end(idx_images(10, 3, 3), "\0", 1), LINCLASS_ERROR_FORMAT,
                  "goes on after the last of its 10 x 3 x 3 uint8 elements");
}

static void dimensions_beyond_the_file(void **state)
{
    (void)state;
    const uint32_t dimension[] = {UINT32_C(1) << 30, 1 << 15, 1 << 15};
    refuse_images(idx_header_of(IDX_UINT8, 3, dimension), LINCLASS_ERROR_FORMAT,
                  "1152921504606846976 bytes, but no more than 0 follow");
}

static void dimensions_that_overflow(void **state)
{
    (void)state;
    uint32_t dimension[255];
    for (int i = 0; i < 255; i++)
        dimension[i] = UINT32_MAX;
    refuse_images(idx_header_of(IDX_UINT8, 255, dimension), LINCLASS_ERROR_FORMAT,
                  "more features than can be counted: 4294967295 x 4294967295 x");
    refuse_images(idx_header_of(IDX_UINT8, 2, dimension), LINCLASS_ERROR_FORMAT, "addressed");
    dimension[2] = 1 << 2;
    refuse_images(idx_header_of(IDX_DOUBLE, 3, dimension), LINCLASS_ERROR_FORMAT, "addressed");
    dimension[0] = 0;
    dimension[2] = UINT32_MAX;
    refuse_images(idx_header_of(IDX_UINT8, 4, dimension), LINCLASS_ERROR_FORMAT, "counted");
}

static void every_truncation_of_a_plain_file(void **state)
{
    (void)state;
    byte_string whole = idx_images(3, 2, 2);
    for (size_t size = 0; size < whole.size; size++)
        refuse_images(byte_string_of(whole.bytes, size), LINCLASS_ERROR_FORMAT, "");
    byte_string_free(&whole);
}

static void every_truncation_of_a_gzip_file(void **state)
{
    (void)state;
    byte_string whole = gzip_of(idx_images(3, 2, 2));
    for (size_t size = 2; size < whole.size; size++)
        refuse_images(byte_string_of(whole.bytes, size), LINCLASS_ERROR_FORMAT,
                      "truncated gzip stream");
    byte_string_free(&whole);
}

static void gzip_with_a_wrong_checksum(void **state)
{
    (void)state;
    byte_string whole = gzip_of(idx_images(30, 5, 5));
    const size_t checksum = whole.size - 8;
    const uint8_t wrong = whole.bytes[checksum] ^ 1;
    refuse_images(with_byte(whole, checksum, wrong), LINCLASS_ERROR_FORMAT, "incorrect data check");
}

static void gzip_with_a_wrong_length(void **state)
{
    (void)state;
    byte_string whole = gzip_of(idx_images(30, 5, 5));
    const size_t length = whole.size - 4;
    const uint8_t wrong = whole.bytes[length] ^ 1;
    refuse_images(with_byte(whole, length, wrong), LINCLASS_ERROR_FORMAT, "incorrect length check");
}

static void gzip_of_an_unknown_method(void **state)
{
    (void)state;
    refuse_images(with_byte(gzip_of(idx_images(3, 2, 2)), 2, 9), LINCLASS_ERROR_FORMAT,
                  "unknown compression method");
}

static void gzip_of_nothing(void **state)
{
    (void)state;
    refuse_images(gzip_of(byte_string_of("", 0)), LINCLASS_ERROR_FORMAT, "is empty");
}

static void gzip_of_too_little(void **state)
{
    (void)state;
    refuse_images(gzip_of(without_end(idx_images(50, 5, 5), 7)), LINCLASS_ERROR_FORMAT,
                  "no more than 1243 follow");
}

static void gzip_of_too_much(void **state)
{
    (void)state;
    refuse_images(gzip_of(with_end(idx_images(50, 5, 5), "x", 1)), LINCLASS_ERROR_FORMAT,
                  "goes on after");
}

static void gzip_followed_by_other_bytes(void **state)
{
    (void)state;
    refuse_images(with_end(gzip_of(idx_images(3, 2, 2)), "\0", 1), LINCLASS_ERROR_FORMAT,
                  "bytes that are not gzip follow");
}

static void gzip_followed_by_the_beginning_of_another(void **state)
{
    (void)state;
    refuse_images(with_end(gzip_of(idx_images(3, 2, 2)), "\x1f", 1), LINCLASS_ERROR_FORMAT,
                  "truncated gzip stream");
    refuse_images(with_end(gzip_of(idx_images(3, 2, 2)), "\x1f\x8c\x08", 3), LINCLASS_ERROR_FORMAT,
                  "damaged gzip stream");
}

/* deflate's largest ratio is 1032: nothing is allocated for a claim beyond it. */
static void gzip_that_cannot_hold_what_it_claims(void **state)
{
    (void)state;
    const uint32_t dimension[] = {1 << 20, 28, 28};
    refuse_images(gzip_of(idx_header_of(IDX_UINT8, 3, dimension)), LINCLASS_ERROR_FORMAT,
                  "822083584 bytes, but no more than");
}

/* One flipped bit anywhere: refused, or (where it says nothing of the content: in the time of the gzip
 * header, in the unused bits of deflate's last byte) read as if the file were whole. */
static void every_flipped_bit_of_a_gzip_file(void **state)
{
    (void)state;
    char path[TEMPORARY_PATH_BYTES];
    byte_string whole = gzip_of(idx_images(4, 3, 2));
    for (size_t bit = 0; bit < 8 * whole.size; bit++) {
        byte_string damaged = byte_string_of(whole.bytes, whole.size);
        damaged.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        byte_string_write(&directory, "damaged", damaged, path);
        linclass_dataset *dataset = NULL;
        const linclass_status status = linclass_dataset_read_idx(ctx, path, NULL, &dataset);
        if (status == LINCLASS_OK) {
            linclass_matrix view;
            assert_int_equal(linclass_dataset_matrix(dataset, &view, sizeof view), LINCLASS_OK);
            assert_int_equal(view.rows * view.cols, 24);
            for (int i = 0; i < 24; i++)
                assert_int_equal(((const uint8_t *)view.data)[i], i);
        } else {
            assert_int_equal(status, LINCLASS_ERROR_FORMAT);
        }
        linclass_dataset_destroy(dataset);
    }
    byte_string_free(&whole);
}

static void labels_of_another_length(void **state)
{
    (void)state;
    refuse_labels(idx_labels(11), LINCLASS_ERROR_DIMENSION, "has 11 labels, for 10 samples");
    refuse_labels(idx_labels(0), LINCLASS_ERROR_DIMENSION, "has 0 labels, for 10 samples");
}

static void labels_of_two_dimensions(void **state)
{
    (void)state;
    refuse_labels(idx_images(10, 1, 1), LINCLASS_ERROR_FORMAT, "has 3 dimensions (10 x 1 x 1");
}

static void labels_of_floats(void **state)
{
    (void)state;
    const float elements[10] = {0};
    const uint32_t count = 10;
    refuse_labels(idx_file_of(IDX_FLOAT, 1, &count, elements, 10, 4), LINCLASS_ERROR_FORMAT,
                  "float32");
}

static void labels_truncated(void **state)
{
    (void)state;
    refuse_labels(without_end(idx_labels(10), 1), LINCLASS_ERROR_FORMAT,
                  "10 uint8, 10 bytes, but no more than 9 follow");
}

static void labels_with_bytes_after_them(void **state)
{
    (void)state;
    refuse_labels(with_end(idx_labels(10), "\1\2", 2), LINCLASS_ERROR_FORMAT, "goes on after");
}

static void missing_file(void **state)
{
    (void)state;
    char path[TEMPORARY_PATH_BYTES];
    linclass_dataset *dataset = NULL;
    temporary_directory_path(&directory, "nowhere", path);
    expect_failure(linclass_dataset_read_idx(ctx, path, NULL, &dataset), &dataset,
                   LINCLASS_ERROR_IO, "nowhere'");
    expect_failure(linclass_dataset_read_idx_labels(ctx, path, &dataset), &dataset,
                   LINCLASS_ERROR_IO, "cannot open");
}

static void missing_label_file(void **state)
{
    (void)state;
    char images[TEMPORARY_PATH_BYTES];
    char path[TEMPORARY_PATH_BYTES];
    linclass_dataset *dataset = NULL;
    byte_string_write(&directory, "whole", idx_images(10, 2, 2), images);
    temporary_directory_path(&directory, "nowhere", path);
    expect_failure(linclass_dataset_read_idx(ctx, images, path, &dataset), &dataset,
                   LINCLASS_ERROR_IO, "nowhere'");
}

static void directory_for_a_file(void **state)
{
    (void)state;
    linclass_dataset *dataset = NULL;
    expect_failure(linclass_dataset_read_idx(ctx, directory.path, NULL, &dataset), &dataset,
                   LINCLASS_ERROR_IO, "cannot read");
}

static void path_too_long_for_a_sentence(void **state)
{
    (void)state;
    char path[3000];
    memset(path, 'a', sizeof path);
    memcpy(path + sizeof path - 9, "/the-end", 9);
    linclass_dataset *dataset = NULL;
    expect_failure(linclass_dataset_read_idx(ctx, path, NULL, &dataset), &dataset,
                   LINCLASS_ERROR_IO, "/the-end'");
    assert_true(strlen(linclass_context_message(ctx)) < 400);
}

static void arguments(void **state)
{
    (void)state;
    linclass_dataset *dataset = NULL;
    expect_failure(linclass_dataset_read_idx(ctx, NULL, NULL, &dataset), &dataset,
                   LINCLASS_ERROR_INVALID_ARGUMENT, "images is NULL");
    expect_failure(linclass_dataset_read_idx_labels(ctx, NULL, &dataset), &dataset,
                   LINCLASS_ERROR_INVALID_ARGUMENT, "labels is NULL");
    expect_failure(linclass_dataset_read_idx(ctx, "-", "-", &dataset), &dataset,
                   LINCLASS_ERROR_INVALID_ARGUMENT, "both \"-\"");
    expect_failure(linclass_dataset_read_idx(ctx, "-", NULL, NULL), &dataset,
                   LINCLASS_ERROR_INVALID_ARGUMENT, "dataset is NULL");
    expect_failure(linclass_dataset_read_idx_labels(ctx, "-", NULL), &dataset,
                   LINCLASS_ERROR_INVALID_ARGUMENT, "dataset is NULL");
}

static void success_after_failure_clears_the_sentence(void **state)
{
    (void)state;
    char path[TEMPORARY_PATH_BYTES];
    refuse_images(byte_string_of("", 0), LINCLASS_ERROR_FORMAT, "is empty");
    byte_string_write(&directory, "whole", idx_images(10, 2, 2), path);
    linclass_dataset *dataset = NULL;
    assert_int_equal(linclass_dataset_read_idx(ctx, path, NULL, &dataset), LINCLASS_OK);
    assert_string_equal(linclass_context_message(ctx), "");
    linclass_dataset_destroy(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_file),
        cmocka_unit_test(header_cut_in_the_magic_number),
        cmocka_unit_test(header_cut_in_the_dimensions),
        cmocka_unit_test(magic_of_another_format),
        cmocka_unit_test(unknown_element_type),
        cmocka_unit_test(no_dimensions),
        cmocka_unit_test(images_truncated),
        cmocka_unit_test(images_with_bytes_after_them),
        cmocka_unit_test(dimensions_beyond_the_file),
        cmocka_unit_test(dimensions_that_overflow),
        cmocka_unit_test(every_truncation_of_a_plain_file),
        cmocka_unit_test(every_truncation_of_a_gzip_file),
        cmocka_unit_test(gzip_with_a_wrong_checksum),
        cmocka_unit_test(gzip_with_a_wrong_length),
        cmocka_unit_test(gzip_of_an_unknown_method),
        cmocka_unit_test(gzip_of_nothing),
        cmocka_unit_test(gzip_of_too_little),
        cmocka_unit_test(gzip_of_too_much),
        cmocka_unit_test(gzip_followed_by_other_bytes),
        cmocka_unit_test(gzip_followed_by_the_beginning_of_another),
        cmocka_unit_test(gzip_that_cannot_hold_what_it_claims),
        cmocka_unit_test(every_flipped_bit_of_a_gzip_file),
        cmocka_unit_test(labels_of_another_length),
        cmocka_unit_test(labels_of_two_dimensions),
        cmocka_unit_test(labels_of_floats),
        cmocka_unit_test(labels_truncated),
        cmocka_unit_test(labels_with_bytes_after_them),
        cmocka_unit_test(missing_file),
        cmocka_unit_test(missing_label_file),
        cmocka_unit_test(directory_for_a_file),
        cmocka_unit_test(path_too_long_for_a_sentence),
        cmocka_unit_test(arguments),
        cmocka_unit_test(success_after_failure_clears_the_sentence),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
