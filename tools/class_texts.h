/* The classes of a model as texts: their names where it has them, else their numbers. */
#ifndef TOOLS_CLASS_TEXTS_H
#define TOOLS_CLASS_TEXTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <linclass/model.h>

typedef struct class_texts {
    const linclass_model *model;
    int64_t count;
    const int64_t *labels; /* of the model, ascending */
    char **text;           /* count */
    int32_t named;         /* whether any class has a name */
} class_texts;

/* For people: characters that a terminal would not show are escaped. To be freed, as by the next; the model must
 * outlive it. */
class_texts class_texts_shown(const linclass_model *model);

/* For files of comma-separated values: quoted where they must be. numbers: names are left aside. */
class_texts class_texts_csv(const linclass_model *model, bool numbers);

/* For JSON: names as strings in ASCII, with their quotes; labels without one as numbers. */
class_texts class_texts_json(const linclass_model *model, bool numbers);

void class_texts_free(class_texts *texts);

/* Return the text of a label, one of the model's. */
const char *class_text(const class_texts *texts, int64_t label);

/* Return the number of characters of UTF-8. */
int text_width(const char *text);

/* Print right-aligned in `width` columns. */
void print_aligned(const char *text, int width);

/* Write a text as a cell of comma-separated values; to be freed. */
char *csv_cell(const char *text);

#endif
