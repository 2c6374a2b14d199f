/* Long tests that go through every case of a kind take an argument 1/N: one case in N, always the same. */
#ifndef SUPPORT_ONE_IN_H
#define SUPPORT_ONE_IN_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* N of the program's first argument; 1, every case, without one; 0 when it is something else. */
static inline uint64_t one_in(int count, char **arguments)
{
    if (count < 2)
        return 1;
    return strncmp(arguments[1], "1/", 2) == 0 ? strtoull(arguments[1] + 2, NULL, 10) : 0;
}

#endif
