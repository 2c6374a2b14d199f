/* Memory in which a kernel that strays is caught: an area between two pages that cannot be touched,
 * and canaries around what was handed out. */
#ifndef TESTS_KERNEL_ARENA_H
#define TESTS_KERNEL_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct arena {
    unsigned char *begin;
    unsigned char *end;
} arena;

/* The byte canaries and padding are made of; as a float or double, a finite number. */
enum { CANARY = 0xA5 };

/* Room for `bytes` bytes in any placement; ends the program when there is no memory. */
arena arena_open(size_t bytes);
void arena_close(arena *self);

/* `bytes` bytes of canary: `offset` bytes after the first page boundary, or, for a negative offset,
 * flush with the second: the byte behind the last one cannot be read. One placement at a time. */
void *arena_place(arena *self, size_t bytes, long offset);

/* The canaries around the placement are untouched. */
bool arena_intact(const arena *self, const void *placed, size_t bytes);

#endif
