/* What a call of level 1 must come to, by the headers alone: whether its arguments are legal, and what the
 * outputs of a legal one are, in long double. Compiled once for each precision. */
#ifndef ATTACK_LEVEL1_H
#define ATTACK_LEVEL1_H

#include "attack.h"
#include "support/problem.h"

enum { LEVEL1_TEXT = 300 };

/* The arrays, as bits 1 << PROBLEM_..., that a function takes. */
unsigned level1_arrays(function_set function);

/* Whether the header allows the call; p: the problem the arguments were made from. */
bool level1_is_legal(function_set function, const problem *p, const arguments *a);

/* The outputs that a legal call must give, within bounds of its rounding. Made before the call. */
typedef struct level1_result level1_result;
level1_result *level1_expect(function_set function, const problem *p);
void level1_free(level1_result *self);

/* True when the outputs are as expected; else text says where they are not. */
bool level1_agrees(const level1_result *self, function_set function, const arguments *a,
                   char text[LEVEL1_TEXT]);

#endif
