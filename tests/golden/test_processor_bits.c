/* Fits with up to 64 classes have the same bits in every vector set and on every processor: hashes of the
 * parameters, the objective and the probabilities, in each set this processor can run, against numbers that stand
 * in processor_bits.inc. Every loss, by each solver, in both precisions.
 *
 *     test_processor_bits            compare
 *     test_processor_bits --print    print that file: where results change on purpose */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linclass/linclass.h>

#include "hash.h"
#include "support/noise.h"
#include "support/samples.h"

typedef struct way {
    const char *name;
    int32_t solver;
    int64_t batch;
    int64_t most_classes;
    int64_t iterations;
    double l1;
} way;

/* The way named first is the default. */
static const way WAYS[] = {
    {"lbfgs", LINCLASS_SOLVER_LBFGS, 1, 64, 4, 0},
    {"gradient descent", LINCLASS_SOLVER_GRADIENT_DESCENT, 1, 64, 2, 0},
    {"sgd, rows", LINCLASS_SOLVER_SGD, 1, 64, 1, 0},
    {"sgd, batches of 10", LINCLASS_SOLVER_SGD, 10, 64, 1, 0},
    {"sgd, batches of 100", LINCLASS_SOLVER_SGD, 100, 64, 2, 0},
    {"newton", LINCLASS_SOLVER_NEWTON, 1, 3, 2, 0},
    {"newton-cg", LINCLASS_SOLVER_NEWTON_CG, 1, 10, 2, 0},
    {"orthant-wise", LINCLASS_SOLVER_ORTHANT_WISE, 1, 10, 1, 1e-3},
    {"smoothing", LINCLASS_SOLVER_SMOOTHING, 1, 10, 8, 0},
    {"dual ascent", LINCLASS_SOLVER_DUAL_ASCENT, 1, 64, 5, 0},
};

enum {
    M = 131,
    N = 70,
    WAYS_COUNT = sizeof WAYS / sizeof *WAYS,
    PRECISIONS = 2,
};

typedef struct rows {
    const char *name;
    int64_t k;
    linclass_matrix X;
    const int64_t *y;
    samples made; /* what X is made of, or views */
    void *values; /* NULL where X views it */
    int32_t *columns;
    int64_t *starts;
} rows;

enum { DENSE = 5, ROWS_COUNT = DENSE + 2 };

static uint64_t expected[ROWS_COUNT][PRECISIONS][WAYS_COUNT] = {
#include "processor_bits.inc"
};

static void must(linclass_status status)
{
    if (status < 0)
        abort();
}

static rows dense_rows(const char *name, int64_t k)
{
    const samples made = samples_new(M, N, k, 7);
    return (rows){.name = name, .k = k, .X = samples_view(&made), .y = made.y, .made = made};
}

/* The same as bytes, 0 to 255. */
static rows byte_rows(const char *name, int64_t k)
{
    rows made = dense_rows(name, k);
    const double *X = made.X.data;
    uint8_t *bytes = malloc(M * N);
    for (int64_t e = 0; e < M * N; e++)
        bytes[e] = (uint8_t)(128 + 40 * X[e]);
    must(linclass_matrix_init(&made.X, sizeof made.X, LINCLASS_UINT8, M, N, bytes, N));
    made.values = bytes;
    made.X.scale = 1.0 / 255;
    return made;
}

/* A fifth of the elements. */
static rows sparse_rows_of(const char *name, int64_t k)
{
    rows made = dense_rows(name, k);
    const double *X = made.X.data;
    uint64_t noise = 3;
    double *values = malloc(sizeof *values * M * N);
    int32_t *columns = malloc(sizeof *columns * M * N);
    int64_t *starts = malloc(sizeof *starts * (M + 1));
    int64_t count = 0;
    for (int64_t i = 0; i < M; i++) {
        starts[i] = count;
        for (int64_t j = 0; j < N; j++) {
            if (noise_below(&noise, 5) > 0)
                continue;
            columns[count] = (int32_t)j;
            values[count++] = X[i * N + j];
        }
    }
    starts[M] = count;
    must(linclass_matrix_init_csr(&made.X, sizeof made.X, LINCLASS_FLOAT64, M, N, starts,
                                  LINCLASS_INT32, columns, values));
    made.values = values;
    made.columns = columns;
    made.starts = starts;
    return made;
}

static void make_all(rows all[ROWS_COUNT])
{
    all[0] = dense_rows("2 classes", 2);
    all[1] = dense_rows("3 classes", 3);
    all[2] = dense_rows("10 classes", 10);
    all[3] = dense_rows("33 classes", 33);
    all[4] = dense_rows("64 classes", 64);
    all[5] = byte_rows("bytes", 10);
    all[6] = sparse_rows_of("sparse", 10);
}

static void free_all(rows all[ROWS_COUNT])
{
    for (int of = 0; of < ROWS_COUNT; of++) {
        samples_free(&all[of].made);
        free(all[of].values);
        free(all[of].columns);
        free(all[of].starts);
    }
}

/* By value, whatever the order of bytes in memory. */
static uint64_t hash_number(uint64_t hash, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    for (int byte = 0; byte < 8; byte++) {
        const unsigned char low = (unsigned char)(bits >> 8 * byte);
        hash = hash_bytes(hash, &low, 1);
    }
    return hash;
}

