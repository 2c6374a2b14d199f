/* Plain and gzip'd bytes through one door.
 *
 * inflate() is called directly, not through gzFile: gzFile takes its memory from malloc, passes
 * bytes that are not gzip through unchanged, and ignores what follows the stream. Here zlib's memory
 * is the context's, the stream is checked to its end (length and CRC-32), and bytes after it are an
 * error. inflate writes straight into the caller's array: no second copy.
 *
 * Hazards: a read may be interrupted or return less than asked (pipes); zlib counts in unsigned int,
 * so that arrays are handed to it in pieces; the length of a file is a promise that another process
 * can break, so that the end is where read() says it is. */
#include "data/byte_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/context.h"
#include "core/minimum.h"

enum {
    INPUT_BYTES = 1 << 16,
    LARGEST_PIECE = 1 << 30,
    NAME_BYTES = 200,
    LARGEST_RATIO = 1032,
    PEEK_BYTES = 1 << 16
};

/* windowBits of inflateInit2: the largest window, and gzip framing only. */
enum { GZIP_WINDOW = 15 + 16 };

struct byte_reader {
    linclass_context *ctx;
    int descriptor;
    bool is_ours; /* to close */
    bool at_end;  /* the source has no more bytes than those in `input` */
    bool compressed;
    bool finished; /* the last gzip stream has ended, and nothing follows it */
    size_t source_bytes;
    size_t taken; /* bytes of the source read, those in `input` included */
    size_t delivered;
    z_stream stream; /* next_in and avail_in are the unread part of `input`, also for plain bytes */
    uint8_t *peeked; /* PEEK_BYTES of content, or NULL; of gzip'd files only */
    size_t peeked_count;
    size_t peeked_used; /* given to byte_reader_read already */
    char name[NAME_BYTES];
    uint8_t input[INPUT_BYTES];
};

static void *take_for_zlib(void *source, uInt count, uInt size)
{
    size_t bytes;
    return checked_bytes(count, size, 1, &bytes) ? allocator_take(source, bytes) : NULL;
}

static void give_from_zlib(void *source, void *pointer)
{
    allocator_give(source, pointer);
}

static linclass_status fail_system(const byte_reader *self, const char *verb, int error)
{
    char text[128];
    return context_fail(self->ctx, LINCLASS_ERROR_IO, "cannot %s %s: %s", verb, self->name,
                        strerror_r(error, text, sizeof text));
}

static linclass_status fail_gzip(const byte_reader *self, int code)
{
    if (code == Z_MEM_ERROR)
        return context_fail(self->ctx, LINCLASS_ERROR_MEMORY, "out of memory: gunzipping %s",
                            self->name);
    return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                        "%s: damaged gzip stream after %zu bytes of content: %s", self->name,
                        self->delivered, self->stream.msg == NULL ? "invalid" : self->stream.msg);
}

/* read() into target, again when interrupted. */
static linclass_status read_source(byte_reader *self, void *target, size_t bytes, size_t *got)
{
    ssize_t count;
    do {
        count = read(self->descriptor, target, lesser_size(bytes, LARGEST_PIECE));
    } while (count < 0 && errno == EINTR);
    *got = 0;
    if (count < 0)
        return fail_system(self, "read", errno);
    *got = (size_t)count;
    self->taken += *got;
    self->at_end = count == 0;
    return LINCLASS_OK;
}

/* Append to the unread part of `input`, which has been moved to its front. */
static linclass_status fill_input(byte_reader *self)
{
    memmove(self->input, self->stream.next_in, self->stream.avail_in);
    self->stream.next_in = self->input;
    size_t got;
    const linclass_status status = read_source(self, self->input + self->stream.avail_in,
                                               INPUT_BYTES - self->stream.avail_in, &got);
    self->stream.avail_in += (uInt)got;
    return status;
}

