/* The figures of a certificate, from a model and passes over its rows. */
#ifndef DIAGNOSTICS_CERTIFY_H
#define DIAGNOSTICS_CERTIFY_H

#include <linclass/certificate.h>

#include "diagnostics/certificate_passes.h"

/* Fill in what is found, but for the number of samples, the gap and the comparison; *found is zero. Errors: those of
 * the rows, INVALID_ARGUMENT (all weights are 0), NUMERIC, MEMORY. */
linclass_status certify(certificate_source *rows, linclass_certificate *found);

/* Read a certificate that a caller gives; its arguments must not be NULL. Errors: INVALID_ARGUMENT, STRUCT_SIZE. */
linclass_status certificate_read(linclass_context *ctx, const linclass_model *model,
                                 const linclass_certificate *certificate,
                                 linclass_certificate *given);

/* Compare the figures that were found with the report of the model, and write them. Errors: STRUCT_SIZE. */
linclass_status certificate_write(linclass_context *ctx, const linclass_model *model,
                                  linclass_certificate *found, linclass_certificate *certificate);

/* Whether the targets are those of the model's fit, probabilities or labels. name: of the former. Errors:
 * INVALID_ARGUMENT, UNSUPPORTED. */
linclass_status certificate_check_targets(linclass_context *ctx, const linclass_model *model,
                                          const char *name, bool with_probabilities);

#endif
