/* .npz: a zip archive of .npy members. A member that is stored and aligned is read where it lies, in the
 * mapped file. */
#include "data/formats/npz.h"

#include <stdio.h>
#include <string.h>

#include "core/context.h"
#include "core/minimum.h"
#include "data/formats/array_choice.h"
#include "data/formats/content.h"
#include "data/formats/npy_header.h"

static const char SUFFIX[] = ".npy";

enum { SUFFIX_BYTES = sizeof SUFFIX - 1 };

static bool is_array(const zip_member *member)
{
    return member->name_bytes >= SUFFIX_BYTES &&
           memcmp(member->name + member->name_bytes - SUFFIX_BYTES, SUFFIX, SUFFIX_BYTES) == 0 &&
           memchr(member->name, 0, member->name_bytes) == NULL;
}

static bool has_name(const zip_member *member, const char *name)
{
    const size_t length = strlen(name);
    return is_array(member) && member->name_bytes == length + SUFFIX_BYTES &&
           memcmp(member->name, name, length) == 0;
}

const zip_member *npz_find(const zip_archive *archive, const char *name)
{
    for (int64_t i = 0; i < archive->members; i++)
        if (has_name(&archive->member[i], name))
            return &archive->member[i];
    return NULL;
}

static void name_array(const zip_archive *archive, const zip_member *member, file_array *array)
{
    *array = (file_array){0};
    (void)snprintf(array->name, sizeof array->name, "%s: array '%.*s'", archive->file,
                   (int)lesser_size(member->name_bytes - SUFFIX_BYTES, 80), member->name);
}

linclass_status npz_read(const zip_archive *archive, const zip_member *member, npz_array *part)
{
    const uint8_t *content;
    name_array(archive, member, &part->array);
    linclass_status status = zip_read(archive, member, &content, &part->block);
    if (status == LINCLASS_OK)
        status = npy_read(archive->ctx, content, (size_t)member->bytes, &part->array);
    if (status != LINCLASS_OK) {
        context_release(archive->ctx, part->block);
        part->block = NULL;
    }
    return status;
}

/* The dimensions of a member, -1 where it has neither numbers nor texts. */
static linclass_status count_dimensions(const zip_archive *archive, const zip_member *member,
                                        uint8_t *begin, int *dimensions)
{
    size_t count;
    size_t header;
    file_array array;
    name_array(archive, member, &array);
    linclass_status status = zip_peek(archive, member, NPY_HEADER_BYTES, begin, &count);
    if (status == LINCLASS_OK)
        status = npy_read_header(archive->ctx, begin, count, &array, &header);
    *dimensions = status == LINCLASS_OK ? array.dimensions : -1;
    if (status != LINCLASS_ERROR_UNSUPPORTED)
        return status;
    context_clear(archive->ctx);
    return LINCLASS_OK;
}

static linclass_status list_arrays(const zip_archive *archive, array_list *list)
{
    void *begin = NULL;
    void *dimensions;
    linclass_context *const ctx = archive->ctx;
    linclass_status status = context_allocate_array(ctx, archive->members, sizeof(int),
                                                    "the names of arrays", &dimensions);
    if (status != LINCLASS_OK)
        return status;
    list->dimensions = dimensions;
    status = context_allocate(ctx, NPY_HEADER_BYTES, "the header of an array", &begin);
    for (int64_t i = 0; i < archive->members && status == LINCLASS_OK; i++) {
        const zip_member *const member = &archive->member[i];
        if (!is_array(member))
            continue;
        status = count_dimensions(archive, member, begin, &list->dimensions[list->names.count]);
        if (status == LINCLASS_OK)
            status = text_list_append(ctx, &list->names, member->name,
                                      member->name_bytes - SUFFIX_BYTES);
    }
    context_release(ctx, begin);
    return status;
}

static linclass_status read_samples(const zip_archive *archive, const zip_member *member,
                                    linclass_dataset *dataset)
{
    npz_array part;
    linclass_status status = npz_read(archive, member, &part);
    if (status != LINCLASS_OK)
        return status;
    status = array_samples(archive->ctx, &part.array, dataset);
    if (status == LINCLASS_OK && dataset->owned[DATASET_DATA] == NULL)
        dataset->owned[DATASET_DATA] = part.block;
    else
        context_release(archive->ctx, part.block);
    return status;
}

static linclass_status read_labels(const zip_archive *archive, const zip_member *member,
                                   linclass_dataset *dataset)
{
    npz_array part;
    linclass_status status = npz_read(archive, member, &part);
    if (status != LINCLASS_OK)
        return status;
    status = array_labels(archive->ctx, &part.array, dataset);
    context_release(archive->ctx, part.block);
    return status;
}

static linclass_status read_arrays(const zip_archive *archive, const linclass_read_options *options,
                                   const array_list *list, linclass_dataset *dataset)
{
    linclass_context *const ctx = archive->ctx;
    const bool sparse = options->samples == NULL && npz_has_sparse(archive);
    int64_t index = -1;
    linclass_status status =
        sparse ? npz_read_sparse(archive, dataset)
               : array_choose_samples(ctx, archive->file, list, options->samples, &index);
    const char *const samples = text_list_get(&list->names, index);
    if (status == LINCLASS_OK && !sparse)
        status = read_samples(archive, npz_find(archive, samples), dataset);
    if (status != LINCLASS_OK || options->labels_path != NULL)
        return status;
    status = array_choose_labels(ctx, archive->file, list, options->label, samples, &index);
    if (status == LINCLASS_OK && index >= 0)
        status =
            read_labels(archive, npz_find(archive, text_list_get(&list->names, index)), dataset);
    return status;
}

static linclass_status read_format(linclass_context *ctx, const format_input *input,
                                   linclass_dataset *dataset)
{
    file_content content;
    zip_archive archive = {.ctx = ctx};
    array_list list = {0};
    linclass_status status = content_open(ctx, input, 0, &content);
    if (status == LINCLASS_OK)
        status =
            zip_open(ctx, byte_reader_name(input->reader), content.bytes, content.count, &archive);
    if (status == LINCLASS_OK)
        status = list_arrays(&archive, &list);
    if (status == LINCLASS_OK)
        status = read_arrays(&archive, input->options, &list, dataset);
    array_list_end(ctx, &list);
    zip_end(&archive);
    content_keep(ctx, &content, dataset);
    return status;
}

static bool recognises(const uint8_t *begin, size_t count, bool whole)
{
    (void)whole;
    return zip_begins(begin, count);
}

const file_format FORMAT_NPZ = {"npz", recognises, read_format};
