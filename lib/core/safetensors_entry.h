/* The entry of a tensor in the header of a safetensors file: {"dtype": ..., "shape": [...],
 * "data_offsets": [begin, end]}. The container is described in model_file/safetensors.h. */
#ifndef CORE_SAFETENSORS_ENTRY_H
#define CORE_SAFETENSORS_ENTRY_H

#include "core/json_read.h"

enum { SAFETENSORS_ENTRY_MAX_RANK = 16 };

typedef struct safetensors_entry {
    json_text dtype;
    int rank;
    int64_t shape[SAFETENSORS_ENTRY_MAX_RANK];
    int64_t begin; /* offsets in bytes from the end of the header */
    int64_t end;
} safetensors_entry;

typedef enum {
    ENTRY_READ,
    ENTRY_INCOMPLETE, /* not each member once, or others */
    ENTRY_BAD_DTYPE,  /* no string */
    ENTRY_BAD_SHAPE,  /* no list of at most max_rank sizes */
    ENTRY_BAD_OFFSETS /* not two sizes */
} entry_result;

/* Read an entry: each member once, in any order. What the numbers say is the caller's to check. */
entry_result safetensors_entry_read(json_cursor *cursor, int max_rank, safetensors_entry *entry);

/* Pass over the value of __metadata__, a map of strings; false where it is none. */
bool safetensors_metadata_skip(json_cursor *cursor);

#endif
