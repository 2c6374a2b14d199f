/* The solver types of LIBLINEAR's model files. */
#ifndef EXCHANGE_LIBLINEAR_H
#define EXCHANGE_LIBLINEAR_H

#include <stdbool.h>
#include <stdint.h>

typedef enum liblinear_kind {
    LIBLINEAR_CLASSES,
    LIBLINEAR_REGRESSION,
    LIBLINEAR_ONE_CLASS
} liblinear_kind;

typedef struct liblinear_type {
    const char *name; /* in the file; NULL: the end of the table */
    liblinear_kind kind;
    int32_t loss;         /* LINCLASS_LOSS_*, of two classes */
    bool score_per_class; /* also of two classes */
} liblinear_type;

/* All of them; the last has no name. */
extern const liblinear_type LIBLINEAR_TYPES[];

#endif
