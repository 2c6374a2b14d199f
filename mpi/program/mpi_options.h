/* The options of `linclass-mpi train`: those of `linclass train`, and what is said of parts. */
#ifndef MPI_PROGRAM_MPI_OPTIONS_H
#define MPI_PROGRAM_MPI_OPTIONS_H

#include "train_options.h"

typedef struct mpi_settings {
    train_settings train;
    int64_t parts;
} mpi_settings;

/* Parse; ends the program after --help and on a usage error, also where an option is given that parts do not have. To
 * be freed by train_settings_free. quiet: print nothing of it, as another rank does. */
void mpi_options_parse(int argc, char **argv, bool quiet, mpi_settings *settings);

#endif
