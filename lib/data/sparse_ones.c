/* Elements are equal where the bytes of all but the last are those of all but the first, which memcmp finds out at
 * the speed of memory. Most data whose values count ends it at once. */
#include "data/sparse_ones.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "data/elements.h"
#include "data/matrix.h"

static const int64_t TASK_ELEMENTS = 1 << 16;
static const int64_t FEW_ELEMENTS = 1 << 18; /* too few to wake a worker for */

typedef struct ones_job {
    const linclass_matrix *view;
    int64_t elements;
    atomic_bool others; /* whether one was found that is not 1 */
} ones_job;

static bool are_ones(const linclass_matrix *view, int64_t begin, int64_t count)
{
    const size_t element = element_bytes(view->dtype);
    const char *first = (const char *)view->data + (size_t)begin * element;
    return element_value(view->dtype, view->data, begin) == 1 &&
           memcmp(first, first + element, (size_t)(count - 1) * element) == 0;
}

static void look(void *argument, int64_t task, int32_t worker)
{
    (void)worker;
    ones_job *job = argument;
    const int64_t first = task * TASK_ELEMENTS;
    const int64_t count = lesser(TASK_ELEMENTS, job->elements - first);
    if (!atomic_load(&job->others) && !are_ones(job->view, job->view->row_starts[0] + first, count))
        atomic_store(&job->others, true);
}

void sparse_leave_out_ones(linclass_context *ctx, linclass_matrix *view)
{
    if (!matrix_is_sparse(view) || view->data == NULL || view->scale != 1)
        return;
    ones_job job = {.view = view, .elements = matrix_nonzeros(view)};
    const int64_t tasks = (job.elements + TASK_ELEMENTS - 1) / TASK_ELEMENTS;
    atomic_init(&job.others, false);
    if (tasks > 0)
        look(&job, 0, 0);
    if (job.elements > FEW_ELEMENTS && !atomic_load(&job.others))
        pool_run(&ctx->pool, tasks, look, &job);
    else
        for (int64_t task = 1; task < tasks; task++)
            look(&job, task, 0);
    if (tasks > 0 && !atomic_load(&job.others))
        view->data = NULL;
}