/* A gzip stream has ended: another may follow, other bytes may not. */
static linclass_status next_member(byte_reader *self)
{
    while (self->stream.avail_in == 0 && !self->at_end) {
        const linclass_status status = fill_input(self);
        if (status != LINCLASS_OK)
            return status;
    }
    self->finished = self->stream.avail_in == 0;
    if (self->finished)
        return LINCLASS_OK;
    if (self->stream.next_in[0] != 0x1f)
        return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                            "%s: bytes that are not gzip follow the gzip stream", self->name);
    const int code = inflateReset(&self->stream);
    return code == Z_OK ? LINCLASS_OK : fail_gzip(self, code);
}

static linclass_status read_compressed(byte_reader *self, uint8_t *target, size_t bytes,
                                       size_t *got)
{
    while (*got < bytes && !self->finished) {
        if (self->stream.avail_in == 0 && self->at_end)
            return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                                "%s: truncated gzip stream, it ends after %zu bytes of content",
                                self->name, self->delivered);
        linclass_status status = LINCLASS_OK;
        if (self->stream.avail_in == 0)
            status = fill_input(self);
        if (status != LINCLASS_OK)
            return status;
        const size_t piece = lesser_size(bytes - *got, LARGEST_PIECE);
        self->stream.next_out = target + *got;
        self->stream.avail_out = (uInt)piece;
        const int code = inflate(&self->stream, Z_NO_FLUSH);
        *got += piece - self->stream.avail_out;
        self->delivered += piece - self->stream.avail_out;
        if (code == Z_STREAM_END)
            status = next_member(self);
        else if (code != Z_OK && code != Z_BUF_ERROR)
            status = fail_gzip(self, code);
        if (status != LINCLASS_OK)
            return status;
    }
    return LINCLASS_OK;
}

static linclass_status read_plain(byte_reader *self, uint8_t *target, size_t bytes, size_t *got)
{
    *got = lesser_size(bytes, self->stream.avail_in);
    if (*got > 0)
        memcpy(target, self->stream.next_in, *got);
    self->stream.next_in += *got;
    self->stream.avail_in -= (uInt)*got;
    linclass_status status = LINCLASS_OK;
    while (*got < bytes && !self->at_end && status == LINCLASS_OK) {
        size_t more;
        status = read_source(self, target + *got, bytes - *got, &more);
        *got += more;
    }
    self->delivered += *got;
    return status;
}

linclass_status byte_reader_read(byte_reader *self, void *target, size_t bytes, size_t *got)
{
    *got = 0;
    if (!self->compressed)
        return read_plain(self, target, bytes, got);
    const size_t again = lesser_size(bytes, self->peeked_count - self->peeked_used);
    if (again > 0)
        memcpy(target, self->peeked + self->peeked_used, again);
    self->peeked_used += again;
    const linclass_status status =
        again == bytes ? LINCLASS_OK
                       : read_compressed(self, (uint8_t *)target + again, bytes - again, got);
    *got += again;
    return status;
}

static linclass_status peek_compressed(byte_reader *self)
{
    void *taken;
    const linclass_status status =
        context_allocate(self->ctx, PEEK_BYTES, "reading a file", &taken);
    if (status != LINCLASS_OK)
        return status;
    self->peeked = taken;
    return read_compressed(self, self->peeked, PEEK_BYTES, &self->peeked_count);
}

linclass_status byte_reader_peek(byte_reader *self, const uint8_t **begin, size_t *count,
                                 bool *whole)
{
    linclass_status status = LINCLASS_OK;
    if (self->compressed) {
        if (self->peeked == NULL)
            status = peek_compressed(self);
        *begin = self->peeked;
        *count = self->peeked_count;
        *whole = self->peeked_count < PEEK_BYTES;
        return status;
    }
    while (self->stream.avail_in < INPUT_BYTES && !self->at_end && status == LINCLASS_OK)
        status = fill_input(self);
    *begin = self->stream.next_in;
    *count = self->stream.avail_in;
    *whole = self->at_end;
    return status;
}

