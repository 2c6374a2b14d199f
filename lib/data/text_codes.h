/* Texts to numbers: the distinct ones in ascending order of their bytes, and each text's place among them. */
#ifndef DATA_TEXT_CODES_H
#define DATA_TEXT_CODES_H

#include "data/text_list.h"

/* Fill the empty list `distinct`, and codes[0..texts->count - 1]. Errors: MEMORY. */
linclass_status text_codes(linclass_context *ctx, const text_list *texts, text_list *distinct,
                           int64_t *codes);

#endif
