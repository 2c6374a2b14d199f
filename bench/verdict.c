#include "verdict.h"

enum { OWN_PRODUCTS = 64 }; /* up to so many classes */

static const double at_limit = 0.8;
static const double near_limit = 0.65;
static const double as_blas = 1.03;

int verdict_impossible(double share)
{
    return share > verdict_tolerance;
}

const char *verdict_of(double share, int64_t k, double ratio)
{
    if (verdict_impossible(share))
        return "the limit is wrong";
    if (share > at_limit)
        return "at the limit";
    if (share > near_limit)
        return "near the limit";
    if (k > OWN_PRODUCTS && ratio < as_blas)
        return "as fast as BLAS";
    return "far from it";
}
