/* Programs compiled against other releases: their structs are shorter or longer than this library's.
 *
 * A shorter one is the first release's, whose sizes are pinned here; the members it lacks get their
 * defaults, and nothing is written beyond it. A longer one is accepted while its unknown tail is zero. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <linclass/linclass.h>

enum { FILL = 0xA5, TAIL = 24 };
enum { FIRST_MATRIX = 88, FIRST_OPTIONS = 240 }; /* bytes in the first release */

typedef linclass_status (*initialiser)(void *target, size_t size);

static linclass_status init_context_options(void *target, size_t size)
{
    return linclass_context_options_init(target, size);
}

static linclass_status init_matrix(void *target, size_t size)
{
    static const double data[6];
    return linclass_matrix_init(target, size, LINCLASS_FLOAT64, 3, 2, data, 2);
}

static linclass_status init_fit_options(void *target, size_t size)
{
    return linclass_fit_options_init(target, size);
}

static linclass_status init_fit_report(void *target, size_t size)
{
    return linclass_fit_report_init(target, size);
}

static linclass_status init_evaluation(void *target, size_t size)
{
    return linclass_evaluation_init(target, size);
}

static linclass_status init_calibration(void *target, size_t size)
{
    return linclass_calibration_init(target, size);
}

static linclass_status init_certificate(void *target, size_t size)
{
    return linclass_certificate_init(target, size);
}

static linclass_status init_path_options(void *target, size_t size)
{
    return linclass_path_options_init(target, size);
}

static linclass_status init_learning_rate_options(void *target, size_t size)
{
    return linclass_learning_rate_options_init(target, size);
}

static linclass_status init_candidate(void *target, size_t size)
{
    return linclass_candidate_init(target, size);
}

static linclass_status init_leave_one_out(void *target, size_t size)
{
    return linclass_leave_one_out_init(target, size);
}

static linclass_status init_standard_errors(void *target, size_t size)
{
    return linclass_standard_errors_init(target, size);
}

static linclass_status init_averages(void *target, size_t size)
{
    return linclass_averages_init(target, size);
}

/* The memory a test gives to _init: aligned for any struct, filled so that a write shows. */
typedef union memory {
    max_align_t alignment;
    unsigned char bytes[1024];
} memory;

static void fill(memory *target)
{
    memset(target->bytes, FILL, sizeof target->bytes);
}

static void assert_untouched_from(const char *name, const memory *target, size_t first)
{
    for (size_t i = first; i < sizeof target->bytes; i++) {
        if (target->bytes[i] != FILL)
            fail_msg("%s: byte %zu was written", name, i);
    }
}

static void assert_size(const char *name, const memory *target, size_t expected)
{
    size_t size;
    memcpy(&size, target->bytes, sizeof size);
    if (size != expected)
        fail_msg("%s: size is %zu, not %zu", name, size, expected);
}

/* What a call that reads or writes the struct returns. The struct is given as its _init left it, or with
 * one thing changed. */
typedef linclass_status (*use)(linclass_context *ctx, memory *given);

static linclass_status use_context_options(linclass_context *ctx, memory *given)
{
    (void)ctx;
    linclass_context *made;
    const linclass_status status =
        linclass_context_create((const linclass_context_options *)given, &made);
    assert_true((made != NULL) == (status == LINCLASS_OK));
    linclass_context_destroy(made);
    return status;
}

/* Four points on a line, two classes. */
static const double points[4] = {-2, -1, 1, 2};
static const int64_t labels[4] = {0, 0, 1, 1};

static linclass_status fit_points(linclass_context *ctx, const linclass_matrix *X,
                                  const linclass_fit_options *options, linclass_fit_report *report)
{
    linclass_matrix view;
    if (X == NULL) {
        linclass_matrix_init(&view, sizeof view, LINCLASS_FLOAT64, 4, 1, points, 1);
        X = &view;
    }
    linclass_model *model;
    const linclass_status status = linclass_fit(ctx, X, labels, options, report, &model);
    assert_true((model != NULL) == (status >= 0));
    linclass_model_destroy(model);
    return status;
}

