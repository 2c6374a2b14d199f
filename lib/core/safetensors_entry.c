#include "core/safetensors_entry.h"

static bool take_dtype(json_cursor *cursor, int max_rank, safetensors_entry *entry)
{
    (void)max_rank;
    return json_take_string(cursor, &entry->dtype);
}

static bool take_shape(json_cursor *cursor, int max_rank, safetensors_entry *entry)
{
    if (!json_take(cursor, '['))
        return false;
    if (json_take(cursor, ']'))
        return true;
    do {
        if (entry->rank == max_rank || !json_take_size(cursor, &entry->shape[entry->rank++]))
            return false;
    } while (json_take(cursor, ','));
    return json_take(cursor, ']');
}

static bool take_offsets(json_cursor *cursor, int max_rank, safetensors_entry *entry)
{
    (void)max_rank;
    return json_take(cursor, '[') && json_take_size(cursor, &entry->begin) &&
           json_take(cursor, ',') && json_take_size(cursor, &entry->end) && json_take(cursor, ']');
}

typedef struct entry_member {
    const char *key;
    bool (*take)(json_cursor *cursor, int max_rank, safetensors_entry *entry);
    entry_result wrong;
} entry_member;

static const entry_member MEMBERS[] = {
    {"dtype", take_dtype, ENTRY_BAD_DTYPE},
    {"shape", take_shape, ENTRY_BAD_SHAPE},
    {"data_offsets", take_offsets, ENTRY_BAD_OFFSETS},
};

enum { MEMBER_COUNT = sizeof MEMBERS / sizeof MEMBERS[0] };

static int find_member(json_text key)
{
    for (int member = 0; member < MEMBER_COUNT; member++)
        if (json_text_is(key, MEMBERS[member].key))
            return member;
    return -1;
}

entry_result safetensors_entry_read(json_cursor *cursor, int max_rank, safetensors_entry *entry)
{
    bool seen[MEMBER_COUNT] = {false};
    *entry = (safetensors_entry){.rank = 0};
    if (!json_take(cursor, '{'))
        return ENTRY_INCOMPLETE;
    for (int64_t index = 0;; index++) {
        json_text key;
        const json_step step = json_next_member(cursor, index, &key);
        if (step == JSON_END && index == MEMBER_COUNT)
            return ENTRY_READ;
        const int member = step == JSON_MEMBER ? find_member(key) : -1;
        if (member < 0 || seen[member])
            return ENTRY_INCOMPLETE;
        if (!MEMBERS[member].take(cursor, max_rank, entry))
            return MEMBERS[member].wrong;
        seen[member] = true;
    }
}

bool safetensors_metadata_skip(json_cursor *cursor)
{
    json_text key;
    json_text value;
    if (!json_take(cursor, '{'))
        return false;
    for (int64_t index = 0;; index++) {
        const json_step step = json_next_member(cursor, index, &key);
        if (step == JSON_END)
            return true;
        if (step == JSON_ERROR || !json_take_string(cursor, &value))
            return false;
    }
}
