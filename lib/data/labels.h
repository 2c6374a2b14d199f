/* Labels: any integers outside, classes 0..k-1 inside. */
#ifndef DATA_LABELS_H
#define DATA_LABELS_H

#include <linclass/context.h>
#include <linclass/status.h>

/* The distinct values of y (m), ascending, in *classes (allocated on the context, *k of them). */
linclass_status labels_classes(linclass_context *ctx, int64_t m, const int64_t *y,
                               int64_t **classes, int64_t *k);

/* encoded[i] = index of y[i] among the k ascending classes; LABEL, naming the index and the value,
 * for one that is not there. name: of the argument, for the error message. encoded may be y, or NULL to
 * check only. */
linclass_status labels_encode(linclass_context *ctx, const char *name, int64_t m, const int64_t *y,
                              int64_t k, const int64_t *classes, int64_t *encoded);

/* LABEL, naming the first index and value, when a label is outside 0..k-1. */
linclass_status labels_check(linclass_context *ctx, int64_t m, int64_t k, const int64_t *y);

#endif
