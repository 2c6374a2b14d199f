#include "names.h"

#include <string.h>

#include <linclass/calibration.h>
#include <linclass/matrix.h>
#include <linclass/selection.h>
#include <linclass/status.h>

enum { MOST_NAMES = 31 };

/* The names that the library gives the numbers from `first` on. */
static const named_value *names_from(int32_t first, const char *(*name)(int32_t number),
                                     named_value *names)
{
    for (int i = 0; i < MOST_NAMES; i++)
        names[i] = (named_value){name(first + i), first + i};
    return names;
}

const named_value *loss_names(void)
{
    static named_value names[MOST_NAMES + 1];
    return names_from(1, linclass_loss_name, names);
}

const named_value *vector_set_names(void)
{
    static named_value names[MOST_NAMES + 1];
    return names_from(1, linclass_vector_set_name, names);
}

const named_value *solver_names(void)
{
    static named_value names[MOST_NAMES + 1];
    return names_from(0, linclass_solver_name, names);
}

const named_value SCHEDULE_NAMES[] = {{"constant", LINCLASS_LEARNING_RATE_CONSTANT},
                                      {"step", LINCLASS_LEARNING_RATE_STEP},
                                      {"inverse-time", LINCLASS_LEARNING_RATE_INVERSE_TIME},
                                      {NULL, 0}};

const named_value DTYPE_NAMES[] = {
    {"float32", LINCLASS_FLOAT32}, {"float64", LINCLASS_FLOAT64}, {NULL, 0}};

const named_value ELEMENT_NAMES[] = {{"uint8", LINCLASS_UINT8},
                                     {"float32", LINCLASS_FLOAT32},
                                     {"float64", LINCLASS_FLOAT64},
                                     {"int8", LINCLASS_INT8},
                                     {"int16", LINCLASS_INT16},
                                     {"uint16", LINCLASS_UINT16},
                                     {"float16", LINCLASS_FLOAT16},
                                     {"bfloat16", LINCLASS_BFLOAT16},
                                     {"int32", LINCLASS_INT32},
                                     {"int64", LINCLASS_INT64},
                                     {NULL, 0}};

const named_value SELECT_BY_NAMES[] = {
    {"loss", LINCLASS_SELECT_BY_LOSS}, {"error", LINCLASS_SELECT_BY_ERROR}, {NULL, 0}};

const named_value SETS_NAMES[] = {
    {"lac", LINCLASS_SETS_LAC}, {"aps", LINCLASS_SETS_APS}, {NULL, 0}};

const char *name_of(const named_value *names, int32_t value)
{
    while (names->name != NULL && names->value != value)
        names++;
    return names->name == NULL ? "unknown" : names->name;
}

bool value_of(const named_value *names, const char *name, int32_t *value)
{
    while (names->name != NULL && strcmp(names->name, name) != 0)
        names++;
    if (names->name == NULL)
        return false;
    *value = names->value;
    return true;
}

const char *stopped_because(const linclass_fit_report *report)
{
    if (report->stopped_because == LINCLASS_STOPPED_BY_CALLBACK)
        return "interrupted";
    if (report->stopped_because != LINCLASS_OK)
        return linclass_status_string(report->stopped_because);
    return report->solver == LINCLASS_SOLVER_SGD ? "finished" : "converged";
}
