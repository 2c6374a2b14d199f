/* The lower bound of a certificate. */
#ifndef DIAGNOSTICS_LOWER_BOUND_H
#define DIAGNOSTICS_LOWER_BOUND_H

#include "diagnostics/certifier.h"

/* Set dual_objective and duality_gap, from found->objective and found->loss. Errors: MEMORY, DIMENSION. */
linclass_status lower_bound_find(certifier *rows, linclass_certificate *found);

#endif
