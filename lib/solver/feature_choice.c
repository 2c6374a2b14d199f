/* The least rank that is taken is found by quickselect, the middle of three as the pivot, on a copy of all or of the
 * best so far; then the features are taken in their order. In time proportional to the features, and the same for the
 * same ranks. */
#include "solver/feature_choice.h"

#include <stdbool.h>

#include "core/minimum.h"

enum { FEW = 8 }; /* parts of the features: fewer are wanted */

static double middle_of(double a, double b, double c)
{
    const double low = a < b ? a : b;
    const double high = a < b ? b : a;
    return c < low ? low : (c > high ? high : c);
}

/* Element number `place` of the numbers in descending order. They are put in another order. */
static double select_descending(double *numbers, int64_t length, int64_t place)
{
    int64_t first = 0;
    int64_t end = length;
    while (end - first > 1) {
        const double pivot =
            middle_of(numbers[first], numbers[first + (end - first) / 2], numbers[end - 1]);
        int64_t above = first; /* [first, above): above the pivot; [below, end): below it */
        int64_t below = end;
        for (int64_t i = first; i < below;) {
            const double x = numbers[i];
            if (x > pivot) {
                numbers[i++] = numbers[above];
                numbers[above++] = x;
            } else if (x < pivot) {
                numbers[i] = numbers[--below];
                numbers[below] = x;
            } else {
                i++;
            }
        }
        if (place < above)
            end = above;
        else if (place >= below)
            first = below;
        else
            return pivot;
    }
    return numbers[first];
}

/* Element number `wanted`, from 1, of the ranks in descending order. Of few that are wanted, only those above the least
 * of the best so far are kept, and parted when there are twice as many. */
static double least_taken(int64_t length, const double *rank, int64_t wanted, double *work)
{
    const int64_t most = wanted < length / FEW ? 2 * wanted : length;
    double least = 0; /* of so many, once they have been parted */
    bool parted = false;
    int64_t kept = 0;
    for (int64_t i = 0; i < length; i++) {
        if (parted && !(rank[i] > least))
            continue;
        if (kept == most) {
            least = select_descending(work, kept, wanted - 1);
            parted = true;
            kept = wanted;
        }
        work[kept++] = rank[i];
    }
    return select_descending(work, kept, wanted - 1);
}

int64_t largest_ranks(int64_t length, const double *rank, int64_t count, double *work,
                      int64_t *features)
{
    const int64_t wanted = lesser(count, length);
    if (wanted == 0)
        return 0;
    const double least = least_taken(length, rank, wanted, work);
    int64_t equal = wanted; /* of those that are as low as the least */
    for (int64_t i = 0; i < length; i++)
        equal -= rank[i] > least;
    int64_t taken = 0;
    for (int64_t i = 0; i < length && taken < wanted; i++) {
        if (rank[i] > least || (rank[i] == least && equal-- > 0))
            features[taken++] = i;
    }
    return taken;
}
