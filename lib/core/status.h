/* Statuses by number. */
#ifndef CORE_STATUS_H
#define CORE_STATUS_H

#include <stdbool.h>

#include <linclass/status.h>

/* Whether this release knows the number: linclass_status_string() has a name for it. */
bool status_is_known(linclass_status status);

#endif