static linclass_status use_matrix(linclass_context *ctx, memory *given)
{
    linclass_matrix *matrix = (linclass_matrix *)given;
    matrix->rows = 4;
    matrix->cols = 1;
    matrix->row_stride = 1;
    matrix->data = points;
    return fit_points(ctx, matrix, NULL, NULL);
}

static linclass_status use_fit_options(linclass_context *ctx, memory *given)
{
    return fit_points(ctx, NULL, (const linclass_fit_options *)given, NULL);
}

static linclass_status use_fit_report(linclass_context *ctx, memory *given)
{
    return fit_points(ctx, NULL, NULL, (linclass_fit_report *)given);
}

static linclass_status use_evaluation(linclass_context *ctx, memory *given)
{
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 1, points, 1);
    const double theta[2] = {-1, 1};
    linclass_model *model;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 1, 2,
                                           theta, 2, NULL, NULL, &model),
                     LINCLASS_OK);
    const linclass_status status =
        linclass_model_evaluate(ctx, model, &X, labels, (linclass_evaluation *)given);
    linclass_model_destroy(model);
    return status;
}

static linclass_status use_calibration(linclass_context *ctx, memory *given)
{
    static const int64_t overlapping[4] = {0, 1, 1, 1};
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 1, points, 1);
    const double theta[2] = {-1, 1};
    linclass_model *model;
    linclass_model *calibrated;
    assert_int_equal(linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 1, 2,
                                           theta, 2, NULL, NULL, &model),
                     LINCLASS_OK);
    const linclass_status status = linclass_model_calibrate(
        ctx, model, &X, overlapping, (linclass_calibration *)given, &calibrated);
    linclass_model_destroy(calibrated);
    linclass_model_destroy(model);
    return status;
}

/* On a line, in the order of the labels 0, 0, 1, 1: no point of it separates them. */
static const double overlapping[4] = {-2, 1, -1, 2};

static linclass_status use_leave_one_out(linclass_context *ctx, memory *given)
{
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 1, overlapping, 1);
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.l2 = 0;
    linclass_model *model;
    assert_int_equal(linclass_fit(ctx, &X, labels, &options, NULL, &model), LINCLASS_OK);
    const linclass_status status =
        linclass_model_leave_one_out(ctx, model, &X, labels, (linclass_leave_one_out *)given);
    linclass_model_destroy(model);
    return status;
}

static linclass_status use_standard_errors(linclass_context *ctx, memory *given)
{
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 1, overlapping, 1);
    linclass_fit_options options;
    linclass_fit_options_init(&options, sizeof options);
    options.l2 = 0;
    linclass_model *model;
    assert_int_equal(linclass_fit(ctx, &X, labels, &options, NULL, &model), LINCLASS_OK);
    const linclass_status status =
        linclass_model_standard_errors(ctx, model, &X, labels, (linclass_standard_errors *)given);
    linclass_model_destroy(model);
    return status;
}

static linclass_status use_certificate(linclass_context *ctx, memory *given)
{
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 1, points, 1);
    linclass_model *model;
    assert_int_equal(linclass_fit(ctx, &X, labels, NULL, NULL, &model), LINCLASS_OK);
    const linclass_status status =
        linclass_model_verify(ctx, model, &X, labels, (linclass_certificate *)given);
    linclass_model_destroy(model);
    return status;
}

static linclass_status use_path_options(linclass_context *ctx, memory *given)
{
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 1, points, 1);
    linclass_selection *selection;
    const linclass_status status =
        linclass_fit_path(ctx, &X, labels, (const linclass_path_options *)given, &selection);
    assert_true((selection != NULL) == (status >= 0));
    linclass_selection_destroy(selection);
    return status;
}

/* The points validate themselves. */
static linclass_status use_learning_rate_options(linclass_context *ctx, memory *given)
{
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 1, points, 1);
    linclass_fit_options fit;
    linclass_fit_options_init(&fit, sizeof fit);
    fit.validation_X = &X;
    fit.validation_y = labels;
    ((linclass_learning_rate_options *)given)->fit = &fit;
    linclass_selection *selection;
    const linclass_status status = linclass_search_learning_rate(
        ctx, &X, labels, (const linclass_learning_rate_options *)given, &selection);
    assert_true((selection != NULL) == (status >= 0));
    linclass_selection_destroy(selection);
    return status;
}

