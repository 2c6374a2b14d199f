/* Headers that lie although the checksum is right, and values that may not be, are refused in words; what other writers
 * may leave out, add and order as they like is read. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "loading.h"
#include "model_file.h"
#include "support/context_of.h"

#define META \
    "{\"__metadata__\":{\"checksum\":\"00000000\",\"format\":\"linclass model\",\"schema\":\"1\","
#define GOOD_META \
    META "\"loss\":\"softmax\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0\"}"
#define LABELS ",\"labels\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]}"
#define THETA  ",\"theta\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[16,24]}"
#define BIAS   ",\"bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}"

/* Of a fit that went so; one more key follows, or the end. */
#define FITTED_AS(stopped_because, solver, dtype) \
    META "\"loss\":\"softmax\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0\"," \
         "\"report.stopped_because\":\"" stopped_because "\",\"report.solver\":\"" solver \
         "\",\"report.dtype\":\"" dtype "\"," \
         "\"report.iterations\":\"1\",\"report.evaluations\":\"1\",\"report.objective\":\"1\"," \
         "\"report.loss\":\"1\",\"report.error\":\"0\",\"report.gradient_norm\":\"0\"," \
         "\"report.gradient_infinity_norm\":\"0\",\"report.learning_rate\":\"1\"," \
         "\"report.validation_loss\":\"nan\",\"report.validation_error\":\"nan\""
#define FITTED FITTED_AS("0", "1", "2") ","
#define OF_A_FIT(stopped_because, solver, dtype) \
    FITTED_AS(stopped_because, solver, dtype) "}" LABELS THETA BIAS "}"

/* A file of schema 2, up to the tensor after theta. */
#define CALIBRATED(loss, more) \
    "{\"__metadata__\":{\"checksum\":\"00000000\",\"format\":\"linclass model\",\"schema\":\"2\"," \
    "\"loss\":\"" loss "\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0\"," more \
    "}" LABELS THETA
#define TEMPERATURE(value) "\"temperature\":\"" value "\""
#define SET_SCORES(dtype, shape) \
    ",\"set_scores\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[24,32]}"

/* k = 2 labels, theta of n = 1, bias. */
typedef struct tensors {
    int64_t labels[2];
    float theta[2];
    float bias[2];
} tensors;

static const tensors GOOD = {{-1, 7}, {0.5f, -0.5f}, {1, 2}};

static linclass_status load_header(const char *header, const tensors *data, char message[512])
{
    model_bytes file = model_bytes_make(header, data, sizeof *data);
    model_bytes_sign(&file);
    return loading(&file, message);
}

/* The order of entries and of tensors is the writer's to choose, and so are unknown keys. */
static void other_writers_may_order_and_add(void **state)
{
    (void)state;
    static const char *const headers[] = {
        GOOD_META LABELS THETA BIAS "}",
        GOOD_META BIAS THETA LABELS "}   ",
        META "\"written by\":\"na\\u00efve \\\"tool\\\"\",\"l2\":\"0.5\",\"l1\":\"1e-3\","
             "\"scale\":\"-2\",\"dtype\":\"F32\",\"loss\":\"softmax\"}" LABELS THETA BIAS "}",
        GOOD_META ",\"labels\":{\"data_offsets\":[0,16],\"shape\":[2],\"dtype\":\"I64\"}"
                  ",\"bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]}"
                  ",\"theta\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[24,32]}}",
        CALIBRATED("logistic", TEMPERATURE("1e-30")) BIAS "}",
        CALIBRATED("softmax", TEMPERATURE("1") ",\"sets\":\"aps\"") SET_SCORES("F64", "[1]") "}",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        char message[512];
        if (load_header(headers[i], &GOOD, message) != LINCLASS_OK)
            fail_msg("header %zu: %s", i, message);
    }
}

typedef struct lie {
    const char *header;
    const char *sentence;
} lie;

/* The encoding of a table as a file has it, with that list of columns. */
#define ENCODING(columns) \
    "\"encoding\":\"{\\\"version\\\":1,\\\"missing\\\":\\\"mean\\\",\\\"columns\\\":[" columns \
    "]}\""
#define NUMBERS "{\\\"mean\\\":\\\"0\\\"}"

#define OF_ENCODING \
    "\"loss\":\"softmax\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0\"}" LABELS \
        THETA BIAS "}"

