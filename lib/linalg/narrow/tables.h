/* The tables select.c chooses from. */
#ifndef LINALG_NARROW_TABLES_H
#define LINALG_NARROW_TABLES_H

#include "linalg/narrow/narrow.h"

extern const narrow_f32 narrow_avx2_f32;
extern const narrow_f64 narrow_avx2_f64;
extern const narrow_f32 narrow_avx512_f32;
extern const narrow_f64 narrow_avx512_f64;

#endif
