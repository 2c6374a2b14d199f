#include "scores.h"

const char *const scores_kind_name[SCORES_KINDS] = {
    [SCORES_ORDINARY] = "ordinary", [SCORES_EQUAL] = "equal",   [SCORES_TIES] = "ties",
    [SCORES_SPREAD] = "spread",     [SCORES_HUGE] = "huge",     [SCORES_SURE] = "sure",
    [SCORES_WRONG] = "wrong",       [SCORES_MASKED] = "masked", [SCORES_SMALL] = "small",
    [SCORES_BROKEN] = "broken",
};

/* splitmix64 (Steele, Lea, Flood 2014). */
double random_uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return (double)(z >> 11) * 0x1p-53;
}