static const lie lies[] = {
    {META ENCODING(NUMBERS) "," ENCODING(NUMBERS) "," OF_ENCODING, "'encoding' is there twice"},
    {META ENCODING(NUMBERS "," NUMBERS) "," OF_ENCODING, "'encoding' has 2 features, not 1"},
    {META ENCODING("{}") "," OF_ENCODING, "'encoding' is not the encoding of a table"},
    {META "\"encoding\":\"\"," OF_ENCODING, "'encoding' is not the encoding of a table"},
    {GOOD_META LABELS THETA BIAS, "not an object of JSON"},
    {GOOD_META LABELS THETA BIAS "}x", "not an object of JSON"},
    {GOOD_META LABELS THETA BIAS LABELS "}", "'labels' is one too many"},
    {GOOD_META LABELS THETA "}", "8 bytes after the end of the last tensor"},
    {GOOD_META LABELS BIAS "}", "'bias' does not begin where the one before it ends"},
    {GOOD_META THETA BIAS "}", "'theta' does not begin"},
    {GOOD_META LABELS THETA BIAS ",\"other\":{\"dtype\":\"F32\",\"shape\":[0],"
                                 "\"data_offsets\":[32,32]}}",
     "a tensor other than"},
    {META
     "\"loss\":\"huber\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0\"}" LABELS THETA
         BIAS "}",
     "'loss' is 'huber'"},
    {META "\"loss\":\"softmax\",\"dtype\":\"F64\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0\"}" LABELS
         THETA BIAS "}",
     "'dtype' is 'F64', not F32"},
    {META "\"loss\":\"softmax\",\"dtype\":\"F32\",\"l1\":\"0\",\"l2\":\"0\"}" LABELS THETA BIAS "}",
     "'scale' is missing"},
    {META "\"loss\":\"softmax\",\"dtype\":\"F32\",\"scale\":\"0\",\"l1\":\"0\",\"l2\":\"0\"}" LABELS
         THETA BIAS "}",
     "out of range"},
    {META
     "\"loss\":\"softmax\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"-1\",\"l2\":\"0\"}" LABELS
         THETA BIAS "}",
     "out of range"},
    {META "\"loss\":\"softmax\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0,"
          "5\"}" LABELS THETA BIAS "}",
     "'l2' is '0,5'"},
    {META
     "\"loss\":\"softmax\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":0}" LABELS THETA
         BIAS "}",
     "not a map of strings"},
    {"{\"__metadata__\":{\"checksum\":\"00000000\",\"format\":\"linclass model\","
     "\"schema\":\"3\"}" LABELS THETA BIAS "}",
     "'schema' is '3', not 1 or 2"},
    {META "\"temperature\":\"2\"," OF_ENCODING, "'temperature' in a file of schema 1"},
    {CALIBRATED("softmax", "\"x\":\"0\"") BIAS "}", "'temperature' is missing"},
    {CALIBRATED("softmax", TEMPERATURE("0")) BIAS "}", "'temperature' is not between"},
    {CALIBRATED("softmax", TEMPERATURE("-1")) BIAS "}", "'temperature' is not between"},
    {CALIBRATED("softmax", TEMPERATURE("nan")) BIAS "}", "'temperature' is not between"},
    {CALIBRATED("softmax", TEMPERATURE("inf")) BIAS "}", "'temperature' is not between"},
    {CALIBRATED("hinge", TEMPERATURE("2")) BIAS "}", "the loss has no probabilities"},
    {CALIBRATED("softmax", TEMPERATURE("2")) SET_SCORES("F64", "[1]") "}", "a tensor other than"},
    {CALIBRATED("softmax", TEMPERATURE("2") ",\"sets\":\"\"") BIAS "}", "'sets' is '', not lac"},
    {CALIBRATED("softmax", TEMPERATURE("2") ",\"sets\":\"raps\"") BIAS "}", "'sets' is 'raps'"},
    {CALIBRATED("softmax", TEMPERATURE("2") ",\"sets\":\"lac\"") BIAS "}",
     "'set_scores' is missing"},
    {CALIBRATED("softmax", TEMPERATURE("2") ",\"sets\":\"lac\"") SET_SCORES("F32", "[2]") "}",
     "'set_scores' is missing, or not 1 or more of F64"},
    {CALIBRATED("softmax", TEMPERATURE("2") ",\"sets\":\"lac\"") SET_SCORES("F64", "[1,1]") "}",
     "'set_scores' is missing, or not 1 or more of F64"},
    {"{\"__metadata__\":{\"checksum\":\"00000000\",\"schema\":\"1\"}" LABELS THETA BIAS "}",
     "'format' is missing"},
    {GOOD_META
     ",\"labels\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16],\"x\":1}" THETA BIAS "}",
     "'labels' is not described by"},
    {GOOD_META ",\"labels\":{\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":[0,16]}" THETA BIAS
               "}",
     "'labels' has a dtype"},
    {GOOD_META ",\"labels\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}" THETA BIAS
               "}",
     "'labels' is not k of I64"},
    {GOOD_META ",\"labels\":{\"dtype\":\"I64\",\"shape\":2,\"data_offsets\":[0,16]}" THETA BIAS "}",
     "'labels' has a shape"},
    {GOOD_META ",\"labels\":{\"dtype\":\"I64\",\"shape\":[-2],\"data_offsets\":[0,16]}" THETA BIAS
               "}",
     "'labels' has a shape"},
    {GOOD_META ",\"labels\":{\"dtype\":\"I64\",\"shape\":[2.0],\"data_offsets\":[0,16]}" THETA BIAS
               "}",
     "'labels' has a shape"},
    {GOOD_META
     ",\"labels\":{\"dtype\":\"I64\",\"shape\":[1,1,2],\"data_offsets\":[0,16]}" THETA BIAS "}",
     "'labels' has a shape"},
    {GOOD_META ",\"labels\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,1e1]}" THETA BIAS
               "}",
     "'labels' has data_offsets that are not two sizes"},
    {GOOD_META ",\"labels\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16000]}" THETA BIAS
               "}",
     "'labels' has data_offsets outside the file"},
    {GOOD_META ",\"labels\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[16,0]}" THETA BIAS
               "}",
     "'labels' has data_offsets outside the file"},
    {GOOD_META ",\"labels\":{\"dtype\":\"I64\",\"shape\":[3],\"data_offsets\":[0,16]}" THETA BIAS
               "}",
     "do not fit its shape"},
    {GOOD_META ",\"labels\":{\"dtype\":\"I64\",\"shape\":[2305843009213693954],"
               "\"data_offsets\":[0,16]}" THETA BIAS "}",
     "do not fit its shape"},
    {GOOD_META LABELS ",\"theta\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],"
                      "\"data_offsets\":[16,24]}" BIAS "}",
     "do not fit its shape"},
    {GOOD_META LABELS ",\"theta\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]}" BIAS
                      "}",
     "'theta' is not n x k"},
    {GOOD_META LABELS ",\"theta\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[16,24]}" BIAS
                      "}",
     "'labels' is not k"},
    {META
     "\"loss\":\"logistic\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0\"}" LABELS
     ",\"theta\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[16,24]}" BIAS "}",
     "one of two classes"},
    {GOOD_META LABELS THETA ",\"bias\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[24,32]}}",
     "'bias' is not k"},
    {GOOD_META LABELS THETA ",\"bias\":7}", "'bias' is not described by"},
    {GOOD_META LABELS THETA
     ",\"class_weights\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}}",
     "'class_weights' is not k of F64"},
    {GOOD_META LABELS THETA
     ",\"class_weights\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[24,32]}}",
     "'class_weights' is not k of F64"},
    {OF_A_FIT("-9", "1", "2"), "'report.stopped_because' is -9, not a status a fit ends with"},
    {OF_A_FIT("1000", "1", "2"), "'report.stopped_because' is 1000, not"},
    {OF_A_FIT("0", "0", "2"), "'report.solver' is 0, not a solver"},
    {OF_A_FIT("0", "-1", "2"), "'report.solver' is -1, not"},
    {OF_A_FIT("0", "1000", "2"), "'report.solver' is 1000, not"},
    {OF_A_FIT("0", "1", "0"), "'report.dtype' is 0, not 2 or 3"},
    {OF_A_FIT("0", "1", "1"), "'report.dtype' is 1, not 2 or 3"},
    {OF_A_FIT("0", "1", "4"), "'report.dtype' is 4, not 2 or 3"},
    {FITTED "\"report.samples\":\"-1\"}" LABELS THETA BIAS "}", "'report.samples'"},
    {FITTED "\"report.total_weight\":\"0\"}" LABELS THETA BIAS "}", "out of range"},
    {FITTED "\"report.label_smoothing\":\"1\"}" LABELS THETA BIAS "}", "out of range"},
    {FITTED "\"report.has_ignore_label\":\"2\"}" LABELS THETA BIAS "}", "out of range"},
    {FITTED "\"report.with_sample_weight\":\"-1\"}" LABELS THETA BIAS "}", "out of range"},
    {FITTED "\"report.with_target_probabilities\":\"9\"}" LABELS THETA BIAS "}", "out of range"},
};

