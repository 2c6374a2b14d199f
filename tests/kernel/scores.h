/* Rows of scores and labels chosen to break softmax kernels. */
#ifndef TESTS_KERNEL_SCORES_H
#define TESTS_KERNEL_SCORES_H

#include <stdint.h>

enum scores_kind {
    SCORES_ORDINARY, /* between -8 and 8 */
    SCORES_EQUAL,    /* all classes the same */
    SCORES_TIES,     /* 0, 1 or 2 */
    SCORES_SPREAD,   /* between -1e4 and 1e4 */
    SCORES_HUGE,     /* of magnitude 1e30 */
    SCORES_SURE,     /* the label's is the largest by 20 to 90 */
    SCORES_WRONG,    /* the label's is the smallest by 20 to 90 */
    SCORES_MASKED,   /* about half of those that are not the label's are -infinity */
    SCORES_SMALL,    /* subnormal numbers */
    SCORES_BROKEN,   /* ordinary; one row in three has NaN, infinity, or no finite score */
    SCORES_KINDS
};

extern const char *const scores_kind_name[SCORES_KINDS];

/* Uniform in [0, 1), and the state it comes from. */
double random_uniform(uint64_t *state);

/* H: m x k, dense. y: m labels in 0..labels-1. A function of (kind, m, k, labels, seed). */
void scores_fill_f32(enum scores_kind kind, int64_t m, int64_t k, int64_t labels, uint64_t seed,
                     float *H, int64_t *y);
void scores_fill_f64(enum scores_kind kind, int64_t m, int64_t k, int64_t labels, uint64_t seed,
                     double *H, int64_t *y);

#endif
