/* Plain and compressed bytes through one interface.
 *
 * A compressed stream is checked to its end (lengths, checksums), another may follow, and other bytes after it are
 * an error. Decompressors write straight into the caller's array: no second copy.
 *
 * Hazards: a read may be interrupted or return less than asked (pipes); the length of a file is a promise
 * that another process can break, so that the end is where read() says it is. */
#include "data/byte_reader.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/context.h"
#include "core/minimum.h"
#include "data/decompress/decompressor.h"

enum { INPUT_BYTES = 1 << 16, LARGEST_PIECE = 1 << 30, NAME_BYTES = 200, PEEK_BYTES = 1 << 16 };

struct byte_reader {
    linclass_context *ctx;
    int descriptor;
    bool is_ours;  /* to close */
    bool at_end;   /* the source has no more bytes than those in `input` */
    bool finished; /* the last compressed stream has ended, and nothing follows it */
    size_t source_bytes;
    size_t taken; /* bytes of the source read, those in `input` included */
    size_t delivered;
    const decompressor *decompressor; /* NULL: plain bytes */
    void *state;                      /* the decompressor's */
    const uint8_t *next;              /* the unread part of `input` */
    size_t available;
    uint8_t *peeked; /* PEEK_BYTES of content, or NULL; of compressed files only */
    size_t peeked_count;
    size_t peeked_used; /* given to byte_reader_read already */
    char name[NAME_BYTES];
    uint8_t input[INPUT_BYTES];
};

static linclass_status fail_system(const byte_reader *self, const char *verb, int error)
{
    char text[128];
    return context_fail(self->ctx, LINCLASS_ERROR_IO, "cannot %s %s: %s", verb, self->name,
                        strerror_r(error, text, sizeof text));
}

static linclass_status fail_stream(const byte_reader *self, decompressor_result result)
{
    const char *const name = self->decompressor->name;
    if (result == DECOMPRESSOR_NO_MEMORY)
        return context_fail(self->ctx, LINCLASS_ERROR_MEMORY, "out of memory: decompressing %s",
                            self->name);
    const char *const message = self->decompressor->message(self->state);
    return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                        "%s: damaged %s stream after %zu bytes of content: %s", self->name, name,
                        self->delivered, message == NULL ? "invalid" : message);
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

/* Append to the unread part of `input`, which is moved to its front. */
static linclass_status fill_input(byte_reader *self)
{
    memmove(self->input, self->next, self->available);
    self->next = self->input;
    size_t got;
    const linclass_status status =
        read_source(self, self->input + self->available, INPUT_BYTES - self->available, &got);
    self->available += got;
    return status;
}

/* A stream has ended: another may follow, other bytes may not. */
static linclass_status next_stream(byte_reader *self)
{
    const decompressor *const with = self->decompressor;
    while (self->available == 0 && !self->at_end) {
        const linclass_status status = fill_input(self);
        if (status != LINCLASS_OK)
            return status;
    }
    self->finished = self->available == 0;
    if (self->finished)
        return LINCLASS_OK;
    if (!with->may_follow(self->next[0]))
        return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                            "%s: bytes that are not %s follow the %s stream", self->name,
                            with->name, with->name);
    const decompressor_result result = with->restart(self->state);
    return result == DECOMPRESSOR_MORE ? LINCLASS_OK : fail_stream(self, result);
}

/* One step of the decompressor; *wrote: bytes written. */
static linclass_status decompress_some(byte_reader *self, uint8_t *target, size_t bytes,
                                       size_t *wrote)
{
    linclass_status status = LINCLASS_OK;
    *wrote = 0;
    if (self->available == 0 && !self->at_end)
        status = fill_input(self);
    if (status != LINCLASS_OK)
        return status;
    decompressor_buffers buffers = {self->next, self->available, target, bytes};
    const decompressor_result result =
        self->decompressor->step(self->state, &buffers, self->at_end);
    const bool advanced = buffers.in_bytes < self->available || buffers.out_bytes < bytes;
    self->next = buffers.in;
    self->available = buffers.in_bytes;
    *wrote = bytes - buffers.out_bytes;
    self->delivered += *wrote;
    if (result == DECOMPRESSOR_STREAM_END)
        return next_stream(self);
    if (result != DECOMPRESSOR_MORE)
        return fail_stream(self, result);
    if (advanced)
        return LINCLASS_OK;
    return context_fail(self->ctx, LINCLASS_ERROR_FORMAT,
                        "%s: truncated %s stream, it ends after %zu bytes of content", self->name,
                        self->decompressor->name, self->delivered);
}

