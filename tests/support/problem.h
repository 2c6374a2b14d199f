/* A random problem of level 1 in guarded arrays, and the functions called by number over it.
 * Compiled once for each precision: `real` is the type. */
#ifndef SUPPORT_PROBLEM_H
#define SUPPORT_PROBLEM_H

#include <linclass/linclass.h>

#include "core/real.h"
#include "support/guarded.h"

/* One bit a function, so that a set of them is a number. The four of a loss are four bits in a row. */
enum {
    LOGITS = 1,
    SOFTMAX = 2,
    CROSS_ENTROPY = 4,
    RESIDUAL = 8,
    GRADIENT = 16,
    LOSS_GRADIENT = 32,
    SGD_EPOCH = 64,
    SIGMOID = 128,
    LOGISTIC_LOSS = 1 << 8,
    SIGMOID_SQUARED_LOSS = 1 << 12,
    PERCEPTRON_LOSS = 1 << 16,
    HINGE_LOSS = 1 << 20,
    SQUARED_HINGE_LOSS = 1 << 24,
    ALL_FUNCTIONS = (1 << 28) - 1,

    OTHER_LOSSES =
        LOGISTIC_LOSS | SIGMOID_SQUARED_LOSS | PERCEPTRON_LOSS | HINGE_LOSS | SQUARED_HINGE_LOSS,
    LOSSES = CROSS_ENTROPY | OTHER_LOSSES,
    RESIDUALS = RESIDUAL | OTHER_LOSSES << 1,
    LOSS_GRADIENTS = LOSS_GRADIENT | OTHER_LOSSES << 2,
    SGD_EPOCHS = SGD_EPOCH | OTHER_LOSSES << 3,

    /* Of two classes with one score a row, the first column of H, theta and G. */
    ONE_SCORE = (LOGISTIC_LOSS | SIGMOID_SQUARED_LOSS) * 15,
    MULTICLASS = ALL_FUNCTIONS & ~ONE_SCORE
};

/* "logits", ..., as in the function's name. */
const char *function_name(int function);

/* LINCLASS_LOSS_* of a function of a loss. */
int32_t function_loss(int function);

/* The arguments of all of them; each function takes those that it has. */
typedef struct arguments {
    int64_t m;
    int64_t n;
    int64_t k;
    const real *X; /* m x n */
    int64_t ldx;
    const int64_t *y;  /* m, labels 0..k-1 */
    const int64_t *y2; /* m, labels 0 and 1, for the functions of one score */
    real *theta;       /* n x k */
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
    PROBLEM_Y2,
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

/* Take the arrays as they are for those that problem_changed compares with. */
void problem_settle(problem *self);

/* The set, as bits 1 << PROBLEM_..., of the arrays that changed since problem_new or problem_settle. */
unsigned problem_changed(const problem *self);

/* The arrays the function writes, as such a set. */
unsigned problem_outputs(int function);

#endif
