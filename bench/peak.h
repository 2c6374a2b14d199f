/* The arithmetic limit: FLOP/s in float32 of the processor's widest fused multiply-adds. */
#ifndef BENCH_PEAK_H
#define BENCH_PEAK_H

/* Best of the runs made in about `seconds`, on 1..64 threads. */
double peak_measure(int threads, double seconds);

#endif
