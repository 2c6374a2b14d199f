/* The report of a fit, as the caller's struct. */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include <linclass/context.h>
#include <linclass/fit.h>

/* Copy a report into the caller's. Errors: STRUCT_SIZE. */
linclass_status report_write(linclass_context *ctx, const linclass_fit_report *made,
                             linclass_fit_report *report);

#endif
