#include "parts/answer.h"

#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/versioned.h"
#include "parts/census.h"
#include "parts/crew.h"

static const linclass_part NO_PART = {.size = sizeof(linclass_part)};

linclass_status linclass_part_init(linclass_part *part, size_t size)
{
    return versioned_init(part, size, &NO_PART, sizeof NO_PART, FIRST_PART);
}

linclass_status part_check_columns(linclass_context *ctx, const part_request *request,
                                   const part_rows *rows)
{
    if (rows->X.rows == 0 || rows->X.cols == request->fit.n || request->fit.intercepts_alone)
        return LINCLASS_OK;
    return context_fail(ctx, LINCLASS_ERROR_DIMENSION, "X has %lld columns, not %lld",
                        (long long)rows->X.cols, (long long)request->fit.n);
}

static void leave_columns_away(linclass_matrix *X)
{
    X->layout = LINCLASS_LAYOUT_STRIDED; /* sparse rows have elements in their columns */
    X->row_stride = 0;
    X->col_stride = 1;
    X->cols = 0;
}

static linclass_status answer_rows(linclass_context *ctx, const linclass_part *part,
                                   const part_request *request, part_rows *rows, part_node *node)
{
    if (request->identity.kind == PART_CENSUS)
        return census_take(ctx, rows, part->y != NULL, request->check_finite != 0, node);
    if (rows->X.scale == 0)
        rows->X.scale = request->fit.scale;
    if (request->identity.kind >= PART_ASSESS)
        return part_answer_model(ctx, part, request, rows, node);
    linclass_status status = part_check_columns(ctx, request, rows);
    if (status == LINCLASS_OK)
        status = part_rows_encode(ctx, &request->fit, rows);
    if (status == LINCLASS_OK && request->fit.intercepts_alone)
        leave_columns_away(&rows->X);
    if (status == LINCLASS_OK)
        status = part_answer_fit(ctx, request, rows, node);
    return status;
}

linclass_status part_answer_make(linclass_context *ctx, const linclass_part *part,
                                 const part_request *request, part_node *node)
{
    part_rows rows;
    *node = (part_node){.first = part->number};
    if (part->error != NULL)
        return context_fail(ctx, LINCLASS_ERROR_IO, "%s", part->error);
    linclass_status status = part_rows_begin(ctx, part, &rows);
    if (status == LINCLASS_OK) {
        node->rows = rows.X.rows;
        node->digest = part_rows_digest(&rows, part->number);
        status = answer_rows(ctx, part, request, &rows, node);
    }
    part_rows_end(ctx, &rows);
    return status;
}

linclass_status part_answer_add(linclass_context *ctx, linclass_status made, part_node node,
                                part_roll *roll, part_answers *answers)
{
    linclass_status status = made;
    if (status == LINCLASS_OK && roll != NULL)
        status = part_roll_check(roll, ctx, &node);
    if (status == LINCLASS_OK)
        return part_answers_add(answers, node);
    context_release(ctx, node.sums);
    part_answers_fail(answers, node.first, status, ctx->message);
    context_clear(ctx);
    return LINCLASS_OK;
}

static linclass_status read_part(linclass_context *ctx, const linclass_part *part,
                                 linclass_part *given)
{
    if (part == NULL)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "part is NULL");
    const linclass_status status =
        versioned_read(ctx, "part", part, given, &NO_PART, sizeof NO_PART, FIRST_PART);
    if (status != LINCLASS_OK)
        return status;
    if (given->number < 0 || given->number >= MOST_PARTS)
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT,
                            "part.number is %lld, not in 0..2^40-1", (long long)given->number);
    return LINCLASS_OK;
}

/* The callers' structs in an array, to be released. */
static linclass_status read_parts(linclass_context *ctx, int64_t count,
                                  const linclass_part *const *parts, linclass_part **given)
{
    void *memory;
    linclass_status status =
        context_allocate_array(ctx, count, sizeof(linclass_part), "parts", &memory);
    *given = memory;
    for (int64_t i = 0; i < count && status == LINCLASS_OK; i++)
        status = read_part(ctx, parts[i], &(*given)[i]);
    return status;
}

static linclass_status answer_all(linclass_context *ctx, int64_t count,
                                  const linclass_part *const *parts, const part_request *request,
                                  part_answers *answers)
{
    linclass_part *given;
    part_crew crew = {.ctx = ctx};
    linclass_status status = read_parts(ctx, count, parts, &given);
    if (status == LINCLASS_OK)
        status = part_crew_answer(&crew, given, count, request, answers);
    part_crew_end(&crew);
    context_release(ctx, given);
    return status;
}

static linclass_status answer(linclass_context *ctx, int64_t count,
                              const linclass_part *const *parts, const void *request,
                              int64_t request_length, linclass_reply **reply)
{
    part_request asked;
    wire_word *words;
    linclass_status status = part_request_read(ctx, request, request_length, &asked, &words);
    if (status != LINCLASS_OK)
        return status;
    part_answers answers;
    part_answers_begin(&answers, ctx, &asked.identity);
    status = answer_all(ctx, count, parts, &asked, &answers);
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
    return answer(ctx, 1, &part, request, request_length, reply);
}

linclass_status linclass_parts_answer(linclass_context *ctx, int64_t count,
                                      const linclass_part *const *parts, const void *request,
                                      int64_t request_length, linclass_reply **reply)
{
    if (reply != NULL)
        *reply = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"reply", reply}};
    if (!all_given(ctx, 2, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    if (count < 0 || (count > 0 && parts == NULL))
        return context_fail(ctx, LINCLASS_ERROR_INVALID_ARGUMENT, "count is %lld and parts is %s",
                            (long long)count, parts == NULL ? "NULL" : "given");
    return answer(ctx, count, parts, request, request_length, reply);
}
