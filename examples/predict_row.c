/* Predict one row: load a model, give it the features of a sample, print the label and its probability.
 *
 *     cc predict_row.c $(pkg-config --cflags --libs linclass) -o predict_row
 *     ./predict_row iris.safetensors 5.1 3.5 1.4 0.2
 *
 * A context and a model are made once; a prediction of a row takes about a microsecond and allocates nothing. */
#include <linclass/linclass.h>

#include <stdio.h>
#include <stdlib.h>

/* Print the most probable class of a row of n features. Returns a status. */
static linclass_status predict(linclass_context *ctx, const linclass_model *model,
                               const double *features, int64_t n)
{
    int64_t label;
    double score;
    linclass_matrix row;
    linclass_status status =
        linclass_matrix_init(&row, sizeof row, LINCLASS_FLOAT64, 1, n, features, n);
    row.scale = linclass_model_scale(model); /* as in its training */
    if (status == LINCLASS_OK)
        status = linclass_model_top_k(ctx, model, &row, 1, &label, &score);
    if (status != LINCLASS_OK)
        return status;
    const char *name = linclass_model_class_name(model, label);
    if (name != NULL)
        printf("%s, score %.3f\n", name, score);
    else
        printf("%lld, score %.3f\n", (long long)label, score);
    return LINCLASS_OK;
}

int main(int argc, char **argv)
{
    double features[1024];
    const int n = argc - 2;
    if (n < 1 || n > 1024) {
        fprintf(stderr, "usage: predict_row MODEL FEATURE...\n");
        return 2;
    }
    for (int j = 0; j < n; j++)
        features[j] = strtod(argv[j + 2], NULL);
    linclass_context *ctx;
    linclass_model *model = NULL;
    linclass_status status = linclass_context_create(NULL, &ctx);
    if (status == LINCLASS_OK)
        status = linclass_model_load(ctx, argv[1], &model);
    if (status == LINCLASS_OK)
        status = predict(ctx, model, features, n);
    if (status != LINCLASS_OK)
        fprintf(stderr, "%s: %s\n", linclass_status_string(status), linclass_context_message(ctx));
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    return status == LINCLASS_OK ? 0 : 1;
}
