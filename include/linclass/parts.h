/* Level 2, training over parts: rows that are not all in this process, or not all in memory.
 *
 * A fit needs its rows only through sums over them. Rows therefore may lie in parts, numbered 0, 1, ...: files,
 * partitions of a cluster, chunks that a generator makes one after the other. The fit asks; each part answers; the
 * answers are added:
 *
 *     request (bytes)  -> linclass_part_answer, where the part is ->  reply (bytes)
 *     reply + reply    -> linclass_reply_merge ->                     reply
 *
 * Who holds the parts carries the bytes: an iterator in this process, or an engine such as MPI, Dask or Spark
 * between machines. Parts keep no state between requests, so a part may answer anywhere, or again after a failure.
 *
 * A reply holds sums of nodes of one binary tree over the numbers of the parts; siblings are added in double
 * precision when they meet. Replies to one request therefore merge in any order and grouping to the same bytes, and
 * the bits of a fit depend on the parts alone: not on threads, processes, machines or the order of answers.
 *
 * Requests and replies carry a version, their length, the identity of the fit and a checksum; their numbers are
 * little-endian. Bytes that are truncated, damaged, or belong to another fit or an earlier request are refused.
 * Their content is no interface: both sides must run the same minor release.
 *
 * The solvers are those that take all rows at each step: SGD is UNSUPPORTED. */
#ifndef LINCLASS_PARTS_H
#define LINCLASS_PARTS_H

#include <linclass/certificate.h>
#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/fit.h>
#include <linclass/matrix.h>
#include <linclass/model.h>
#include <linclass/selection.h>
#include <linclass/standard_errors.h>

LINCLASS_BEGIN_DECLS

/* The rows of a part. */
typedef struct linclass_part {
    size_t size;
    int64_t number; /* 0..2^40-1: its place in the order of the parts */
    const linclass_matrix
        *X;           /* m_p x n view, m_p >= 0; columns of a part without rows do not matter */
    const int64_t *y; /* m_p labels */
    const double *sample_weight; /* m_p, finite, >= 0; NULL (default): 1 each */
    /* Why the rows could not be had, instead of rows: the error message of the fit. NULL (default): they are
     * there. */
    const char *error;
    /* m_p x k, dense: what the rows are fitted to instead of their labels, as in linclass_fit; then y may be NULL.
     * NULL (default): none. All parts of a fit that have rows have them, or none does. */
    const linclass_matrix *target_probabilities;
} linclass_part;

/* Clear the struct. size: sizeof *part.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_part_init(linclass_part *part, size_t size);

/* The answer of one part or of several: owned by the caller (linclass_reply_destroy). */
typedef struct linclass_reply linclass_reply;

/* Return the bytes of a reply and how many there are; valid as long as the reply. */
LINCLASS_API const void *linclass_reply_bytes(const linclass_reply *reply);
LINCLASS_API int64_t linclass_reply_length(const linclass_reply *reply);

/* Free the reply. It may be NULL. */
LINCLASS_API void linclass_reply_destroy(linclass_reply *reply);

/* Answer a request for one part. The bytes may have any alignment. *reply: NULL after an error.
 *
 * What is wrong with the part is no error of this call: it travels in the reply, and becomes the error of the fit
 * with the number of the part before the message ("part 3: X[17, 2] is nan, not a finite number"). Of several parts
 * that failed the first is named.
 * Errors: INVALID_ARGUMENT (NULL, a number out of range), FORMAT (the request is damaged or of another version),
 * MEMORY, STRUCT_SIZE. */
LINCLASS_API linclass_status linclass_part_answer(linclass_context *ctx, const linclass_part *part,
                                                  const void *request, int64_t request_length,
                                                  linclass_reply **reply);

/* Answer a request for `count` parts of this process, >= 0, with one reply: that of linclass_part_answer for each of
 * them, merged. parts: count pointers. A process without parts answers too.
 * Errors: as above; INVALID_ARGUMENT also where two parts have the same number. */
LINCLASS_API linclass_status linclass_parts_answer(linclass_context *ctx, int64_t count,
                                                   const linclass_part *const *parts,
                                                   const void *request, int64_t request_length,
                                                   linclass_reply **reply);

/* Merge two replies to one request, each of one part or more, which have no part in common.
 * Errors: INVALID_ARGUMENT, FORMAT (damaged, of different requests, or with a part in both), MEMORY. */
LINCLASS_API linclass_status linclass_reply_merge(linclass_context *ctx, const void *a,
                                                  int64_t a_length, const void *b, int64_t b_length,
                                                  linclass_reply **merged);

/* Have a request answered by every part and the replies merged: *reply and *reply_length are the result, which must
 * stay valid until the next call or the end of the fit. Return 0; anything else ends the fit with an error.
 * Called on the thread of the fit, whose context is in use meanwhile: answer with another one. */
typedef int32_t (*linclass_parts_ask_callback)(const void *request, int64_t request_length,
                                               const void **reply, int64_t *reply_length,
                                               void *user);