/* Metadata before those of a good header; penalties and scale in their place; a figure of a report. */
#define MORE(text) \
    META text \
        "," \
        "\"loss\":\"softmax\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0\"}" LABELS \
            THETA BIAS "}"
#define SCALES(scale, l1, l2) \
    META "\"loss\":\"softmax\",\"dtype\":\"F32\",\"scale\":\"" scale "\",\"l1\":\"" l1 \
         "\",\"l2\":\"" l2 "\"}" LABELS THETA BIAS "}"
#define FIGURE(key, value) FITTED "\"report." key "\":\"" value "\"}" LABELS THETA BIAS "}"
#define LABELS_AS(dtype, shape) \
    ",\"labels\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[0,16]}"
#define THETA_AS(dtype, shape) \
    ",\"theta\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[16,24]}"
#define EMPTY(name) ",\"" name "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[24,24]}"
#define TEN         "0123456789"
#define HUNDRED     TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* One for each way out of the readers of JSON, of numbers and of tensors. */
static const char *const no_headers[] = {
    /* escapes: short, unknown, not hexadecimal, half of a surrogate pair */
    MORE("\"a\":\"\\q\""),
    MORE("\"a\":\"\\u00g0\""),
    MORE("\"a\":\"\\u00/0\""),
    MORE("\"a\":\"\\u00:0\""),
    MORE("\"a\":\"\\u00`0\""),
    MORE("\"a\":\"\\u00@0\""),
    MORE("\"a\":\"\t\""),
    MORE("\"user.a\":\"\\udc00\""),
    MORE("\"user.a\":\"\\ud800\""),
    MORE("\"user.a\":\"\\ud800abcdef\""),
    MORE("\"user.a\":\"\\ud800\\nabcd\""),
    MORE("\"user.a\":\"\\ud800\\u0041\""),
    MORE("\"user.a\":\"\\ud800\\ue000\""),
    GOOD_META LABELS THETA BIAS ",\"",
    GOOD_META LABELS THETA BIAS ",\"\\",
    GOOD_META LABELS THETA BIAS ",\"\\u00",
    /* sizes: none, too large by a digit or a unit, a leading zero */
    GOOD_META ",\"labels\":{\"dtype\":\"I64\",\"shape\":[",
    GOOD_META LABELS_AS("I64", "[9223372036854775808]") THETA BIAS "}",
    GOOD_META LABELS_AS("I64", "[99999999999999999999]") THETA BIAS "}",
    GOOD_META LABELS_AS("I64", "[02]") THETA BIAS "}",
    /* metadata: two, none, no object; texts too long */
    META "\"a\":\"b\"},\"__metadata__\":{}" LABELS THETA BIAS "}",
    "{\"__metadata__\":[\"checksum\",\"00000000\"]" LABELS THETA BIAS "}",
    META "\"loss\":\"" HUNDRED HUNDRED "\"}" LABELS THETA BIAS "}",
    MORE("\"loss\":\"softmax\""),
    GOOD_META ",\"" HUNDRED HUNDRED "\":{}" LABELS THETA BIAS "}",
    /* tensors: rank 0, a dtype or a shape of another, too many of them */
    GOOD_META LABELS_AS("I64", "[]") THETA BIAS "}",
    GOOD_META LABELS_AS("I64", "[1,2]") THETA BIAS "}",
    GOOD_META LABELS THETA_AS("I64", "[1,1]") BIAS "}",
    GOOD_META LABELS THETA_AS("F32", "[2,0]") BIAS "}",
    GOOD_META LABELS THETA_AS("F64", "[1,1]") BIAS "}",
    GOOD_META LABELS ",\"theta\":{\"dtype\":\"F32\",\"shape\":[1,0],\"data_offsets\":[16,16]}"
                     ",\"bias\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,32]}}",
    GOOD_META LABELS THETA BIAS LABELS THETA BIAS LABELS THETA BIAS "}",
    GOOD_META LABELS THETA BIAS
    ",\"b\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[24,24]}"
    ",\"c\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[24,24]}"
    ",\"d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[24,24]}" EMPTY("e") EMPTY("f")
        EMPTY("g") EMPTY("h") EMPTY("i") "}",
    /* numbers out of range, or none */
    SCALES("nan", "0", "0"),
    SCALES("inf", "0", "0"),
    SCALES("1", "inf", "0"),
    SCALES("1", "nan", "0"),
    SCALES("1", "0", "inf"),
    SCALES("1", "0", "-0.5"),
    FIGURE("samples", ""),
    FIGURE("samples", "1-"),
    FIGURE("samples", "1.5"),
    FIGURE("samples", "99999999999999999999"),
    FIGURE("total_weight", "-1"),
    FIGURE("total_weight", "word"),
    FIGURE("label_smoothing", "-0.5"),
    FIGURE("label_smoothing", "nan"),
    FIGURE("has_ignore_label", "2147483648"),
    FIGURE("has_ignore_label", "-2147483649"),
    FIGURE("has_ignore_label", "-1"),
};

