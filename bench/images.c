#include "images.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *first_file = "train-images-idx3-ubyte.gz";

const char *images_directory(const char *name)
{
    char path[1024];
    const char *const directory =
        strcmp(name, "mnist") == 0 ? getenv("LINCLASS_MNIST") : "/usr/share/datasets/fashion-mnist";
    if (directory == NULL)
        return NULL;
    snprintf(path, sizeof path, "%s/%s", directory, first_file);
    return access(path, R_OK) == 0 ? directory : NULL;
}

static int read_part(linclass_context *ctx, const char *directory, const char *part,
                     linclass_dataset **set, linclass_matrix *X, const int64_t **y)
{
    char images_path[1024];
    char labels_path[1024];
    snprintf(images_path, sizeof images_path, "%s/%s-images-idx3-ubyte.gz", directory, part);
    snprintf(labels_path, sizeof labels_path, "%s/%s-labels-idx1-ubyte.gz", directory, part);
    if (linclass_dataset_read_idx(ctx, images_path, labels_path, set) != LINCLASS_OK ||
        linclass_dataset_matrix(*set, X, sizeof *X) != LINCLASS_OK)
        return -1;
    X->scale = 1.0 / 255;
    *y = linclass_dataset_labels(*set);
    return 0;
}

int images_read(linclass_context *ctx, const char *directory, images *set, char *message,
                int capacity)
{
    *set = (images){0};
    if (read_part(ctx, directory, "train", &set->train_set, &set->train_X, &set->train_y) == 0 &&
        read_part(ctx, directory, "t10k", &set->test_set, &set->test_X, &set->test_y) == 0)
        return 0;
    snprintf(message, (size_t)capacity, "%s", linclass_context_message(ctx));
    images_destroy(set);
    return -1;
}

void images_destroy(images *set)
{
    linclass_dataset_destroy(set->train_set);
    linclass_dataset_destroy(set->test_set);
    *set = (images){0};
}
