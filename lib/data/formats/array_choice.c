#include "data/formats/array_choice.h"

#include <stdio.h>
#include <string.h>

#include "core/context.h"

static const char *const SAMPLES[] = {"X",       "x",       "data",     "X_train",
                                      "x_train", "samples", "features", "embeddings"};
static const char *const LABELS[] = {"y", "labels", "label", "target"};

void array_list_end(linclass_context *ctx, array_list *self)
{
    text_list_end(&self->names, &ctx->allocator);
    context_release(ctx, self->dimensions);
    self->dimensions = NULL;
}

static int64_t find(const array_list *list, const char *name)
{
    for (int64_t i = 0; i < list->names.count; i++)
        if (strcmp(text_list_get(&list->names, i), name) == 0)
            return i;
    return -1;
}

/* The names as far as there is room for them. */
static char *list_names(const array_list *list, char text[400])
{
    enum { ROOM = 400, TAIL = 8 };
    size_t length = 0;
    text[0] = '\0';
    for (int64_t i = 0; i < list->names.count; i++) {
        const char *const name = text_list_get(&list->names, i);
        if (length + strlen(name) + 4 > ROOM - TAIL) {
            (void)snprintf(text + length, ROOM - length, ", ...");
            return text;
        }
        length +=
            (size_t)snprintf(text + length, ROOM - length, "%s'%s'", i == 0 ? "" : ", ", name);
    }
    return text;
}

static linclass_status find_wanted(linclass_context *ctx, const char *file, const array_list *list,
                                   const char *option, const char *wanted, int64_t *index)
{
    char names[400];
    *index = find(list, wanted);
    if (*index >= 0)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "options.%s is '%s', which is no array of %s: it has %s", option, wanted,
                        file, list_names(list, names));
}

/* The only array of at least so many dimensions; -1 where there is none, or more than one. */
static int64_t find_only(const array_list *list, int dimensions)
{
    int64_t only = -1;
    for (int64_t i = 0; i < list->names.count; i++) {
        if (list->dimensions[i] < dimensions)
            continue;
        if (only >= 0)
            return -1;
        only = i;
    }
    return only;
}

linclass_status array_choose_samples(linclass_context *ctx, const char *file,
                                     const array_list *list, const char *wanted, int64_t *index)
{
    if (wanted != NULL)
        return find_wanted(ctx, file, list, "samples", wanted, index);
    *index = find_only(list, 2);
    for (size_t i = 0; *index < 0 && i < sizeof SAMPLES / sizeof SAMPLES[0]; i++)
        *index = find(list, SAMPLES[i]);
    if (*index < 0)
        *index = find_only(list, 0);
    if (*index >= 0)
        return LINCLASS_OK;
    char names[400];
    return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                        "%s has %lld arrays, and options.samples does not say which are the "
                        "samples: %s",
                        file, (long long)list->names.count, list_names(list, names));
}

linclass_status array_choose_labels(linclass_context *ctx, const char *file, const array_list *list,
                                    const char *wanted, const char *samples, int64_t *index)
{
    if (wanted != NULL)
        return find_wanted(ctx, file, list, "label", wanted, index);
    *index = -1;
    char name[100];
    if (samples != NULL && (samples[0] == 'x' || samples[0] == 'X') && samples[1] == '_' &&
        snprintf(name, sizeof name, "y%s", samples + 1) < (int)sizeof name)
        *index = find(list, name);
    for (size_t i = 0; *index < 0 && i < sizeof LABELS / sizeof LABELS[0]; i++)
        *index = find(list, LABELS[i]);
    return LINCLASS_OK;
}
