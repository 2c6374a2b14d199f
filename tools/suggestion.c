/* Distance of Damerau and Levenshtein, restricted: how many letters are inserted, left out, replaced, or exchanged with
 * the next one. Near enough is one mistake, and another for every four letters. */
#include "suggestion.h"

#include <string.h>

enum { LONGEST = 40 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Both at most LONGEST letters long. */
static int distance(const char *a, const char *b)
{
    const int m = (int)strlen(a);
    const int n = (int)strlen(b);
    int rows[3][LONGEST + 1];
    for (int j = 0; j <= n; j++)
        rows[0][j] = j;
    for (int i = 1; i <= m; i++) {
        int *row = rows[i % 3];
        const int *last = rows[(i + 2) % 3];
        const int *before = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[m % 3][n];
}

void suggestion_offer(suggestion *self, const char *name)
{
    const size_t length = strlen(self->given);
    if (length > LONGEST || strlen(name) > LONGEST)
        return;
    const int found = distance(self->given, name);
    if (found > 1 + (int)length / 4 || (self->name != NULL && found >= self->distance))
        return;
    self->name = name;
    self->distance = found;
}