/* The parts one after the other, again and again: `reset` goes back to the first, `next` fills in the next one but
 * its number. What it points to must stay valid until the next call (or longer: linclass_parts.held). A fit calls them
 * for every sweep; each time there must be the same parts. `reset` returns 0; `next` returns 1, or 0 when there are no
 * more; both return a negative status to end the fit with it as an error. */
typedef int32_t (*linclass_parts_reset_callback)(void *user);
typedef int32_t (*linclass_parts_next_callback)(linclass_part *part, void *user);

/* Where the parts are: `ask`, or both `reset` and `next`. */
typedef struct linclass_parts {
    size_t size;
    linclass_parts_ask_callback ask;
    linclass_parts_reset_callback reset;
    linclass_parts_next_callback next;
    void *user; /* passed through */
    /* How many parts that `next` filled in are valid at the same time: what each points to must stay valid until so
     * many later calls, or until `reset`. The threads of the context answer that many at a time, each by itself, which
     * is faster where parts are small; only with the default allocator. 0 (default), 1: the last part alone is. */
    int64_t held;
} linclass_parts;

/* Clear the struct. size: sizeof *parts.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_parts_init(linclass_parts *parts, size_t size);

/* Train a model over parts: linclass_fit, whose rows are those of all training parts. validation: parts to report on
 * and to stop early by, or NULL. Labels, classes, weights and the number of columns are found by asking for them
 * first: a part may lack classes or rows. options: as for linclass_fit, but that the members which point to rows
 * (sample_weight, validation_X, validation_y, validation_sample_weight, target_probabilities) must be NULL; the
 * parts bring their own weights, probabilities and base scores (X->offset). Validation is by labels. Solver AUTO never
 * chooses SGD. Every sweep must find the same parts with the same rows, labels and weights: FORMAT.
 *
 * Errors besides those of linclass_fit: FORMAT (a reply is damaged, or not to this request, or lacks a part), IO
 * (`ask` returned something other than 0), and the status that `reset` or `next` returned. Those of a part name it.
 * Memory: that of linclass_fit without the 8 m bytes, requests of up to 2 n k doubles and replies of up to
 * 6 sums; with `next` besides that of linclass_fit over one part. */
LINCLASS_API linclass_status linclass_fit_parts(
    linclass_context *ctx, const linclass_parts *training, const linclass_parts *validation,
    const linclass_fit_options *options, linclass_fit_report *report, linclass_model **model);

/* Fit a path over parts: linclass_fit_path, whose rows are those of all training parts. validation: parts to choose by,
 * or NULL. options->fit: as for linclass_fit_parts. *selection: owned by the caller (linclass_selection_destroy); NULL
 * after an error. A cross-validation, which takes rows out of parts, is not offered.
 * Errors: those of linclass_fit_path and linclass_fit_parts. */
LINCLASS_API linclass_status linclass_fit_path_parts(linclass_context *ctx,
                                                     const linclass_parts *training,
                                                     const linclass_parts *validation,
                                                     const linclass_path_options *options,
                                                     linclass_selection **selection);

/* Evaluate a model on the rows of all parts: linclass_model_evaluate, with the weights of the parts. The confusion
 * matrices are added up, so that the figures of each class cost 16 k^2 bytes a reply; sample_weight must be NULL, and
 * with_roc_auc, which takes all rows together, is UNSUPPORTED. After an error nothing is written.
 * Errors: those of linclass_model_evaluate, and of linclass_fit_parts for what is wrong with a part or a reply. */
LINCLASS_API linclass_status linclass_evaluate_parts(linclass_context *ctx,
                                                     const linclass_model *model,
                                                     const linclass_parts *parts,
                                                     linclass_evaluation *evaluation);

/* Recompute the figures of a fit over the rows of all parts, and compare them with the model's report:
 * linclass_model_verify, with the weights and probabilities of the parts; those of the certificate must be NULL. The
 * model may have been fitted over parts or not; the figures are the same but for rounding in double precision, and have
 * the same bits however the parts are asked. After an error nothing is written.
 * Errors: those of linclass_model_verify, and of linclass_fit_parts for what is wrong with a part or a reply;
 * UNSUPPORTED (a model with column factors, linclass_model_with_standardization). Parts are
 * asked about ten times, and for each Hessian product of the gap. Replies of up to k^2 + 2 n k doubles. */
LINCLASS_API linclass_status linclass_verify_parts(linclass_context *ctx,
                                                   const linclass_model *model,
                                                   const linclass_parts *parts,
                                                   linclass_certificate *certificate);

/* Compute the standard errors of a model from the rows of all parts: linclass_model_standard_errors, with the weights
 * of the parts; errors->sample_weight must be NULL. After an error nothing is written.
 * Errors: those of linclass_model_standard_errors, and of linclass_fit_parts for what is wrong with a part or a reply.
 * Parts are asked four times. Replies of P (P + 3) / 2 doubles, P^2 more where a part is answered. */
LINCLASS_API linclass_status linclass_standard_errors_parts(linclass_context *ctx,
                                                            const linclass_model *model,
                                                            const linclass_parts *parts,
                                                            linclass_standard_errors *errors);

LINCLASS_END_DECLS

#endif
