/* The bytes of a file, a pipe or standard input, in order, decompressed if they begin with the magic number of
 * gzip, bzip2, xz or Zstandard. The number of bytes that can still follow is known, so that the reader of a format
 * can check the sizes in a header against it. Error messages name the file. */
#ifndef DATA_BYTE_READER_H
#define DATA_BYTE_READER_H

#include <stdbool.h>

#include <linclass/context.h>
#include <linclass/status.h>

typedef struct byte_reader byte_reader;

/* Open; "-" is standard input. All memory is the context's, which must outlive the reader, but for that of
 * libzstd, which is malloc's. Errors: IO, MEMORY; then *reader is NULL. */
linclass_status byte_reader_open(linclass_context *ctx, const char *path, byte_reader **reader);

/* Close and free; standard input stays open. NULL is allowed. */
void byte_reader_close(byte_reader *self);

/* The first bytes of the content, up to 64 KiB, without reading past them: they are read again by
 * byte_reader_read. Only before the first byte_reader_read, as often as wanted. *begin: valid until then. *whole: there
 * are no more. Errors: those of byte_reader_read. */
linclass_status byte_reader_peek(byte_reader *self, const uint8_t **begin, size_t *count,
                                 bool *whole);

/* Map the whole of a plain regular file that has not been read from: its pages are read when they are used.
 * *mapping: the first byte, for munmap() with *bytes, valid after byte_reader_close; NULL where the source
 * cannot be mapped (compressed, a pipe, standard input not at its beginning, empty). */
void byte_reader_map(byte_reader *self, void **mapping, size_t *bytes);

/* Return the name of the file for error messages: its path in quotes, or "standard input". */
const char *byte_reader_name(const byte_reader *self);

/* The next `bytes` bytes into target; *got is less than asked only at the end. Reading on past the
 * last byte checks a compressed stream to its end. Several streams one after the other are one. Errors: IO,
 * MEMORY, FORMAT (a damaged or truncated stream, bytes after it). */
linclass_status byte_reader_read(byte_reader *self, void *target, size_t bytes, size_t *got);

/* Return an upper bound of the bytes that can still be read: the rest of a plain file; the
 * length of a compressed file times the largest ratio of its compression, less what was read (1032 for gzip,
 * 7100 for xz, 32768 for Zstandard, 1500000 for bzip2); SIZE_MAX when the length of the source is not known
 * (pipes). */
size_t byte_reader_limit(const byte_reader *self);

/* Return how many bytes of the source have been read, before decompression. */
size_t byte_reader_consumed(const byte_reader *self);

/* Return the length of the source in bytes, before decompression; 0 if unknown. */
size_t byte_reader_source_bytes(const byte_reader *self);

#endif
