/* As much of JSON as the library reads: objects, strings, lists, sizes, read where they
 * lie. Nothing is copied or allocated, nothing recurses. */
#ifndef CORE_JSON_READ_H
#define CORE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/json_string.h"

/* What is left to read. */
typedef struct json_cursor {
    const char *next;
    const char *end;
} json_cursor;

/* Each passes over white space first. What is not there is not taken. */
bool json_take(json_cursor *cursor, char punctuation);
bool json_take_string(json_cursor *cursor, json_text *text);
/* An integer in 0..2^63 - 1. */
bool json_take_size(json_cursor *cursor, int64_t *size);
bool json_at_end(json_cursor *cursor);

/* The next member of an object whose brace has been taken: its key and the colon, or the end, brace
 * included. index: 0 for the first member. A key with an escape in it is an error: so that a key has
 * one spelling. */
typedef enum { JSON_MEMBER, JSON_END, JSON_ERROR } json_step;
json_step json_next_member(json_cursor *cursor, int64_t index, json_text *key);

bool json_text_is(json_text text, const char *word);
bool json_texts_equal(json_text a, json_text b);

#endif
