/* The lower bound of F that duality proves from a model. */
#ifndef DIAGNOSTICS_LOWER_BOUND_H
#define DIAGNOSTICS_LOWER_BOUND_H

#include <linclass/certificate.h>

#include "diagnostics/certificate_passes.h"

/* Write dual_objective and duality_gap; found->objective and loss are there. weight: of the rows. Errors: those of the
 * rows, MEMORY. */
linclass_status lower_bound_find(certificate_source *rows, double weight,
                                 linclass_certificate *found);

#endif
