/* The tables select.c chooses from, one for each vector set. */
#ifndef LINALG_NARROW_TABLES_H
#define LINALG_NARROW_TABLES_H

#include "core/vector/sets.h"
#include "linalg/narrow/narrow.h"

#define DECLARE_NARROW_TABLE(set, suffix, runs) \
    extern const narrow_##suffix narrow_##set##_##suffix;

VECTOR_SETS_KNOWN(DECLARE_NARROW_TABLE, f32)
VECTOR_SETS_KNOWN(DECLARE_NARROW_TABLE, f64)

#endif
