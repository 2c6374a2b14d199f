/* What a fit asks its parts. */
#ifndef PARTS_REQUEST_H
#define PARTS_REQUEST_H

#include "diagnostics/certificate_passes.h"
#include "parts/wire.h"
#include "sweep/dual_rows.h"

/* Kinds of requests: wire_identity.kind. */
enum {
    PART_CENSUS = 1, /* how many rows, columns and labels there are, and what they count */
    PART_STATISTICS, /* mean, variance, largest and typical value of each column */
    PART_MOMENTS,    /* objective_methods.moments */
    PART_SAMPLE,     /* rows, for ...gram */
    PART_EVALUATE,   /* ...evaluate */
    PART_PRODUCT,    /* ...hessian_product */
    PART_HESSIAN,    /* ...hessian */
    PART_DUAL_SUMS,  /* the passes of ...lower_bound (objective/dual_passes.h) */
    PART_DUAL_GRADIENT,
    PART_ASSESS,       /* a model on rows with known labels */
    PART_CERTIFY,      /* a pass of its certificate (diagnostics/certificate_passes.h) */
    PART_INFORMATION,  /* the observed information of its parameters, and the gradient */
    PART_SCORE_CHANGE, /* the largest change of a score, when its parameters change */
    PART_KINDS
};

/* What every request of a fit but the census says of it. */
typedef struct part_fit {
    int64_t loss;  /* LINCLASS_LOSS_* */
    int64_t dtype; /* working precision */
    int64_t with_bias;
    int64_t n;
    int64_t k;
    int64_t samples;  /* of all parts */
    int64_t weighted; /* rows count by their weights, those of their classes, or not at all */
    int64_t exponent; /* weights are divided by 2^exponent */
    int64_t has_ignore_label;
    int64_t ignore_label;
    int64_t with_class_weights;
    int64_t with_probabilities; /* the rows are fitted to those, not to their labels */
    int64_t with_offset;        /* some have base scores: sampled rows bring theirs */
    int64_t intercepts_alone;   /* n is 0, whatever columns there are */
    double smoothing;           /* of the labels */
    double mu;                  /* objective.mu */
    double total_weight;
    double scale;                /* of views that leave it to the fit */
    const int64_t *labels;       /* k */
    const double *class_weights; /* k, where there are any */
} part_fit;

/* P parameters, N features with the intercept, as in objective.h. */
typedef struct part_request {
    wire_identity identity;
    int64_t check_finite; /* census: look for elements that are not finite */
    part_fit fit;
    int64_t with_gradient; /* evaluate */
    int64_t max_rows;      /* moments, sample: of all parts */
    dual_point point;      /* dual gradient: all but its kind and margin, which are the loss's */
    int64_t with_classes;  /* assess: the confusion matrices */
    certificate_pass pass; /* certify */
    double gamma_n;        /* certify: the bounds on rounding of a certificate_model */
    double gamma_m;
    const double *parameters; /* P; of a model: N x k */
    const double *direction;  /* P: product; N (k - 1): score change */
    const double *means;      /* N: Hessian; n: information, score change */
} part_request;

/* Numbers of a part's answer about the information: the lower triangle, row by row, and the gradient. P: (k - 1) N. */
int64_t part_information_parameters(const part_fit *self);
int64_t part_information_length(const part_fit *self);

int64_t part_fit_columns(const part_fit *self);    /* of theta */
int64_t part_fit_features(const part_fit *self);   /* N */
int64_t part_fit_parameters(const part_fit *self); /* P */
int64_t part_fit_offsets(const part_fit *self);    /* base scores that a sampled row brings */

/* Columns of the samples, at most. */
enum { PART_MOST_FEATURES = INT32_MAX };

/* Numbers of a confusion matrix, at most. */
enum { PART_MOST_CONFUSION = 1 << 23 };

/* The bytes of a request. Errors: MEMORY. */
linclass_status part_request_write(linclass_context *ctx, part_request *self, wire_word **words,
                                   int64_t *count);

/* Read and check the bytes of a request, whose arrays lie in *words, to be released. Errors: FORMAT, MEMORY. */
linclass_status part_request_read(linclass_context *ctx, const void *bytes, int64_t length,
                                  part_request *self, wire_word **words);

#endif
