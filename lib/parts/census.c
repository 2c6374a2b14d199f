#include "parts/census.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/context.h"
#include "data/automatic_scale.h"
#include "data/elements.h"
#include "data/labels.h"
#include "data/matrix.h"

/* Both structs consist of 8-byte numbers: the sums of a node begin with a census up to its labels. */
enum {
    FIXED = offsetof(census, labels) / sizeof(double),
    LABEL = sizeof(census_label) / sizeof(double)
};

static const int64_t MOST_ROWS = INT64_C(1) << 53;

static linclass_status new_sums(linclass_context *ctx, int64_t labels, part_node *node)
{
    node->length = FIXED + labels * LABEL;
    return context_allocate_doubles(ctx, node->length, "a census", &node->sums);
}

/* The labels of sums. */
static census_label *labels_in(double *sums)
{
    return (census_label *)(void *)(sums + FIXED);
}

static void write(const census *self, double *sums)
{
    memcpy(sums, self, FIXED * sizeof *sums);
}

/* Sums of two such numbers do not overflow. */
static bool is_count(int64_t rows)
{
    return rows >= 0 && rows <= MOST_ROWS;
}

static bool is_weight(double weight)
{
    return weight >= 0 && isfinite(weight);
}

static bool is_label(const census_label *label)
{
    return is_count(label->rows) && is_weight(label->weight) && is_weight(label->largest);
}

static bool is_columns(const census_extreme *columns)
{
    return columns->part < 0 || (columns->value >= 0 && columns->value <= PART_MOST_FEATURES &&
                                 columns->value == floor(columns->value));
}

static bool is_scale(const census_extreme *scale)
{
    return scale->part < 0 || (isfinite(scale->value) && scale->value != 0);
}

static bool is_truth(int64_t value)
{
    return value == 0 || value == 1;
}

/* Whether all but the labels of a census is what a part may say. */
static bool is_described(const census *self)
{
    return is_count(self->rows) && is_truth(self->weighted) && is_truth(self->wide) &&
           is_truth(self->sparse) && is_truth(self->with_offset) && is_truth(self->unlabelled) &&
           is_truth(self->automatic) && is_scale(&self->least_scale) &&
           is_scale(&self->greatest_scale) && is_weight(self->elements) &&
           is_columns(&self->fewest_columns) && is_columns(&self->most_columns) &&
           is_columns(&self->fewest_targets) && is_columns(&self->most_targets);
}

linclass_status census_read(linclass_context *ctx, const part_node *node, census *self)
{
    if (node->length >= FIXED) {
        memcpy(self, node->sums, FIXED * sizeof *node->sums);
        self->labels = labels_in(node->sums);
        const int64_t room = (node->length - FIXED) / LABEL;
        bool fits =
            is_described(self) && self->label_count == room && node->length == FIXED + room * LABEL;
        for (int64_t j = 0; fits && j < room; j++)
            fits = is_label(&self->labels[j]) &&
                   (j == 0 || self->labels[j - 1].label < self->labels[j].label);
        if (fits)
            return LINCLASS_OK;
    }
    return context_fail(ctx, LINCLASS_ERROR_FORMAT,
                        "the census of part %lld has fields that do not fit together",
                        (long long)node->first);
}

static void count_labels(const part_rows *rows, const int64_t *classes, census_label *labels,
                         int64_t count, const int64_t *place)
{
    for (int64_t j = 0; j < count; j++)
        labels[j] = (census_label){.label = classes[j]};
    for (int64_t i = 0; i < rows->X.rows; i++) {
        census_label *label = &labels[place[i]];
        const double weight = rows->given_weights == NULL ? 1 : rows->given_weights[i];
        label->rows++;
        label->weight += weight;
        label->largest = weight > label->largest ? weight : label->largest;
    }
}

/* The distinct labels; of rows without any, all classes that their probabilities have. */
static linclass_status find_classes(linclass_context *ctx, const part_rows *rows, int64_t **classes,
                                    int64_t *count)
{
    if (rows->best == NULL)
        return labels_classes(ctx, rows->X.rows, rows->labels, classes, count);
    void *memory;
    *count = rows->probabilities.cols;
    const linclass_status status =
        context_allocate_array(ctx, *count, sizeof(int64_t), "classes", &memory);
    *classes = memory;
    for (int64_t j = 0; status == LINCLASS_OK && j < *count; j++)
        (*classes)[j] = j;
    return status;
}

