/* What the figures were measured on. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <jansson.h>
#include <stdint.h>

/* Processors this process may run on. */
int machine_threads(void);

/* Bytes of the data cache of a level, 1 to 3, as the process sees it; 0 when unknown. */
int64_t machine_cache(int level);

/* "L1", "L2", "L3" or "memory": the smallest that holds `bytes`. */
const char *machine_level(int64_t bytes);

/* The same where `threads` threads, on processors with L1 and L2 of their own, share the bytes out. */
const char *machine_level_of_threads(int64_t bytes, int threads);

/* Processor, memory, kernel, compiler, libraries and their versions. A new reference. */
json_t *machine_describe(void);

/* One line for the terminal. */
void machine_print(void);

/* Threads of the BLAS for calls the program makes itself; does nothing where BLAS has no setter. */
void machine_set_blas_threads(int threads);

#endif
