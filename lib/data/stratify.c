/* A shuffle, then a counting sort by class: stable, so that the rows of a class keep their random order;
 * O(m + k). */
#include "data/stratify.h"

#include "core/context.h"
#include "core/random.h"
#include "core/space.h"
#include "data/labels.h"

/* The arrays of a gathering. */
typedef struct gathering {
    int64_t m;
    int64_t k;
    int64_t *shuffled;    /* m */
    int64_t *class_order; /* k */
    int64_t *class_begin; /* k */
} gathering;

static void lay_out(void *owner, space_plan *plan)
{
    gathering *self = owner;
    self->shuffled = space_next(plan, self->m, 1, sizeof(int64_t));
    self->class_order = space_next(plan, self->k, 1, sizeof(int64_t));
    self->class_begin = space_next(plan, self->k, 1, sizeof(int64_t));
}

/* sequence := the shuffled rows, class after class; class_of: m, in 0..k-1. */
static void gather_classes(const gathering *self, const int64_t *class_of, int64_t *sequence)
{
    const int64_t m = self->m;
    const int64_t k = self->k;
    for (int64_t c = 0; c < k; c++)
        self->class_begin[c] = 0;
    for (int64_t i = 0; i < m; i++)
        self->class_begin[class_of[i]]++;
    int64_t begin = 0;
    for (int64_t place = 0; place < k; place++) {
        int64_t *const at = &self->class_begin[self->class_order[place]];
        const int64_t count = *at;
        *at = begin;
        begin += count;
    }
    for (int64_t t = 0; t < m; t++) {
        const int64_t row = self->shuffled[t];
        sequence[self->class_begin[class_of[row]]++] = row;
    }
}

static linclass_status stratify_classes(linclass_context *ctx, int64_t m, const int64_t *y,
                                        uint64_t seed, int64_t *class_of, int64_t *sequence)
{
    int64_t k;
    int64_t *classes;
    void *memory;
    linclass_status status = labels_classes(ctx, m, y, &classes, &k);
    if (status != LINCLASS_OK)
        return status;
    gathering self = {.m = m, .k = k};
    status = space_lay_out(ctx, lay_out, &self, "gathering classes", &memory);
    if (status == LINCLASS_OK) {
        random_permutation(seed, stratify_stream(STRATIFY_ROWS), m, self.shuffled);
        random_permutation(seed, stratify_stream(STRATIFY_CLASSES), k, self.class_order);
        status = labels_encode(ctx, "y", m, y, k, classes, class_of);
        if (status == LINCLASS_OK)
            gather_classes(&self, class_of, sequence);
        context_release(ctx, memory);
    }
    context_release(ctx, classes);
    return status;
}

linclass_status stratify(linclass_context *ctx, int64_t m, const int64_t *y, uint64_t seed,
                         int64_t *class_of, int64_t **sequence)
{
    void *taken;
    *sequence = NULL;
    linclass_status status =
        context_allocate_array(ctx, m, sizeof(int64_t), "the order of the rows", &taken);
    if (status == LINCLASS_OK && y == NULL)
        random_permutation(seed, stratify_stream(STRATIFY_ROWS), m, taken);
    else if (status == LINCLASS_OK)
        status = stratify_classes(ctx, m, y, seed, class_of, taken);
    if (status == LINCLASS_OK)
        *sequence = taken;
    else
        context_release(ctx, taken);
    return status;
}
