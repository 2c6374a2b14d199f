/* The kernels of one instruction set and precision, written in its vectors. */
#ifndef KERNEL_VECTOR_KERNELS_H
#define KERNEL_VECTOR_KERNELS_H

#include "core/vector/vector.h"

#define KERNEL VECTOR_NAME

#include "kernel/set.h"

#endif
