/* One pass over the bytes, each looked at once; values by number_text.h, of which most are short.
 *
 * Hazards: the text is not ended by a NUL, and lies in a file that another process may change between the count
 * and this pass, so that room is checked before each row and element. */
#include "data/formats/libsvm_rows.h"

#include <math.h>
#include <string.h>

#include "data/formats/number_text.h"
#include "data/formats/text_pieces.h"

enum { LARGEST_INDEX = INT32_MAX - 1, INDEX_DIGITS = 18 };

/* Doubles from here on are not all the integers there are. */
static const double LARGEST_EXACT = 9007199254740992.0;

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\r';
}

static bool is_digit(char character)
{
    return (unsigned char)(character - '0') < 10;
}

/* Whether a token ends at `at`. */
static bool is_token_end(const char *at, const char *end)
{
    return at == end || *at == '\n' || *at == '#' || is_blank(*at);
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at != end && is_blank(*at))
        at++;
    return at;
}

static const char *token_end(const char *at, const char *end)
{
    while (!is_token_end(at, end))
        at++;
    return at;
}

static const char *line_end(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline == NULL ? end : newline;
}

/* Whether the line goes on at `at`, behind blanks. */
static bool has_token(const char *at, const char *end)
{
    return at != end && *at != '\n' && *at != '#';
}

void libsvm_count(const char *begin, const char *end, int64_t *rows, int64_t *elements)
{
    *rows = text_count(begin, end, '\n') + 1;
    *elements = text_count(begin, end, ':');
}

static bool fail(libsvm_piece *piece, libsvm_mistake mistake, const char *at)
{
    piece->mistake = mistake;
    piece->at = at;
    return false;
}

/* [+-] digits of an int64_t. */
static bool parse_integer(const char *begin, const char *end, int64_t *value)
{
    const bool negative = *begin == '-';
    const char *at = begin + (*begin == '-' || *begin == '+');
    int64_t found = 0;
    if (at == end)
        return false;
    for (; at != end; at++)
        if (!is_digit(*at) || __builtin_mul_overflow(found, 10, &found) ||
            __builtin_sub_overflow(found, *at - '0', &found))
            return false;
    if (!negative)
        return !__builtin_sub_overflow(0, found, value);
    *value = found;
    return true;
}

static libsvm_mistake wrong_label(const char *begin, const char *end)
{
    const size_t length = (size_t)(end - begin);
    if (memchr(begin, ',', length) != NULL)
        return LIBSVM_SEVERAL_LABELS;
    return memchr(begin, ':', length) != NULL ? LIBSVM_NO_LABEL : LIBSVM_LABEL_NO_NUMBER;
}

static bool read_label(libsvm_piece *piece, const char **at, const char *end, int64_t *label)
{
    const char *const begin = *at;
    const char *const stop = token_end(begin, end);
    double value;
    *at = stop;
    if (parse_integer(begin, stop, label))
        return true;
    if (!number_text_parse(begin, stop, &value))
        return fail(piece, wrong_label(begin, stop), begin);
    if (!(fabs(value) < LARGEST_EXACT) || value != trunc(value))
        return fail(piece, LIBSVM_LABEL_NO_INTEGER, begin);
    *label = (int64_t)value;
    return true;
}

static bool wrong_value(libsvm_piece *piece, const char *begin, const char *end)
{
    const char *const stop = token_end(begin, end);
    const bool word = number_text_is_infinite(begin, stop) || number_text_is_nan(begin, stop);
    return fail(piece, word ? LIBSVM_VALUE_NOT_FINITE : LIBSVM_VALUE_NO_NUMBER, begin);
}

/* The index of a pair, and the colon. */
static inline bool read_index(libsvm_piece *piece, const char **at, const char *end, int64_t *index)
{
    const char *const begin = *at;
    const char *digit = begin;
    int64_t found = 0;
    for (; digit != end && is_digit(*digit); digit++)
        if (digit - begin < INDEX_DIGITS)
            found = 10 * found + (*digit - '0');
    if (digit == begin || digit == end || *digit != ':')
        return fail(piece, LIBSVM_NO_PAIR, begin);
    if (found > LARGEST_INDEX || digit - begin > INDEX_DIGITS)
        return fail(piece, LIBSVM_INDEX_TOO_LARGE, begin);
    *index = found;
    *at = digit + 1;
    return true;
}

static inline bool read_value(libsvm_piece *piece, const char **at, const char *end, double *value)
{
    const char *const begin = *at;
    if (end - begin >= 2 && begin[0] == '1' && (begin[1] == ' ' || begin[1] == '\n')) {
        *value = 1;
        *at = begin + 1;
        return true;
    }
    const char *const stop = number_text_read(begin, end, value);
    if (stop == begin || !is_token_end(stop, end))
        return wrong_value(piece, begin, end);
    if (!isfinite(*value))
        return fail(piece, LIBSVM_VALUE_TOO_LARGE, begin);
    *at = stop;
    return true;
}