static void headers_of_no_model_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof no_headers / sizeof no_headers[0]; i++) {
        char message[512];
        const linclass_status status = load_header(no_headers[i], &GOOD, message);
        if (status != LINCLASS_ERROR_FORMAT || message[0] == '\0')
            fail_msg("header %zu: status %d, '%s'", i, status, message);
    }
}

static void an_escape_of_a_zero_byte_is_refused(void **state)
{
    (void)state;
    model_bytes file = model_bytes_make(MORE("\"a\":\"\\n\""), &GOOD, sizeof GOOD);
    uint8_t *const escape = memmem(file.bytes, file.size, "\\n", 2);
    assert_non_null(escape);
    escape[1] = 0;
    model_bytes_sign(&file);
    char message[512];
    assert_int_equal(loading(&file, message), LINCLASS_ERROR_FORMAT);
    assert_non_null(strstr(message, "not a map of strings"));
}

enum { ROOM = 65 << 20 };

/* The status of ROOM bytes: a length, a header that ends in a text of that many letters, spaces. */
static linclass_status load_long_header(uint64_t length, const char *beginning, size_t letters)
{
    uint8_t *const bytes = malloc(ROOM);
    assert_non_null(bytes);
    memset(bytes, ' ', ROOM);
    memcpy(bytes, &length, sizeof length);
    memcpy(bytes + sizeof length, beginning, strlen(beginning));
    memset(bytes + sizeof length + strlen(beginning), 'x', letters);
    static const char end[] = "\"}" LABELS THETA BIAS "}";
    memcpy(bytes + sizeof length + strlen(beginning) + letters, end, sizeof end - 1);
    memcpy(bytes + sizeof length + length, &GOOD, sizeof GOOD);
    linclass_context *ctx = context_of(1);
    linclass_model *model;
    const linclass_status status = linclass_model_deserialize(
        ctx, bytes, (int64_t)(sizeof length + length + sizeof GOOD), &model);
    linclass_context_destroy(ctx);
    free(bytes);
    assert_null(model);
    return status;
}

