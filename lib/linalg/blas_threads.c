/* OpenBLAS's own threads allocate, and end the process when that fails; their number changes the
 * bits of a product. So the library runs BLAS single-threaded, in its own workers.
 *
 * The number of threads is a property of the process: the first region saves it and sets 1, the last
 * one puts it back. (openblas_set_num_threads_local, of later releases, is process-wide too in builds
 * on pthreads, whatever its name says.) In between, BLAS calls the program makes elsewhere run on one
 * thread as well; the count of open regions is the library's only mutable global state. Another CBLAS
 * is expected to be sequential, or to be told so by its own means: then these symbols are not there,
 * and nothing is done.
 *
 * A process may fork while another of its threads is in a region. The child has that region's count
 * but not its thread: there the count starts again, and the number to put back is kept. */
#include "linalg/blas_threads.h"

#include <pthread.h>
#include <stdbool.h>

extern int openblas_get_num_threads(void) __attribute__((weak));
extern void openblas_set_num_threads(int threads) __attribute__((weak));

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int regions;
static int threads_before;
static bool inherited; /* the process was forked within a region: threads_before holds already */

static void lock(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
    pthread_mutex_unlock(&mutex);
}

static void begin_child(void)
{
    inherited = inherited || regions > 0;
    regions = 0;
    unlock();
}

static void watch_forks(void)
{
    (void)pthread_atfork(lock, unlock, begin_child);
}

void blas_single_thread_begin(void)
{
    if (openblas_get_num_threads == 0 || openblas_set_num_threads == 0)
        return;
    pthread_once(&once, watch_forks);
    lock();
    if (regions++ == 0) {
        if (!inherited)
            threads_before = openblas_get_num_threads();
        inherited = false;
        if (threads_before != 1)
            openblas_set_num_threads(1);
    }
    unlock();
}

void blas_single_thread_end(void)
{
    if (openblas_get_num_threads == 0 || openblas_set_num_threads == 0)
        return;
    lock();
    if (--regions == 0 && threads_before != 1)
        openblas_set_num_threads(threads_before);
    unlock();
}
