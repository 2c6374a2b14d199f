/* The rows of all files, as the parts of this rank. */
#ifndef MPI_PROGRAM_SHARDS_H
#define MPI_PROGRAM_SHARDS_H

#include <linclass/parts.h>

#include "data_options.h"
#include "dealing.h"
#include "ranks.h"
#include "sample_files.h"
#include "shard_names.h"

/* Where rows are read from. */
typedef struct shards_source {
    const data_settings *data;  /* names with %d */
    const char *sample_weights; /* a name with %d, or NULL */
    int32_t dtype;              /* of numbers read from text */
    double scale;               /* of every element; 0: automatic */
    int64_t parts;              /* into which the rows are dealt */
} shards_source;

typedef struct shards {
    const shards_source *source;
    shard_numbers numbers;
    int64_t *rows;     /* of each shard */
    int64_t total;     /* of all */
    int64_t features;  /* the most of a shard */
    dealt_part *dealt; /* `count` of them, the same on every rank */
    int64_t count;

    /* Of this rank. */
    samples *read;             /* of each shard; a data set where it is needed here */
    double **weights;          /* of each shard; NULL: none */
    linclass_matrix *views;    /* own_count of them */
    linclass_part *parts;      /* the same */
    const linclass_part **own; /* pointers to these */
    int64_t own_count;
} shards;

/* Find the files and read those rows that this rank has. like: the training samples, where these are validation
 * samples, or NULL. All ranks call it; they return the same exit status. To be closed in either case. */
int shards_open(linclass_context *ctx, const shards_source *source, const ranks *all,
                const shards *like, shards *self);
void shards_close(shards *self);

/* Say on standard error where the part lies that an error message begins with, such as "training part 3:". */
void shards_locate(const shards *self, const char *name, const char *message);

#endif
