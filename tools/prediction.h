/* What a model predicts for a block of rows, and how it is printed. */
#ifndef TOOLS_PREDICTION_H
#define TOOLS_PREDICTION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "class_texts.h"

typedef enum prediction_kind { LABELS, PROBABILITIES, SCORES, TOP, SETS } prediction_kind;

/* The results of a block of rows. */
typedef struct prediction {
    prediction_kind kind;
    int32_t dtype; /* of numbers: the model's, so that no digit is lost or made up */
    bool json;
    int64_t k;
    int64_t width;   /* numbers a row */
    int64_t *labels; /* rows x (1 or width): of every kind in JSON, else for LABELS and TOP */
    void *numbers;   /* rows x width: probabilities or scores; of double for TOP */
    uint8_t *sets;   /* rows x width, for SETS, of that coverage */
    double coverage;
    class_texts texts;
} prediction;

/* Print number `index` of the block, with the digits that give it back. */
void prediction_print_number(FILE *file, const prediction *result, int64_t index);

/* Print a row as an object on a line: "label", and "probabilities" or "scores" by class; or "top", an array of
 * objects of "label" and "score"; or "set", an array of labels. */
void prediction_print_json(FILE *file, const prediction *result, int64_t row);

#endif
