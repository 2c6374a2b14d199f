/* OpenBLAS's own threads allocate, and end the process when that fails; their number changes the
 * bits of a product. So the library runs BLAS single-threaded, in its own workers.
 *
 * The number of threads is a property of the process: the first region saves it and sets 1, the last
 * one puts it back. (openblas_set_num_threads_local, of later releases, is process-wide too in builds
 * on pthreads, whatever its name says.) In between, BLAS calls the program makes elsewhere run on one
 * thread as well; the count of open regions is the library's only mutable global state. Another CBLAS
 * is expected to be sequential, or to be told so by its own means: then these symbols are not there,
 * and nothing is done. */
#include "linalg/blas_threads.h"

#include <pthread.h>

extern int openblas_get_num_threads(void) __attribute__((weak));
extern void openblas_set_num_threads(int threads) __attribute__((weak));

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int regions;
static int threads_before;

void blas_single_thread_begin(void)
{
    if (openblas_get_num_threads == 0 || openblas_set_num_threads == 0)
        return;
    pthread_mutex_lock(&mutex);
    if (regions++ == 0) {
        threads_before = openblas_get_num_threads();
        if (threads_before != 1)
            openblas_set_num_threads(1);
    }
    pthread_mutex_unlock(&mutex);
}

void blas_single_thread_end(void)
{
    if (openblas_get_num_threads == 0 || openblas_set_num_threads == 0)
        return;
    pthread_mutex_lock(&mutex);
    if (--regions == 0 && threads_before != 1)
        openblas_set_num_threads(threads_before);
    pthread_mutex_unlock(&mutex);
}
