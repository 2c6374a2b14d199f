/* A random problem of level 1 in guarded arrays, and the functions called by number over it.
 * Compiled once for each precision: `real` is the type. */
#ifndef SUPPORT_PROBLEM_H
#define SUPPORT_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#include <linclass/linclass.h>

#include "core/real.h"
#include "support/guarded.h"

/* One bit a function, so that a set of them is a number. The four of a loss by its number are four bits in a
 * row: the mean loss, the residual, the gradient, an epoch. */
typedef uint64_t function_set;

#define FUNCTION(bit) (UINT64_C(1) << (bit))

#define LOGITS        FUNCTION(0)
#define SOFTMAX       FUNCTION(1)
#define CROSS_ENTROPY FUNCTION(2)
#define RESIDUAL      FUNCTION(3)
#define GRADIENT      FUNCTION(4)
#define LOSS_GRADIENT FUNCTION(5)
#define SGD_EPOCH     FUNCTION(6)
#define SIGMOID       FUNCTION(7)

/* The first of those of a loss other than softmax, up to 14. */
#define FIRST_OF(loss) FUNCTION(4 * (loss))

#define OTHER_LOSSES   UINT64_C(0x0111111111111100)
#define LOSSES         (CROSS_ENTROPY | OTHER_LOSSES)
#define RESIDUALS      (RESIDUAL | OTHER_LOSSES << 1)
#define LOSS_GRADIENTS (LOSS_GRADIENT | OTHER_LOSSES << 2)
#define SGD_EPOCHS     (SGD_EPOCH | OTHER_LOSSES << 3)
#define ALL_FUNCTIONS  (FUNCTION(60) - 1)

/* Of a set, those of two classes with one score a row (the first column of H, theta and G), or the others. */
#define OF_ONE_SCORE(set) ((set) | FUNCTION(62))
#define OF_CLASSES(set)   ((set) | FUNCTION(63))

/* The function after this one, 0 after the last. There are those of the losses that the library has. */
function_set function_after(function_set function);

/* "logits", ..., as in the function's name. */
const char *function_name(function_set function);

/* LINCLASS_LOSS_* of a function of a loss. */
int32_t function_loss(function_set function);

bool function_is_in(function_set function, function_set set);
bool function_has_one_score(function_set function);

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

linclass_status call(function_set function, linclass_context *ctx, const arguments *a);

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
void problem_check_guards(const problem *self, function_set function);

/* Whether all arrays of two problems of one shape hold the same bytes. */
bool problem_same(const problem *one, const problem *other);

/* Take the arrays as they are for those that problem_changed compares with. */
void problem_settle(problem *self);

/* The set, as bits 1 << PROBLEM_..., of the arrays that changed since problem_new or problem_settle. */
unsigned problem_changed(const problem *self);

/* The arrays the function writes, as such a set. */
unsigned problem_outputs(function_set function);

#endif
