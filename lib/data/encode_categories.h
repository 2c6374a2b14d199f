/* Categories: texts in ascending order of their bytes. */
#ifndef DATA_ENCODE_CATEGORIES_H
#define DATA_ENCODE_CATEGORIES_H

#include <linclass/status.h>

#include "data/table.h"

/* used (empty) := the categories of the column of texts at `place` that occur in its rows. what: they are, for error
 * messages.
 * Errors: FORMAT (one is not UTF-8; the error message has the first row with it), MEMORY. */
linclass_status categories_used(linclass_context *ctx, const table *source, int64_t place,
                                const char *what, text_list *used);

/* (*map)[c]: the index of category c of `from` in `to`, -1 where it is not there; to be given to
 * context_release. Errors: MEMORY; *map is then NULL. */
linclass_status categories_map(linclass_context *ctx, const text_list *from, const text_list *to,
                               int32_t **map);

#endif
