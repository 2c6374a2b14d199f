/* The figures of a certificate, from a model and its rows. */
#ifndef DIAGNOSTICS_CERTIFY_H
#define DIAGNOSTICS_CERTIFY_H

#include <linclass/certificate.h>

#include "diagnostics/known_rows.h"

/* Fill in what is found, but for the comparison; *found is zero. Errors: NON_FINITE, NUMERIC, MEMORY. */
linclass_status certify(linclass_context *ctx, const known_rows *rows, linclass_certificate *found);

#endif
