/* Models and samples for tests of several folders: small random numbers, and prediction as the formulas
 * say it, in long double. */
#ifndef MODEL_TESTS_MODELS_H
#define MODEL_TESTS_MODELS_H

#include <linclass/linclass.h>

/* theta and bias uniform in [-1, 1), labels 3 j - k; n, k as given. */
linclass_model *random_model(linclass_context *ctx, int32_t dtype, int64_t n, int64_t k,
                             int with_bias, uint64_t seed);

/* A float64 model without features, whose scores are those for every row: n = 0, k labels from 0. */
linclass_model *model_of_scores(linclass_context *ctx, int64_t k, const double *scores);

/* m x n samples uniform in [-1, 1) of dtype float32 or float64, or 0..255 of uint8 with scale 1/255,
 * and a view of them; free(samples). */
void *random_samples(int32_t dtype, int64_t m, int64_t n, uint64_t seed, linclass_matrix *view);

/* Element (i, j) of a view, times its scale. */
long double element(const linclass_matrix *view, int64_t i, int64_t j);

/* Score of row i for class j. */
long double reference_score(const linclass_model *model, const linclass_matrix *X, int64_t i,
                            int64_t j);

/* Fails the test unless |value - expected| <= tolerance. */
void assert_near(double value, double expected, double tolerance);

/* Whether two models are the same to the last bit: parameters, labels, scale, penalties, report. */
int models_equal(const linclass_model *a, const linclass_model *b);

#endif
