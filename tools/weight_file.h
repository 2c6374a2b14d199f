/* Weights in text files: a decimal number a line. */
#ifndef TOOLS_WEIGHT_FILE_H
#define TOOLS_WEIGHT_FILE_H

#include <stdint.h>

#include "sample_files.h"

/* Read `count` numbers into *weights, to be freed; "-" is standard input. Returns an exit status; after
 * an error, which has been reported, *weights is NULL. */
int weight_file_read(const char *path, int64_t count, double **weights);

/* The weights of the samples taken from a file, from those of all it holds; freed are the latter. */
double *weight_file_pick(const samples *taken, double *weights);

#endif
