/* How busy the rest of the machine was during an interval. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

typedef struct load {
    double seconds; /* length of the interval */
    double others;  /* share of all the CPUs' time that other processes used, 0..1 */
    double steal;   /* share the hypervisor gave to other guests, 0..1 */
} load;

typedef struct load_clock {
    double wall;
    double busy; /* ticks of all CPUs, all processes, without steal */
    double steal;
    double own; /* seconds of this process and its finished children */
} load_clock;

load_clock load_begin(void);

/* The load since `start`. The kernel counts in hundredths of a second: intervals shorter than about
 * half a second say little. */
load load_end(load_clock start);

/* Whether times measured under this load should not be trusted: more than 5 % of the machine went
 * elsewhere. */
int load_is_busy(load l);

#endif
