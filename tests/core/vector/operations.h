/* The checks of one vector set and precision, and how they report. */
#ifndef TESTS_CORE_VECTOR_OPERATIONS_H
#define TESTS_CORE_VECTOR_OPERATIONS_H

/* An operation gave `found` in lane `lane` where its definition gives `expected`, from the operands a, b, c. */
void operation_differs(const char *set, const char *operation, int lane, double a, double b,
                       double c, double found, double expected);

/* Something else is wrong. */
void operation_fails(const char *set, const char *text);

#endif
