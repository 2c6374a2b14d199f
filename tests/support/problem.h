/* A random problem of level 1 in guarded arrays, and the seven functions called by number over it.
 * Compiled once for each precision: `real` is the type. */
#ifndef SUPPORT_PROBLEM_H
#define SUPPORT_PROBLEM_H

#include <linclass/linclass.h>

#include "core/real.h"
#include "support/guarded.h"

/* One bit a function, so that a set of them is a number. */
enum {
    LOGITS = 1,
    SOFTMAX = 2,
    CROSS_ENTROPY = 4,
    RESIDUAL = 8,
    GRADIENT = 16,
    LOSS_GRADIENT = 32,
    SGD_EPOCH = 64,
    ALL_FUNCTIONS = 127
};

/* "logits", ..., as in the function's name. */
const char *function_name(int function);

/* The arguments of all seven; each function takes those that it has. */
typedef struct arguments {
    int64_t m;
    int64_t n;
    int64_t k;
    const real *X; /* m x n */
    int64_t ldx;
    const int64_t *y; /* m */
    real *theta;      /* n x k */
    int64_t ldtheta;
    real *bias; /* k */
    real *H;    /* m x k: logits; input and output of RESIDUAL, output of LOGITS */
    int64_t ldh;
    real *Z; /* m x k */
    int64_t ldz;
    const real *R; /* m x k */
    int64_t ldr;
    real scale;
    real *G; /* n x k */
    int64_t ldg;
    real *g_bias; /* k */
    double *loss;
    int64_t batch;
    real learning_rate;
} arguments;

linclass_status call(int function, linclass_context *ctx, const arguments *a);

enum {
    PROBLEM_X,
    PROBLEM_Y,
    PROBLEM_THETA,
    PROBLEM_BIAS,
    PROBLEM_H,
    PROBLEM_Z,
    PROBLEM_R,
    PROBLEM_G,
    PROBLEM_G_BIAS,
    PROBLEM_LOSS,
    PROBLEM_ARRAYS
};

/* Samples in [-1, 1), logits and X theta of a few units, residuals in [-1, 1), labels in 0..k-1;
 * Z, G, g_bias and loss are poisoned outputs. */
typedef struct problem {
    arguments a;
    guarded arrays[PROBLEM_ARRAYS];
    uint64_t hashes[PROBLEM_ARRAYS];
} problem;

/* Leading dimensions are the row lengths plus pad, plus 1 for the next array, and so on mod 4 when
 * pad > 0. With m > 0 and k = 0 the labels stay -1. */
problem problem_new(int64_t m, int64_t n, int64_t k, int64_t pad, uint64_t seed);
void problem_free(problem *self);

/* Fail the test when the bytes before or between the rows of an array were written. */
void problem_check_guards(const problem *self, int function);

/* Whether all arrays of two problems of one shape hold the same bytes. */
bool problem_same(const problem *one, const problem *other);

/* The set, as bits 1 << PROBLEM_..., of the arrays that changed since problem_new. */
unsigned problem_changed(const problem *self);

/* The arrays the function writes, as such a set. */
unsigned problem_outputs(int function);

#endif
