#include "support/sweep.h"

#include <stdlib.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

static const int64_t pads[] = {0, 1, 3, 13, 0};

typedef struct turns {
    linclass_context *contexts[4]; /* NULL; 1, 2, 3 threads */
    int next;
} turns;

static turns begin(void)
{
    turns self = {{NULL}, 0};
    for (int32_t threads = 1; threads < 4; threads++) {
        linclass_context_options options;
        linclass_context_options_init(&options, sizeof options);
        options.threads = threads;
        if (linclass_context_create(&options, &self.contexts[threads]) != LINCLASS_OK)
            abort();
    }
    return self;
}

static void take(turns *self, sweep_check check, int64_t m, int64_t n, int64_t k)
{
    const int turn = self->next++;
    check(self->contexts[turn % LENGTH(self->contexts)], m, n, k, pads[turn % LENGTH(pads)]);
}

static void end(turns *self)
{
    for (int i = 0; i < LENGTH(self->contexts); i++)
        linclass_context_destroy(self->contexts[i]);
}

void sweep_shapes(sweep_check check)
{
    static const int64_t sizes[] = {0, 1, 2, 3, 5, 10, 17, 64, 65, 100, 257};
    static const int64_t large[][3] = {{2000, 200, 10},  {1537, 100, 3},  {300, 520, 520},
                                       {300, 12, 22000}, {1, 1000, 1000}, {5, 20000, 2},
                                       {70000, 1, 2}};
    turns state = begin();
    for (int a = 0; a < LENGTH(sizes); a++) {
        for (int b = 0; b < LENGTH(sizes); b++) {
            for (int c = 0; c < LENGTH(sizes); c++)
                take(&state, check, sizes[a], sizes[b], sizes[c]);
        }
    }
    for (int i = 0; i < LENGTH(large); i++)
        take(&state, check, large[i][0], large[i][1], large[i][2]);
    end(&state);
}

void sweep_rows(sweep_check check)
{
    static const int64_t rows[] = {0, 1, 2, 3, 4, 5, 17, 64, 65, 300, 1025};
    static const int64_t large[][2] = {{30, 20000}, {300, 1000}, {3, 100003}, {100000, 2}};
    turns state = begin();
    for (int a = 0; a < LENGTH(rows); a++) {
        for (int64_t k = 0; k < 70; k++)
            take(&state, check, rows[a], 0, k);
    }
    for (int i = 0; i < LENGTH(large); i++)
        take(&state, check, large[i][0], 0, large[i][1]);
    end(&state);
}
