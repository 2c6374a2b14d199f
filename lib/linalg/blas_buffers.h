/* Memory that BLAS packs factors into, taken beforehand, in a way that can fail.
 *
 * OpenBLAS maps a buffer of 128 MiB of address space for each of its calls that run at the same time,
 * and keeps it for later ones. Where there is no room (ulimit -v) it tries again for ever. */
#ifndef LINALG_BLAS_BUFFERS_H
#define LINALG_BLAS_BUFFERS_H

#include <linclass/status.h>

typedef struct linclass_context linclass_context;

/* Make sure that all threads of ctx (not NULL) can call BLAS at the same time, until the context is
 * destroyed. To be called before a region of BLAS calls; takes no time after the first. Errors: MEMORY. */
linclass_status blas_buffers_claim(linclass_context *ctx);

#endif
