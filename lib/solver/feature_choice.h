/* Which features a round of working sets is about. */
#ifndef SOLVER_FEATURE_CHOICE_H
#define SOLVER_FEATURE_CHOICE_H

#include <stdint.h>

/* features := the numbers of the `count` largest of rank[0..length-1], ascending, the lower of equal ones first.
 * work: length. Returns how many: count, or length where that is less. */
int64_t largest_ranks(int64_t length, const double *rank, int64_t count, double *work,
                      int64_t *features);

#endif
