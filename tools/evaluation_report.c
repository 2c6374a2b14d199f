/* Up to 32 classes everything is shown. Beyond, a table nobody could read gives way to what one
 * would look for in it: the classes with the lowest F1, and the most frequent confusions. */
#include "evaluation_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "message.h"
#include "output.h"

enum { MOST_CLASSES_SHOWN = 32, WORST_SHOWN = 20 };

static int digits(int64_t value)
{
    return snprintf(NULL, 0, "%" PRId64, value);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int label_width(const linclass_evaluation *result, const class_texts *texts)
{
    int width = (int)sizeof "class" - 1;
    for (int64_t j = 0; j < result->classes; j++)
        width = larger(width, text_width(texts->text[j]));
    return width;
}

static void print_class(const linclass_evaluation *result, const class_texts *texts, int width,
                        int64_t j)
{
    print_aligned(texts->text[j], width);
    printf("  %9.4f  %9.4f  %9.4f  %9" PRId64 "\n", result->precision[j], result->recall[j],
           result->f1[j], result->support[j]);
}

/* Means over the classes that occur or are predicted, each counting the same. */
static void print_means(const linclass_evaluation *result, int width)
{
    printf("%*s  %9.4f  %9.4f  %9.4f  %9" PRId64 "\n", width, "mean", result->macro_precision,
           result->macro_recall, result->macro_f1, result->samples);
}

typedef struct ranked_class {
    double f1;
    int64_t index;
} ranked_class;

static int by_f1(const void *left, const void *right)
{
    const ranked_class *a = left;
    const ranked_class *b = right;
    if (a->f1 != b->f1)
        return a->f1 < b->f1 ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* The lowest F1 among the classes that have rows. */
static void print_worst_classes(const linclass_evaluation *result, const class_texts *texts,
                                int width)
{
    ranked_class *ranked = allocate((size_t)result->classes, sizeof *ranked);
    size_t count = 0;
    for (int64_t j = 0; j < result->classes; j++) {
        if (result->support[j] > 0)
            ranked[count++] = (ranked_class){result->f1[j], j};
    }
    qsort(ranked, count, sizeof *ranked, by_f1);
    for (size_t i = 0; i < count && i < WORST_SHOWN; i++)
        print_class(result, texts, width, ranked[i].index);
    free(ranked);
}

static void print_classes(const linclass_evaluation *result, const class_texts *texts)
{
    const int width = label_width(result, texts);
    const int all = result->classes <= MOST_CLASSES_SHOWN;
    if (!all)
        printf("\nof %" PRId64 " classes, those with the lowest F1 (--json gives all)\n",
               result->classes);
    printf("%s%*s  %9s  %9s  %9s  %9s\n", all ? "\n" : "", width, "class", "precision", "recall",
           "F1", "support");
    for (int64_t j = 0; all && j < result->classes; j++)
        print_class(result, texts, width, j);
    if (!all)
        print_worst_classes(result, texts, width);
    print_means(result, width);
}

static void print_confusion_matrix(const linclass_evaluation *result, const class_texts *texts)
{
    const int64_t k = result->classes;
    const int head = label_width(result, texts);
    int widths[MOST_CLASSES_SHOWN];
    printf("\nconfusion matrix: a row for each true class, a column for each predicted class\n");
    printf("%*s", head, "");
    for (int64_t j = 0; j < k; j++) {
        widths[j] = text_width(texts->text[j]);
        for (int64_t i = 0; i < k; i++)
            widths[j] = larger(widths[j], digits(result->confusion[i * k + j]));
        fputs("  ", stdout);
        print_aligned(texts->text[j], widths[j]);
    }
    for (int64_t i = 0; i < k; i++) {
        putchar('\n');
        print_aligned(texts->text[i], head);
        for (int64_t j = 0; j < k; j++) {
            const int64_t count = result->confusion[i * k + j];
            if (count == 0)
                printf("  %*s", widths[j], ".");
            else
                printf("  %*" PRId64, widths[j], count);
        }
    }
    putchar('\n');
}

typedef struct confused_pair {
    int64_t count;
    int64_t true_class;
    int64_t predicted_class;
} confused_pair;

/* Insert into a list in descending order of count, dropping the last when it is full. */
static void insert_pair(confused_pair list[WORST_SHOWN], int *length, confused_pair pair)
{
    if (*length == WORST_SHOWN && list[WORST_SHOWN - 1].count >= pair.count)
        return;
    int position = *length < WORST_SHOWN ? (*length)++ : WORST_SHOWN - 1;
    for (; position > 0 && list[position - 1].count < pair.count; position--)
        list[position] = list[position - 1];
    list[position] = pair;
}

static void print_frequent_confusions(const linclass_evaluation *result, const class_texts *texts)
{
    const int64_t k = result->classes;
    confused_pair list[WORST_SHOWN];
    int length = 0;
    for (int64_t i = 0; i < k; i++) {
        for (int64_t j = 0; j < k; j++) {
            const int64_t count = result->confusion[i * k + j];
            if (i != j && count > 0)
                insert_pair(list, &length, (confused_pair){count, i, j});
        }
    }
    const int width = larger(label_width(result, texts), (int)sizeof "predicted" - 1);
    printf("\nmost frequent confusions\n%*s  %*s  %9s\n", width, "true", width, "predicted",
           "rows");
    for (int i = 0; i < length; i++) {
        print_aligned(texts->text[list[i].true_class], width);
        fputs("  ", stdout);
        print_aligned(texts->text[list[i].predicted_class], width);
        printf("  %9" PRId64 "\n", list[i].count);
    }
}

int evaluation_print_text(const linclass_evaluation *result, const class_texts *texts)
{
    printf("samples  %" PRId64 "\nloss     %.6g\nerror    %.6g (%.2f %%)\n", result->samples,
           result->loss, result->error, 100 * result->error);
    if (result->sample_weight != NULL)
        printf("weight   %.6g, the sum of the samples'\n", result->weight);
    if (result->with_roc_auc)
        printf("ROC AUC  %.6g\n", result->roc_auc);
    print_classes(result, texts);
    if (result->classes <= MOST_CLASSES_SHOWN)
        print_confusion_matrix(result, texts);
    else if (result->confusion != NULL)
        print_frequent_confusions(result, texts);
    return output_finish(stdout, "-");
}

int evaluation_print_json(const linclass_evaluation *result, const class_texts *texts)
{
    const int64_t k = result->classes;
    json_t *object = object_begin("linclass-evaluate-1");
    object_set_integer(object, "samples", result->samples);
    object_set_integer(object, "classes", k);
    object_set_real(object, "loss", result->loss);
    object_set_real(object, "error", result->error);
    object_set_real(object, "weight", result->weight);
    object_set_real(object, "macro_precision", result->macro_precision);
    object_set_real(object, "macro_recall", result->macro_recall);
    object_set_real(object, "macro_f1", result->macro_f1);
    if (result->with_roc_auc)
        object_set_real(object, "roc_auc", result->roc_auc);
    object_set_integers(object, "labels", k, texts->labels);
    object_set(object, "class_names", class_names_array(texts->model));
    object_set_reals(object, "precision", k, result->precision);
    object_set_reals(object, "recall", k, result->recall);
    object_set_reals(object, "f1", k, result->f1);
    object_set_integers(object, "support", k, result->support);
    json_t *confusion = result->confusion == NULL ? json_null() : json_array();
    for (int64_t i = 0; result->confusion != NULL && i < k; i++)
        array_append(confusion, array_of_integers(k, result->confusion + i * k));
    object_set(object, "confusion", confusion);
    return object_print(object);
}
