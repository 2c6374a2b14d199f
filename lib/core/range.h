/* Consecutive elements of an array. */
#ifndef CORE_RANGE_H
#define CORE_RANGE_H

#include <stdint.h>

/* The elements begin..end-1. */
typedef struct element_range {
    int64_t begin;
    int64_t end;
} element_range;

#endif
