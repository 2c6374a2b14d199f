/* Statuses by number. */
#ifndef CORE_STATUS_H
#define CORE_STATUS_H

#include <stdbool.h>

#include <linclass/status.h>

/* Return whether linclass_status_string() has a name for the number. */
bool status_is_known(linclass_status status);

#endif
