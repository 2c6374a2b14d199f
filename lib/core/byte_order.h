/* The order of the bytes of numbers: the machine's beside the little-endian one of most files. */
#ifndef CORE_BYTE_ORDER_H
#define CORE_BYTE_ORDER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { BIG_ENDIAN_MACHINE = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };

/* From the machine's order to little-endian, and back. */
static inline uint64_t little_endian(uint64_t number)
{
    return BIG_ENDIAN_MACHINE ? __builtin_bswap64(number) : number;
}

/* The same of numbers in place, of 4 or 8 bytes each. */
static inline void little_endian_all(void *numbers, size_t bytes, size_t width)
{
    unsigned char *at = numbers;
    for (size_t done = 0; BIG_ENDIAN_MACHINE && done < bytes; done += width) {
        uint32_t halves[2];
        memcpy(halves, at + done, width);
        const uint32_t first = __builtin_bswap32(halves[0]);
        if (width == sizeof halves) {
            halves[0] = __builtin_bswap32(halves[1]);
            halves[1] = first;
        } else {
            halves[0] = first;
        }
        memcpy(at + done, halves, width);
    }
}

#endif
