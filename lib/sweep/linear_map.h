/* A linear map from samples to scores: the parameters of a product. For *_tmpl.c. */
#ifndef SWEEP_LINEAR_MAP_H
#define SWEEP_LINEAR_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/real.h"

#define linear_map REAL(linear_map) /* linear_map_f32, linear_map_f64 */

/* theta: n x k, ldtheta >= k. theta_by_class: its transpose, k x n, ld = n, which is used where it is not
 * NULL. */
typedef struct linear_map {
    int32_t set; /* of vectors, in which products are computed (core/vector/usable.h) */
    int64_t n;
    int64_t k;
    const real *theta;
    int64_t ldtheta;
    const real *theta_by_class;
    const real *bias;    /* k, or NULL */
    bool offset_of_last; /* base scores of rows are one number, of the last of the k scores */
} linear_map;

#endif
