#include "ranks.h"

#include <mpi.h>
#include <sched.h>
#include <stdlib.h>

#include "exit_status.h"
#include "message.h"

static void finish(void)
{
    int finalized = 0;
    MPI_Finalized(&finalized);
    if (!finalized)
        MPI_Finalize();
}

int ranks_begin(int *argc, char ***argv, ranks *self)
{
    int provided;
    if (MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return fail(EXIT_INTERNAL, "MPI cannot be initialised");
    MPI_Comm_rank(MPI_COMM_WORLD, &self->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &self->count);
    return atexit(finish) == 0 ? EXIT_OK : fail(EXIT_INTERNAL, "out of memory");
}

int ranks_agree(int status)
{
    int greatest = status;
    MPI_Allreduce(&status, &greatest, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    return greatest;
}

void ranks_follow(int64_t *values, int count)
{
    MPI_Bcast(values, count, MPI_INT64_T, 0, MPI_COMM_WORLD);
}

void ranks_add(int64_t *values, int64_t count)
{
    enum { AT_ONCE = 1 << 20 };
    for (int64_t at = 0; at < count; at += AT_ONCE)
        MPI_Allreduce(MPI_IN_PLACE, values + at, (int)(count - at < AT_ONCE ? count - at : AT_ONCE),
                      MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
}

/* The processors of the ranks on this machine, how many of them each rank may run on in all, and the ranks. */
typedef struct machine {
    cpu_set_t processors;
    int wanted;
    int ranks;
} machine;

static machine find_machine(const cpu_set_t *own)
{
    MPI_Comm comm;
    machine found = {.processors = *own, .wanted = CPU_COUNT(own)};
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &comm);
    MPI_Comm_size(comm, &found.ranks);
    MPI_Allreduce(MPI_IN_PLACE, &found.wanted, 1, MPI_INT, MPI_SUM, comm);
    MPI_Allreduce(MPI_IN_PLACE, &found.processors, (int)sizeof found.processors, MPI_BYTE, MPI_BOR,
                  comm);
    MPI_Comm_free(&comm);
    return found;
}

static int32_t at_least_one(long threads)
{
    return threads > 1 ? (int32_t)threads : 1;
}

ranks_threads ranks_share_processors(const ranks *self, int32_t asked)
{
    cpu_set_t own;
    if (sched_getaffinity(0, sizeof own, &own) != 0) {
        CPU_ZERO(&own);
        CPU_SET(0, &own);
    }
    const machine here = find_machine(&own);
    const long processors = CPU_COUNT(&here.processors);
    const long share = CPU_COUNT(&own) * processors / here.wanted;
    ranks_threads threads = {.answering = asked > 0 ? asked : at_least_one(share)};
    const long most = (long)threads.answering * here.ranks;
    threads.driving = at_least_one(most < processors ? most : processors);
    if (threads.driving < threads.answering)
        threads.driving = threads.answering;
    if (self->rank == 0)
        (void)sched_setaffinity(0, sizeof here.processors, &here.processors);
    return threads;
}