static linclass_status read_compressed(byte_reader *self, uint8_t *target, size_t bytes,
                                       size_t *got)
{
    linclass_status status = LINCLASS_OK;
    while (*got < bytes && !self->finished && status == LINCLASS_OK) {
        size_t wrote;
        status = decompress_some(self, target + *got, bytes - *got, &wrote);
        *got += wrote;
    }
    return status;
}

static linclass_status read_plain(byte_reader *self, uint8_t *target, size_t bytes, size_t *got)
{
    *got = lesser_size(bytes, self->available);
    if (*got > 0)
        memcpy(target, self->next, *got);
    self->next += *got;
    self->available -= *got;
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
    if (self->decompressor == NULL)
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
    if (self->decompressor != NULL) {
        if (self->peeked == NULL)
            status = peek_compressed(self);
        *begin = self->peeked;
        *count = self->peeked_count;
        *whole = self->peeked_count < PEEK_BYTES;
        return status;
    }
    while (self->available < INPUT_BYTES && !self->at_end && status == LINCLASS_OK)
        status = fill_input(self);
    *begin = self->next;
    *count = self->available;
    *whole = self->at_end;
    return status;
}

void byte_reader_map(byte_reader *self, void **mapping, size_t *bytes)
{
    struct stat about;
    *mapping = NULL;
    *bytes = 0;
    assert(self->decompressor != NULL || self->delivered == 0);
    if (self->decompressor != NULL || self->source_bytes == 0)
        return;
    if (fstat(self->descriptor, &about) != 0)
        return;
    if (self->source_bytes != (size_t)about.st_size) /* standard input, not at its beginning */
        return;
    void *address = mmap(NULL, self->source_bytes, PROT_READ, MAP_SHARED, self->descriptor, 0);
    if (address == MAP_FAILED)
        return;
    /* Else a fault reads around its page, also what lies before it, which has been read already. */
    (void)madvise(address, self->source_bytes, MADV_SEQUENTIAL);
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

/* Look at the first bytes, and prepare the decompressor that recognises them. */
static linclass_status detect_compression(byte_reader *self)
{
    while (self->available < DECOMPRESSOR_MAGIC_BYTES && !self->at_end) {
        const linclass_status status = fill_input(self);
        if (status != LINCLASS_OK)
            return status;
    }
    const decompressor *const with = decompressor_find(self->next, self->available);
    if (with == NULL)
        return LINCLASS_OK;
    const linclass_status status =
        context_allocate(self->ctx, with->state_bytes, "decompressing a file", &self->state);
    if (status != LINCLASS_OK)
        return status;
    const decompressor_result result = with->begin(self->state, &self->ctx->allocator);
    if (result != DECOMPRESSOR_MORE)
        return context_fail(self->ctx, LINCLASS_ERROR_MEMORY, "out of memory: decompressing %s",
                            self->name);
    self->decompressor = with;
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
    self->next = self->input;
    make_name(self, path);
    status = open_source(self, path);
    if (status == LINCLASS_OK)
        status = detect_compression(self);
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
    if (self->decompressor != NULL)
        self->decompressor->end(self->state);
    context_release(self->ctx, self->state);
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
    const size_t ratio = self->decompressor == NULL ? 1 : self->decompressor->largest_ratio;
    size_t all;
    if (self->source_bytes == 0 || __builtin_mul_overflow(self->source_bytes, ratio, &all))
        return SIZE_MAX;
    return all < self->delivered ? 0 : all - self->delivered;
}

size_t byte_reader_consumed(const byte_reader *self)
{
    return self->taken - self->available;
}

size_t byte_reader_source_bytes(const byte_reader *self)
{
    return self->source_bytes;
}
