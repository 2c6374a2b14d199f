/* The tables select.c chooses from. */
#ifndef KERNEL_TABLES_H
#define KERNEL_TABLES_H

#include "kernel/kernel.h"

extern const kernels_f32 kernels_reference_f32;
extern const kernels_f64 kernels_reference_f64;
extern const kernels_f32 kernels_avx2_f32;
extern const kernels_f64 kernels_avx2_f64;
extern const kernels_f32 kernels_avx512_f32;
extern const kernels_f64 kernels_avx512_f64;

#endif
