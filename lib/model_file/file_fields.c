/* The table of the metadata's numbers, read by save and load alike: a member cannot be written
 * without being read. Times are none of them: the same fit gives the same file, byte for byte. */
#include "model_file/file_fields.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linclass/calibration.h>

#include "model/model.h"

const file_field FILE_MODEL_FIELDS[] = {
    {"scale", FIELD_DOUBLE, offsetof(linclass_model, scale), false},
    {"l1", FIELD_DOUBLE, offsetof(linclass_model, l1), false},
    {"l2", FIELD_DOUBLE, offsetof(linclass_model, l2), false},
};
const int FILE_MODEL_FIELD_COUNT = sizeof FILE_MODEL_FIELDS / sizeof FILE_MODEL_FIELDS[0];

const file_field FILE_BOUND_FIELDS[] = {
    {"weight_min", FIELD_DOUBLE, offsetof(linclass_model, weight_min), false},
    {"weight_max", FIELD_DOUBLE, offsetof(linclass_model, weight_max), false},
};
const int FILE_BOUND_FIELD_COUNT = sizeof FILE_BOUND_FIELDS / sizeof FILE_BOUND_FIELDS[0];

const file_field FILE_GROUP_FIELD = {"group_l1", FIELD_INT32, offsetof(linclass_model, group_l1),
                                     false};

const file_field FILE_TEMPERATURE_FIELD = {"temperature", FIELD_DOUBLE,
                                           offsetof(linclass_model, temperature), false};

const char *file_sets_name(int32_t sets)
{
    return sets == LINCLASS_SETS_LAC ? "lac" : sets == LINCLASS_SETS_APS ? "aps" : NULL;
}

#define REPORT_IF_THERE(type, member, optional) \
    { \
        "report." #member, type, offsetof(linclass_fit_report, member), optional \
    }
#define REPORT(type, member) REPORT_IF_THERE(type, member, false)

const file_field FILE_REPORT_FIELDS[] = {
    REPORT(FIELD_INT32, stopped_because),
    REPORT(FIELD_INT32, solver),
    REPORT(FIELD_INT32, dtype),
    REPORT(FIELD_INT64, iterations),
    REPORT(FIELD_INT64, evaluations),
    REPORT(FIELD_DOUBLE, objective),
    REPORT(FIELD_DOUBLE, loss),
    REPORT(FIELD_DOUBLE, error),
    REPORT(FIELD_DOUBLE, gradient_norm),
    REPORT(FIELD_DOUBLE, gradient_infinity_norm),
    REPORT(FIELD_DOUBLE, learning_rate),
    REPORT(FIELD_DOUBLE, validation_loss),
    REPORT(FIELD_DOUBLE, validation_error),
    REPORT_IF_THERE(FIELD_INT64, best_iteration, true),
    REPORT_IF_THERE(FIELD_DOUBLE, smooth_gradient_infinity_norm, true),
    REPORT_IF_THERE(FIELD_INT64, samples, true),
    REPORT_IF_THERE(FIELD_DOUBLE, total_weight, true),
    REPORT_IF_THERE(FIELD_DOUBLE, label_smoothing, true),
    REPORT_IF_THERE(FIELD_INT64, ignore_label, true),
    REPORT_IF_THERE(FIELD_INT32, has_ignore_label, true),
    REPORT_IF_THERE(FIELD_INT32, with_sample_weight, true),
    REPORT_IF_THERE(FIELD_INT32, with_target_probabilities, true),
    REPORT_IF_THERE(FIELD_DOUBLE, dual_objective, true),
    REPORT_IF_THERE(FIELD_DOUBLE, gap, true),
};
const int FILE_REPORT_FIELD_COUNT = sizeof FILE_REPORT_FIELDS / sizeof FILE_REPORT_FIELDS[0];

void file_field_format(const file_field *field, const void *object, char text[FILE_FIELD_SIZE])
{
    const char *member = (const char *)object + field->offset;
    int32_t int32;
    int64_t int64;
    double real;
    switch (field->type) {
    case FIELD_INT32:
        memcpy(&int32, member, sizeof int32);
        (void)snprintf(text, FILE_FIELD_SIZE, "%" PRId32, int32);
        break;
    case FIELD_INT64:
        memcpy(&int64, member, sizeof int64);
        (void)snprintf(text, FILE_FIELD_SIZE, "%" PRId64, int64);
        break;
    case FIELD_DOUBLE:
        memcpy(&real, member, sizeof real);
        decimal_format(real, text);
        break;
    }
}

static bool parse_integer(const char *text, int64_t *value)
{
    if (text[0] == '\0' || text[strspn(text, "-0123456789")] != '\0')
        return false;
    char *end;
    errno = 0;
    *value = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0';
}

bool file_field_parse(const file_field *field, const char *text, void *object)
{
    char *member = (char *)object + field->offset;
    int64_t int64;
    double real;
    if (field->type == FIELD_DOUBLE) {
        if (!decimal_parse(text, &real))
            return false;
        memcpy(member, &real, sizeof real);
        return true;
    }
    if (!parse_integer(text, &int64))
        return false;
    if (field->type == FIELD_INT64) {
        memcpy(member, &int64, sizeof int64);
        return true;
    }
    if (int64 < INT32_MIN || int64 > INT32_MAX)
        return false;
    const int32_t int32 = (int32_t)int64;
    memcpy(member, &int32, sizeof int32);
    return true;
}
