/* Processes that do nothing but compute, as others would on a machine that is not at rest. */
#ifndef BENCH_COMPANY_H
#define BENCH_COMPANY_H

#include <sys/types.h>

enum { COMPANY_MAX = 256 };

typedef struct company {
    int count;
    pid_t processes[COMPANY_MAX];
} company;

/* Start `count` processes, at most COMPANY_MAX; self->count of them have started. They end with this one. */
void company_begin(company *self, int count);

void company_end(const company *self);

#endif
