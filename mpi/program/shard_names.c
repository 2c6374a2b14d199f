#include "shard_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit_status.h"
#include "message.h"

/* How far beyond a number that is missing others are looked for. */
enum { LOOK_AHEAD = 1000 };

/* The conversion in a pattern: where it begins, how long it is, how many digits it has at least. */
typedef struct conversion {
    const char *begin;
    size_t length;
    int digits;
} conversion;

static conversion find(const char *pattern)
{
    conversion found = {.begin = strchr(pattern, '%')};
    if (found.begin == NULL)
        return found;
    if (found.begin[1] == 'd') {
        found.length = 2;
    } else if (found.begin[1] == '0' && found.begin[2] >= '1' && found.begin[2] <= '9' &&
               found.begin[3] == 'd') {
        found.length = 4;
        found.digits = found.begin[2] - '0';
    }
    return found;
}

bool shard_pattern_numbered(const char *pattern)
{
    return find(pattern).begin != NULL;
}

bool shard_pattern_valid(const char *pattern)
{
    const conversion found = find(pattern);
    return found.begin == NULL ||
           (found.length > 0 && strchr(found.begin + found.length, '%') == NULL);
}

char *shard_name(const char *pattern, int64_t number)
{
    char *name;
    if (pattern == NULL)
        return NULL;
    const conversion found = find(pattern);
    const int made = found.begin == NULL
                         ? asprintf(&name, "%s", pattern)
                         : asprintf(&name, "%.*s%0*" PRId64 "%s", (int)(found.begin - pattern),
                                    pattern, found.digits, number, found.begin + found.length);
    if (made < 0)
        fail_memory();
    return name;
}

static bool is_there(const char *pattern, int64_t number)
{
    char *name = shard_name(pattern, number);
    const bool there = access(name, F_OK) == 0;
    free(name);
    return there;
}

int shard_numbers_find(const char *pattern, shard_numbers *found)
{
    *found = (shard_numbers){.count = 1};
    if (!shard_pattern_numbered(pattern))
        return EXIT_OK;
    found->first = is_there(pattern, 0) ? 0 : 1;
    for (found->count = 0; is_there(pattern, found->first + found->count);)
        found->count++;
    const int64_t missing = found->first + found->count;
    for (int64_t other = missing + 1; other <= missing + LOOK_AHEAD; other++) {
        if (!is_there(pattern, other))
            continue;
        char *lost = shard_name(pattern, missing);
        char *there = shard_name(pattern, other);
        const int status = fail(EXIT_IO, "%s is missing, %s is there", lost, there);
        free(lost);
        free(there);
        return status;
    }
    return found->count > 0 ? EXIT_OK
                            : fail(EXIT_IO, "%s: there is no file with the number 0 or 1", pattern);
}
