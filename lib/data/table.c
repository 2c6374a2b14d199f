#include "data/table.h"

#include <inttypes.h>
#include <stdio.h>

void table_place(const table *self, int64_t row, int64_t column, char text[TABLE_PLACE])
{
    char line[40] = "";
    if (row >= 0 && self->lines != NULL)
        (void)snprintf(line, sizeof line, ", line %" PRId64, self->lines[row]);
    else if (row >= 0)
        (void)snprintf(line, sizeof line, ", row %" PRId64, row);
    const char *name = text_list_get(&self->names, column);
    if (name != NULL)
        (void)snprintf(text, TABLE_PLACE, "%s%s, column '%.100s'", self->source, line, name);
    else
        (void)snprintf(text, TABLE_PLACE, "%s%s, column %" PRId64, self->source, line, column);
}

void table_end(table *self)
{
    const allocator source = self->allocator;
    for (int64_t j = 0; self->column != NULL && j < self->columns; j++) {
        if (!self->column[j].in_block)
            allocator_give(&source, self->column[j].numbers);
        allocator_give(&source, self->column[j].codes);
        text_list_end(&self->column[j].categories, &source);
    }
    allocator_give(&source, self->column);
    allocator_give(&source, self->block);
    allocator_give(&source, self->lines);
    text_list_end(&self->names, &source);
    *self = (table){0};
}