static linclass_status use_candidate(linclass_context *ctx, memory *given)
{
    linclass_matrix X;
    linclass_matrix_init(&X, sizeof X, LINCLASS_FLOAT64, 4, 1, points, 1);
    linclass_selection *selection;
    assert_int_equal(linclass_fit_path(ctx, &X, labels, NULL, &selection), LINCLASS_OK);
    const linclass_status status =
        linclass_selection_candidate(selection, 0, (linclass_candidate *)given);
    linclass_selection_destroy(selection);
    return status;
}

static linclass_status use_averages(linclass_context *ctx, memory *given)
{
    static const double confusion[4] = {1, 0, 0, 1};
    return linclass_confusion_averages(ctx, 2, confusion, 2, (linclass_averages *)given);
}

/* first_release: its bytes in the first release with it, 0.2 for all of these. Never changes.
 * is_read: the library reads the members, so that an unknown one counts. */
static const struct {
    const char *name;
    initialiser init;
    use call;
    size_t first_release;
    size_t today;
    bool is_read;
} structs[] = {
    {"linclass_context_options", init_context_options, use_context_options, 40,
     sizeof(linclass_context_options), true},
    {"linclass_matrix", init_matrix, use_matrix, 88, sizeof(linclass_matrix), true},
    {"linclass_fit_options", init_fit_options, use_fit_options, 240, sizeof(linclass_fit_options),
     true},
    {"linclass_fit_report", init_fit_report, use_fit_report, 176, sizeof(linclass_fit_report),
     false},
    {"linclass_evaluation", init_evaluation, use_evaluation, 192, sizeof(linclass_evaluation),
     true},
    {"linclass_calibration", init_calibration, use_calibration, 56, sizeof(linclass_calibration),
     true},
    {"linclass_averages", init_averages, use_averages, 72, sizeof(linclass_averages), false},
    {"linclass_certificate", init_certificate, use_certificate, 128, sizeof(linclass_certificate),
     true},
    {"linclass_leave_one_out", init_leave_one_out, use_leave_one_out, 64,
     sizeof(linclass_leave_one_out), true},
    {"linclass_standard_errors", init_standard_errors, use_standard_errors, 80,
     sizeof(linclass_standard_errors), true},
    {"linclass_path_options", init_path_options, use_path_options, 96,
     sizeof(linclass_path_options), true},
    {"linclass_learning_rate_options", init_learning_rate_options, use_learning_rate_options, 72,
     sizeof(linclass_learning_rate_options), true},
    {"linclass_candidate", init_candidate, use_candidate, 136, sizeof(linclass_candidate), false},
};

enum { STRUCTS = sizeof structs / sizeof structs[0] };

static void init_writes_the_first_release_and_no_more(void **state)
{
    (void)state;
    for (int i = 0; i < STRUCTS; i++) {
        memory target;
        fill(&target);
        assert_int_equal(structs[i].init(&target, structs[i].first_release), LINCLASS_OK);
        assert_size(structs[i].name, &target, structs[i].first_release);
        assert_untouched_from(structs[i].name, &target, structs[i].first_release);
    }
}

static void init_zeroes_what_a_later_release_added(void **state)
{
    (void)state;
    for (int i = 0; i < STRUCTS; i++) {
        memory target;
        fill(&target);
        const size_t later = structs[i].today + TAIL;
        assert_int_equal(structs[i].init(&target, later), LINCLASS_OK);
        assert_size(structs[i].name, &target, later);
        for (size_t j = structs[i].today; j < later; j++)
            assert_int_equal(target.bytes[j], 0);
        assert_untouched_from(structs[i].name, &target, later);
    }
}

