/* The slope in c, l1 (weights above 0 - weights below) + l2 (sum t + k c), jumps by 2 l1 where a weight
 * becomes 0. When it is positive on the left of 0, c goes down: past one positive weight after another,
 * the least first, until it changes sign at a jump, where that weight becomes exactly 0, or between two.
 * The other direction is the same with all signs changed. */
#include "solver/penalty_shift.h"

#include <math.h>
#include <stdbool.h>

#include "core/sort.h"

/* For a slope that is positive on the left of 0. t: k, put in order. */
static double shift_down(int64_t k, double *t, double l1, double l2)
{
    double sum = 0;
    for (int64_t j = 0; j < k; j++)
        sum += t[j];
    sort_doubles(k, t);
    int64_t least = 0; /* of those still above 0 */
    while (least < k && t[least] <= 0)
        least++;
    for (; least < k; least++) {
        const double signs = (double)(k - 2 * least);
        const double root = l2 > 0 ? -(l1 * signs / l2 + sum) / (double)k : -INFINITY;
        if (root > -t[least])
            return root;
        if (l1 * (signs - 2) + l2 * (sum - (double)k * t[least]) <= 0)
            return -t[least];
    }
    return 0;
}

double penalty_shift(int64_t k, const double *t, double l1, double l2, double *work)
{
    double sum = 0;
    int64_t above = 0;
    int64_t below = 0;
    for (int64_t j = 0; j < k; j++) {
        sum += t[j];
        above += t[j] > 0;
        below += t[j] < 0;
    }
    const double zeros = l1 * (double)(k - above - below);
    const double slope = l1 * (double)(above - below) + l2 * sum;
    const bool down = slope - zeros > 0;
    if (!down && slope + zeros >= 0)
        return 0;
    for (int64_t j = 0; j < k; j++)
        work[j] = down ? t[j] : -t[j];
    const double shift = shift_down(k, work, l1, l2);
    return down ? shift : -shift;
}
