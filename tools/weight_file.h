/* Weights in text files: a decimal number a line. */
#ifndef TOOLS_WEIGHT_FILE_H
#define TOOLS_WEIGHT_FILE_H

#include <stdint.h>

/* Read `count` numbers into *weights, to be freed; "-" is standard input. Returns an exit status; after
 * an error, which has been told, *weights is NULL. */
int weight_file_read(const char *path, int64_t count, double **weights);

#endif
