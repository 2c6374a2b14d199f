/* What a fit by any solver promises, of a problem that it ends at the minimum of. */
#ifndef SUPPORT_FIT_PROMISES_H
#define SUPPORT_FIT_PROMISES_H

#include <linclass/linclass.h>

/* The same bits on 1, 2, 3, 8 and 16 threads. */
void assert_threads_change_no_bits(const linclass_matrix *X, const int64_t *y,
                                   const linclass_fit_options *options);

/* The same bits in every vector set that the processor has. */
void assert_vector_sets_change_no_bits(const linclass_matrix *X, const int64_t *y,
                                       const linclass_fit_options *options);

/* Whichever allocation fails, of more than at_least, the fit says so and leaves nothing behind. */
void assert_fit_survives_lack_of_memory(const linclass_matrix *X, const int64_t *y,
                                        const linclass_fit_options *options, int64_t at_least);

#endif
