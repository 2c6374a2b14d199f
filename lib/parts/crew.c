#include "parts/crew.h"

#include <pthread.h>
#include <string.h>

#include "core/context.h"
#include "parts/answer.h"

/* Parts for each thread at least: with fewer of them threads would wait for the last ones. */
enum { PARTS_A_THREAD = 2 };

typedef struct crew_region {
    part_crew *crew;
    const linclass_part *parts;
    const part_request *request;
    part_answers *answers; /* under the mutex, as is the roll */
    pthread_mutex_t mutex;
    linclass_status status; /* the first error that is not a part's */
} crew_region;

static bool takes_from_workers(const linclass_context *ctx)
{
    return ctx->allocator.allocate == allocator_default().allocate;
}

static part_roll *roll_of(part_crew *self)
{
    return self->roll.ctx == NULL ? NULL : &self->roll;
}

static linclass_status make_members(part_crew *self)
{
    void *memory;
    if (self->count > 0)
        return LINCLASS_OK;
    linclass_status status = context_allocate_array(
        self->ctx, self->ctx->threads, sizeof(linclass_context *), "a context a thread", &memory);
    if (status != LINCLASS_OK)
        return status;
    self->members = memory;
    linclass_context_options options;
    (void)linclass_context_options_init(&options, sizeof options);
    options.threads = 1;
    options.vector_set = self->ctx->vector_set;
    while (self->count < self->ctx->threads && status == LINCLASS_OK) {
        status = linclass_context_create(&options, &self->members[self->count]);
        self->count += status == LINCLASS_OK;
    }
    if (status != LINCLASS_OK)
        return context_fail_memory(self->ctx, sizeof(linclass_context), "a context a thread");
    return LINCLASS_OK;
}

/* Whether there is still use for the answer of a part. */
static bool is_wanted(crew_region *self, const linclass_part *part)
{
    pthread_mutex_lock(&self->mutex);
    const part_failure *failure = &self->answers->failure;
    const bool wanted = self->status == LINCLASS_OK &&
                        (failure->status == LINCLASS_OK || part->number < failure->part);
    pthread_mutex_unlock(&self->mutex);
    return wanted;
}

static void answer_task(void *argument, int64_t task, int32_t worker)
{
    crew_region *self = argument;
    linclass_context *member = self->crew->members[worker];
    const linclass_part *part = &self->parts[task];
    if (!is_wanted(self, part))
        return;
    part_node node;
    const linclass_status made = part_answer_make(member, part, self->request, &node);
    pthread_mutex_lock(&self->mutex);
    const linclass_status status =
        part_answer_add(member, made, node, roll_of(self->crew), self->answers);
    if (self->status == LINCLASS_OK)
        self->status = status;
    pthread_mutex_unlock(&self->mutex);
}

static linclass_status answer_together(part_crew *self, const linclass_part *parts, int64_t count,
                                       const part_request *request, part_answers *answers)
{
    const linclass_status status = make_members(self);
    if (status != LINCLASS_OK)
        return status;
    crew_region region = {
        .crew = self,
        .parts = parts,
        .request = request,
        .answers = answers,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
    };
    pool_run(&self->ctx->pool, count, answer_task, &region);
    pthread_mutex_destroy(&region.mutex);
    return region.status;
}

linclass_status part_crew_answer(part_crew *self, const linclass_part *parts, int64_t count,
                                 const part_request *request, part_answers *answers)
{
    linclass_context *ctx = self->ctx;
    if (ctx->threads > 1 && count >= (int64_t)PARTS_A_THREAD * ctx->threads &&
        takes_from_workers(ctx))
        return answer_together(self, parts, count, request, answers);
    linclass_status status = LINCLASS_OK;
    for (int64_t i = 0;
         i < count && status == LINCLASS_OK && answers->failure.status == LINCLASS_OK; i++) {
        part_node node;
        const linclass_status made = part_answer_make(ctx, &parts[i], request, &node);
        status = part_answer_add(ctx, made, node, roll_of(self), answers);
    }
    return status;
}

void part_crew_end(part_crew *self)
{
    for (int32_t i = 0; i < self->count; i++)
        linclass_context_destroy(self->members[i]);
    if (self->ctx != NULL)
        context_release(self->ctx, self->members);
    part_roll_end(&self->roll);
    *self = (part_crew){.ctx = self->ctx};
}
