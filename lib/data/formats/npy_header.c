/* The header is an expression of Python; no more of the language is understood than numpy writes: a
 * dictionary of exactly three keys in any order, each once, strings without escapes, True and False, and a
 * tuple of sizes.
 *
 * Nothing is executed, and an array of objects, which is a pickle, is refused. */
#include "data/formats/npy_header.h"

#include <stdio.h>
#include <string.h>

#include "core/byte_order.h"
#include "core/context.h"

static const char MAGIC[] = "\x93NUMPY";

/* What begins the type of elements in the order of bytes that is not the machine's. */
static const char OTHER_ORDER = BIG_ENDIAN_MACHINE ? '<' : '>';

enum { MAGIC_BYTES = sizeof MAGIC - 1, LARGEST_ELEMENT = 1 << 28 };

typedef struct cursor {
    const char *next;
    const char *end;
} cursor;

bool npy_begins(const uint8_t *begin, size_t count)
{
    return count >= MAGIC_BYTES && memcmp(begin, MAGIC, MAGIC_BYTES) == 0;
}

static void skip_space(cursor *at)
{
    while (at->next < at->end && (*at->next == ' ' || *at->next == '\n' || *at->next == '\t'))
        at->next++;
}

static bool take(cursor *at, char punctuation)
{
    skip_space(at);
    if (at->next == at->end || *at->next != punctuation)
        return false;
    at->next++;
    return true;
}

/* Whether a word is next, passed over then; what follows it is the caller's to look at. */
static bool take_word(cursor *at, const char *word)
{
    skip_space(at);
    const size_t length = strlen(word);
    if ((size_t)(at->end - at->next) < length || memcmp(at->next, word, length) != 0)
        return false;
    at->next += length;
    return true;
}

/* A string in quotes of either kind, without escapes, of fewer than `room` characters of printable ASCII. */
static bool take_string(cursor *at, char *text, size_t room)
{
    const char quote = take(at, '\'') ? '\'' : take(at, '"') ? '"' : '\0';
    size_t length = 0;
    while (quote != '\0' && at->next < at->end && *at->next != quote) {
        if (*at->next < ' ' || *at->next > '~' || *at->next == '\\' || length + 1 == room)
            return false;
        text[length++] = *at->next++;
    }
    text[length] = '\0';
    return quote != '\0' && take(at, quote);
}

static bool take_size(cursor *at, int64_t *size)
{
    skip_space(at);
    const char *const begin = at->next;
    *size = 0;
    for (; at->next < at->end && *at->next >= '0' && *at->next <= '9'; at->next++)
        if (__builtin_mul_overflow(*size, 10, size) ||
            __builtin_add_overflow(*size, *at->next - '0', size))
            return false;
    return at->next > begin && (*begin != '0' || at->next == begin + 1);
}

/* (), (3,), (3, 4) or (3, 4,). */
static bool take_shape(cursor *at, file_array *array)
{
    if (!take(at, '('))
        return false;
    bool comma = true;
    while (!take(at, ')')) {
        if (!comma || array->dimensions == ARRAY_MAX_DIMENSIONS ||
            !take_size(at, &array->shape[array->dimensions++]))
            return false;
        comma = take(at, ',');
    }
    return array->dimensions != 1 || comma;
}

static bool take_order(cursor *at, file_array *array)
{
    array->first_fastest = take_word(at, "True");
    return array->first_fastest || take_word(at, "False");
}

static bool take_descr(cursor *at, file_array *array)
{
    skip_space(at);
    if (at->next < at->end && *at->next == '[') {
        (void)snprintf(array->type, sizeof array->type, "[...]");
        while (at->next < at->end && *at->next != ']')
            at->next++;
        return take(at, ']');
    }
    return take_string(at, array->type, sizeof array->type);
}

typedef struct member {
    const char *key;
    bool (*take)(cursor *at, file_array *array);
} member;

static const member MEMBERS[] = {
    {"descr", take_descr},
    {"fortran_order", take_order},
    {"shape", take_shape},
};

enum { MEMBER_COUNT = sizeof MEMBERS / sizeof MEMBERS[0] };

static bool take_member(cursor *at, file_array *array, bool seen[MEMBER_COUNT])
{
    char key[20];
    if (!take_string(at, key, sizeof key) || !take(at, ':'))
        return false;
    for (int i = 0; i < MEMBER_COUNT; i++) {
        if (strcmp(key, MEMBERS[i].key) != 0)
            continue;
        const bool first = !seen[i];
        seen[i] = true;
        return first && MEMBERS[i].take(at, array);
    }
    return false;
}

static bool take_dictionary(cursor *at, file_array *array)
{
    bool seen[MEMBER_COUNT] = {false};
    if (!take(at, '{'))
        return false;
    bool comma = true;
    while (!take(at, '}')) {
        if (!comma || !take_member(at, array, seen))
            return false;
        comma = take(at, ',');
    }
    skip_space(at);
    return seen[0] && seen[1] && seen[2] && at->next == at->end && at->end[-1] == '\n';
}

typedef struct number_type {
    char kind;
    int bytes;
    array_kind read_as;
    int32_t dtype;
} number_type;

