#include "company.h"

#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void compute_for_ever(pid_t parent)
{
    volatile uint64_t counter = 0;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == parent)
        for (int i = 0; i < 10000000; i++)
            counter = counter + 1;
    _exit(0);
}

void company_begin(company *self, int count)
{
    const pid_t parent = getpid();
    for (self->count = 0; self->count < count && self->count < COMPANY_MAX; self->count++) {
        self->processes[self->count] = fork();
        if (self->processes[self->count] == 0)
            compute_for_ever(parent);
        if (self->processes[self->count] < 0)
            break;
    }
}

void company_end(const company *self)
{
    for (int i = 0; i < self->count; i++) {
        (void)kill(self->processes[i], SIGKILL);
        (void)waitpid(self->processes[i], NULL, 0);
    }
}
