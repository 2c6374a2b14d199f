/* A zip archive whose members are stored without compression, written to a stream from its beginning to its end: each
 * member is made twice, for its checksum and for the stream, so that it is never in memory. All sizes are those of
 * zip64, however small the archive is. */
#ifndef TOOLS_ZIP_WRITER_H
#define TOOLS_ZIP_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { ZIP_MOST_MEMBERS = 6 };

/* What takes the bytes of a member, one after the other. */
typedef struct zip_sink {
    FILE *file; /* NULL: they are only counted and summed up */
    uint64_t length;
    uint32_t checksum;
} zip_sink;

void zip_sink_put(zip_sink *sink, const void *bytes, size_t length);

/* Puts the bytes of a member into the sink: the same whenever it is called. */
typedef void zip_source(const void *argument, zip_sink *sink);

typedef struct zip_writer {
    FILE *file;
    uint64_t offset;
    int count;
    struct {
        const char *name;
        uint64_t length;
        uint64_t offset;
        uint32_t checksum;
    } member[ZIP_MOST_MEMBERS];
} zip_writer;

/* Write a member of that name, at most 64 characters, which stays the caller's, so that it begins at a multiple of 64
 * bytes. Errors of the stream stay on it. */
void zip_writer_add(zip_writer *zip, const char *name, zip_source *source, const void *argument);

/* Write the directory. */
void zip_writer_end(zip_writer *zip);

#endif
