/* Shapes to measure, from a text file: one a line,
 *
 *     m n k name
 *
 * samples, features, classes (integers >= 1) and a word that says what it is; empty lines and what
 * follows a # are skipped. */
#ifndef BENCH_SHAPES_H
#define BENCH_SHAPES_H

#include <stddef.h>
#include <stdint.h>

enum { SHAPE_NAME_LENGTH = 32 };

typedef struct shape {
    int64_t m;
    int64_t n;
    int64_t k;
    char name[SHAPE_NAME_LENGTH];
    int line; /* in the file, from 1 */
} shape;

/* Told about each line that is not a shape: `sentence` names file, line and what was found. */
typedef void (*shapes_complaint)(const char *sentence, void *user);

/* Read the shapes of a file. A bad line is reported and skipped. *shapes: the caller frees it.
 * Returns their number; 0, with a complaint, when the file cannot be read or has none. */
size_t shapes_read(const char *path, shape **shapes, shapes_complaint complain, void *user);

#endif
