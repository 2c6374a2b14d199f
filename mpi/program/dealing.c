#include "dealing.h"

#include <stdlib.h>

#include "message.h"

/* How many parts each shard becomes: one, and then one more for that whose parts are longest. */
static int64_t share_out(int64_t shards, const int64_t *rows, int64_t wanted, int64_t *parts)
{
    int64_t count = 0;
    for (int64_t s = 0; s < shards; s++)
        count += parts[s] = rows[s] > 0;
    for (; count < wanted; count++) {
        int64_t longest = -1;
        for (int64_t s = 0; s < shards; s++) {
            const double length = parts[s] < rows[s] ? (double)rows[s] / (double)parts[s] : 0;
            if (length > 0 &&
                (longest < 0 || length > (double)rows[longest] / (double)parts[longest]))
                longest = s;
        }
        if (longest < 0)
            break;
        parts[longest]++;
    }
    return count;
}

dealt_part *dealing_parts(int64_t shards, const int64_t *rows, int64_t wanted, int64_t *count)
{
    int64_t *of_shard = allocate((size_t)shards, sizeof *of_shard);
    *count = share_out(shards, rows, wanted, of_shard);
    dealt_part *parts = allocate((size_t)*count, sizeof *parts);
    int64_t at = 0;
    int64_t before = 0;
    for (int64_t s = 0; s < shards; s++) {
        for (int64_t p = 0; p < of_shard[s]; p++) {
            /* The first ones are longer by the rest. */
            const int64_t even = rows[s] / of_shard[s];
            const int64_t rest = rows[s] % of_shard[s];
            const int64_t first = even * p + (p < rest ? p : rest);
            const int64_t length = even + (p < rest);
            parts[at++] = (dealt_part){s, first, length, before};
            before += length;
        }
    }
    free(of_shard);
    return parts;
}

int dealing_rank(const dealt_part *parts, int64_t count, int64_t part, int ranks)
{
    const dealt_part *last = &parts[count - 1];
    const double all = (double)(last->before + last->rows);
    const double middle = (double)parts[part].before + (double)parts[part].rows / 2;
    const int rank = (int)(middle / all * ranks);
    return rank < ranks ? rank : ranks - 1;
}
