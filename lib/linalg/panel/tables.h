/* The tables select.c chooses from, one for each vector set. */
#ifndef LINALG_PANEL_TABLES_H
#define LINALG_PANEL_TABLES_H

#include "core/vector/sets.h"
#include "linalg/panel/panel.h"

#define DECLARE_PANEL_TABLE(set, suffix, runs) extern const panel_##suffix panel_##set##_##suffix;

VECTOR_SETS_KNOWN(DECLARE_PANEL_TABLE, f32)
VECTOR_SETS_KNOWN(DECLARE_PANEL_TABLE, f64)

#endif
