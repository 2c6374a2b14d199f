/* The metadata of the caller in the header of a file. */
#ifndef MODEL_FILE_METADATA_READ_H
#define MODEL_FILE_METADATA_READ_H

#include "model/metadata.h"
#include "model_file/safetensors.h"

/* Sizes that hold what a file's header says; no pointers. Errors: FORMAT (a key or value that may not be, a key
 * that is there twice, too many of them, too much). */
linclass_status metadata_measure(const safetensors_header *header, model_metadata *sizes);

/* Read them into memory of those sizes; `metadata` has its pointers, and sizes of 0. */
void metadata_read(const safetensors_header *header, model_metadata *metadata);

#endif
