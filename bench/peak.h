/* The arithmetic limit: FLOP/s in float32 of the processor's widest fused multiply-adds. Double
 * precision has half of it. */
#ifndef BENCH_PEAK_H
#define BENCH_PEAK_H

typedef struct peak {
    double flops; /* a second, of all threads together */
    int lanes;    /* floats in a vector */
    double clock; /* Hz of a thread at this work; 0: unknown */
    double fmas;  /* vectors multiplied and added in a cycle of a thread, as measured; 0: unknown */
} peak;

/* Of the runs made in about `seconds`, on 1..64 pinned threads: the best, or, where that is a little less,
 * what the clock and the whole number of multiply-adds that a cycle begins give. */
peak peak_measure(int threads, double seconds);

/* Whether the count agrees with the clock: a processor begins a whole number of multiply-adds in a
 * cycle, and a count that is off by a chain gives more than a whole number; a machine that others use, up to
 * a quarter less. True where the clock is unknown. */
int peak_is_plausible(const peak *p);

#endif
