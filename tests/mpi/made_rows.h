/* Rows that every rank makes alike, of which it takes some parts. */
#ifndef TESTS_MPI_MADE_ROWS_H
#define TESTS_MPI_MADE_ROWS_H

#include <linclass_mpi.h>

enum { MADE_PARTS = 64, MADE_ROWS = 1500, MADE_COLUMNS = 17, MADE_CLASSES = 4 };

typedef struct made_rows {
    int64_t columns;
    void *elements;
    int64_t *starts; /* of sparse rows */
    int32_t *places;
    int64_t y[MADE_ROWS];
    double weights[MADE_ROWS];
    linclass_matrix views[MADE_PARTS];
    linclass_part parts[MADE_PARTS];
    const linclass_part *own[MADE_PARTS]; /* `count` of them */
    int64_t count;
    int64_t next; /* of the iterator over all */
} made_rows;

/* kind: "f32", "f64", "half", "bytes", "sparse" or "weighted"; columns: 0, MADE_COLUMNS. Ends the program when there is
 * no memory, or no such kind. To be freed. */
made_rows *made_rows_new(const char *kind, int64_t columns);
void made_rows_free(made_rows *self);

/* Take the parts of a rank: every ranks-th, or neighbours. */
void made_rows_deal(made_rows *self, int rank, int ranks, int neighbours);

/* All parts one after the other, in this process. */
linclass_parts made_rows_iterator(made_rows *self);

#endif
