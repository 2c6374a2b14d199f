/* Standardisations, prediction sets, bounds and groups of penalties in a file whose checksum is right: those that
 * cannot be are refused in words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "loading.h"
#include "model_file.h"

#define HEADER(schema, loss, more) \
    "{\"__metadata__\":{\"checksum\":\"00000000\",\"format\":\"linclass " \
    "model\",\"schema\":\"" schema "\",\"loss\":\"" loss \
    "\",\"dtype\":\"F32\",\"scale\":\"1\",\"l1\":\"0\",\"l2\":\"0\"" more "}" \
    ",\"labels\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]}" \
    ",\"theta\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[16,24]}"
#define SOFTMAX(more) HEADER("1", "softmax", more)
#define BIAS          ",\"bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}"
#define TENSOR(name, dtype, shape, offsets) \
    ",\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "],\"data_offsets\":[" offsets "]}"
#define MEAN   TENSOR("column_mean", "F64", "1", "32,40")
#define FACTOR TENSOR("column_factor", "F64", "1", "40,48")
#define FITTED TENSOR("fitted_bias", "F64", "2", "48,64")
#define SETS   ",\"temperature\":\"1\",\"sets\":\"lac\""

/* k = 2 labels, theta of n = 1, bias; then a standardisation, or four scores of prediction sets. */
typedef struct tensors {
    int64_t labels[2];
    float theta[2];
    float bias[2];
    double more[4];
} tensors;

static const tensors GOOD = {{-1, 7}, {0.5f, -0.5f}, {1, 2}, {1, 2, 3, 4}};

typedef struct lie {
    const char *header;
    size_t bytes;         /* of the tensors */
    const char *sentence; /* NULL: no lie */
} lie;

static void expect(const lie *one, const tensors *data)
{
    char message[512];
    model_bytes file = model_bytes_make(one->header, data, one->bytes);
    model_bytes_sign(&file);
    const linclass_status status = loading(&file, message);
    if (status != (one->sentence == NULL ? LINCLASS_OK : LINCLASS_ERROR_FORMAT) ||
        (one->sentence != NULL && strstr(message, one->sentence) == NULL))
        fail_msg("%s: %d, %s", one->header, (int)status, message);
}

static void standardisations_are_whole(void **state)
{
    (void)state;
    static const char WHOLE[] = "tensors 'column_mean' and 'column_factor' are not n of F64 each";
    static const lie LIES[] = {
        {SOFTMAX("") BIAS MEAN FACTOR FITTED "}", 64, NULL},
        {SOFTMAX("") TENSOR("column_mean", "F64", "1", "24,32")
             TENSOR("column_factor", "F64", "1", "32,40") "}",
         40, NULL},
        {SOFTMAX("") BIAS MEAN "}", 40, WHOLE},
        {SOFTMAX("") BIAS TENSOR("column_factor", "F64", "1", "32,40") "}", 40, WHOLE},
        {SOFTMAX("") BIAS MEAN FACTOR "}", 48, WHOLE},
        {SOFTMAX("") BIAS TENSOR("fitted_bias", "F64", "2", "32,48") "}", 48, WHOLE},
        {SOFTMAX("") TENSOR("column_mean", "F64", "1", "24,32") TENSOR(
             "column_factor", "F64", "1", "32,40") TENSOR("fitted_bias", "F64", "2", "40,56") "}",
         56, WHOLE},
        {SOFTMAX("") BIAS TENSOR("column_mean", "F32", "2", "32,40") FACTOR FITTED "}", 64, WHOLE},
        {SOFTMAX("") BIAS MEAN TENSOR("column_factor", "F64", "1,1", "40,48") FITTED "}", 64,
         WHOLE},
        {SOFTMAX("") BIAS MEAN FACTOR TENSOR("fitted_bias", "F64", "1", "48,56") "}", 56, WHOLE},
    };
    for (size_t i = 0; i < sizeof LIES / sizeof LIES[0]; i++)
        expect(&LIES[i], &GOOD);
}

static void standardisations_are_finite(void **state)
{
    (void)state;
    lie one = {SOFTMAX("") BIAS MEAN FACTOR FITTED "}", 64, NULL};
    static const struct {
        int place;
        double value;
    } WRONG[] = {{0, INFINITY}, {0, NAN}, {1, NAN}, {1, 0}, {2, INFINITY}, {3, NAN}};
    one.sentence = "tensor 'column_mean', 'column_factor' or 'fitted_bias' is not finite";
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        tensors data = GOOD;
        data.more[WRONG[i].place] = WRONG[i].value;
        expect(&one, &data);
    }
}

static void scores_of_sets_ascend(void **state)
{
    (void)state;
    static const char MISSING[] = "'set_scores' is missing, or not 1 or more of F64";
#define SCORES(dtype, shape, offsets) \
    HEADER("2", "softmax", SETS) BIAS TENSOR("set_scores", dtype, shape, offsets) "}"
    static const lie LIES[] = {
        {SCORES("F64", "4", "32,64"), 64, NULL},
        {SCORES("F64", "2,2", "32,64"), 64, MISSING},
        {SCORES("F64", "0", "32,32"), 32, MISSING},
        {SCORES("I64", "4", "32,64"), 64, MISSING},
        {HEADER("2", "softmax", SETS ",\"sets\":\"aps\"") BIAS "}", 32, "'sets'"},
    };
    for (size_t i = 0; i < sizeof LIES / sizeof LIES[0]; i++)
        expect(&LIES[i], &GOOD);
    static const double WRONG[] = {NAN, INFINITY, 0.5};
    const lie descends = {LIES[0].header, 64, "tensor 'set_scores' is not finite, or descends"};
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        tensors data = GOOD;
        data.more[1] = WRONG[i];
        expect(&descends, &data);
    }
#undef SCORES
}

static void bounds_and_groups(void **state)
{
    (void)state;
#define BOUNDS(least, most) \
    SOFTMAX(",\"weight_min\":\"" least "\",\"weight_max\":\"" most "\"") BIAS "}"
    static const char RANGE[] = "'weight_min' or 'weight_max' is out of range";
    static const char GROUP[] = "'group_l1' is not 1, or of a loss with one score";
    static const lie LIES[] = {
        {BOUNDS("-1", "0"), 32, NULL},
        {BOUNDS("0.5", "1"), 32, RANGE},
        {BOUNDS("-1", "-0.5"), 32, RANGE},
        {SOFTMAX(",\"weight_min\":\"0\"") BIAS "}", 32, "'weight_max' is missing"},
        {SOFTMAX(",\"group_l1\":\"1\"") BIAS "}", 32, NULL},
        {SOFTMAX(",\"group_l1\":\"2\"") BIAS "}", 32, GROUP},
        {SOFTMAX(",\"group_l1\":\"x\"") BIAS "}", 32, "'group_l1' is 'x', not a number"},
        {HEADER("1", "logistic", ",\"group_l1\":\"1\"") BIAS "}", 32, GROUP},
    };
#undef BOUNDS
    for (size_t i = 0; i < sizeof LIES / sizeof LIES[0]; i++)
        expect(&LIES[i], &GOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standardisations_are_whole),
        cmocka_unit_test(standardisations_are_finite),
        cmocka_unit_test(scores_of_sets_ascend),
        cmocka_unit_test(bounds_and_groups),
    };
    return cmocka_run_group_tests(tests, loading_begin, loading_end);
}
