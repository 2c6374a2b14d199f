/* An evaluation on standard output. */
#ifndef TOOLS_EVALUATION_REPORT_H
#define TOOLS_EVALUATION_REPORT_H

#include <linclass/model.h>

#include "class_texts.h"

/* labels: the k labels of the classes. All arrays of `result` are there, but confusion may be NULL.
 * Each returns an exit status. */
int evaluation_print_text(const linclass_evaluation *result, const class_texts *texts);
int evaluation_print_json(const linclass_evaluation *result, const class_texts *texts);

#endif
