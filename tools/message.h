/* Messages to the user: lines on standard error. */
#ifndef TOOLS_MESSAGE_H
#define TOOLS_MESSAGE_H

#include <stddef.h>

#include <linclass/context.h>

/* Print "linclass: " and the message, with characters escaped that a terminal would not display. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, and return exit_status. */
int fail(int exit_status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Print the context's error message for a failed call, with the program's names of options, and return the
 * corresponding exit status. */
int fail_library(const linclass_context *ctx, linclass_status status);

/* The exit status for an error of the library. */
int exit_status_of(linclass_status status);

/* A context with that many threads (0: all the process may run on) and that vector set (0: the best). Returns an
 * exit status. */
int context_open(int32_t threads, int32_t vector_set, linclass_context **ctx);

/* count elements of `size` bytes, zeroed, to be freed; without memory the program ends. */
void *allocate(size_t count, size_t size);

/* Print that memory is exhausted, and end the program. */
void fail_memory(void) __attribute__((noreturn));

#endif