void byte_reader_map(byte_reader *self, void **mapping, size_t *bytes)
{
    struct stat about;
    *mapping = NULL;
    *bytes = 0;
    if (self->compressed || self->delivered > 0 || fstat(self->descriptor, &about) != 0 ||
        !S_ISREG(about.st_mode) || self->source_bytes == 0 ||
        self->source_bytes != (size_t)about.st_size)
        return;
    void *address = mmap(NULL, self->source_bytes, PROT_READ, MAP_SHARED, self->descriptor, 0);
    if (address == MAP_FAILED)
        return;
    *mapping = address;
    *bytes = self->source_bytes;
}

/* Of a path that is too long for an error message, the end is more informative than the beginning. */
static void make_name(byte_reader *self, const char *path)
{
    const size_t room = NAME_BYTES - sizeof "'...'";
    const size_t length = strlen(path);
    if (strcmp(path, "-") == 0)
        (void)snprintf(self->name, sizeof self->name, "standard input");
    else if (length <= room)
        (void)snprintf(self->name, sizeof self->name, "'%s'", path);
    else
        (void)snprintf(self->name, sizeof self->name, "'...%s'", path + length - room);
}

/* What is left of a regular file, else 0. */
static size_t bytes_left(int descriptor)
{
    struct stat about;
    if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode))
        return 0;
    const off_t offset = lseek(descriptor, 0, SEEK_CUR);
    return offset < 0 || offset > about.st_size ? 0 : (size_t)(about.st_size - offset);
}

static linclass_status open_source(byte_reader *self, const char *path)
{
    const bool is_standard_input = strcmp(path, "-") == 0;
    self->descriptor =
        is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (self->descriptor < 0)
        return fail_system(self, "open", errno);
    self->is_ours = !is_standard_input;
    self->source_bytes = bytes_left(self->descriptor);
    return LINCLASS_OK;
}

/* Look at the first two bytes, and make zlib ready when they are gzip's. */
static linclass_status detect_gzip(byte_reader *self)
{
    while (self->stream.avail_in < 2 && !self->at_end) {
        const linclass_status status = fill_input(self);
        if (status != LINCLASS_OK)
            return status;
    }
    if (self->stream.avail_in < 2 || self->input[0] != 0x1f || self->input[1] != 0x8b)
        return LINCLASS_OK;
    self->stream.zalloc = take_for_zlib;
    self->stream.zfree = give_from_zlib;
    self->stream.opaque = &self->ctx->allocator;
    const int code = inflateInit2(&self->stream, GZIP_WINDOW);
    if (code != Z_OK)
        return fail_gzip(self, code);
    self->compressed = true;
    return LINCLASS_OK;
}

linclass_status byte_reader_open(linclass_context *ctx, const char *path, byte_reader **reader)
{
    *reader = NULL;
    void *taken;
    linclass_status status = context_allocate(ctx, sizeof **reader, "reading a file", &taken);
    if (status != LINCLASS_OK)
        return status;
    byte_reader *self = memset(taken, 0, sizeof *self);
    self->ctx = ctx;
    self->stream.next_in = self->input;
    make_name(self, path);
    status = open_source(self, path);
    if (status == LINCLASS_OK)
        status = detect_gzip(self);
    if (status != LINCLASS_OK) {
        byte_reader_close(self);
        return status;
    }
    *reader = self;
    return LINCLASS_OK;
}

void byte_reader_close(byte_reader *self)
{
    if (self == NULL)
        return;
    if (self->compressed)
        (void)inflateEnd(&self->stream);
    context_release(self->ctx, self->peeked);
    if (self->is_ours)
        (void)close(self->descriptor);
    context_release(self->ctx, self);
}

const char *byte_reader_name(const byte_reader *self)
{
    return self->name;
}

size_t byte_reader_limit(const byte_reader *self)
{
    size_t all = self->source_bytes;
    if (all == 0 || (self->compressed && __builtin_mul_overflow(all, (size_t)LARGEST_RATIO, &all)))
        return SIZE_MAX;
    return all < self->delivered ? 0 : all - self->delivered;
}

size_t byte_reader_consumed(const byte_reader *self)
{
    return self->taken - self->stream.avail_in;
}

size_t byte_reader_source_bytes(const byte_reader *self)
{
    return self->source_bytes;
}
