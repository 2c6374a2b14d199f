#include "parts/tree.h"

#include <stdbool.h>
#include <string.h>

#include "core/context.h"
#include "parts/sums.h"

void part_tree_end(part_tree *self)
{
    for (int64_t i = 0; i < self->count; i++)
        part_sums_release(self->ctx, &self->nodes[i]);
    context_release(self->ctx, self->nodes);
    self->count = self->capacity = 0;
    self->nodes = NULL;
}

static int64_t end_of(const part_node *node)
{
    return node->first + (INT64_C(1) << node->level);
}

static linclass_status grow(part_tree *self)
{
    if (self->count < self->capacity)
        return LINCLASS_OK;
    const int64_t capacity = 2 * self->capacity + 8;
    void *memory;
    const linclass_status status =
        context_allocate_array(self->ctx, capacity, sizeof *self->nodes, "sums of parts", &memory);
    if (status != LINCLASS_OK)
        return status;
    if (self->count > 0)
        memcpy(memory, self->nodes, (size_t)self->count * sizeof *self->nodes);
    context_release(self->ctx, self->nodes);
    self->nodes = memory;
    self->capacity = capacity;
    return LINCLASS_OK;
}

static bool are_siblings(const part_node *left, const part_node *right)
{
    return left->level == right->level && (left->first >> left->level) % 2 == 0 &&
           end_of(left) == right->first;
}

/* Nodes at and at + 1 become one, of the level given. */
static linclass_status join(part_tree *self, int64_t at, int64_t level)
{
    part_node *left = &self->nodes[at];
    part_node *right = left + 1;
    const linclass_status status = part_sums_add(self->ctx, self->kind, left, right);
    if (status != LINCLASS_OK)
        return status;
    part_sums_release(self->ctx, right);
    left->level = level;
    left->rows += right->rows;
    left->digest = (int64_t)((uint64_t)left->digest + (uint64_t)right->digest);
    self->count--;
    memmove(left + 1, left + 2, (size_t)(self->count - at - 1) * sizeof *left);
    return LINCLASS_OK;
}

linclass_status part_tree_add(part_tree *self, part_node node)
{
    int64_t at = self->count;
    while (at > 0 && self->nodes[at - 1].first > node.first)
        at--;
    linclass_status status = LINCLASS_OK;
    if ((at > 0 && end_of(&self->nodes[at - 1]) > node.first) ||
        (at < self->count && end_of(&node) > self->nodes[at].first))
        status = context_fail(self->ctx, LINCLASS_ERROR_FORMAT, "part %lld has answered twice",
                              (long long)node.first);
    if (status == LINCLASS_OK)
        status = grow(self);
    if (status != LINCLASS_OK) {
        context_release(self->ctx, node.sums);
        return status;
    }
    memmove(self->nodes + at + 1, self->nodes + at, (size_t)(self->count - at) * sizeof node);
    self->nodes[at] = node;
    self->count++;
    for (;;) {
        const bool with_next =
            at + 1 < self->count && are_siblings(&self->nodes[at], &self->nodes[at + 1]);
        if (!with_next && (at == 0 || !are_siblings(&self->nodes[at - 1], &self->nodes[at])))
            return LINCLASS_OK;
        at -= !with_next;
        status = join(self, at, self->nodes[at].level + 1);
        if (status != LINCLASS_OK)
            return status;
    }
}

linclass_status part_tree_finish(part_tree *self, const char *name)
{
    for (int64_t i = 0; i < self->count; i++) {
        const int64_t expected = i == 0 ? 0 : end_of(&self->nodes[i - 1]);
        if (self->nodes[i].first != expected)
            return context_fail(self->ctx, LINCLASS_ERROR_FORMAT, "%s lacks part %lld", name,
                                (long long)expected);
    }
    linclass_status status = LINCLASS_OK;
    while (self->count > 1 && status == LINCLASS_OK)
        status = join(self, self->count - 2, self->nodes[self->count - 2].level);
    return status;
}
