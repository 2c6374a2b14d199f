/* Which BLAS is in use, from what it says of itself, and whether it makes use of the processor. */
#ifndef LINALG_BLAS_NAME_H
#define LINALG_BLAS_NAME_H

#include <stddef.h>

/* "OpenBLAS 0.3.21 (SkylakeX)", from what OpenBLAS says of its configuration and of the core whose
 * kernels it chose; without a release where the configuration names none. */
void blas_openblas_name(const char *config, const char *core, char *text, size_t capacity);

/* Bits in the vectors of OpenBLAS's kernels for a core of x86-64; 0: a core that is not known here. */
int blas_core_bits(const char *core);

/* The same of the kernels in use; 0 also for another BLAS than OpenBLAS. */
int blas_bits(void);

/* What there is to say of kernels for `core` on a processor with vectors of `processor_bits` bits; "" when
 * they are as wide, or the core is not known. */
void blas_core_warning(const char *core, int processor_bits, char *text, size_t capacity);

#endif