static inline bool store(const libsvm_target *target, libsvm_piece *piece, int64_t column,
                         double value, const char *at)
{
    if (piece->elements == piece->element_room)
        return fail(piece, LIBSVM_CHANGED, at);
    const int64_t place = piece->first_element + piece->elements++;
    target->columns[place] = (int32_t)column;
    piece->all_ones &= value == 1;
    if (target->doubles != NULL) {
        target->doubles[place] = value;
        return true;
    }
    target->floats[place] = (float)value;
    if (!isfinite(target->floats[place]))
        return fail(piece, LIBSVM_VALUE_TOO_LARGE, at);
    return true;
}

static inline bool read_pair(const libsvm_target *target, libsvm_piece *piece, const char **at,
                             const char *end, int64_t *last)
{
    const char *const begin = *at;
    int64_t index;
    if (!read_index(piece, at, end, &index))
        return false;
    if (index < target->index_base) {
        piece->has_index_zero = !target->base_is_known;
        return fail(piece, LIBSVM_INDEX_ZERO, begin);
    }
    if (index <= *last)
        return fail(piece, LIBSVM_INDEX_ORDER, begin);
    *last = index;
    const int64_t column = index - target->index_base;
    const char *const text = *at;
    double value;
    if (!read_value(piece, at, end, &value))
        return false;
    if (target->features > 0 && column >= target->features)
        return true;
    if (column >= piece->columns)
        piece->columns = column + 1;
    return store(target, piece, column, value, text);
}

static bool is_query(const char *at, const char *end)
{
    return end - at >= 4 && memcmp(at, "qid:", 4) == 0;
}

/* Past the number of a query, which is not used. */
static bool skip_query(libsvm_piece *piece, const char **at, const char *end)
{
    int64_t query;
    const char *const stop = token_end(*at, end);
    if (stop - *at == 4 || !parse_integer(*at + 4, stop, &query))
        return fail(piece, LIBSVM_QUERY, *at);
    *at = skip_blanks(stop, end);
    return true;
}

static bool read_row(const libsvm_target *target, libsvm_piece *piece, const char **at,
                     const char *end)
{
    int64_t label;
    int64_t last = -1;
    if (piece->rows == piece->row_room)
        return fail(piece, LIBSVM_CHANGED, *at);
    if (!read_label(piece, at, end, &label))
        return false;
    *at = skip_blanks(*at, end);
    if (is_query(*at, end) && !skip_query(piece, at, end))
        return false;
    while (has_token(*at, end)) {
        if (!read_pair(target, piece, at, end, &last))
            return false;
        *at = skip_blanks(*at, end);
    }
    target->labels[piece->first_row + piece->rows] = label;
    target->row_ends[piece->first_row + piece->rows] = piece->elements;
    piece->rows++;
    return true;
}

bool libsvm_fill(const libsvm_target *target, const char *begin, const char *end,
                 libsvm_piece *piece)
{
    piece->rows = piece->elements = piece->columns = 0;
    piece->all_ones = true;
    piece->has_index_zero = false;
    piece->mistake = LIBSVM_FINE;
    for (const char *at = begin; at != end;) {
        at = skip_blanks(at, end);
        if (has_token(at, end) && !read_row(target, piece, &at, end))
            return false;
        if (at != end && *at == '#')
            at = line_end(at, end);
        if (at != end)
            at++;
    }
    return true;
}

/* digits : letters, digits, signs and points. */
static bool looks_like_pair(const char *at, const char *end)
{
    const char *const begin = at;
    while (at != end && is_digit(*at))
        at++;
    if (at == begin || at == end || *at != ':')
        return false;
    for (at++; at != end; at++)
        if (strchr(",;:\"'|", *at) != NULL)
            return false;
    return true;
}

static bool looks_like_label(const char *at, const char *end)
{
    while (at != end && *at != '\0' && strchr("0123456789+-.,eE", *at) != NULL)
        at++;
    return at == end;
}

/* The tokens of a line: a label, or else two pairs at least; then pairs. */
static bool looks_like_row(const char *at, const char *end, int64_t *pairs)
{
    bool has_label = false;
    int64_t found = 0;
    at = skip_blanks(at, end);
    for (int64_t token = 0; has_token(at, end); token++) {
        const char *const stop = token_end(at, end);
        if (looks_like_pair(at, stop) || (token == 1 && is_query(at, stop)))
            found++;
        else if (token == 0 && looks_like_label(at, stop))
            has_label = true;
        else
            return false;
        at = skip_blanks(stop, end);
    }
    *pairs += found;
    return has_label || found != 1;
}

bool libsvm_looks_like(const char *begin, const char *end)
{
    int64_t pairs = 0;
    while (begin != end) {
        const char *const stop = line_end(begin, end);
        if (!looks_like_row(begin, stop, &pairs))
            return false;
        begin = stop == end ? end : stop + 1;
    }
    return pairs > 0;
}
