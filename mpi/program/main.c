/* linclass-mpi: training over the ranks of MPI, started by mpirun. What comes of it is a model file like any other:
 * linclass predicts and evaluates. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <linclass/linclass.h>

#include "exit_status.h"
#include "message.h"
#include "mpi_train.h"
#include "options.h"
#include "output.h"

static void print_version(FILE *stream, struct argp_state *state)
{
    (void)state;
    fprintf(stream, "linclass-mpi %d.%d.%d (liblinclass %s)\n", LINCLASS_VERSION_MAJOR,
            LINCLASS_VERSION_MINOR, LINCLASS_VERSION_PATCH, linclass_version());
}

int main(int argc, char **argv)
{
    uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
    ranks all;
    const int began = ranks_begin(&argc, &argv, &all);
    if (began != EXIT_OK)
        return began;
    output_begin();
    argp_err_exit_status = EXIT_USAGE;
    argp_program_version_hook = print_version;
    if (argc > 1 && strcmp(argv[1], "train") == 0) {
        static char shown_name[] = "linclass-mpi train";
        argv[1] = shown_name;
        return mpi_train_command(argc - 1, argv + 1, &all);
    }
    if (all.rank != 0)
        return argc == 2 && strncmp(argv[1], "--", 2) == 0 ? EXIT_OK : EXIT_USAGE;
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        print_version(stdout, NULL);
        return EXIT_OK;
    }
    static const char USAGE[] =
        "Usage: mpirun -n RANKS linclass-mpi train [OPTION...]\n"
        "Train a linear classifier on files that the ranks of MPI share out; "
        "see man linclass-mpi.\n";
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(USAGE, stdout);
        return EXIT_OK;
    }
    fputs(USAGE, stderr);
    return EXIT_USAGE;
}
