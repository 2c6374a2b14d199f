/* A fuzz target: one file with these two functions. It is linked with libFuzzer where clang has it
 * (-Dfuzz=true), and always with replay.c, which feeds it files or mutations of its seeds. A target
 * that finds something wrong calls abort(). */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

enum { FUZZ_MAX_BYTES = 1 << 16 };

/* Try one input; returns 0. The name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Write seed number `index` (from 0), an input worth mutating, to bytes (FUZZ_MAX_BYTES of them);
 * its size, or 0 when there are no more. */
size_t fuzz_seed(size_t index, uint8_t *bytes);

#endif
