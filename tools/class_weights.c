#include "class_weights.h"

#include <stdlib.h>
#include <string.h>

#include <linclass/model.h>

#include "exit_status.h"
#include "label_texts.h"
#include "message.h"
#include "number.h"

enum { ITEM_BYTES = 1024 };

typedef struct item {
    char label[ITEM_BYTES]; /* as it is named */
    double weight;
} item;

/* The item at *text, which moves on to the next, or to the end; false when there is none as it should
 * be. */
static bool next_item(const char **text, item *read)
{
    const size_t length = strcspn(*text, ",");
    if (length >= sizeof read->label)
        return false;
    memcpy(read->label, *text, length);
    read->label[length] = '\0';
    char *weight = strrchr(read->label, '=');
    if (weight == NULL || weight == read->label)
        return false;
    *weight++ = '\0';
    if (!parse_real(weight, &read->weight) || read->weight < 0)
        return false;
    *text += length;
    if (**text == '\0')
        return true;
    ++*text;
    return **text != '\0';
}

/* Whether one of the items that end at `end` names the label. */
static bool named_before(const char *text, const char *end, const char *label)
{
    item read;
    while (text < end && next_item(&text, &read)) {
        if (strcmp(read.label, label) == 0)
            return true;
    }
    return false;
}

bool class_weights_check(const char *text)
{
    const char *place = text;
    do {
        const char *begin = place;
        item read;
        if (!next_item(&place, &read) || named_before(text, begin, read.label))
            return false;
    } while (*place != '\0');
    return true;
}

static int compare(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* The classes of the fit, ascending; to be freed. */
static int64_t *find_classes(int64_t m, const int64_t *y, const linclass_fit_options *options,
                             int64_t *count)
{
    if (options->initial != NULL) {
        *count = linclass_model_classes(options->initial);
        y = linclass_model_labels(options->initial);
        m = *count;
    }
    int64_t *labels = allocate((size_t)m, sizeof *labels);
    memcpy(labels, y, (size_t)m * sizeof *labels);
    qsort(labels, (size_t)m, sizeof *labels, compare);
    *count = 0;
    for (int64_t i = 0; i < m; i++) {
        const bool ignored = options->has_ignore_label && labels[i] == options->ignore_label;
        if (!ignored && (*count == 0 || labels[*count - 1] != labels[i]))
            labels[(*count)++] = labels[i];
    }
    return labels;
}

/* The place of a label among the classes, -1: it is none of them. */
static int64_t class_of(const int64_t *labels, int64_t count, int64_t label)
{
    const int64_t *found = bsearch(&label, labels, (size_t)count, sizeof *labels, compare);
    return found == NULL ? -1 : found - labels;
}

int class_weights_make(const char *text, const linclass_dataset *dataset, int64_t m,
                       const int64_t *y, const linclass_fit_options *options, double **weights,
                       int64_t *count)
{
    int64_t *labels = find_classes(m, y, options, count);
    double *made = allocate((size_t)*count, sizeof *made);
    for (int64_t j = 0; j < *count; j++)
        made[j] = 1;
    int status = EXIT_OK;
    item read;
    while (status == EXIT_OK && *text != '\0' && next_item(&text, &read)) {
        int64_t label;
        status = label_find(dataset, "--class-weight", read.label, &label);
        if (status != EXIT_OK)
            break;
        const int64_t c = class_of(labels, *count, label);
        if (c >= 0)
            made[c] = read.weight;
        else
            status =
                fail(EXIT_DATA, "--class-weight names the label %s, which is none of the classes",
                     read.label);
    }
    free(labels);
    *weights = made;
    return status;
}

/* Of each class, 1 / sum of the weights of its rows; 0 where that is 0. To be freed. */
static double *balancing_weights(int64_t m, const int64_t *y, const int64_t *labels, int64_t count,
                                 const double *weights)
{
    double *made = allocate((size_t)count, sizeof *made);
    for (int64_t i = 0; i < m; i++) {
        const int64_t c = class_of(labels, count, y[i]);
        if (c >= 0)
            made[c] += weights[i];
    }
    for (int64_t c = 0; c < count; c++)
        made[c] = made[c] > 0 ? 1 / made[c] : 0;
    return made;
}

void class_weights_apply(int64_t m, const int64_t *y, const linclass_fit_options *options,
                         double *weights)
{
    int64_t count;
    int64_t *labels = find_classes(m, y, options, &count);
    double *balanced =
        options->class_weight_balanced ? balancing_weights(m, y, labels, count, weights) : NULL;
    const double *by_class = balanced != NULL ? balanced : options->class_weight;
    for (int64_t i = 0; i < m; i++) {
        const int64_t c = class_of(labels, count, y[i]);
        weights[i] *= c < 0 ? 0 : by_class[c];
    }
    free(balanced);
    free(labels);
}
