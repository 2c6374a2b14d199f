/* What scipy.sparse.save_npz writes: `format`, a text; `shape`, two numbers; `data`; and `indices` and
 * `indptr` (csr, csc) or `row` and `col` (coo). */
#include <stdio.h>
#include <string.h>

#include "core/byte_order.h"
#include "core/context.h"
#include "data/formats/npz.h"
#include "data/formats/sparse.h"

/* The members a matrix is made of, as numbers. */
enum { DATA, FIRST, SECOND, PARTS };

typedef struct sparse_parts {
    npz_array part[PARTS];
    const void *numbers[PARTS];
    int32_t dtype[PARTS];
    void *copy[PARTS]; /* of numbers that cannot be read where they lie */
} sparse_parts;

bool npz_has_sparse(const zip_archive *archive)
{
    return npz_find(archive, "format") != NULL && npz_find(archive, "shape") != NULL &&
           npz_find(archive, "data") != NULL;
}

static linclass_status find_part(const zip_archive *archive, const char *name,
                                 const zip_member **member)
{
    *member = npz_find(archive, name);
    if (*member != NULL)
        return LINCLASS_OK;
    return context_fail(archive->ctx, LINCLASS_ERROR_FORMAT,
                        "%s: a sparse matrix, but there is no array '%s'", archive->file, name);
}

/* The name of the format, such as "csr". */
static linclass_status read_format(const zip_archive *archive, char name[8])
{
    npz_array part;
    linclass_status status = npz_read(archive, npz_find(archive, "format"), &part);
    if (status != LINCLASS_OK)
        return status;
    const file_array *const array = &part.array;
    const size_t step = array->kind == ARRAY_UNICODE_TEXTS ? 4 : 1;
    const bool is_text = array->kind == ARRAY_BYTE_TEXTS || array->kind == ARRAY_UNICODE_TEXTS;
    const bool is_big_endian = step > 1 && array->swapped != BIG_ENDIAN_MACHINE;
    memset(name, 0, 8);
    for (size_t i = 0; is_text && i < 7 && i * step < array->bytes; i++)
        name[i] = (char)array->elements[i * step + (is_big_endian ? 3 : 0)];
    context_release(archive->ctx, part.block);
    if (strcmp(name, "csr") == 0 || strcmp(name, "csc") == 0 || strcmp(name, "coo") == 0)
        return LINCLASS_OK;
    return context_fail(archive->ctx, LINCLASS_ERROR_UNSUPPORTED,
                        "%s: a sparse matrix of format '%s'; csr, csc and coo are read: save it as "
                        "by scipy.sparse.save_npz(file, X.tocsr())",
                        archive->file, name);
}

static linclass_status read_shape(const zip_archive *archive, sparse_source *source)
{
    npz_array part;
    linclass_status status = npz_read(archive, npz_find(archive, "shape"), &part);
    if (status != LINCLASS_OK)
        return status;
    const void *numbers;
    int32_t dtype;
    void *copy;
    status = array_numbers(archive->ctx, &part.array, &numbers, &dtype, &copy);
    if (status == LINCLASS_OK) {
        const sparse_indices shape = {numbers, dtype, array_count(&part.array)};
        const bool fits = shape.count == 2 && (dtype == LINCLASS_INT64 || dtype == LINCLASS_INT32);
        for (int i = 0; fits && i < 2; i++)
            *(i == 0 ? &source->rows : &source->cols) = dtype == LINCLASS_INT64
                                                            ? ((const int64_t *)numbers)[i]
                                                            : ((const int32_t *)numbers)[i];
        if (!fits || source->rows < 0 || source->cols < 0)
            status = context_fail(archive->ctx, LINCLASS_ERROR_FORMAT,
                                  "%s: the shape of a sparse matrix is two sizes", archive->file);
    }
    context_release(archive->ctx, copy);
    context_release(archive->ctx, part.block);
    return status;
}

