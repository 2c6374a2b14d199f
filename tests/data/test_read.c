/* linclass_dataset_read before a format reads: arguments, formats that are found or named, options of other
 * formats, labels that are not wanted. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "formats/text_file.h"

static void arguments(void **state)
{
    (void)state;
    linclass_context *const ctx = text_file_context();
    const char *const path = text_file_write("1,2\n3,4\n", 8);
    linclass_dataset *dataset = NULL;
    assert_int_equal(linclass_dataset_read(ctx, NULL, NULL, &dataset),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_string_equal(linclass_context_message(ctx), "path is NULL");
    assert_int_equal(linclass_dataset_read(ctx, path, NULL, NULL), LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_string_equal(linclass_context_message(ctx), "dataset is NULL");
    linclass_read_options options = text_options();
    options.size = 3;
    assert_int_equal(linclass_dataset_read(ctx, path, &options, &dataset),
                     LINCLASS_ERROR_STRUCT_SIZE);
    assert_non_null(strstr(linclass_context_message(ctx), "options.size is 3"));
}

/* A context may be NULL, and may not be in use. */
static int32_t read_another(int64_t done, int64_t total, void *user)
{
    (void)done;
    (void)total;
    linclass_dataset *dataset = user;
    assert_int_equal(linclass_dataset_read(text_file_context(), user, NULL, &dataset),
                     LINCLASS_ERROR_BUSY);
    assert_null(dataset);
    return 0;
}

static void contexts(void **state)
{
    (void)state;
    linclass_dataset *dataset = NULL;
    char *const path = (char *)text_file_write("1,2\n3,4\n", 8);
    assert_int_equal(linclass_dataset_read(NULL, path, NULL, &dataset), LINCLASS_OK);
    linclass_dataset_destroy(dataset);
    linclass_read_options options = text_options();
    options.progress = read_another;
    options.progress_user = path;
    assert_int_equal(linclass_dataset_read(text_file_context(), path, &options, &dataset),
                     LINCLASS_OK);
    linclass_dataset_destroy(dataset);
}

static void labels_of_two_sources(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.label = "y";
    options.labels_path = "y.npy";
    text_file_refuse("x,y\n1,2\n", &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                     "options.label and options.labels_path both name labels");
    options = text_options();
    options.labels_path = "-";
    linclass_dataset *dataset = NULL;
    linclass_context *const ctx = text_file_context();
    assert_int_equal(linclass_dataset_read(ctx, "-", &options, &dataset),
                     LINCLASS_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(linclass_context_message(ctx), "are both \"-\", standard input"));
    /* Standard input for one of the two. */
    options.labels_path = "/nonexistent";
    text_file_refuse("1,2\n", &options, LINCLASS_ERROR_IO, "/nonexistent");
}

static void labels_that_are_not_wanted(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.ignore_labels = 1;
    linclass_dataset *dataset = text_file_read("7 1:2\n8 2:3\n", &options);
    assert_null(linclass_dataset_labels(dataset));
    linclass_dataset_destroy(dataset);
    options.label = "y";
    dataset = text_file_read("x,y\n1,a\n2,b\n", &options);
    assert_null(linclass_dataset_labels(dataset));
    assert_null(linclass_dataset_class_name(dataset, 0));
    linclass_dataset_destroy(dataset);
    static const int32_t NEITHER[] = {-1, 2};
    for (size_t i = 0; i < 2; i++) {
        options.ignore_labels = NEITHER[i];
        text_file_refuse("1,2\n", &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                         "options.ignore_labels is ");
    }
}

static void formats(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.format = "table";
    text_file_refuse("1,2\n", &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                     "options.format is 'table', which is no format");
    text_file_refuse("", NULL, LINCLASS_ERROR_FORMAT, "is empty");
    static const struct {
        const char *bytes;
        size_t count;
        const char *part;
    } UNKNOWN[] = {
        {"\xff\xfe"
         "1\0",
         4, "is of no format that is known: it begins as a text in UTF-16 does"},
        {"\xfe\xff"
         "\0001",
         4, "is of no format that is known: it begins as a text in UTF-16 does"},
        {"\x01", 1, "is of no format that is known"},
        {"\xff\x01", 2, "is of no format that is known"},
        {"\xfe\x01", 2, "is of no format that is known"},
    };
    for (size_t i = 0; i < sizeof UNKNOWN / sizeof UNKNOWN[0]; i++)
        text_file_refuse_bytes(UNKNOWN[i].bytes, UNKNOWN[i].count, NULL, LINCLASS_ERROR_FORMAT,
                               UNKNOWN[i].part);
}

static void options_of_other_formats(void **state)
{
    (void)state;
    linclass_read_options options = text_options();
    options.label = "y";
    text_file_refuse("1 1:2\n", &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                     "is of the format libsvm, for which options.label means nothing: it is an "
                     "option of csv npz safetensors");
    options = text_options();
    options.index_base = 0;
    text_file_refuse("1,2\n", &options, LINCLASS_ERROR_INVALID_ARGUMENT,
                     "for which options.index_base means nothing: it is an option of libsvm");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments),
        cmocka_unit_test(contexts),
        cmocka_unit_test(labels_of_two_sources),
        cmocka_unit_test(labels_that_are_not_wanted),
        cmocka_unit_test(formats),
        cmocka_unit_test(options_of_other_formats),
    };
    return cmocka_run_group_tests(tests, text_file_begin, text_file_end);
}