static void headers_and_texts_that_are_too_long_are_refused(void **state)
{
    (void)state;
    static const char beginning[] =
        META "\"loss\":\"softmax\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0\","
             "\"user.long\":\"";
    const uint64_t limit = 64 << 20;
    assert_int_equal(load_long_header(limit, beginning, 1 << 19), LINCLASS_ERROR_FORMAT);
    assert_int_equal(load_long_header(limit + 1, beginning, 1), LINCLASS_ERROR_FORMAT);
}

static void headers_that_lie_are_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        char message[512];
        const linclass_status status = load_header(lies[i].header, &GOOD, message);
        if (status != LINCLASS_ERROR_FORMAT || strstr(message, lies[i].sentence) == NULL)
            fail_msg("lie %zu: status %d, '%s' lacks '%s'", i, status, message, lies[i].sentence);
    }
}

/* Every end that a fit can come to, every solver and both precisions. */
static void what_a_fit_can_report_is_read(void **state)
{
    (void)state;
    static const char *const headers[] = {
        OF_A_FIT("0", "1", "2"),
        OF_A_FIT("1", "2", "3"),
        OF_A_FIT("2", "3", "2"),
        OF_A_FIT("3", "4", "3"),
        OF_A_FIT("4", "5", "2"),
        OF_A_FIT("5", "6", "3"),
        OF_A_FIT("6", "7", "2"),
        OF_A_FIT("7", "8", "3"),
        OF_A_FIT("0", "9", "2"),
        FITTED "\"report.seconds\":\"1\"}" LABELS THETA BIAS "}",
        META ENCODING(NUMBERS) "," OF_ENCODING,
        META ENCODING("") "," OF_ENCODING,
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        char message[512];
        if (load_header(headers[i], &GOOD, message) != LINCLASS_OK)
            fail_msg("header %zu: %s", i, message);
    }
}

