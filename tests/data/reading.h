/* What tests of readers of files share: a context, a directory, files read or refused. */
#ifndef TESTS_DATA_READING_H
#define TESTS_DATA_READING_H

#include <linclass/linclass.h>

#include "npy_file.h"

typedef struct reading {
    temporary_directory directory;
    linclass_context *ctx;
    linclass_read_options options;
} reading;

extern reading READING;

/* Of a group of tests, and of each test: default options. */
int reading_begin(void **state);
int reading_end(void **state);
int reading_defaults(void **state);

/* Write and read a file by READING.options; ends the test where that fails. Frees content. */
linclass_dataset *reading_accept(byte_string content);

/* The same of a file that must be refused, with an error message that names it and has `part`; "": any. */
void reading_refuse(byte_string content, linclass_status status, const char *part);

/* Write the file `name`; the path is valid until the next call. */
const char *reading_write(const char *name, byte_string content);

linclass_matrix reading_view(const linclass_dataset *dataset);

/* Element (i, j) of a strided view; of sparse rows. */
double reading_element(const linclass_matrix *view, int64_t i, int64_t j);

/* Whether the rows and columns of the data set are these numbers. Destroys it. */
void reading_expect(linclass_dataset *dataset, int32_t dtype, int64_t rows, int64_t cols,
                    const double *elements);

/* Read a file while the k-th allocation fails, for every k: MEMORY, nothing left behind, and the same call
 * succeeds afterwards. at_least: allocations that there must be. Frees content. */
void reading_fail_allocations(byte_string content, int64_t at_least);

#endif
