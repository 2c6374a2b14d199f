/* Every shard is opened twice: once by one rank, for its rows and columns, and then by those that have parts of it.
 * Files that can be mapped are so read where they are needed, and no rank holds what it does not need. */
#include "shards.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit_status.h"
#include "message.h"
#include "names.h"
#include "weight_file.h"

/* What all ranks learn of a shard, as numbers that add up: one rank gives them, the others 0. */
enum { ROWS, COLUMNS, DTYPE, FACTS };

static int read_shard(linclass_context *ctx, const shards *self, int64_t shard, samples *read)
{
    const shards_source *source = self->source;
    const int64_t number = self->numbers.first + shard;
    data_settings from = *source->data;
    char *data = shard_name(from.data, number);
    char *images = shard_name(from.images, number);
    char *labels = shard_name(from.labels, number);
    from.data = data;
    from.images = images;
    from.labels = labels;
    const samples_reading how = {.features = self->features, .dtype = source->dtype, .quiet = true};
    int status = samples_read(ctx, &from, how, source->scale, read);
    if (status == EXIT_OK)
        status = samples_need_labels(&from, read);
    if (status == EXIT_OK && linclass_dataset_encoding(read->dataset) != NULL)
        status = fail(EXIT_USAGE,
                      "%s is a table, whose columns become features by its own encoding: parts are "
                      "read from files of numbers (see linclass convert)",
                      data_name(&from));
    free(data);
    free(images);
    free(labels);
    return status;
}

static int learn(linclass_context *ctx, const shards *self, int64_t shard, int64_t *facts)
{
    samples read = {.dataset = NULL};
    const int status = read_shard(ctx, self, shard, &read);
    if (status == EXIT_OK) {
        facts[ROWS] = read.X.rows;
        facts[COLUMNS] = read.X.cols;
        facts[DTYPE] = read.X.dtype;
    }
    samples_close(&read);
    return status;
}

/* Elements of two types would need two scales. */
static int check_types(const shards *self, const int64_t *facts)
{
    for (int64_t s = 1; s < self->numbers.count; s++) {
        if (facts[s * FACTS + DTYPE] == facts[DTYPE])
            continue;
        char *name = shard_name(data_name(self->source->data), self->numbers.first + s);
        const int status = fail(EXIT_DATA, "%s has elements of type %s, the first file of type %s",
                                name, name_of(ELEMENT_NAMES, (int32_t)facts[s * FACTS + DTYPE]),
                                name_of(ELEMENT_NAMES, (int32_t)facts[DTYPE]));
        free(name);
        return status;
    }
    return EXIT_OK;
}

static int survey(linclass_context *ctx, shards *self, const ranks *all)
{
    const int64_t count = self->numbers.count;
    int64_t *facts = allocate((size_t)(count * FACTS), sizeof *facts);
    int status = EXIT_OK;
    for (int64_t s = all->rank; s < count && status == EXIT_OK; s += all->count)
        status = learn(ctx, self, s, facts + s * FACTS);
    status = ranks_agree(status);
    if (status == EXIT_OK) {
        ranks_add(facts, count * FACTS);
        status = ranks_agree(all->rank == 0 ? check_types(self, facts) : EXIT_OK);
    }
    for (int64_t s = 0; s < count && status == EXIT_OK; s++) {
        self->rows[s] = facts[s * FACTS + ROWS];
        self->total += self->rows[s];
        if (facts[s * FACTS + COLUMNS] > self->features)
            self->features = facts[s * FACTS + COLUMNS];
    }
    free(facts);
    return status;
}

static int read_weights(shards *self, int64_t shard)
{
    if (self->source->sample_weights == NULL)
        return EXIT_OK;
    char *name = shard_name(self->source->sample_weights, self->numbers.first + shard);
    const int status = weight_file_read(name, self->rows[shard], &self->weights[shard]);
    free(name);
    return status;
}

