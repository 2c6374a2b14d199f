/* The subcommand `linclass-mpi train`. argv[0]: the name to show. Returns an exit status, the same on all ranks. */
#ifndef MPI_PROGRAM_MPI_TRAIN_H
#define MPI_PROGRAM_MPI_TRAIN_H

#include "ranks.h"

int mpi_train_command(int argc, char **argv, const ranks *all);

#endif
