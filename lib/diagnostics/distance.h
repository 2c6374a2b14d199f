/* Whether a model is at a minimum of F over rows that are known to it. */
#ifndef DIAGNOSTICS_DISTANCE_H
#define DIAGNOSTICS_DISTANCE_H

#include <linclass/certificate.h>

#include "diagnostics/known_rows.h"

/* Write gap, gap_allowed and at_minimum. Errors: those of linclass_model_verify. */
linclass_status distance_from_minimum(linclass_context *ctx, const known_rows *rows,
                                      linclass_certificate *found);

#endif