static int take_part(linclass_context *ctx, shards *self, int64_t p)
{
    const dealt_part *dealt = &self->dealt[p];
    samples *read = &self->read[dealt->shard];
    int status = EXIT_OK;
    if (read->dataset == NULL) {
        status = read_shard(ctx, self, dealt->shard, read);
        if (status == EXIT_OK)
            status = read_weights(self, dealt->shard);
        if (status == EXIT_OK && read->X.rows != self->rows[dealt->shard])
            status =
                fail(EXIT_DATA,
                     "shard %" PRId64 " has %" PRId64 " rows here and %" PRId64 " on another rank",
                     self->numbers.first + dealt->shard, read->X.rows, self->rows[dealt->shard]);
        if (status != EXIT_OK)
            return status;
    }
    linclass_matrix *view = &self->views[self->own_count];
    linclass_part *part = &self->parts[self->own_count];
    const double *weights = self->weights[dealt->shard];
    *view = samples_rows(&read->X, dealt->first, dealt->rows);
    (void)linclass_part_init(part, sizeof *part);
    part->number = p;
    part->X = view;
    part->y = read->y + dealt->first;
    part->sample_weight = weights == NULL ? NULL : weights + dealt->first;
    self->own[self->own_count++] = part;
    return EXIT_OK;
}

static int read_own(linclass_context *ctx, shards *self, const ranks *all)
{
    self->dealt = dealing_parts(self->numbers.count, self->rows, self->source->parts, &self->count);
    self->views = allocate((size_t)self->count, sizeof *self->views);
    self->parts = allocate((size_t)self->count, sizeof *self->parts);
    self->own = allocate((size_t)self->count, sizeof *self->own);
    int status = EXIT_OK;
    for (int64_t p = 0; p < self->count && status == EXIT_OK; p++)
        if (dealing_rank(self->dealt, self->count, p, all->count) == all->rank)
            status = take_part(ctx, self, p);
    return ranks_agree(status);
}

int shards_open(linclass_context *ctx, const shards_source *source, const ranks *all,
                const shards *like, shards *self)
{
    *self = (shards){.source = source, .features = like == NULL ? 0 : like->features};
    int64_t found[] = {EXIT_OK, 0, 0};
    if (all->rank == 0) {
        found[0] = shard_numbers_find(data_name(source->data), &self->numbers);
        found[1] = self->numbers.first;
        found[2] = self->numbers.count;
    }
    ranks_follow(found, 3);
    if (found[0] != EXIT_OK)
        return (int)found[0];
    self->numbers = (shard_numbers){.first = found[1], .count = found[2]};
    self->rows = allocate((size_t)found[2], sizeof *self->rows);
    self->read = allocate((size_t)found[2], sizeof *self->read);
    self->weights = allocate((size_t)found[2], sizeof *self->weights);
    const int status = survey(ctx, self, all);
    return status == EXIT_OK ? read_own(ctx, self, all) : status;
}

void shards_close(shards *self)
{
    for (int64_t s = 0; self->read != NULL && s < self->numbers.count; s++) {
        samples_close(&self->read[s]);
        free(self->weights[s]);
    }
    free(self->rows);
    free(self->read);
    free(self->weights);
    free(self->dealt);
    free(self->views);
    free(self->parts);
    free(self->own);
    *self = (shards){.source = NULL};
}

void shards_locate(const shards *self, const char *name, const char *message)
{
    char prefix[64];
    const int length = snprintf(prefix, sizeof prefix, "%s part ", name);
    if (strncmp(message, prefix, (size_t)length) != 0)
        return;
    const int64_t part = strtoll(message + length, NULL, 10);
    if (part < 0 || part >= self->count)
        return;
    const dealt_part *dealt = &self->dealt[part];
    char *file = shard_name(data_name(self->source->data), self->numbers.first + dealt->shard);
    warn("%s%" PRId64 ": rows %" PRId64 " to %" PRId64 " of %s", prefix, part, dealt->first,
         dealt->first + dealt->rows - 1, file);
    free(file);
}
