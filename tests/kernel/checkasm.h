/* What the parts of checkasm share. */
#ifndef TESTS_KERNEL_CHECKASM_H
#define TESTS_KERNEL_CHECKASM_H

#include <stdbool.h>
#include <stdint.h>

/* Count a failure, and print the first of them. Always false. */
bool check_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Every vector table against the reference. */
void check_kernels_f32(void);
void check_kernels_f64(void);

/* Every table, the reference too, at a few shapes: cycles a row and an element. */
void bench_kernels_f32(void);
void bench_kernels_f64(void);

/* Processor cycles (of the core, not of its clock counter) since some moment. */
double bench_cycles(void);

#endif
