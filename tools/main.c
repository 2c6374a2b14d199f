/* linclass: the library's pipeline as a program. This file chooses the subcommand. */
#include <argp.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <linclass/common.h>

#include "blas_threads.h"
#include "commands.h"
#include "exit_status.h"
#include "options.h"
#include "output.h"
#include "suggestion.h"

typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv);
} command;

static const command COMMANDS[] = {
    {"train", train_command},         {"predict", predict_command}, {"evaluate", evaluate_command},
    {"info", info_command},           {"verify", verify_command},   {"convert", convert_command},
    {"calibrate", calibrate_command}, {"export", export_command},   {"import", import_command},
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0] };

static const char DOC[] =
    "Train linear classifiers and use them.\v"
    "Commands:\n"
    "  train       train a model on samples and labels\n"
    "  predict     write a label, or probabilities or scores, for each sample\n"
    "  evaluate    compute loss and error of a model on labelled samples\n"
    "  calibrate   fit the temperature of probabilities, or prediction sets, to new samples\n"
    "  info        print the contents of a model file or of a data file\n"
    "  convert     write a data file in another format\n"
    "  verify      recompute the objective and gradient that a model file reports\n"
    "  export      write a model for other programs: ONNX, C source, LIBLINEAR\n"
    "  import      make a model of LIBLINEAR's\n"
    "\n"
    "'linclass help COMMAND' describes a command; linclass(1) describes all of them.";

static void print_version(FILE *stream, struct argp_state *state)
{
    (void)state;
    fprintf(stream, "linclass %d.%d.%d (liblinclass %s)\n", LINCLASS_VERSION_MAJOR,
            LINCLASS_VERSION_MINOR, LINCLASS_VERSION_PATCH, linclass_version());
    fprintf(stream, "vectors: %s\n", linclass_vector_set_name(linclass_context_vector_set(NULL)));
    fprintf(stream, "BLAS: %s\n", linclass_blas_name());
    if (*linclass_blas_warning() != '\0')
        fprintf(stream, "warning: %s\n", linclass_blas_warning());
}

static void refuse_command(const struct argp_state *state, const char *given)
{
    suggestion meant = {.given = given};
    for (int i = 0; i < COMMAND_COUNT; i++)
        suggestion_offer(&meant, COMMANDS[i].name);
    if (meant.name == NULL)
        usage_error(state, "'%s' is not a command", given);
    else
        usage_error(state, "'%s' is not a command; did you mean '%s'?", given, meant.name);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    switch (key) {
    case ARGP_KEY_ARG:
        refuse_command(state, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_state_help(state, state->err_stream,
                        ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC |
                            ARGP_HELP_EXIT_ERR);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int main(int argc, char **argv)
{
    blas_threads_avoid(argv);
    /* Numbers read and written here have a decimal point wherever the program runs, even if
     * something preloaded into it has called setlocale. */
    uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
    output_begin();
    argp_err_exit_status = EXIT_USAGE;
    argp_program_version_hook = print_version;

    /* linclass help COMMAND is linclass COMMAND --help. */
    char help[] = "--help";
    char *arguments[] = {argv[0], argc > 2 ? argv[2] : help, help, NULL};
    if (argc > 1 && argc <= 3 && strcmp(argv[1], "help") == 0)
        argv = arguments;
    for (int i = 0; argc > 1 && i < COMMAND_COUNT; i++) {
        if (strcmp(argv[1], COMMANDS[i].name) == 0) {
            char shown_name[32];
            snprintf(shown_name, sizeof shown_name, "linclass %s", COMMANDS[i].name);
            argv[1] = shown_name;
            return COMMANDS[i].run(argc - 1, argv + 1);
        }
    }
    const struct argp parser = {
        .parser = parse_option, .args_doc = "COMMAND [OPTION...]", .doc = DOC};
    argp_parse(&parser, argc, argv, ARGP_IN_ORDER, NULL, NULL);
    return EXIT_USAGE;
}
