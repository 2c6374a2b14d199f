/* Powers of ten to 128 bits. */
#ifndef DATA_FORMATS_NUMBER_POWERS_H
#define DATA_FORMATS_NUMBER_POWERS_H

#include <stdint.h>

enum { LARGEST_POWER = 64 };

/* 10^q for q = -64..64, scaled by a power of two to [2^127, 2^128), as high * 2^64 + low: for -27 <= q < 0 the
 * next integer above, else rounded down, as the proof of the method needs. */
extern const uint64_t NUMBER_POWERS[2 * LARGEST_POWER + 1][2];

#endif
