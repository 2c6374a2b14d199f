#include "golden_data.h"

#include <stdlib.h>

#include "support/noise.h"
#include "support/samples.h"

static void *allocate(int64_t count, size_t element)
{
    void *const memory = calloc((size_t)count, element);
    if (memory == NULL)
        abort();
    return memory;
}

static void must(linclass_status status)
{
    if (status != LINCLASS_OK)
        abort();
}

static const double *make_weights(int64_t m)
{
    uint64_t noise = 5;
    double *const weights = allocate(m, sizeof *weights);
    for (int64_t i = 0; i < m; i++)
        weights[i] = i % 7 == 6 ? 0 : 1 + noise_uniform(&noise) / 2;
    return weights;
}

static const linclass_matrix *make_probabilities(int64_t m, int64_t k)
{
    uint64_t noise = 9;
    double *const Z = allocate(m * k, sizeof *Z);
    for (int64_t i = 0; i < m; i++) {
        double sum = 0;
        for (int64_t c = 0; c < k; c++)
            sum += Z[i * k + c] = 2 + noise_uniform(&noise);
        for (int64_t c = 0; c < k; c++)
            Z[i * k + c] /= sum;
    }
    linclass_matrix *const view = allocate(1, sizeof *view);
    must(linclass_matrix_init(view, sizeof *view, LINCLASS_FLOAT64, m, k, Z, k));
    return view;
}

static golden_data made(const char *name, int64_t m, int64_t n, int64_t k)
{
    const samples rows = samples_new(m, n, k, 3);
    return (golden_data){.name = name, .X = samples_view(&rows), .y = rows.y, .k = k};
}

/* The same numbers, column after column, which no sweep can read in place. */
static golden_data by_columns(golden_data from)
{
    const int64_t m = from.X.rows, n = from.X.cols;
    const double *const X = from.X.data;
    double *const columns = allocate(m * n, sizeof *columns);
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++)
            columns[j * m + i] = X[i * n + j];
    }
    from.X.data = columns;
    from.X.row_stride = 1;
    from.X.col_stride = m;
    return from;
}

static golden_data digits(const char *name, bool halves)
{
    linclass_context *ctx;
    linclass_dataset *read;
    must(linclass_context_create(NULL, &ctx));
    must(linclass_dataset_read_idx(ctx, DIGITS "/train-images-idx3-ubyte.gz",
                                   DIGITS "/train-labels-idx1-ubyte.gz", &read));
    golden_data self = {.name = name, .k = halves ? 2 : 10};
    must(linclass_dataset_matrix(read, &self.X, sizeof self.X));
    self.X.scale = 1.0 / 16;
    int64_t *const y = allocate(self.X.rows, sizeof *y);
    for (int64_t i = 0; i < self.X.rows; i++) {
        const int64_t digit = linclass_dataset_labels(read)[i];
        y[i] = halves ? digit >= 5 : digit;
    }
    self.y = y;
    linclass_context_destroy(ctx);
    return self;
}

golden_data golden_data_make(int number)
{
    golden_data self;
    if (number == 0)
        self = made("small", 90, 7, 3);
    else if (number == 1)
        self = made("small, two classes", 90, 7, 2);
    else if (number == 2)
        self = by_columns(made("small, by columns", 90, 7, 3));
    else if (number == 3)
        self = digits("digits", false);
    else if (number == 4)
        self = digits("digits, two classes", true);
    else
        self = made("wide", 60, 6600, 40); /* n k above 2^18: tiles */
    self.small = number < 3;
    self.variations = self.small ? 15 : number < 5 ? 5 : 2;
    self.max_iterations = self.small ? 12 : number < 5 ? 2 : 1;
    self.weights = make_weights(self.X.rows);
    self.Z = make_probabilities(self.X.rows, self.k);
    return self;
}
