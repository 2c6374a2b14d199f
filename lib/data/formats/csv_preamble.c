#include "data/formats/csv_preamble.h"

static const char *next_line(const char *at, const char *end)
{
    const char *const newline = memchr(at, '\n', (size_t)(end - at));
    return newline == NULL ? end : newline + 1;
}

/* The line sep=C, C a character that is no letter, digit or quote; 0: the line at `at` is another. */
static char stated_delimiter(const char *at, const char *end)
{
    static const char NAME[] = "sep=";
    enum { LENGTH = sizeof NAME - 1 };
    if (end - at < LENGTH + 2 || memcmp(at, NAME, LENGTH) != 0)
        return 0;
    const char *behind = at + LENGTH + 1;
    behind += behind + 1 < end && *behind == '\r';
    const char delimiter = at[LENGTH];
    return *behind == '\n' && strchr(",;|\t: ", delimiter) != NULL ? delimiter : 0;
}

csv_preamble csv_preamble_read(const char *begin, const char *end)
{
    csv_preamble self = {.delimiter = stated_delimiter(begin, end)};
    if (self.delimiter != 0)
        begin = next_line(begin, end);
    self.begin = self.first = begin;
    const char *at = begin;
    const char *run = begin; /* of lines of comment without others between */
    while (at != end) {
        const csv_dialect any = {.delimiter = 0};
        const char *next;
        if (*at == '#') {
            self.comments++;
            at = self.begin = next_line(at, end);
            self.first = run;
        } else if (csv_is_blank_line(&any, at, end, &next)) {
            at = run = next;
        } else {
            return self;
        }
    }
    return (csv_preamble){.begin = begin, .first = begin, .delimiter = self.delimiter};
}

static int64_t count_cells(const char *at, const char *end, const csv_dialect *dialect)
{
    int64_t cells = 0;
    csv_step step = CSV_MORE;
    while (step == CSV_MORE) {
        csv_cell ignored;
        step = csv_read_cell(dialect, &at, end, &ignored);
        cells++;
    }
    return step == CSV_ROW_END ? cells : 0;
}

void csv_preamble_keep_rows(csv_preamble *self, const csv_dialect *dialect, int64_t columns,
                            const char *end)
{
    const char *begin = self->begin;
    int64_t rows = 0;
    for (const char *at = self->first; at != self->begin; at = next_line(at, end)) {
        const bool is_row = columns > 1 && at[1] != ' ' && at[1] != '\t' &&
                            count_cells(at, end, dialect) == columns;
        if (is_row && rows == 0)
            begin = at;
        rows = is_row ? rows + 1 : 0;
        if (!is_row)
            begin = self->begin;
    }
    self->begin = begin;
    self->comments -= rows;
}