static const number_type NUMBERS[] = {
    {'b', 1, ARRAY_NUMBERS, LINCLASS_UINT8},   {'u', 1, ARRAY_NUMBERS, LINCLASS_UINT8},
    {'i', 1, ARRAY_NUMBERS, LINCLASS_INT8},    {'u', 2, ARRAY_NUMBERS, LINCLASS_UINT16},
    {'i', 2, ARRAY_NUMBERS, LINCLASS_INT16},   {'i', 4, ARRAY_NUMBERS, LINCLASS_INT32},
    {'i', 8, ARRAY_NUMBERS, LINCLASS_INT64},   {'f', 2, ARRAY_NUMBERS, LINCLASS_FLOAT16},
    {'f', 4, ARRAY_NUMBERS, LINCLASS_FLOAT32}, {'f', 8, ARRAY_NUMBERS, LINCLASS_FLOAT64},
    {'u', 4, ARRAY_UINT32, LINCLASS_INT64},    {'u', 8, ARRAY_UINT64, LINCLASS_INT64},
};

/* What to do about elements that are no numbers, by the letter of their kind. */
static const char *way_out(char kind)
{
    switch (kind) {
    case 'O':
        return "Python objects, which are not read: save it as numbers, as by X.astype('float32')";
    case 'c':
        return "complex numbers: save their real parts, or real and imaginary parts as columns";
    case 'M':
    case 'm':
        return "times: save them as numbers, as by X.astype('int64')";
    case 'f':
        return "floats of an unusual size: save it as by X.astype('float64')";
    default:
        return "neither numbers nor texts: save one array of numbers, as by X.astype('float32')";
    }
}

/* The letter of the kind and the size in bytes of a type such as '<f4'; false where it is not of that
 * form. */
static bool split_type(const file_array *array, char *kind, int64_t *size)
{
    const char *at = array->type;
    if (*at != '\0' && strchr("<>|=", *at) != NULL)
        at++;
    *kind = *at;
    if (*at != '\0')
        at++;
    cursor digits = {at, at + strlen(at)};
    return *at != ' ' && take_size(&digits, size) && digits.next == digits.end &&
           *size <= LARGEST_ELEMENT;
}

static linclass_status find_type(linclass_context *ctx, file_array *array)
{
    char kind;
    int64_t size = 0;
    const bool whole = split_type(array, &kind, &size);
    array->swapped = array->type[0] == OTHER_ORDER && size > 1;
    for (size_t i = 0; whole && i < sizeof NUMBERS / sizeof NUMBERS[0]; i++) {
        if (NUMBERS[i].kind != kind || NUMBERS[i].bytes != size)
            continue;
        array->kind = NUMBERS[i].read_as;
        array->dtype = NUMBERS[i].dtype;
        array->element_bytes = (size_t)size;
        return LINCLASS_OK;
    }
    if (whole && (kind == 'S' || kind == 'U')) {
        array->kind = kind == 'S' ? ARRAY_BYTE_TEXTS : ARRAY_UNICODE_TEXTS;
        array->element_bytes = (size_t)(kind == 'S' ? size : 4 * size);
        array->swapped = kind == 'U' && array->type[0] == OTHER_ORDER;
        return LINCLASS_OK;
    }
    return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED, "%s has elements of dtype '%s', %s",
                        array->name, array->type, way_out(kind));
}

static linclass_status fail_truncated(linclass_context *ctx, const file_array *array, size_t count)
{
    return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                        "%s is truncated: it ends after %zu bytes, in its header", array->name,
                        count);
}

linclass_status npy_read_header(linclass_context *ctx, const uint8_t *bytes, size_t count,
                                file_array *array, size_t *header_bytes)
{
    if (!npy_begins(bytes, count))
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s is no .npy file: it does not begin with \\x93NUMPY", array->name);
    if (count < MAGIC_BYTES + 6)
        return fail_truncated(ctx, array, count);
    const int version = bytes[MAGIC_BYTES];
    if (version < 1 || version > 3 || bytes[MAGIC_BYTES + 1] != 0)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s is of version %d.%d of the .npy format; 1.0, 2.0 and 3.0 are known",
                            array->name, version, bytes[MAGIC_BYTES + 1]);
    const uint8_t *const at = bytes + MAGIC_BYTES + 2;
    size_t length = at[0] | (size_t)at[1] << 8;
    if (version > 1)
        length |= (size_t)at[2] << 16 | (size_t)at[3] << 24;
    const size_t begin = MAGIC_BYTES + 2 + (version == 1 ? 2 : 4);
    if (length > NPY_HEADER_BYTES - begin)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s has a header of %zu bytes, more than any array of numbers needs",
                            array->name, length);
    if (length > count - begin)
        return fail_truncated(ctx, array, count);
    cursor header = {(const char *)bytes + begin, (const char *)bytes + begin + length};
    if (!take_dictionary(&header, array))
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s: the header is not {'descr': ..., 'fortran_order': ..., 'shape': "
                            "...} and a newline, at byte %td",
                            array->name, header.next - (const char *)bytes);
    *header_bytes = begin + length;
    const linclass_status status = find_type(ctx, array);
    return status == LINCLASS_OK ? array_measure(ctx, array) : status;
}

linclass_status npy_read(linclass_context *ctx, const uint8_t *bytes, size_t count,
                         file_array *array)
{
    char text[200];
    size_t begin = 0;
    const linclass_status status = npy_read_header(ctx, bytes, count, array, &begin);
    if (status != LINCLASS_OK)
        return status;
    if (array->bytes > count - begin)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s is truncated: its header says %s, %zu bytes, but no more than %zu "
                            "follow it",
                            array->name, array_describe(array, text), array->bytes, count - begin);
    if (array->bytes < count - begin)
        return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                            "%s goes on after the last of its %s elements, %zu bytes", array->name,
                            array_describe(array, text), array->bytes);
    array->elements = bytes + begin;
    return LINCLASS_OK;
}
