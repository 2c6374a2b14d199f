/* The files that a command reads and writes, compared before any of them is opened: an output that is
 * an input, or another output, under whatever name, would destroy it. */
#ifndef TOOLS_COMMAND_FILES_H
#define TOOLS_COMMAND_FILES_H

#include <argp.h>
#include <stdbool.h>

enum { MOST_COMMAND_FILES = 12 };

typedef struct command_file {
    const char *option; /* such as "--images"; NULL: what the command prints */
    const char *path;   /* "-": standard input or output */
    bool written;
} command_file;

typedef struct command_files {
    command_file file[MOST_COMMAND_FILES];
    int count;
} command_files;

/* Add a file that the command reads or writes; path NULL: the option was not given. */
void command_reads(command_files *files, const char *option, const char *path);
void command_writes(command_files *files, const char *option, const char *path);

/* Add standard output for tables or JSON. */
void command_prints(command_files *files);

/* End the program with the usage status when an output is the same file as an input or as another
 * output, or when two inputs or two outputs are standard input or output. Files are the same by device
 * and inode; what does not exist yet, by its directory and name, symbolic links followed. Terminals,
 * pipes and devices such as /dev/null keep nothing that could be lost: they may be named twice. */
void command_files_check(struct argp_state *state, const command_files *files);

#endif
