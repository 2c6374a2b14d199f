#include "support/guarded.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { POISON = 0xff };

static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t extent_bytes(int64_t rows, int64_t cols, int64_t ld, size_t element)
{
    return rows == 0 || cols == 0 ? 0 : (size_t)((rows - 1) * ld + cols) * element;
}

guarded guarded_new(int64_t rows, int64_t cols, int64_t ld, size_t element)
{
    const size_t page = page_bytes();
    const size_t extent = extent_bytes(rows, cols, ld, element);
    const size_t accessible = (extent / page + 1) * page; /* at least one byte before the data */
    guarded self = {.rows = rows, .cols = cols, .ld = ld, .element = element};
    self.map_bytes = accessible + page;
    self.map =
        mmap(NULL, self.map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (self.map == MAP_FAILED || mprotect(self.map + accessible, page, PROT_NONE) != 0)
        abort();
    memset(self.map, POISON, accessible);
    self.data = self.map + accessible - extent;
    return self;
}

void guarded_free(guarded *self)
{
    munmap(self->map, self->map_bytes);
    *self = (guarded){0};
}

static bool all_poison(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != POISON)
            return false;
    }
    return true;
}

bool guarded_intact(const guarded *self)
{
    const unsigned char *data = self->data;
    if (!all_poison(self->map, (size_t)(data - self->map)))
        return false;
    if (self->cols == 0)
        return true;
    const size_t row = (size_t)self->cols * self->element;
    const size_t stride = (size_t)self->ld * self->element;
    for (int64_t i = 0; i + 1 < self->rows; i++) {
        if (!all_poison(data + (size_t)i * stride + row, stride - row))
            return false;
    }
    return true;
}

void guarded_poison(guarded *self)
{
    memset(self->data, POISON, extent_bytes(self->rows, self->cols, self->ld, self->element));
}

bool guarded_untouched(const guarded *self)
{
    return all_poison(self->data, extent_bytes(self->rows, self->cols, self->ld, self->element));
}
