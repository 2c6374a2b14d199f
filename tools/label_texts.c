#include "label_texts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit_status.h"
#include "message.h"
#include "number.h"

enum { MOST_LISTED = 20 };

static int refuse(const linclass_dataset *dataset, const char *option, const char *text)
{
    const int64_t classes = linclass_dataset_class_count(dataset);
    if (classes == 0)
        return fail(EXIT_USAGE, "%s: '%s' is not an integer, as the labels are", option, text);
    char *list = NULL;
    size_t length;
    FILE *out = open_memstream(&list, &length);
    if (out == NULL)
        fail_memory();
    for (int64_t c = 0; c < classes && c < MOST_LISTED; c++)
        fprintf(out, "%s%s", c == 0 ? "" : ", ", linclass_dataset_class_name(dataset, c));
    fputs(classes > MOST_LISTED ? ", ..." : "", out);
    if (fclose(out) != 0)
        fail_memory();
    const int status =
        fail(EXIT_DATA, "%s: no class is named '%s'; the classes are: %s", option, text, list);
    free(list);
    return status;
}

int label_find(const linclass_dataset *dataset, const char *option, const char *text,
               int64_t *label)
{
    const int64_t classes = linclass_dataset_class_count(dataset);
    for (int64_t c = 0; c < classes; c++) {
        if (strcmp(linclass_dataset_class_name(dataset, c), text) == 0) {
            *label = c;
            return EXIT_OK;
        }
    }
    return parse_integer(text, label) ? EXIT_OK : refuse(dataset, option, text);
}

int labels_find(const linclass_dataset *dataset, const char *option, const char *list,
                int64_t **labels, int64_t *count)
{
    const size_t length = strlen(list);
    char *copy = allocate(length + 1, 1);
    memcpy(copy, list, length + 1);
    *labels = allocate(length + 1, sizeof **labels);
    *count = 0;
    int status = EXIT_OK;
    char *rest = copy;
    while (rest != NULL && status == EXIT_OK) {
        const char *item = strsep(&rest, ",");
        status = label_find(dataset, option, item, &(*labels)[(*count)++]);
    }
    free(copy);
    if (status != EXIT_OK) {
        free(*labels);
        *labels = NULL;
    }
    return status;
}
