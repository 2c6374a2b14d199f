/* Times of the library in turns with another build of it, which runs in another process of this program:
 * bench/compare.py gives both the word in turns. From standard input, a line each:
 *
 *     name m n k threads    make the data of a shape, call once; the answer is "ready", or "none" where there
 *                           is no such regime or the machine lacks the memory
 *     go                    call for some 50 milliseconds; the answer is the seconds of one call
 *
 * The data of a shape is kept until the next line or the end. Only functions that the shapes ask for are
 * called, so that an older library may lack others. */
#include "bench.h"
#include "peak_memory.h"
#include "regimes.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double turn_seconds = 50e-3;

typedef struct turns {
    const regime *regime;
    void *data;
    int64_t calls; /* in a turn */
} turns;

static double run_calls(const turns *t)
{
    const double begin = timing_now();
    for (int64_t call = 0; call < t->calls; call++)
        t->regime->run(t->data, call);
    return timing_now() - begin;
}

static void release(turns *t)
{
    if (t->regime != NULL)
        t->regime->destroy(t->data);
    t->regime = NULL;
}

static int prepare(turns *t, const char *line)
{
    shape s = {.line = 1};
    int threads;
    long long m, n, k;
    release(t);
    if (sscanf(line, "%31s %lld %lld %lld %d", s.name, &m, &n, &k, &threads) != 5)
        return 0;
    s.m = m;
    s.n = n;
    s.k = k;
    const regime *const r = regime_find(s.name);
    if (r == NULL || r->bytes(&s) > 0.8 * (double)available_memory())
        return 0;
    *t = (turns){r, r->create(&s, threads), 1};
    while (run_calls(t) < turn_seconds && t->calls < (1 << 24))
        t->calls *= 2;
    return 1;
}

int main(void)
{
    turns t = {.regime = NULL};
    char line[200];
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (strcmp(line, "go\n") != 0)
            printf("%s\n", prepare(&t, line) ? "ready" : "none");
        else if (t.regime == NULL)
            printf("none\n");
        else
            printf("%.9g\n", run_calls(&t) / (double)t.calls);
        fflush(stdout);
    }
    release(&t);
    return 0;
}