static void init_refuses_less_than_the_first_release(void **state)
{
    (void)state;
    for (int i = 0; i < STRUCTS; i++) {
        memory target;
        fill(&target);
        assert_true(structs[i].init(&target, structs[i].first_release - 1) < 0);
        assert_true(structs[i].init(&target, 0) < 0);
        assert_untouched_from(structs[i].name, &target, 0);
        assert_true(structs[i].init(NULL, structs[i].today) < 0);
    }
}

static void calls_accept_the_first_release(void **state)
{
    for (int i = 0; i < STRUCTS; i++) {
        memory given;
        fill(&given);
        structs[i].init(&given, structs[i].first_release);
        const linclass_status status = structs[i].call(*state, &given);
        if (status < 0)
            fail_msg("%s: %s", structs[i].name, linclass_context_message(*state));
        assert_size(structs[i].name, &given, structs[i].first_release);
        assert_untouched_from(structs[i].name, &given, structs[i].first_release);
    }
}

static void calls_accept_a_longer_struct_with_a_zero_tail(void **state)
{
    for (int i = 0; i < STRUCTS; i++) {
        memory given;
        fill(&given);
        structs[i].init(&given, structs[i].today + TAIL);
        const linclass_status status = structs[i].call(*state, &given);
        if (status < 0)
            fail_msg("%s: %s", structs[i].name, linclass_context_message(*state));
        assert_untouched_from(structs[i].name, &given, structs[i].today + TAIL);
    }
}

/* Each byte of the tail by itself. */
static void calls_refuse_a_longer_struct_with_a_tail(void **state)
{
    for (int i = 0; i < STRUCTS; i++) {
        for (size_t at = 0; structs[i].is_read && at < TAIL; at++) {
            memory given;
            structs[i].init(&given, structs[i].today + TAIL);
            given.bytes[structs[i].today + at] = 1;
            assert_int_equal(structs[i].call(*state, &given), LINCLASS_ERROR_STRUCT_SIZE);
        }
    }
}

static void calls_refuse_a_struct_without_its_size(void **state)
{
    for (int i = 0; i < STRUCTS; i++) {
        memory given;
        structs[i].init(&given, structs[i].today);
        const size_t size = 0;
        memcpy(given.bytes, &size, sizeof size);
        assert_int_equal(structs[i].call(*state, &given), LINCLASS_ERROR_STRUCT_SIZE);
    }
}

/* What _init made of no choice in the first release: no penalty, and a factor of 1. */
static void programs_of_the_first_release_keep_their_defaults(void **state)
{
    linclass_context *ctx = *state;
    static const uint8_t pixels[4] = {2, 0, 1, 255};
    memory options;
    linclass_fit_options_init((linclass_fit_options *)&options, FIRST_OPTIONS);
    assert_true(((linclass_fit_options *)&options)->l2 == 0);
    memory matrix;
    linclass_matrix *X = (linclass_matrix *)&matrix;
    linclass_matrix_init(X, FIRST_MATRIX, LINCLASS_UINT8, 4, 1, pixels, 1);
    assert_true(X->scale == 1);
    ((linclass_fit_options *)&options)->max_iterations = 1;
    linclass_model *model;
    assert_true(linclass_fit(ctx, X, labels, (linclass_fit_options *)&options, NULL, &model) >= 0);
    assert_true(linclass_model_l2(model) == 0);
    assert_true(linclass_model_scale(model) == 1);
    linclass_model_destroy(model);
}

static int create(void **state)
{
    return linclass_context_create(NULL, (linclass_context **)state);
}

static int destroy(void **state)
{
    linclass_context_destroy(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_writes_the_first_release_and_no_more),
        cmocka_unit_test(init_zeroes_what_a_later_release_added),
        cmocka_unit_test(init_refuses_less_than_the_first_release),
        cmocka_unit_test(calls_accept_the_first_release),
        cmocka_unit_test(calls_accept_a_longer_struct_with_a_zero_tail),
        cmocka_unit_test(calls_refuse_a_longer_struct_with_a_tail),
        cmocka_unit_test(calls_refuse_a_struct_without_its_size),
        cmocka_unit_test(programs_of_the_first_release_keep_their_defaults),
    };
    return cmocka_run_group_tests(tests, create, destroy);
}
