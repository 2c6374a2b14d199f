#include "arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { AROUND = 256 };

arena arena_open(size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t room = (bytes + 2 * AROUND + page - 1) / page * page;
    unsigned char *map = mmap(NULL, room + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED || mprotect(map + page, room, PROT_READ | PROT_WRITE) != 0) {
        perror("arena_open");
        exit(1);
    }
    return (arena){.begin = map + page, .end = map + page + room};
}

void arena_close(arena *self)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    munmap(self->begin - page, (size_t)(self->end - self->begin) + 2 * page);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void *arena_place(arena *self, size_t bytes, long offset)
{
    unsigned char *placed = offset < 0 ? self->end - bytes : self->begin + offset;
    const size_t before = smaller(AROUND, (size_t)(placed - self->begin));
    const size_t after = smaller(AROUND, (size_t)(self->end - placed) - bytes);
    memset(placed - before, CANARY, before + bytes + after);
    return placed;
}

bool arena_intact(const arena *self, const void *placed, size_t bytes)
{
    const unsigned char *begin = placed;
    const unsigned char *end = begin + bytes;
    const unsigned char *first = begin - smaller(AROUND, (size_t)(begin - self->begin));
    const unsigned char *last = end + smaller(AROUND, (size_t)(self->end - end));
    for (const unsigned char *byte = first; byte < last; byte++) {
        if ((byte < begin || byte >= end) && *byte != CANARY)
            return false;
    }
    return true;
}
