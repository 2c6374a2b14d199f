/* What a certificate asks of its rows: passes over them, each of which adds up numbers. The rows are here, or in parts
 * whose sums are added. */
#ifndef DIAGNOSTICS_CERTIFICATE_PASSES_H
#define DIAGNOSTICS_CERTIFICATE_PASSES_H

#include "diagnostics/certificate_model.h"
#include "diagnostics/known_rows.h"

enum {
    CERTIFICATE_FIGURES = 1, /* of certify.c */
    CERTIFICATE_BALANCE, /* of lower_bound.c: c sums of residuals, c x c what a shift of the scores does */
    CERTIFICATE_POINT, /* of the same: the dual point */
    CERTIFICATE_PASSES
};

/* Columns whose residuals are balanced, at most. */
enum { CERTIFICATE_MOST_BALANCED = 1024 };

/* Where the sums stand. Figures: gradient (n + 1) x c, its slack n + 1; point: G (n + 1) x c, the last row of the
 * intercepts: sums of the moved residuals. */
enum { FIGURES_LOSS, FIGURES_SLACK, FIGURES_WEIGHT, FIGURES_ARRAYS };
enum { POINT_APART, POINT_OUTSIDE, POINT_SIZE, POINT_ARRAYS };

typedef struct certificate_pass {
    int64_t kind;
    double smoothing;   /* balance, point: mu of the residuals of losses with kinks; 0: none */
    const double *beta; /* point: c, the shift of the scores */
} certificate_pass;

/* How many numbers a pass adds up, of n features and c columns. */
int64_t certificate_pass_length(const certificate_pass *pass, int64_t n, int64_t c);

/* Make a pass over rows that are here; sums are zero. Errors: NON_FINITE, MEMORY. */
linclass_status certificate_pass_add(linclass_context *ctx, const certificate_model *of,
                                     const known_rows *rows, const certificate_pass *pass,
                                     double *sums);

/* Whoever has passes made: *sums, zero before, is of that length. Errors: those of the rows. */
typedef struct certificate_source certificate_source;
struct certificate_source {
    linclass_context *ctx;
    const certificate_model *of;
    linclass_status (*add)(certificate_source *self, const certificate_pass *pass, double *sums);
};

#endif