static linclass_status take_labels(linclass_context *ctx, const part_rows *rows, census *found,
                                   part_node *node)
{
    const int64_t m = rows->X.rows;
    int64_t *classes;
    linclass_status status = find_classes(ctx, rows, &classes, &found->label_count);
    if (status != LINCLASS_OK)
        return status;
    void *place = NULL;
    status = context_allocate_array(ctx, m, sizeof(int64_t), "classes of the rows", &place);
    if (status == LINCLASS_OK)
        status = labels_encode(ctx, "y", m, rows->labels, found->label_count, classes, place);
    if (status == LINCLASS_OK)
        status = new_sums(ctx, found->label_count, node);
    if (status == LINCLASS_OK) {
        write(found, node->sums);
        count_labels(rows, classes, labels_in(node->sums), found->label_count, place);
    }
    context_release(ctx, place);
    context_release(ctx, classes);
    return status;
}

linclass_status census_take(linclass_context *ctx, const part_rows *rows, bool labelled,
                            bool check_finite, part_node *node)
{
    const linclass_matrix *X = &rows->X;
    const bool none = X->rows == 0;
    const int64_t part = none ? -1 : node->first;
    const double targets = rows->with_probabilities ? (double)rows->probabilities.cols : 0;
    const double scale = X->scale != 0 ? X->scale : automatic_scale_of_rows(X);
    census found = {
        .rows = X->rows,
        .weighted = rows->given_weights != NULL,
        .wide = !none && !element_fits_float(X->dtype),
        .sparse = !none && matrix_is_sparse(X),
        .with_offset = !none && X->offset != NULL,
        .unlabelled = !none && !labelled,
        .elements =
            matrix_is_sparse(X) ? (double)matrix_nonzeros(X) : (double)X->rows * (double)X->cols,
        .fewest_columns = {(double)X->cols, part},
        .most_columns = {(double)X->cols, part},
        .least_scale = {scale, scale != 0 ? part : -1},
        .greatest_scale = {scale, scale != 0 ? part : -1},
        .automatic = !none && X->scale == 0,
        .fewest_targets = {targets, part},
        .most_targets = {targets, part},
    };
    if (X->cols > PART_MOST_FEATURES)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "X has %" PRId64 " columns, more than parts may have", X->cols);
    linclass_status status = part_rows_check_probabilities(ctx, rows);
    if (status == LINCLASS_OK && check_finite) {
        linclass_matrix view = *X;
        view.scale = scale != 0 ? scale : 1;
        status = matrix_find_non_finite(ctx, "X", &view, 0, X->rows);
    }
    return status == LINCLASS_OK ? take_labels(ctx, rows, &found, node) : status;
}

/* *one becomes the lower of both, of equal ones the first; sign -1: the higher. */
static void keep_extreme(census_extreme *one, census_extreme other, double sign)
{
    if (other.part >= 0 && (one->part < 0 || sign * other.value < sign * one->value))
        *one = other;
}

/* The labels of both, in order; how many. to: NULL to count them. */
static int64_t merge_labels(const census *a, const census *b, census_label *to)
{
    int64_t count = 0;
    for (int64_t i = 0, j = 0; i < a->label_count || j < b->label_count; count++) {
        const bool of_a =
            i < a->label_count && (j == b->label_count || a->labels[i].label <= b->labels[j].label);
        const bool of_b =
            j < b->label_count && (i == a->label_count || b->labels[j].label <= a->labels[i].label);
        census_label label = of_a ? a->labels[i] : b->labels[j];
        if (of_a && of_b) {
            label.rows += b->labels[j].rows;
            label.weight += b->labels[j].weight;
            label.largest =
                b->labels[j].largest > label.largest ? b->labels[j].largest : label.largest;
        }
        i += of_a;
        j += of_b;
        if (to != NULL)
            to[count] = label;
    }
    return count;
}

linclass_status census_add(linclass_context *ctx, part_node *left, const part_node *right)
{
    census a = {0};
    census b = {0};
    linclass_status status = census_read(ctx, left, &a);
    if (status == LINCLASS_OK)
        status = census_read(ctx, right, &b);
    if (status != LINCLASS_OK)
        return status;
    census both = a;
    both.rows += b.rows;
    both.weighted |= b.weighted;
    both.wide |= b.wide;
    both.sparse |= b.sparse;
    both.with_offset |= b.with_offset;
    both.unlabelled |= b.unlabelled;
    both.automatic |= b.automatic;
    both.elements += b.elements;
    keep_extreme(&both.fewest_columns, b.fewest_columns, 1);
    keep_extreme(&both.most_columns, b.most_columns, -1);
    keep_extreme(&both.least_scale, b.least_scale, 1);
    keep_extreme(&both.greatest_scale, b.greatest_scale, -1);
    keep_extreme(&both.fewest_targets, b.fewest_targets, 1);
    keep_extreme(&both.most_targets, b.most_targets, -1);
    both.label_count = merge_labels(&a, &b, NULL);
    part_node made = *left;
    status = new_sums(ctx, both.label_count, &made);
    if (status != LINCLASS_OK)
        return status;
    write(&both, made.sums);
    (void)merge_labels(&a, &b, labels_in(made.sums));
    context_release(ctx, left->sums);
    *left = made;
    return LINCLASS_OK;
}
