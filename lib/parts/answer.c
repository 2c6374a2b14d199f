#include "parts/answer.h"

#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "parts/census.h"

static const linclass_part NO_PART = {.size = sizeof(linclass_part)};

linclass_status linclass_part_init(linclass_part *part, size_t size)
{
    return versioned_init(part, size, &NO_PART, sizeof NO_PART, FIRST_PART);
}

static linclass_status check_columns(linclass_context *ctx, const part_request *request,
                                     const part_rows *rows)
{
    if (rows->X.rows == 0 || rows->X.cols == request->fit.n)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "X has %lld columns, not %lld",
                        (long long)rows->X.cols, (long long)request->fit.n);
}

/* What is asked of a model. */
static linclass_status answer_model(linclass_context *ctx, const part_request *request,
                                    const part_rows *rows, part_node *node)
{
    linclass_status status = check_columns(ctx, request, rows);
    node->length = part_assess_length(request);
    if (status == LINCLASS_OK)
        status = context_allocate_doubles(ctx, node->length, "the answer of a part", &node->sums);
    if (status != LINCLASS_OK)
        return status;
    memset(node->sums, 0, (size_t)node->length * sizeof *node->sums);
    return rows->X.rows == 0 ? LINCLASS_OK : part_answer_assess(ctx, request, rows, node->sums);
}

static linclass_status answer_rows(linclass_context *ctx, const linclass_part *part,
                                   const part_request *request, part_node *node)
{
    part_rows rows;
    if (part->error != NULL)
        return context_fail(ctx, LINCLASS_ERROR_IO, "%s", part->error);
    linclass_status status = part_rows_begin(ctx, part, &rows);
    if (status != LINCLASS_OK)
        return status;
    if (request->identity.kind == PART_CENSUS)
        return census_take(ctx, &rows, request->check_finite != 0, node);
    if (request->identity.kind == PART_ASSESS)
        return answer_model(ctx, request, &rows, node);
    status = check_columns(ctx, request, &rows);
    if (status == LINCLASS_OK)
        status = part_rows_encode(ctx, &request->fit, &rows);
    if (status == LINCLASS_OK)
        status = part_answer_fit(ctx, request, &rows, node);
    part_rows_end(ctx, &rows);
    return status;
}

linclass_status part_answer(linclass_context *ctx, const linclass_part *part,
                            const part_request *request, part_answers *answers)
{
    part_node node = {.first = part->number};
    const linclass_status status = answer_rows(ctx, part, request, &node);
    if (status == LINCLASS_OK)
        return part_answers_add(answers, node);
    context_release(ctx, node.sums);
    part_answers_fail(answers, part->number, status);
    context_clear(ctx);
    return LINCLASS_OK;
}

static linclass_status answer(linclass_context *ctx, const linclass_part *part, const void *request,
                              int64_t request_length, linclass_reply **reply)
{
    part_request asked;
    wire_word *words;
    linclass_status status = part_request_read(ctx, request, request_length, &asked, &words);
    if (status != LINCLASS_OK)
        return status;
    part_answers answers;
    part_answers_begin(&answers, ctx, &asked.identity);
    status = part_answer(ctx, part, &asked, &answers);
    if (status == LINCLASS_OK)
        status = part_answers_reply(&answers, reply);
    part_answers_end(&answers);
    context_release(ctx, words);
    return status;
}

linclass_status linclass_part_answer(linclass_context *ctx, const linclass_part *part,
                                     const void *request, int64_t request_length,
                                     linclass_reply **reply)
{
    if (reply != NULL)
        *reply = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"part", part}, {"reply", reply}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    linclass_part given;
    linclass_status status =
        versioned_read(ctx, "part", part, &given, &NO_PART, sizeof NO_PART, FIRST_PART);
    if (status != LINCLASS_OK)
        return status;
    if (given.number < 0 || given.number >= MOST_PARTS)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "part.number is %lld, not in 0..2^40-1", (long long)given.number);
    return answer(ctx, &given, request, request_length, reply);
}
