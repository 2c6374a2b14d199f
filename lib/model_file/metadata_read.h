/* The texts of a model in the header of its file. */
#ifndef MODEL_FILE_METADATA_READ_H
#define MODEL_FILE_METADATA_READ_H

#include "model/metadata.h"
#include "model_file/safetensors.h"

/* *bytes: what the texts of a file's header take in a model. Errors: FORMAT (a key or value that may not be, a key
 * that is there twice, too many of them, too much). */
linclass_status metadata_measure(const safetensors_header *header, size_t *bytes);

/* Read them into memory of that size; `metadata` has its pointer, and 0 bytes. */
void metadata_read(const safetensors_header *header, model_metadata *metadata);

#endif
