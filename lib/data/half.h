/* Numbers of 16 bits: IEEE 754's binary16, and bfloat16, the upper half of a float. */
#ifndef DATA_HALF_H
#define DATA_HALF_H

#include <stdint.h>
#include <string.h>

static inline float float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The exponent and the fraction, moved to their places in a float, are 2^-112 times the number, also where
 * it is subnormal: the product is exact. Without a branch, so that loops over it vectorise. */
static inline float float_of_half(uint16_t half)
{
    const uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    const float finite = float_of_bits(magnitude) * 0x1p112f;
    uint32_t bits;
    memcpy(&bits, &finite, sizeof bits);
    /* An exponent of all ones, infinity or NaN, has become 2^16 or more. */
    bits |= magnitude >= 0x0f800000 ? 0x7f800000 : 0;
    return float_of_bits(bits | sign);
}

static inline float float_of_bfloat16(uint16_t bits)
{
    return float_of_bits((uint32_t)bits << 16);
}

#endif
