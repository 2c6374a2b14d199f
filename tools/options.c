#include "options.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit_status.h"
#include "message.h"
#include "number.h"
#include "printable.h"
#include "suggestion.h"

void usage_error(const struct argp_state *state, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *shown = printable_format(format, arguments);
    va_end(arguments);
    argp_error(state, "%s", shown);
    free(shown);
}

/* What is known of an option as it was given. */
typedef struct option_search {
    suggestion suggestion;
    bool known;          /* its name, or the beginning of one */
    bool takes_argument; /* the option of that name */
} option_search;

static void search_name(option_search *self, const char *name, bool takes_argument)
{
    if (strncmp(name, self->suggestion.given, strlen(self->suggestion.given)) == 0) {
        if (!self->known || strcmp(name, self->suggestion.given) == 0)
            self->takes_argument = takes_argument;
        self->known = true;
    }
    suggestion_offer(&self->suggestion, name);
}

static void search_options(option_search *self, const struct argp_option *option)
{
    bool takes_argument = false;
    for (; option->name != NULL || option->key != 0 || option->doc != NULL; option++) {
        if (option->name == NULL)
            continue;
        if ((option->flags & OPTION_ALIAS) == 0)
            takes_argument = option->arg != NULL;
        search_name(self, option->name, takes_argument);
    }
}

/* Among the options of a parser and of its children. */
static void search(option_search *self, const struct argp *parser)
{
    enum { MOST = 32 };
    const struct argp *waiting[MOST] = {parser};
    int count = 1;
    while (count > 0) {
        const struct argp *next = waiting[--count];
        if (next->options != NULL)
            search_options(self, next->options);
        for (const struct argp_child *child = next->children;
             child != NULL && child->argp != NULL && count < MOST; child++)
            waiting[count++] = child->argp;
    }
}

static void refuse_unknown(const char *command, const option_search *found)
{
    const char *given = found->suggestion.given;
    char *shown = printable(given, strlen(given));
    fprintf(stderr, "%s: unrecognized option '--%s'", command, shown);
    if (found->suggestion.name != NULL)
        fprintf(stderr, "; did you mean '--%s'?", found->suggestion.name);
    fprintf(stderr, "\nTry `%s --help' or `%s --usage' for more information.\n", command, command);
    free(shown);
    exit(EXIT_USAGE);
}

void options_parse(const struct argp *parser, int argc, char **argv, void *settings)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0)
            continue;
        const size_t length = strcspn(argv[i] + 2, "=");
        char *name = strndup(argv[i] + 2, length);
        if (name == NULL)
            fail_memory();
        option_search found = {.suggestion = {.given = name}};
        search(&found, parser);
        search_name(&found, "help", false);
        search_name(&found, "usage", false);
        search_name(&found, "version", false);
        if (!found.known)
            refuse_unknown(argv[0], &found);
        i += found.takes_argument && argv[i][2 + length] == '\0'; /* the next is its value */
        free(name);
    }
    argp_parse(parser, argc, argv, 0, NULL, settings);
}

static bool in_range(double value, real_range range)
{
    switch (range) {
    case NOT_ZERO:
        return value != 0;
    case NOT_NEGATIVE:
        return value >= 0;
    case NOT_POSITIVE:
        return value <= 0;
    case FRACTION:
        return value >= 0 && value < 1;
    case BETWEEN:
        return value > 0 && value < 1;
    case SHARE:
        return value >= 0 && value <= 1;
    default:
        return value > 0;
    }
}

double option_real(struct argp_state *state, const char *option, const char *text, real_range range)
{
    static const char *const WORDS[] = {[NOT_ZERO] = "a finite number other than 0",
                                        [NOT_NEGATIVE] = "a finite number >= 0",
                                        [NOT_POSITIVE] = "a finite number <= 0",
                                        [POSITIVE] = "a finite number > 0",
                                        [FRACTION] = "a number >= 0 and < 1",
                                        [BETWEEN] = "a number > 0 and < 1",
                                        [SHARE] = "a number from 0 to 1"};
    double value = 0;
    if (!parse_real(text, &value) || !in_range(value, range))
        usage_error(state, "%s: '%s' is not %s", option, text, WORDS[range]);
    return value;
}

