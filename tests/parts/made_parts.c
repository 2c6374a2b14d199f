#include "made_parts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/context_of.h"
#include "support/noise.h"

made_parts made_parts_new(const samples *data, const double *weights, int64_t count)
{
    made_parts self = {.count = count};
    int64_t begin = 0;
    for (int64_t p = 0; p < count; p++) {
        /* Sizes grow, and every eighth part is empty. */
        int64_t end =
            p + 1 == count ? data->m : data->m * (p + 1) * (p + 2) / (count * (count + 1));
        if (p % 8 == 7 && p + 1 < count)
            end = begin;
        linclass_matrix *view = &self.views[p];
        *view = samples_view(data);
        view->data = data->X + begin * data->n;
        view->rows = end - begin;
        assert_int_equal(linclass_part_init(&self.parts[p], sizeof self.parts[p]), LINCLASS_OK);
        self.parts[p].number = p;
        self.parts[p].y = data->y + begin;
        self.parts[p].sample_weight = weights == NULL ? NULL : weights + begin;
        begin = end;
    }
    return self;
}

void made_parts_aim(made_parts *self, const linclass_matrix *probabilities,
                    const linclass_matrix *with_offset)
{
    int64_t begin = 0;
    for (int64_t p = 0; p < self->count; p++) {
        const int64_t rows = self->views[p].rows;
        if (probabilities != NULL) {
            self->probabilities[p] = *probabilities;
            self->probabilities[p].data =
                (const double *)probabilities->data + begin * probabilities->row_stride;
            self->probabilities[p].rows = rows;
            self->parts[p].target_probabilities = &self->probabilities[p];
        }
        if (with_offset != NULL) {
            self->views[p].offset = with_offset->offset + begin * with_offset->offset_stride;
            self->views[p].offset_stride = with_offset->offset_stride;
        }
        begin += rows;
    }
}

void made_parts_free(made_parts *self)
{
    linclass_context_destroy(self->worker);
    free(self->reply);
    self->worker = NULL;
    self->reply = NULL;
}

static int32_t reset(void *user)
{
    ((made_parts *)user)->next = 0;
    return 0;
}

static int32_t next(linclass_part *part, void *user)
{
    made_parts *self = user;
    if (self->next == self->count)
        return 0;
    const linclass_part *given = &self->parts[self->next];
    part->X = &self->views[self->next];
    part->y = given->y;
    part->sample_weight = given->sample_weight;
    part->error = given->error;
    part->target_probabilities = given->target_probabilities;
    self->next++;
    return 1;
}

linclass_parts made_parts_iterator(made_parts *self)
{
    linclass_parts parts;
    assert_int_equal(linclass_parts_init(&parts, sizeof parts), LINCLASS_OK);
    parts.reset = reset;
    parts.next = next;
    parts.user = self;
    return parts;
}

linclass_parts made_parts_held(made_parts *self)
{
    linclass_parts parts = made_parts_iterator(self);
    parts.held = MADE_MOST_PARTS;
    return parts;
}

static linclass_reply *answer(made_parts *self, int64_t p, const void *request, int64_t length)
{
    linclass_reply *reply;
    linclass_part part = self->parts[p];
    part.X = &self->views[p];
    const linclass_status status =
        linclass_part_answer(self->worker, &part, request, length, &reply);
    if (status != LINCLASS_OK)
        fail_msg("part %d: %s", (int)p, linclass_context_message(self->worker));
    self->reply_bytes += linclass_reply_length(reply);
    return reply;
}

/* Two of the replies become one, until one is left. */
static linclass_reply *merge_all(made_parts *self, linclass_reply **replies)
{
    uint64_t noise = self->order;
    for (int64_t count = self->count; count > 1; count--) {
        const int64_t a = noise_below(&noise, count);
        const int64_t b = (a + 1 + noise_below(&noise, count - 1)) % count;
        linclass_reply *merged;
        const linclass_status status = linclass_reply_merge(
            self->worker, linclass_reply_bytes(replies[a]), linclass_reply_length(replies[a]),
            linclass_reply_bytes(replies[b]), linclass_reply_length(replies[b]), &merged);
        if (status != LINCLASS_OK)
            fail_msg("merge: %s", linclass_context_message(self->worker));
        linclass_reply_destroy(replies[a]);
        linclass_reply_destroy(replies[b]);
        replies[a < b ? a : b] = merged;
        replies[a < b ? b : a] = replies[count - 1];
    }
    return replies[0];
}

static int32_t ask(const void *request, int64_t length, const void **reply, int64_t *reply_length,
                   void *user)
{
    made_parts *self = user;
    linclass_reply *replies[MADE_MOST_PARTS];
    self->requests++;
    self->request_bytes += length;
    for (int64_t p = 0; p < self->count; p++)
        replies[p] = answer(self, p, request, length);
    linclass_reply *all = merge_all(self, replies);
    free(self->reply);
    self->reply_length = linclass_reply_length(all);
    self->reply = malloc((size_t)self->reply_length);
    assert_non_null(self->reply);
    memcpy(self->reply, linclass_reply_bytes(all), (size_t)self->reply_length);
    linclass_reply_destroy(all);
    if (self->spoil != NULL && self->requests == self->spoil_at)
        self->reply = self->spoil(self, self->reply, &self->reply_length);
    *reply = self->reply;
    *reply_length = self->reply_length;
    return 0;
}

linclass_parts made_parts_engine(made_parts *self, int32_t threads, uint64_t order)
{
    linclass_parts parts;
    assert_int_equal(linclass_parts_init(&parts, sizeof parts), LINCLASS_OK);
    linclass_context_destroy(self->worker);
    self->worker = context_of(threads);
    self->order = order;
    parts.ask = ask;
    parts.user = self;
    return parts;
}

linclass_model *made_parts_fit(linclass_context *ctx, const linclass_parts *training,
                               const linclass_parts *validation,
                               const linclass_fit_options *options, linclass_fit_report *report)
{
    linclass_model *model;
    const linclass_status status =
        linclass_fit_parts(ctx, training, validation, options, report, &model);
    if (status != LINCLASS_OK)
        fail_msg("linclass_fit_parts: %s: %s", linclass_status_string(status),
                 linclass_context_message(ctx));
    assert_non_null(model);
    return model;
}
