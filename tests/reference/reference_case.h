/* Fits to real data by other libraries (optima.json, made by optima.py), and the data they were made of. */
#ifndef REFERENCE_CASE_H
#define REFERENCE_CASE_H

#include <stddef.h>
#include <stdint.h>

#include <linclass/linclass.h>

typedef struct reference_case {
    char name[80];
    int32_t loss;
    double l1;
    double l2;
    int64_t m;
    int64_t n;
    int64_t columns; /* of theta: k, or 1 where the loss is of two classes */
    double *X;       /* m x n */
    int64_t *y;      /* m, classes from 0 */
    double objective;
    double *theta;           /* n x columns */
    double *bias;            /* columns; NULL: the fit has no intercepts */
    double *standard_errors; /* (n + 1) x (k - 1), the intercepts' last; NULL: not known */
} reference_case;

/* How many cases the file has. */
size_t reference_count(void);

/* Read case number `index`; fails the test when it cannot. reference_end frees it. */
reference_case reference_begin(size_t index);
void reference_end(reference_case *self);

#endif