int64_t option_integer(struct argp_state *state, const char *option, const char *text,
                       int64_t least, int64_t most)
{
    int64_t value = 0;
    if (parse_integer(text, &value) && value >= least && value <= most)
        return value;
    if (most == INT64_MAX)
        usage_error(state, "%s: '%s' is not an integer >= %" PRId64, option, text, least);
    else
        usage_error(state, "%s: '%s' is not an integer from %" PRId64 " to %" PRId64, option, text,
                    least, most);
    return least;
}

uint64_t option_unsigned(struct argp_state *state, const char *option, const char *text)
{
    uint64_t value = 0;
    if (!parse_unsigned(text, &value))
        usage_error(state, "%s: '%s' is not an integer from 0 to %" PRIu64, option, text,
                    UINT64_MAX);
    return value;
}

int32_t option_choice(struct argp_state *state, const char *option, const char *text,
                      const named_value *names)
{
    int32_t value = 0;
    if (value_of(names, text, &value))
        return value;
    char list[256] = "";
    size_t length = 0;
    for (const named_value *each = names; each->name != NULL && length < sizeof list; each++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s",
                                   each == names ? "" : ", ", each->name);
    usage_error(state, "%s: '%s' is not one of: %s", option, text, list);
    return value;
}

/* The item at *text, without the comma that ends it, which is passed over. */
static char *next_item(const char **text)
{
    const size_t length = strcspn(*text, ",");
    char *item = allocate(length + 1, 1);
    memcpy(item, *text, length);
    *text += length + ((*text)[length] == ',');
    return item;
}

static int64_t count_items(const char *text)
{
    int64_t count = 1;
    for (const char *c = text; *c != '\0'; c++)
        count += *c == ',';
    return count;
}

double *option_reals(struct argp_state *state, const char *option, const char *text,
                     real_range range, int64_t *count)
{
    *count = count_items(text);
    double *values = allocate((size_t)*count, sizeof *values);
    for (int64_t i = 0; i < *count; i++) {
        char *item = next_item(&text);
        values[i] = option_real(state, option, item, range);
        free(item);
    }
    return values;
}

void option_text(struct argp_state *state, const char *option, const char *text, const char **place)
{
    if (*place != NULL)
        usage_error(state, "%s is given twice, as '%s' and as '%s'", option, *place, text);
    *place = text;
}

void option_path(struct argp_state *state, const char *option, const char *text, const char **place)
{
    if (text[0] == '\0')
        usage_error(state, "%s: the name of the file is empty", option);
    option_text(state, option, text, place);
}

void option_argument(struct argp_state *state, const char *name, const char *argument,
                     const char **value)
{
    if (*value != NULL)
        usage_error(state, "unexpected argument '%s'", argument);
    option_path(state, name, argument, value);
}

void option_required(struct argp_state *state, const char *option, const char *value)
{
    if (value == NULL)
        usage_error(state, "%s is required", option);
}

/* Whether the command has the option. */
static bool has_option(const struct argp_state *state, const char *name)
{
    option_search found = {.suggestion = {.given = name}};
    search(&found, state->root_argp);
    return found.known;
}

/* An argument without an option: the name of a file, most likely. */
static void refuse_argument(struct argp_state *state, const char *argument)
{
    for (const char *const *name = (const char *const[]){"data", "model", NULL}; *name != NULL;
         name++)
        if (has_option(state, *name))
            usage_error(state, "unexpected argument '%s': files are named by options, such as --%s",
                        argument, *name);
    usage_error(state, "unexpected argument '%s'", argument);
}

error_t option_store(struct argp_state *state, const struct argp_option *options,
                     const option_rule *rules, int key, const char *argument, void *settings)
{
    if (key == ARGP_KEY_ARG)
        refuse_argument(state, argument);
    while (rules->key != 0 && rules->key != key)
        rules++;
    if (rules->key == 0)
        return ARGP_ERR_UNKNOWN;
    while (options->key != key)
        options++;
    char name[64];
    (void)snprintf(name, sizeof name, "--%s", options->name);
    void *place = (char *)settings + rules->offset;
    switch (rules->kind) {
    case OPTION_PATH:
        option_path(state, name, argument, place);
        break;
    case OPTION_REAL:
        *(double *)place = option_real(state, name, argument, rules->range);
        break;
    case OPTION_COUNT:
        *(int64_t *)place = option_integer(state, name, argument, 1, INT64_MAX);
        break;
    case OPTION_FLAG:
        *(bool *)place = true;
    }
    return 0;
}
