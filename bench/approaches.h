/* The two approaches to the gradient of the softmax loss of B samples, side by side,
 *
 *     Approach 1   dl/dh * dh/dtheta   [1, B k] times [B k, n k], both built in memory
 *     Approach 2   X^T (Z - I_y) / B   n x k, from the samples and the residuals as they are
 *
 * and their memory, measured in processes of their own. */
#ifndef BENCH_APPROACHES_H
#define BENCH_APPROACHES_H

#include "bench.h"

typedef struct approaches {
    int64_t B;
    int64_t n;
    int64_t k;
    float *X;       /* B x n */
    float *R;       /* B x k: (Z - I_y) / B, which is dl/dh of the mean loss */
    float *J;       /* (B k) x (n k): dh/dtheta */
    float *G;       /* n x k, the gradient of Approach 2 */
    float *G_naive; /* n x k, the gradient of Approach 1; may be J */
    linclass_context *ctx;
} approaches;

/* Make X and R. */
void approaches_inputs(approaches *a);
void approaches_free_inputs(approaches *a);

/* argument: approaches. */
void approaches_build_jacobian(void *argument);     /* J */
void approaches_multiply(void *argument);           /* G_naive = R J */
void approaches_build_and_multiply(void *argument); /* both */
void approaches_use_structure(void *argument);      /* G, by linclass_gradient_f32 */

/* Numbers each approach has to keep at the same time: B k n k + B k, and n k. */
double approaches_predicted_numbers(const shape *s, int approach);

/* Bytes of memory the approach (1 or 2) takes for one gradient of the shape (m: the batch), inputs
 * not counted, result counted; NaN after a problem, which is reported. */
double approaches_memory(bench *b, const shape *s, int approach);

#endif
