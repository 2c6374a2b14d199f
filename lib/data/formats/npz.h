/* Arrays of a .npz archive, found by name. */
#ifndef DATA_FORMATS_NPZ_H
#define DATA_FORMATS_NPZ_H

#include "data/formats/array.h"
#include "data/formats/zip.h"

/* An array of the archive, and the block that it lies in where it was inflated, else NULL. */
typedef struct npz_array {
    file_array array;
    void *block;
} npz_array;

/* Return the member of the array `name`; NULL if there is none. */
const zip_member *npz_find(const zip_archive *archive, const char *name);

/* Read a whole array; part->block is the caller's. Errors: those of zip_read and npy_read. */
linclass_status npz_read(const zip_archive *archive, const zip_member *member, npz_array *part);

/* Whether the archive holds a matrix of scipy.sparse; its rows into an empty data set. */
bool npz_has_sparse(const zip_archive *archive);
linclass_status npz_read_sparse(const zip_archive *archive, linclass_dataset *dataset);

#endif
