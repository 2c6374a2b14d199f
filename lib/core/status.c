#include "core/status.h"

#define TEXT(x)    #x
#define VERSION(x) TEXT(x)

const char *linclass_version(void)
{
    return VERSION(LINCLASS_VERSION_MAJOR) "." VERSION(LINCLASS_VERSION_MINOR) "." VERSION(
        LINCLASS_VERSION_PATCH);
}

static const char UNKNOWN[] = "unknown status";

const char *linclass_status_string(linclass_status status)
{
    switch (status) {
    case LINCLASS_OK:
        return "ok";
    case LINCLASS_ERROR_INVALID_ARGUMENT:
        return "invalid argument";
    case LINCLASS_ERROR_DIMENSION:
        return "dimension error";
    case LINCLASS_ERROR_NON_FINITE:
        return "non-finite input";
    case LINCLASS_ERROR_LABEL:
        return "label error";
    case LINCLASS_ERROR_MEMORY:
        return "out of memory";
    case LINCLASS_ERROR_IO:
        return "input/output error";
    case LINCLASS_ERROR_FORMAT:
        return "format error";
    case LINCLASS_ERROR_UNSUPPORTED:
        return "unsupported";
    case LINCLASS_ERROR_NUMERIC:
        return "numeric error";
    case LINCLASS_ERROR_INTERNAL:
        return "internal error";
    case LINCLASS_ERROR_STRUCT_SIZE:
        return "struct size error";
    case LINCLASS_ERROR_BUSY:
        return "context in use";
    case LINCLASS_ITERATION_LIMIT:
        return "iteration limit";
    case LINCLASS_TIME_LIMIT:
        return "time limit";
    case LINCLASS_STOPPED_BY_CALLBACK:
        return "stopped by callback";
    case LINCLASS_EARLY_STOPPED:
        return "early stopped";
    case LINCLASS_LINE_SEARCH_STALLED:
        return "line search stalled";
    case LINCLASS_NOT_CONVERGED:
        return "not converged";
    case LINCLASS_NO_MINIMUM:
        return "no minimum";
    default:
        return UNKNOWN;
    }
}

bool status_is_known(linclass_status status)
{
    return linclass_status_string(status) != UNKNOWN;
}