static uint64_t hash_array(uint64_t hash, int32_t dtype, const void *array, int64_t count)
{
    for (int64_t i = 0; array != NULL && i < count; i++)
        hash = hash_number(hash, dtype == LINCLASS_FLOAT32 ? (double)((const float *)array)[i]
                                                           : ((const double *)array)[i]);
    return hash;
}

/* A fit and its probabilities. Nothing of a loss that is not for so many classes, or not for the solver. */
static uint64_t hash_fit(uint64_t hash, linclass_context *ctx, const rows *of,
                         const linclass_fit_options *options)
{
    linclass_fit_report report = {.size = sizeof report};
    linclass_model *model;
    if (linclass_fit(ctx, &of->X, of->y, options, &report, &model) < 0)
        return hash_number(hash, 0);
    const int64_t k = linclass_model_classes(model);
    const int32_t dtype = linclass_model_dtype(model);
    hash = hash_array(hash, dtype, linclass_model_theta(model), k * N);
    hash = hash_array(hash, dtype, linclass_model_bias(model), k);
    hash = hash_number(hash, report.objective);
    double *P = malloc(sizeof *P * (size_t)(M * k));
    if (linclass_model_probabilities(ctx, model, &of->X, LINCLASS_FLOAT64, P, k) >= 0)
        hash = hash_array(hash, LINCLASS_FLOAT64, P, M * k);
    free(P);
    linclass_model_destroy(model);
    return hash;
}

/* Every loss. */
static uint64_t hash_way(linclass_context *ctx, const rows *of, int32_t dtype, const way *by)
{
    uint64_t hash = HASH_START;
    for (int32_t loss = 1; linclass_loss_name(loss) != NULL && of->k <= by->most_classes; loss++) {
        linclass_fit_options options = samples_options();
        options.loss = loss;
        options.solver = by->solver;
        options.dtype = dtype;
        options.batch_size = by->batch;
        options.max_iterations = by->iterations;
        options.l2 = 1e-3;
        options.l1 = by->l1;
        options.fit_bias = by->solver != LINCLASS_SOLVER_DUAL_ASCENT;
        hash = hash_fit(hash, ctx, of, &options);
    }
    return hash;
}

typedef uint64_t hashes[ROWS_COUNT][PRECISIONS][WAYS_COUNT];

static void hash_all(int32_t set, hashes found)
{
    rows all[ROWS_COUNT];
    linclass_context *ctx;
    const linclass_context_options options = {
        .size = sizeof options, .threads = 2, .vector_set = set};
    must(linclass_context_create(&options, &ctx));
    make_all(all);
    for (int of = 0; of < ROWS_COUNT; of++) {
        for (int by = 0; by < WAYS_COUNT; by++) {
            found[of][0][by] = hash_way(ctx, &all[of], LINCLASS_FLOAT32, &WAYS[by]);
            found[of][1][by] = hash_way(ctx, &all[of], LINCLASS_FLOAT64, &WAYS[by]);
        }
    }
    linclass_context_destroy(ctx);
    free_all(all);
}

static void compare(int32_t set)
{
    hashes found;
    rows all[ROWS_COUNT];
    int differing = 0;
    hash_all(set, found);
    make_all(all);
    for (int of = 0; of < ROWS_COUNT; of++) {
        for (int precision = 0; precision < PRECISIONS; precision++) {
            for (int by = 0; by < WAYS_COUNT; by++) {
                if (found[of][precision][by] == expected[of][precision][by])
                    continue;
                differing++;
                print_error("%s: %s, %d bits, %s: other bits than expected\n",
                            linclass_vector_set_name(set), all[of].name, 32 << precision,
                            WAYS[by].name);
            }
        }
    }
    free_all(all);
    assert_int_equal(differing, 0);
}

static void compare_set(void **state)
{
    const int32_t set = (int32_t)(intptr_t)*state;
    if (set > linclass_context_vector_set(NULL)) {
        print_message("this processor has no %s\n", linclass_vector_set_name(set));
        skip();
    }
    compare(set);
}

static void print_all(void)
{
    hashes found;
    hash_all(LINCLASS_VECTOR_SET_BEST, found);
    puts("/* Hashes of fits: test_processor_bits --print, which see. */");
    for (int of = 0; of < ROWS_COUNT; of++) {
        for (int precision = 0; precision < PRECISIONS; precision++) {
            puts(precision == 0 ? "{{" : "{");
            for (int by = 0; by < WAYS_COUNT; by++)
                printf("UINT64_C(0x%016llx),\n", (unsigned long long)found[of][precision][by]);
            puts(precision == 0 ? "}," : "}},");
        }
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--print") == 0) {
        print_all();
        return 0;
    }
    const struct CMUnitTest tests[] = {
        {"portable", compare_set, NULL, NULL, (void *)(intptr_t)LINCLASS_VECTOR_SET_PORTABLE},
        {"avx2", compare_set, NULL, NULL, (void *)(intptr_t)LINCLASS_VECTOR_SET_AVX2},
        {"avx512", compare_set, NULL, NULL, (void *)(intptr_t)LINCLASS_VECTOR_SET_AVX512},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
