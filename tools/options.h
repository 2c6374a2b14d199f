/* Option values, parsed strictly. An invalid value ends the program with the usage status and an error
 * message that names the option, the value, and the values allowed. */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <argp.h>
#include <stdint.h>

#include "names.h"

enum { MAX_THREADS = 1024 };

/* FRACTION: 0 <= value < 1; BETWEEN: 0 < value < 1; SHARE: 0 <= value <= 1. */
typedef enum real_range {
    NOT_ZERO,
    NOT_NEGATIVE,
    NOT_POSITIVE,
    POSITIVE,
    FRACTION,
    BETWEEN,
    SHARE
} real_range;

/* Print an error message, with characters escaped that a terminal would not display, and where to find
 * help; end the program with the usage status. */
void usage_error(const struct argp_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Parse the arguments of a command, argv[0] the name to show. An option that there is not is refused with the name that
 * was probably meant. */
void options_parse(const struct argp *parser, int argc, char **argv, void *settings);

double option_real(struct argp_state *state, const char *option, const char *text,
                   real_range range);
int64_t option_integer(struct argp_state *state, const char *option, const char *text,
                       int64_t least, int64_t most);
uint64_t option_unsigned(struct argp_state *state, const char *option, const char *text);
int32_t option_choice(struct argp_state *state, const char *option, const char *text,
                      const named_value *names);

/* Return *count numbers separated by commas, each in the range; to be freed. */
double *option_reals(struct argp_state *state, const char *option, const char *text,
                     real_range range, int64_t *count);

/* Store a text in *place, NULL before: an option of two texts, of which one would count, is refused. */
void option_text(struct argp_state *state, const char *option, const char *text,
                 const char **place);

/* The same of the name of a file, which must not be empty. */
void option_path(struct argp_state *state, const char *option, const char *text,
                 const char **place);

/* An option whose value is stored as it is: what it is, and where in the settings it goes. */
typedef enum option_kind {
    OPTION_PATH,  /* const char *, NULL before, by option_path */
    OPTION_REAL,  /* double, by option_real in the range */
    OPTION_COUNT, /* int64_t, >= 1 */
    OPTION_FLAG   /* bool, true when given */
} option_kind;

typedef struct option_rule {
    int key;
    option_kind kind;
    size_t offset;    /* in the settings */
    real_range range; /* of OPTION_REAL */
} option_rule;

/* Store the value of an option that has a rule; the last rule has key 0. options: the parser's, with the names.
 * Returns 0, or ARGP_ERR_UNKNOWN where there is no rule for the key. Refuses an argument that is no option. */
error_t option_store(struct argp_state *state, const struct argp_option *options,
                     const option_rule *rules, int key, const char *argument, void *settings);

/* Set *value to the one argument that is no option, the name of a file; refuse a second. */
void option_argument(struct argp_state *state, const char *name, const char *argument,
                     const char **value);

/* Refuse a value that is NULL: the option is required. */
void option_required(struct argp_state *state, const char *option, const char *value);

#endif
