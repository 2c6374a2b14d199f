/* Fits over rows that lie with the processes of MPI: liblinclass_mpi, a library of its own on liblinclass.
 *
 * Every rank holds some parts of the rows (linclass/parts.h). Rank 0 runs the solver; each of its requests is
 * broadcast, every rank answers it for its parts with the threads of its context, and the replies are merged on their
 * way to rank 0, up a binary tree of ranks. Numbers of parts, not ranks, decide how sums are added: the same parts give
 * the same bits for any number of ranks, and those of linclass_fit_parts in one process.
 *
 * All functions are collective: every rank of the communicator calls them. They use a duplicate of it, so that the
 * caller's own messages do not mix with theirs, and return the same status and error message on all ranks. An error on
 * one rank (a part that cannot be read, no memory) ends the call on all; messages of errors that do not name a part
 * begin with "rank R: ". Errors of MPI itself go to the error handler of the communicator, which by default ends
 * all processes; where that is MPI_ERRORS_RETURN, the call returns IO on the ranks that noticed, and the communicator
 * must not be used again.
 *
 * MPI must have been initialised, with MPI_THREAD_FUNNELED or above where contexts have several threads: only the
 * calling thread calls MPI. A rank that waits polls for about a millisecond, then sleeps between polls.
 *
 * Memory besides that of linclass_fit_parts, from malloc: a request and a reply on every rank. Messages of any length
 * are sent in pieces of at most 1 GiB. */
#ifndef LINCLASS_MPI_H
#define LINCLASS_MPI_H

#include <linclass/linclass.h>

#include <mpi.h>

LINCLASS_BEGIN_DECLS

/* What a call sent and received, in bytes, on one rank. A request counts once, however many ranks it is broadcast
 * to. */
typedef struct linclass_mpi_traffic {
    size_t size;
    int64_t requests;      /* that this rank answered */
    int64_t request_bytes; /* of these */
    int64_t sent_bytes;    /* of the replies this rank sent to another; 0 on rank 0 */
    int64_t merged_bytes;  /* of the replies this rank received from others and merged */
} linclass_mpi_traffic;

/* Clear the struct. size: sizeof *traffic.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_mpi_traffic_init(linclass_mpi_traffic *traffic, size_t size);

/* The parts of this rank. Each part is on one rank; together their numbers are 0, 1, ..., in any distribution. */
typedef struct linclass_mpi_rows {
    size_t size;
    int64_t count; /* of training parts on this rank; 0 (default): none */
    const linclass_part *const *parts;
    int64_t
        validation_count; /* parts to report on, to stop early and to choose by; default 0 on all ranks: none */
    const linclass_part *const *validation_parts;
    linclass_mpi_traffic *traffic; /* output, also after an error; NULL (default): not wanted */

    /* The context that answers requests on this rank. NULL, the default: on rank 0 a context of its own, with as many
     * threads as ctx, which drives meanwhile; on the others ctx. Where ranks share a machine, the work of
     * rank 0 between requests is done sooner with ctx of all its processors, as the other ranks sleep then. */
    linclass_context *answering;
} linclass_mpi_rows;

/* Clear the struct. size: sizeof *rows.
 * Errors: INVALID_ARGUMENT (NULL, or a size that is too small). */
LINCLASS_API linclass_status linclass_mpi_rows_init(linclass_mpi_rows *rows, size_t size);

/* Find out whether any rank has failed: returns, on all ranks, 0 or the status of the lowest rank whose `status` is
 * negative, with the error message of its context after "rank R: " in every context. Call it after what can fail on one
 * rank alone, such as reading files, and before the next call that all must make.
 * Errors: INVALID_ARGUMENT (ctx is NULL, MPI_COMM_NULL, or MPI is not initialised: not collective), IO. */
LINCLASS_API linclass_status linclass_mpi_agree(linclass_context *ctx, MPI_Comm comm,
                                                linclass_status status);

/* Give all ranks the model of rank 0. *model: on rank 0 input; on the others output, to be destroyed, NULL after an
 * error. The bytes of a model file are broadcast: what these lack (the seconds of the fit), the others lack.
 * Errors: INVALID_ARGUMENT (NULL; on rank 0 also *model), MEMORY, IO. */
LINCLASS_API linclass_status linclass_mpi_share_model(linclass_context *ctx, MPI_Comm comm,
                                                      linclass_model **model);

/* Train over the parts of all ranks: linclass_fit_parts. options and report are those of rank 0, and are not looked at
 * on the others, which may pass NULL; `progress` is called on rank 0, and where it ends the fit, it ends on all ranks.
 * *model: on every rank, with the same bits (linclass_mpi_share_model); owned by the caller, NULL after an error.
 *
 * Errors: those of linclass_fit_parts, linclass_mpi_agree and linclass_mpi_share_model. */
LINCLASS_API linclass_status linclass_mpi_fit(linclass_context *ctx, MPI_Comm comm,
                                              const linclass_mpi_rows *rows,
                                              const linclass_fit_options *options,
                                              linclass_fit_report *report, linclass_model **model);

/* Fit a path over the parts of all ranks: linclass_fit_path_parts. options: those of rank 0. *selection: on rank 0,
 * owned by the caller; NULL on the others, which get a model of it by linclass_mpi_share_model.
 * Errors: those of linclass_fit_path_parts and linclass_mpi_agree. */
LINCLASS_API linclass_status linclass_mpi_fit_path(linclass_context *ctx, MPI_Comm comm,
                                                   const linclass_mpi_rows *rows,
                                                   const linclass_path_options *options,
                                                   linclass_selection **selection);

/* Evaluate a model on the training parts of all ranks: linclass_evaluate_parts. model and evaluation: those of rank 0;
 * the others may pass NULL.
 * Errors: those of linclass_evaluate_parts and linclass_mpi_agree. */
LINCLASS_API linclass_status linclass_mpi_evaluate(linclass_context *ctx, MPI_Comm comm,
                                                   const linclass_mpi_rows *rows,
                                                   const linclass_model *model,
                                                   linclass_evaluation *evaluation);

/* What rank 0 does with the parts of all ranks, by any function that takes linclass_parts, as often as it likes.
 * validation: NULL where no rank has such parts. ctx is free for it. Returns the status of the call. */
typedef linclass_status (*linclass_mpi_drive_callback)(linclass_context *ctx,
                                                       const linclass_parts *training,
                                                       const linclass_parts *validation,
                                                       void *user);

/* Call `drive` on rank 0, and answer its requests on all ranks until it returns; its status, and the error message of
 * ctx, become those of all ranks. drive and user: those of rank 0.
 * Errors: those of `drive` and of linclass_mpi_agree; INVALID_ARGUMENT (NULL), STRUCT_SIZE, MEMORY. */
LINCLASS_API linclass_status linclass_mpi_drive(linclass_context *ctx, MPI_Comm comm,
                                                const linclass_mpi_rows *rows,
                                                linclass_mpi_drive_callback drive, void *user);

LINCLASS_END_DECLS

#endif
