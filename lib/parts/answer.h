/* The answer of a part to a request that has been read. */
#ifndef PARTS_ANSWER_H
#define PARTS_ANSWER_H

#include <linclass/parts.h>

#include "parts/part_rows.h"
#include "parts/reply.h"
#include "parts/request.h"

/* Add the answer of a part to the others. What is wrong with the part becomes their failure. Errors: those of
 * part_answers_add. */
linclass_status part_answer(linclass_context *ctx, const linclass_part *part,
                            const part_request *request, part_answers *answers);

/* The sums that a fit asks for, of rows with classes and weights; zeros for none. Errors: those of the methods of an
 * objective. */
linclass_status part_answer_fit(linclass_context *ctx, const part_request *request,
                                const part_rows *rows, part_node *node);

/* The figures of a model over the rows of a part, and how many numbers they are. Errors: those of
 * linclass_model_evaluate. */
linclass_status part_answer_assess(linclass_context *ctx, const part_request *request,
                                   const part_rows *rows, double *sums);
int64_t part_assess_length(const part_request *request);

#endif
