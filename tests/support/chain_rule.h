/* The gradient of one sample's cross-entropy by the chain rule alone, every Jacobian written out in
 * numerator layout (rows: components of the value; columns: of the variable):
 *
 *     dl/dtheta = dl/dz * dz/dh * dh/dtheta      [1, n k] = [1, k] [k, k] [k, n k]
 *
 * with theta flattened row by row: theta_jc is column j k + c. Nothing of the structure is used that
 * makes it collapse to x (z - e_y)^T, which is why it is an oracle of that. */
#ifndef SUPPORT_CHAIN_RULE_H
#define SUPPORT_CHAIN_RULE_H

#include <stdint.h>

/* x: n. theta: n x k. bias: k. gradient: n k, output. Takes k^2 n + k^2 numbers of memory. */
void chain_rule_gradient(int64_t n, int64_t k, const long double *x, int64_t y,
                         const long double *theta, const long double *bias, long double *gradient);

#endif
