/* Paths, cross-validations and searches that must succeed, and those that must not. */
#ifndef MODEL_TESTS_SELECTING_H
#define MODEL_TESTS_SELECTING_H

#include "support/fitting.h"

typedef linclass_status (*select_function)(linclass_context *ctx, const linclass_matrix *X,
                                           const int64_t *y, const linclass_path_options *options,
                                           linclass_selection **selection);

linclass_path_options selecting_options(void);

/* Options of a cross-validation of few lambdas and folds. */
enum { SELECTING_FOLDS = 4, SELECTING_LAMBDAS = 4 };
linclass_path_options selecting_by_folds(const linclass_fit_options *fit);

/* Options of a fit in double that goes on to a gradient 1e-9 of its start. */
linclass_fit_options selecting_exactly(void);

/* Run one of them on a context of that many threads; fails the test, with the sentence, unless it
 * returns LINCLASS_OK. */
linclass_selection *selecting(select_function call, int32_t threads, const samples *data,
                              const linclass_path_options *options);

linclass_candidate selecting_candidate(const linclass_selection *selection, int64_t index);

/* Fail unless the call ends with that error, no selection, and a sentence with `words` in it. */
void assert_selecting_refused(select_function call, const samples *data,
                              const linclass_path_options *options, linclass_status expected,
                              const char *words);

/* Run the call with the k-th allocation failing, for k = 1, 2, ...: MEMORY, no selection, nothing left
 * behind, and then the same call succeeds. */
void assert_selecting_survives(select_function call, const samples *data,
                               const linclass_path_options *options);

/* Fail unless figures and models are the same to the last bit; the time they took apart. */
void assert_same_selection(const linclass_selection *one, const linclass_selection *other);

#endif
