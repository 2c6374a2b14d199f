/* A quadratic function and an l1 penalty, minimised over one coordinate after the other. */
#ifndef SOLVER_COORDINATE_DESCENT_H
#define SOLVER_COORDINATE_DESCENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/space.h"

/* slope0 . s + 1/2 s . (H + ridge) s + l1 sum over the weights of |point + s|, a function of the step s. */
typedef struct penalised_quadratic {
    int64_t length;
    int64_t weights; /* the penalised coordinates, which come first */
    double l1;
    double *hessian; /* H: length x length, symmetric, not negative on the diagonal */
    double *ridge;   /* length: added to the diagonal */
    double *point;   /* length */
    double *step;    /* length: s */
    double *slope;   /* length: slope0 + (H + ridge) s, kept up with s */
} penalised_quadratic;

/* Room for the part of a problem that is about the coordinates that are not 0. */
typedef struct coordinate_space {
    int64_t most; /* coordinates */
    int32_t set;  /* of vectors (core/vector/usable.h) */
    penalised_quadratic part;
    bool is_new;    /* set by the caller: the matrix is not that of the last problem */
    double *factor; /* of the part, most x most */
    int64_t
        factored; /* coordinates of it, and their numbers and units when it was made; 0: there is none */
    int64_t *factored_numbers;
    double *factored_unit;
    double *face;    /* a step within the orthant of the part */
    double *way;     /* to the minimum within it */
    double *unit;    /* the part is 1 on the diagonal in these units */
    double *product; /* of the part's matrix and that step */
    double *before;  /* their steps when the part was taken */
    int64_t *active; /* their numbers */
} coordinate_space;

/* Lay out the room for problems of `length` coordinates; set: as above. */
void coordinate_space_lay_out(coordinate_space *self, space_plan *plan, int32_t set,
                              int64_t length);

/* Pass over the coordinates, until a pass over all changes next to nothing: `enough` times what the first changed, in
 * the norm of the diagonal. From s = 0: slope is slope0, step is 0. Coordinates whose curvature is 0 stay where they
 * are. Ends in any case, after some thousands of passes over a part. */
void coordinate_descent(const penalised_quadratic *self, coordinate_space *space, double enough);

#endif
