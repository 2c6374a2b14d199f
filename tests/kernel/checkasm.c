/* Every vector kernel against the reference kernel, on sizes and scores chosen to break it, in memory
 * that catches it straying; and, with --bench, how fast each is.
 *
 *     checkasm            check; exit status 1 when a kernel differs
 *     checkasm --bench    time instead; the check is the other run */
#include "checkasm.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { PRINTED = 20 };

static int failures;

bool check_failed(const char *format, ...)
{
    failures++;
    if (failures <= PRINTED) {
        va_list arguments;
        va_start(arguments, format);
        vprintf(format, arguments);
        va_end(arguments);
        putchar('\n');
    }
    return false;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Cycles a second: a chain of additions, each waiting for the one before, runs one a cycle. */
static double cycles_per_second(void)
{
    double best = 0.0;
    for (int round = 0; round < 20; round++) {
        enum { LINKS = 8, TURNS = 50000 };
        uint64_t x = 0;
        const double begin = seconds();
        for (int turn = 0; turn < TURNS; turn++) {
            for (int i = 0; i < LINKS; i++) {
                x += 1;
                __asm__ volatile("" : "+r"(x));
            }
        }
        const double rate = (double)LINKS * TURNS / (seconds() - begin);
        best = rate > best ? rate : best;
    }
    return best;
}

double bench_cycles(void)
{
    static double rate;
    if (rate == 0.0)
        rate = cycles_per_second();
    return rate * seconds();
}

int main(int count, char **arguments)
{
    if (count == 2 && strcmp(arguments[1], "--bench") == 0) {
        bench_kernels_f32();
        bench_kernels_f64();
        return 0;
    }
    if (count != 1) {
        fprintf(stderr, "usage: %s [--bench]\n", arguments[0]);
        return 2;
    }
    check_kernels_f32();
    check_kernels_f64();
    if (failures != 0)
        printf("%d failures\n", failures);
    return failures != 0;
}
