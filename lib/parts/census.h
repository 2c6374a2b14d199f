/* What there is in parts: rows, columns, and labels with what they count. Two censuses add up to that of both. */
#ifndef PARTS_CENSUS_H
#define PARTS_CENSUS_H

#include <stdbool.h>

#include "parts/part_rows.h"
#include "parts/tree.h"

/* A number, and the first part that has it. */
typedef struct census_extreme {
    double value;
    int64_t part;
} census_extreme;

/* The rows of one label. */
typedef struct census_label {
    int64_t label;
    int64_t rows;
    double weight;  /* sum of their weights, without those of classes */
    double largest; /* of their weights */
} census_label;

typedef struct census {
    int64_t rows;
    int64_t weighted; /* whether a part has weights */
    int64_t wide;     /* whether a part has elements that single precision cannot hold */
    int64_t sparse;   /* whether a part has sparse rows */
    int64_t with_offset;
    int64_t unlabelled; /* whether a part has probabilities and no labels */
    double elements;
    census_extreme fewest_columns; /* of parts with rows; part -1: there are none */
    census_extreme most_columns;
    census_extreme
        least_scale; /* of parts whose view or elements say one; part -1: there are none */
    census_extreme greatest_scale;
    census_extreme fewest_targets; /* columns of probabilities, 0 where there are labels alone */
    census_extreme most_targets;
    int64_t automatic; /* whether a view leaves its scale to the fit */
    int64_t label_count;
    census_label *labels; /* ascending; in the memory of the sums */
} census;

/* The census of a part as sums of a node, from context_allocate. Errors: NON_FINITE where that is looked for,
 * INVALID_ARGUMENT (a probability), MEMORY. */
linclass_status census_take(linclass_context *ctx, const part_rows *rows, bool labelled,
                            bool check_finite, part_node *node);

/* Read sums; self->labels lies in them. Errors: FORMAT. */
linclass_status census_read(linclass_context *ctx, const part_node *node, census *self);

/* left := left + right. Errors: FORMAT, MEMORY. */
linclass_status census_add(linclass_context *ctx, part_node *left, const part_node *right);

#endif
