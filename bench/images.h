/* A data set of images, as MNIST and its kin come: four IDX files in a directory. */
#ifndef BENCH_IMAGES_H
#define BENCH_IMAGES_H

#include <linclass/linclass.h>

typedef struct images {
    linclass_dataset *train_set;
    linclass_dataset *test_set;
    linclass_matrix train_X; /* uint8, scaled by 1/255 */
    linclass_matrix test_X;
    const int64_t *train_y;
    const int64_t *test_y;
} images;

/* Where a data set lies: "fashion-mnist" in Debian's place, "mnist" in the directory that the
 * environment's LINCLASS_MNIST names; NULL when there is none. */
const char *images_directory(const char *name);

/* Read it. Returns 0; or -1, with a sentence in message (of `capacity` bytes). */
int images_read(linclass_context *ctx, const char *directory, images *set, char *message,
                int capacity);

void images_destroy(images *set);

#endif
