#include "solver/weight_kinds.h"

#include <math.h>
#include <string.h>

double weight_kinds_end(const objective *F, double weight, double pseudo)
{
    if (F->l1 > 0 && weight * pseudo > 0)
        return 0;
    return pseudo > 0 ? F->lower : F->upper;
}

static int kind_of(const objective *F, double weight, double pseudo, double unit)
{
    const bool held = (F->l1 > 0 && weight == 0) || weight <= F->lower || weight >= F->upper;
    if (held && pseudo == 0)
        return WEIGHT_FIXED;
    const double end = weight_kinds_end(F, weight, pseudo);
    const double reached = weight - unit * unit * pseudo;
    const bool passes = pseudo > 0 ? reached <= end : pseudo < 0 && reached >= end;
    return passes ? WEIGHT_LEAVING : WEIGHT_FREE;
}

/* Fix one zero of a row whose zeros would all move, that of the least pseudo-gradient. Moving all of a
 * row together changes the penalty alone (penalty_shift.h), which is at its least already: were all free,
 * Newton's direction would be long along this shift, and wrong once the signs of some cut it short. */
static void hold_one(int64_t columns, const double *row, const double *pseudo, unsigned char *kind)
{
    int64_t least = -1;
    for (int64_t j = 0; j < columns; j++) {
        if (row[j] != 0)
            continue;
        if (kind[j] == WEIGHT_FIXED)
            return;
        if (least < 0 || fabs(pseudo[j]) < fabs(pseudo[least]))
            least = j;
    }
    if (least >= 0)
        kind[least] = WEIGHT_FIXED;
}

void weight_kinds_set(const objective *F, const double *parameters, const double *pseudo,
                      const double *unit, unsigned char *kind)
{
    const int64_t k = F->columns;
    memset(kind, WEIGHT_FREE, (size_t)F->weights);
    const bool held = F->l1 > 0 || objective_is_bounded(F);
    for (int64_t i = 0; held && i < F->weights; i += k) {
        for (int64_t j = i; j < i + k; j++)
            kind[j] = (unsigned char)kind_of(F, parameters[j], pseudo[j], unit[i / k]);
        if (k > 1 && F->l1 > 0)
            hold_one(k, parameters + i, pseudo + i, kind + i);
    }
}

void weight_kinds_keep_free(int64_t weights, const unsigned char *kind, double *vector)
{
    for (int64_t i = 0; i < weights; i++) {
        if (kind[i] != WEIGHT_FREE)
            vector[i] = 0;
    }
}
