/* One function for each part of the library whose results are hashed: prints a line for each case. */
#ifndef GOLDEN_HASHES_H
#define GOLDEN_HASHES_H

#include "golden_data.h"

void hash_fits(linclass_context *ctx, const golden_data *data);

/* A model's predictions, evaluation, certificate, standard errors, and back from its file. */
void hash_models(linclass_context *ctx, const golden_data *data);

/* A path, a cross-validation, a search for the learning rate. Small data. */
void hash_selections(linclass_context *ctx, const golden_data *data);

/* Level 1. Small data by rows. */
void hash_arrays_f32(linclass_context *ctx, const golden_data *data);
void hash_arrays_f64(linclass_context *ctx, const golden_data *data);

#endif
