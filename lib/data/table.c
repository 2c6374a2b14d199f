#include "data/table.h"

void table_end(table *self)
{
    const allocator source = self->allocator;
    for (int64_t j = 0; self->column != NULL && j < self->columns; j++) {
        allocator_give(&source, self->column[j].numbers);
        allocator_give(&source, self->column[j].codes);
        text_list_end(&self->column[j].categories, &source);
    }
    allocator_give(&source, self->column);
    allocator_give(&source, self->lines);
    text_list_end(&self->names, &source);
    *self = (table){0};
}
