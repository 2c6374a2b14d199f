/* The answer of a part to a request that has been read. */
#ifndef PARTS_ANSWER_H
#define PARTS_ANSWER_H

#include <linclass/parts.h>

#include "parts/part_rows.h"
#include "parts/reply.h"
#include "parts/request.h"
#include "parts/roll.h"

/* Make the answer of a part: *node, whose sums are from ctx. Errors: what is wrong with the part. */
linclass_status part_answer_make(linclass_context *ctx, const linclass_part *part,
                                 const part_request *request, part_node *node);

/* Add the answer of a part that was made by ctx, with that status, to the others, whatever the status: an error becomes
 * their failure. roll: what the part must still have, or NULL. Errors: those of part_answers_add. */
linclass_status part_answer_add(linclass_context *ctx, linclass_status made, part_node node,
                                part_roll *roll, part_answers *answers);

/* The sums that a fit asks for, of rows with classes and weights; zeros for none. Errors: those of the methods of an
 * objective. */
linclass_status part_answer_fit(linclass_context *ctx, const part_request *request,
                                const part_rows *rows, part_node *node);

/* The sums that are asked of a model over the rows of a part. Errors: those of linclass_model_evaluate, _verify and
 * _standard_errors. */
linclass_status part_answer_model(linclass_context *ctx, const linclass_part *part,
                                  const part_request *request, const part_rows *rows,
                                  part_node *node);

/* The figures of an evaluation, and how many numbers they are. Errors: those of linclass_model_evaluate. */
linclass_status part_answer_assess(linclass_context *ctx, const part_request *request,
                                   const part_rows *rows, const linclass_model *model,
                                   double *sums);
int64_t part_assess_length(const part_request *request);

/* DIMENSION, unless there are no rows, or they have the columns of the request. */
linclass_status part_check_columns(linclass_context *ctx, const part_request *request,
                                   const part_rows *rows);

#endif
