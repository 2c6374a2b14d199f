/* Sums over parts, added along one binary tree over their numbers: node (level, i) is of the parts
 * i 2^level .. (i + 1) 2^level - 1. Two siblings that meet become their parent; so what there is of a set of parts is
 * the same in whatever order they come. */
#ifndef PARTS_TREE_H
#define PARTS_TREE_H

#include <linclass/context.h>
#include <linclass/status.h>

enum { PARTS_LEVELS = 40 };
static const int64_t MOST_PARTS = INT64_C(1) << PARTS_LEVELS;

/* Numbers behind those of a node. */
typedef struct part_piece {
    struct part_piece *next;
    int64_t length;
    double *sums;
} part_piece;

/* The sums of the parts first..first + 2^level - 1. */
typedef struct part_node {
    int64_t first;
    int64_t level;
    int64_t rows;   /* of these parts */
    int64_t digest; /* the sum of theirs, by part_rows_digest */
    int64_t length; /* of sums and the pieces behind it, 8 bytes each */
    double *sums;   /* owned by the tree; numbers of a census are moved by memcpy */
    /* Sampled rows of the parts behind the first, in their order; or NULL. */
    part_piece *more;
    part_piece *last;
} part_node;

typedef struct part_tree {
    linclass_context *ctx;
    int64_t kind; /* PART_*: how sums are added */
    int64_t count;
    int64_t capacity;
    part_node *nodes; /* ascending */
} part_tree;

void part_tree_end(part_tree *self);

/* Add a node, whose sums, from context_allocate, become the tree's whatever the status. Errors: FORMAT (a part that is
 * there already; sums that do not fit those of its sibling), MEMORY. */
linclass_status part_tree_add(part_tree *self, part_node node);

/* Make one node of all, siblings or not, from the last to the first: what the tree becomes when no more parts come;
 * sampled rows remain in pieces. Errors: as above, and FORMAT where a part before the last, or the first, is
 * missing. */
linclass_status part_tree_finish(part_tree *self, const char *name);

#endif
