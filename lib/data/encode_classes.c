/* Labels of a table have the known numbers already; those of other files were numbered by the texts of the file
 * alone. */
#include "data/encode_classes.h"

#include <inttypes.h>

#include "core/context.h"
#include "data/encode_categories.h"
#include "data/encoding.h"

static linclass_status renumber(linclass_context *ctx, const text_list *known,
                                linclass_dataset *dataset)
{
    int32_t *map;
    text_list names = {0};
    linclass_status status = categories_map(ctx, &dataset->class_names, known, &map);
    for (int64_t i = 0; i < dataset->rows && status == LINCLASS_OK; i++) {
        const int64_t label = dataset->labels[i];
        if (map[label] >= 0)
            dataset->labels[i] = map[label];
        else
            status = context_fail(ctx, LINCLASS_ERROR_LABEL,
                                  "the label of sample %" PRId64 ", '%.100s', is no class that is "
                                  "known",
                                  i, text_list_get(&dataset->class_names, label));
    }
    if (status == LINCLASS_OK)
        status = text_list_copy(ctx, &names, known);
    if (status == LINCLASS_OK) {
        text_list_end(&dataset->class_names, &dataset->allocator);
        dataset->class_names = names;
    }
    context_release(ctx, map);
    return status;
}

linclass_status encode_classes(linclass_context *ctx, const linclass_encoding *known,
                               linclass_dataset *dataset)
{
    linclass_status status = LINCLASS_OK;
    if (dataset->class_names.count == 0)
        return LINCLASS_OK;
    if (known != NULL && known->class_names.count > 0)
        status = renumber(ctx, &known->class_names, dataset);
    if (status == LINCLASS_OK && dataset->encoding == NULL)
        status = encoding_new(ctx, 0, &dataset->encoding);
    if (status == LINCLASS_OK && dataset->encoding->class_names.count == 0)
        status = text_list_copy(ctx, &dataset->encoding->class_names, &dataset->class_names);
    return status;
}
