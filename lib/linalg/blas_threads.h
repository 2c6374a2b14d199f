/* One BLAS stream a worker: while a parallel region of ours runs, BLAS runs each call on the thread
 * that makes it. */
#ifndef LINALG_BLAS_THREADS_H
#define LINALG_BLAS_THREADS_H

/* Every region of BLAS calls stands between these two; regions may nest and overlap in any number of
 * threads. Cheap when BLAS is single-threaded already. */
void blas_single_thread_begin(void);
void blas_single_thread_end(void);

#endif
