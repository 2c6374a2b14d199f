#include "structs.h"

#include <stdio.h>
#include <string.h>

/* Sizes of the first release: on 64-bit machines these never change. */
enum { FIRST_TRAFFIC = 40, FIRST_ROWS = 56 };

static linclass_status clear(void *given, size_t size, size_t first)
{
    if (given == NULL || size < first)
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    memset(given, 0, size);
    memcpy(given, &size, sizeof size);
    return LINCLASS_OK;
}

linclass_status linclass_mpi_traffic_init(linclass_mpi_traffic *traffic, size_t size)
{
    return clear(traffic, size, FIRST_TRAFFIC);
}

linclass_status linclass_mpi_rows_init(linclass_mpi_rows *rows, size_t size)
{
    return clear(rows, size, FIRST_ROWS);
}

void traffic_write(linclass_mpi_traffic *given, const linclass_mpi_traffic *traffic)
{
    const size_t size = given->size;
    memcpy(given, traffic, size < sizeof *traffic ? size : sizeof *traffic);
    given->size = size;
}

static linclass_status check_parts(linclass_context *ctx, const char *name, int64_t count,
                                   const linclass_part *const *parts)
{
    char message[128] = "";
    if (count < 0)
        (void)snprintf(message, sizeof message, "rows.%s has %lld elements", name,
                       (long long)count);
    else if (count > 0 && parts == NULL)
        (void)snprintf(message, sizeof message, "rows.%s is NULL", name);
    for (int64_t i = 0; i < count && message[0] == '\0'; i++)
        if (parts[i] == NULL)
            (void)snprintf(message, sizeof message, "rows.%s[%lld] is NULL", name, (long long)i);
    return message[0] == '\0'
               ? LINCLASS_OK
               : linclass_context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, message);
}

linclass_status rows_read(linclass_context *ctx, const linclass_mpi_rows *given,
                          linclass_mpi_rows *rows)
{
    *rows = (linclass_mpi_rows){.size = sizeof *rows};
    if (given == NULL || given->size < FIRST_ROWS)
        return linclass_context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                     given == NULL ? "rows is NULL"
                                                   : "rows.size is too small: call "
                                                     "linclass_mpi_rows_init");
    const char *bytes = (const char *)given;
    for (size_t at = sizeof *rows; at < given->size; at++)
        if (bytes[at] != 0)
            return linclass_context_fail(ctx, LINCLASS_ERROR_STRUCT_SIZE,
                                         "rows has members that this library does not know");
    memcpy(rows, given, given->size < sizeof *rows ? given->size : sizeof *rows);
    rows->size = sizeof *rows;
    if (rows->traffic != NULL && rows->traffic->size < FIRST_TRAFFIC) {
        rows->traffic = NULL;
        return linclass_context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                                     "rows.traffic.size is too small: call "
                                     "linclass_mpi_traffic_init");
    }
    const linclass_status status = check_parts(ctx, "parts", rows->count, rows->parts);
    return status != LINCLASS_OK ? status
                                 : check_parts(ctx, "validation_parts", rows->validation_count,
                                               rows->validation_parts);
}
