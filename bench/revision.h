/* The revision of the sources that a benchmark was built from; written by the build. */
#ifndef BENCH_REVISION_H
#define BENCH_REVISION_H

extern const char bench_revision[];

#endif
