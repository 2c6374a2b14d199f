/* The public structs, which may grow. */
#ifndef LINCLASS_MPI_STRUCTS_H
#define LINCLASS_MPI_STRUCTS_H

#include "linclass_mpi.h"

/* A copy of the caller's struct, with defaults for members that an older program lacks. Errors: INVALID_ARGUMENT (NULL,
 * a count below 0, parts that are NULL), STRUCT_SIZE. */
linclass_status rows_read(linclass_context *ctx, const linclass_mpi_rows *given,
                          linclass_mpi_rows *rows);

/* Write the members that the caller's struct has. */
void traffic_write(linclass_mpi_traffic *given, const linclass_mpi_traffic *traffic);

#endif
