/* The threads of BLAS, which the library does not use. */
#ifndef TOOLS_BLAS_THREADS_H
#define TOOLS_BLAS_THREADS_H

/* To be called first in main(): under a limit of address space (ulimit -v) the program starts once
 * more, without them; without a limit nothing is done. argv: main's. */
void blas_threads_avoid(char **argv);

#endif
