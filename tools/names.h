/* The words for the library's enumerators, in options and in output. */
#ifndef TOOLS_NAMES_H
#define TOOLS_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include <linclass/fit.h>

typedef struct named_value {
    const char *name;
    int32_t value;
} named_value;

/* Each ends with a NULL name. */
const named_value *loss_names(void);
const named_value *solver_names(void);
const named_value *vector_set_names(void);
extern const named_value SCHEDULE_NAMES[];  /* of the learning rate */
extern const named_value DTYPE_NAMES[];     /* of arithmetic and models */
extern const named_value ELEMENT_NAMES[];   /* of samples */
extern const named_value SELECT_BY_NAMES[]; /* what tells the best of several fits */
extern const named_value SETS_NAMES[];      /* how prediction sets are made */

/* The name of a value, or "unknown". */
const char *name_of(const named_value *names, int32_t value);

/* The value of a name; false when the table has no such name. */
bool value_of(const named_value *names, const char *name, int32_t *value);

/* Why a fit ended: "converged", "finished" (SGD: the epochs asked for are done), "interrupted" (by a
 * callback), or the name of the status. */
const char *stopped_because(const linclass_fit_report *report);

#endif
