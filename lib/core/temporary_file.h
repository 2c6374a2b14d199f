/* The temporary file that replaces another one in the same directory, and removal of those that killed
 * processes left. */
#ifndef CORE_TEMPORARY_FILE_H
#define CORE_TEMPORARY_FILE_H

#include <stdbool.h>
#include <sys/types.h>

enum { TEMPORARY_NAME_BYTES = 40, TEMPORARY_SLOTS = 16 };

/* Make a new file of that mode in the directory, to become `target`, a name without slashes; the descriptor,
 * open for writing, or -1 with errno. name: what it is called. Before, files are removed that this
 * function made for the same target in processes that have died since, where temporary_file_locks().
 *
 * The descriptor holds a lock that says that the file is in use: rename or remove it first, close
 * afterwards. */
int temporary_file_open(int directory, const char *target, mode_t mode,
                        char name[TEMPORARY_NAME_BYTES]);

/* Whether all processes that can write into the directory see each other's locks: it is on a file system of
 * this machine. */
bool temporary_file_locks(int directory);

#endif
