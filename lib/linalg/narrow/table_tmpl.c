/* The table of the narrow products of one instruction set and precision. */
#include "linalg/narrow/set.h"
#include "linalg/narrow/tables.h"

const narrow VECTOR_NAME(narrow) = {
    .name = VECTOR_SET_NAME,
    .by_class = VECTOR_NAME(narrow_by_class),
    .plain = VECTOR_NAME(narrow_plain),
    .transposed = VECTOR_NAME(narrow_transposed),
    .outer = VECTOR_NAME(narrow_outer),
    .step = VECTOR_NAME(narrow_step),
    .step_pair = VECTOR_NAME(narrow_step_pair),
    .chosen_scores = VECTOR_NAME(narrow_chosen_scores),
    .chosen_update = VECTOR_NAME(narrow_chosen_update),
};
