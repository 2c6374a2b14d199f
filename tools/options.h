/* Option values, parsed strictly. A value that is not as it should be ends the program with the
 * usage status and a sentence naming the option, the value, and what it should have been. */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <argp.h>
#include <stdint.h>

#include "names.h"

enum { MAX_THREADS = 1024 };

/* FRACTION: 0 <= value < 1; BETWEEN: 0 < value < 1; SHARE: 0 <= value <= 1. */
typedef enum real_range { NOT_ZERO, NOT_NEGATIVE, POSITIVE, FRACTION, BETWEEN, SHARE } real_range;

/* Print the sentence, with what a terminal would not show as itself escaped, and where to find help; end the
 * program with the usage status. */
void usage_error(const struct argp_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

double option_real(struct argp_state *state, const char *option, const char *text,
                   real_range range);
int64_t option_integer(struct argp_state *state, const char *option, const char *text,
                       int64_t least, int64_t most);
uint64_t option_unsigned(struct argp_state *state, const char *option, const char *text);
int32_t option_choice(struct argp_state *state, const char *option, const char *text,
                      const named_value *names);

/* Numbers separated by commas, each in the range; how many into *count. To be freed. */
double *option_reals(struct argp_state *state, const char *option, const char *text,
                     real_range range, int64_t *count);
int64_t *option_integers(struct argp_state *state, const char *option, const char *text,
                         int64_t *count);

/* A file's name: anything but nothing. */
const char *option_path(struct argp_state *state, const char *option, const char *text);

/* Refuse a value that is NULL: the option is required. */
void option_required(struct argp_state *state, const char *option, const char *value);

#endif
