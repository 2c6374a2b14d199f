#include "solver/weight_kinds.h"

#include <math.h>
#include <string.h>

static int kind_of(double weight, double pseudo, double unit)
{
    if (weight == 0)
        return pseudo == 0 ? WEIGHT_FIXED : WEIGHT_FREE;
    return weight * (weight - unit * unit * pseudo) <= 0 ? WEIGHT_LEAVING : WEIGHT_FREE;
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
    for (int64_t i = 0; F->l1 > 0 && i < F->weights; i += k) {
        for (int64_t j = i; j < i + k; j++)
            kind[j] = (unsigned char)kind_of(parameters[j], pseudo[j], unit[i / k]);
        if (k > 1)
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
