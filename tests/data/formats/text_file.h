/* Text files of tests: written, read by linclass_dataset_read, refused with a status and a message. */
#ifndef TESTS_DATA_FORMATS_TEXT_FILE_H
#define TESTS_DATA_FORMATS_TEXT_FILE_H

#include <stddef.h>

#include <linclass/linclass.h>

#include "support/temporary_directory.h"

/* For cmocka's groups: a directory and a context of `threads` threads. */
int text_file_begin(void **state);
int text_file_end(void **state);

linclass_context *text_file_context(void);

/* The defaults. */
linclass_read_options text_options(void);

/* Write a text of `length` bytes to a file; its path, valid until the next call. */
const char *text_file_write(const char *text, size_t length);

/* Read a text as a file that must be accepted, or refused with `status` and a message with `part` in it. */
linclass_dataset *text_file_read(const char *text, const linclass_read_options *options);
void text_file_refuse(const char *text, const linclass_read_options *options,
                      linclass_status status, const char *part);

/* The same of texts with NULs. */
linclass_dataset *text_file_read_bytes(const char *text, size_t length,
                                       const linclass_read_options *options);
void text_file_refuse_bytes(const char *text, size_t length, const linclass_read_options *options,
                            linclass_status status, const char *part);

#endif
