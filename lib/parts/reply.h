/* Replies: what a tree of sums has, or why a part could not answer, as bytes. */
#ifndef PARTS_REPLY_H
#define PARTS_REPLY_H

#include <linclass/parts.h>

#include "core/allocator.h"
#include "core/context.h"
#include "parts/tree.h"
#include "parts/wire.h"

struct linclass_reply {
    allocator allocator;
    wire_word *words;
    int64_t count;
};

/* The first of the parts that failed, with its status and error message; status 0: none has. */
typedef struct part_failure {
    int64_t part;
    int64_t status;
    char message[sizeof((linclass_context *)NULL)->message];
} part_failure;

/* Answers to one request, merged as they come. */
typedef struct part_answers {
    linclass_context *ctx;
    wire_identity identity;
    part_tree tree; /* empty when a part has failed */
    part_failure failure;
} part_answers;

void part_answers_begin(part_answers *self, linclass_context *ctx, const wire_identity *identity);
void part_answers_end(part_answers *self);

/* Take over a node's sums. Errors: those of part_tree_add. */
linclass_status part_answers_add(part_answers *self, part_node node);

/* A part has failed with that status and error message. */
void part_answers_fail(part_answers *self, int64_t part, linclass_status status,
                       const char *message);

/* Add a reply in bytes. first: its request is that of the answers from now on; otherwise it must be the same.
 * Errors: FORMAT, INVALID_ARGUMENT, MEMORY. */
linclass_status part_answers_add_bytes(part_answers *self, const char *name, const void *bytes,
                                       int64_t length, bool first);

/* Make a reply of what has come. *reply: NULL after an error. Errors: MEMORY. */
linclass_status part_answers_reply(part_answers *self, linclass_reply **reply);

#endif
