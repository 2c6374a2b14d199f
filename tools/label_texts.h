/* Labels as options name them: the names of the classes, where those of the data are texts, or integers. */
#ifndef TOOLS_LABEL_TEXTS_H
#define TOOLS_LABEL_TEXTS_H

#include <stdint.h>

#include <linclass/dataset.h>

/* *label: the label that `text` names in the data set. Returns an exit status, having said which classes there are:
 * EXIT_DATA where they have names, EXIT_USAGE for what is no integer. option: for the message. */
int label_find(const linclass_dataset *dataset, const char *option, const char *text,
               int64_t *label);

/* *labels, *count of them, to be freed: those of a list with commas between them. Returns as label_find. */
int labels_find(const linclass_dataset *dataset, const char *option, const char *list,
                int64_t **labels, int64_t *count);

#endif
