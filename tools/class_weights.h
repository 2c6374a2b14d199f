/* Class weights as text: LABEL=W,LABEL=W,... */
#ifndef TOOLS_CLASS_WEIGHTS_H
#define TOOLS_CLASS_WEIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include <linclass/dataset.h>
#include <linclass/fit.h>

/* Whether the text is such a list: weights finite and >= 0, each label once. Which labels there are, and their names,
 * is not known yet. */
bool class_weights_check(const char *text);

/* *weights, to be freed: one for each of the *count classes that a fit of m labels y with these options
 * has, in ascending order of the labels; 1 where the text does not name the label. Returns an exit
 * status: EXIT_DATA for a label that is no class. dataset: whose class names the text may give. */
int class_weights_make(const char *text, const linclass_dataset *dataset, int64_t m,
                       const int64_t *y, const linclass_fit_options *options, double **weights,
                       int64_t *count);

/* Multiply the weights of the rows, 0 with the label to ignore, by those of their classes, up to a common factor. */
void class_weights_apply(int64_t m, const int64_t *y, const linclass_fit_options *options,
                         double *weights);

#endif
