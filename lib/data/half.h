/* Single numbers of the 16-bit types of floating point. */
#ifndef DATA_HALF_H
#define DATA_HALF_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* IEEE 754's binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
static inline double half_to_double(uint16_t bits)
{
    const int exponent = bits >> 10 & 31;
    const int fraction = bits & 1023;
    double value;
    if (exponent == 0)
        value = ldexp(fraction, -24);
    else if (exponent < 31)
        value = ldexp(1024 + fraction, exponent - 25);
    else
        value = fraction == 0 ? (double)INFINITY : (double)NAN;
    return (bits & 0x8000) != 0 ? -value : value;
}

/* The upper half of a float. */
static inline double bfloat16_to_double(uint16_t bits)
{
    const uint32_t word = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

#endif