static void lengths_of_the_header_that_lie_are_refused(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {0, 1, 36, 1 << 20, UINT64_MAX, UINT64_MAX - 7, INT64_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        model_bytes file = model_bytes_make(GOOD_META LABELS THETA BIAS "}", &GOOD, sizeof GOOD);
        memcpy(file.bytes, &lengths[i], sizeof lengths[i]);
        model_bytes_sign(&file);
        char message[512];
        assert_int_equal(loading(&file, message), LINCLASS_ERROR_FORMAT);
        assert_non_null(strstr(message, "header length of"));
    }
}

static void values_that_may_not_be_are_refused(void **state)
{
    (void)state;
    tensors infinite = GOOD;
    tensors not_a_number = GOOD;
    tensors descending = GOOD;
    infinite.theta[1] = INFINITY;
    not_a_number.bias[0] = NAN;
    descending.labels[1] = -1;
    static const char header[] = GOOD_META LABELS THETA BIAS "}";
    char message[512];
    assert_int_equal(load_header(header, &infinite, message), LINCLASS_ERROR_FORMAT);
    assert_non_null(strstr(message, "'theta' has a value that is not finite"));
    assert_int_equal(load_header(header, &not_a_number, message), LINCLASS_ERROR_FORMAT);
    assert_non_null(strstr(message, "'bias' has a value that is not finite"));
    assert_int_equal(load_header(header, &descending, message), LINCLASS_ERROR_FORMAT);
    assert_non_null(strstr(message, "'labels' does not ascend"));
}

/* Theta of no features, and in its place what the classes count. */
static void class_weights_that_may_not_be_are_refused(void **state)
{
    (void)state;
    static const char header[] =
        GOOD_META LABELS ",\"theta\":{\"dtype\":\"F32\",\"shape\":[0,2],\"data_offsets\":[32,32]}"
                         ",\"class_weights\":{\"dtype\":\"F64\",\"shape\":[2],"
                         "\"data_offsets\":[16,32]}}";
    static const double refused[] = {-1, NAN, INFINITY};
    tensors data = GOOD;
    const double weights[2] = {0, 2.5};
    char message[512];
    memcpy((char *)&data + offsetof(tensors, theta), weights, sizeof weights);
    assert_int_equal(load_header(header, &data, message), LINCLASS_OK);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        memcpy(data.bias, &refused[i], sizeof refused[i]);
        assert_int_equal(load_header(header, &data, message), LINCLASS_ERROR_FORMAT);
        assert_non_null(strstr(message, "'class_weights' has a value that is not finite and >= 0"));
    }
}

static void other_files_are_not_models(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "{\"weight\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]}}             ",
        "                                                                                  ",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        const model_bytes file = model_bytes_make(headers[i], &GOOD, sizeof GOOD);
        char message[512];
        assert_int_equal(loading(&file, message), LINCLASS_ERROR_FORMAT);
        assert_non_null(strstr(message, "not a model"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_writers_may_order_and_add),
        cmocka_unit_test(headers_that_lie_are_refused_in_words),
        cmocka_unit_test(what_a_fit_can_report_is_read),
        cmocka_unit_test(headers_of_no_model_are_refused),
        cmocka_unit_test(an_escape_of_a_zero_byte_is_refused),
        cmocka_unit_test(headers_and_texts_that_are_too_long_are_refused),
        cmocka_unit_test(lengths_of_the_header_that_lie_are_refused),
        cmocka_unit_test(values_that_may_not_be_are_refused),
        cmocka_unit_test(class_weights_that_may_not_be_are_refused),
        cmocka_unit_test(other_files_are_not_models),
    };
    return cmocka_run_group_tests(tests, loading_begin, loading_end);
}