static linclass_status read_part(const zip_archive *archive, const char *name, int index,
                                 sparse_parts *parts)
{
    const zip_member *member;
    linclass_status status = find_part(archive, name, &member);
    if (status == LINCLASS_OK)
        status = npz_read(archive, member, &parts->part[index]);
    if (status == LINCLASS_OK)
        status = array_numbers(archive->ctx, &parts->part[index].array, &parts->numbers[index],
                               &parts->dtype[index], &parts->copy[index]);
    if (status != LINCLASS_OK)
        return status;
    const int32_t dtype = parts->dtype[index];
    if (parts->part[index].array.dimensions != 1 ||
        (index != DATA && dtype != LINCLASS_INT32 && dtype != LINCLASS_INT64))
        return context_fail(archive->ctx, LINCLASS_ERROR_FORMAT,
                            "%s: a list of numbers is wanted, of int32 or int64 where they are "
                            "indices",
                            parts->part[index].array.name);
    return LINCLASS_OK;
}

static sparse_indices indices_of(const sparse_parts *parts, int index)
{
    return (sparse_indices){parts->numbers[index], parts->dtype[index],
                            parts->part[index].array.shape[0]};
}

static linclass_status read_parts(const zip_archive *archive, sparse_source *source,
                                  sparse_parts *parts)
{
    char format[8];
    linclass_status status = read_format(archive, format);
    if (status == LINCLASS_OK)
        status = read_shape(archive, source);
    const bool coordinates = status == LINCLASS_OK && strcmp(format, "coo") == 0;
    if (status == LINCLASS_OK)
        status = read_part(archive, "data", DATA, parts);
    if (status == LINCLASS_OK)
        status = read_part(archive, coordinates ? "row" : "indices", FIRST, parts);
    if (status == LINCLASS_OK)
        status = read_part(archive, coordinates ? "col" : "indptr", SECOND, parts);
    if (status != LINCLASS_OK)
        return status;
    source->values = parts->numbers[DATA];
    source->dtype = parts->dtype[DATA];
    source->elements = parts->part[DATA].array.shape[0];
    const sparse_indices first = indices_of(parts, FIRST);
    const sparse_indices second = indices_of(parts, SECOND);
    if (first.count != source->elements || (coordinates && second.count != source->elements))
        return context_fail(
            archive->ctx, LINCLASS_ERROR_FORMAT,
            "%s: a sparse matrix of %lld elements with %lld indices", archive->file,
            (long long)source->elements,
            (long long)(first.count == source->elements ? second.count : first.count));
    *(strcmp(format, "csr") == 0 ? &source->col : &source->row) = first;
    *(coordinates ? &source->col : &source->starts) = second;
    return LINCLASS_OK;
}

/* Give the data set the block that one of its arrays lies in. */
static void hand_over(sparse_parts *parts, int index, bool used, int slot,
                      linclass_dataset *dataset)
{
    void **const block =
        parts->copy[index] != NULL ? &parts->copy[index] : &parts->part[index].block;
    if (!used || dataset->owned[slot] != NULL)
        return;
    dataset->owned[slot] = *block;
    *block = NULL;
}

linclass_status npz_read_sparse(const zip_archive *archive, linclass_dataset *dataset)
{
    sparse_parts parts = {0};
    sparse_source source = {.name = archive->file, .file_bytes = archive->count};
    bool in_place = false;
    linclass_status status = read_parts(archive, &source, &parts);
    if (status == LINCLASS_OK)
        status = sparse_rows(archive->ctx, &source, dataset, &in_place);
    if (status == LINCLASS_OK) {
        hand_over(&parts, DATA, in_place, DATASET_DATA, dataset);
        hand_over(&parts, FIRST, in_place, DATASET_COLUMNS, dataset);
        hand_over(&parts, SECOND, in_place, DATASET_ROW_STARTS, dataset);
    }
    for (int i = 0; i < PARTS; i++) {
        context_release(archive->ctx, parts.copy[i]);
        context_release(archive->ctx, parts.part[i].block);
    }
    return status;
}
