/* Level 1 on random problems, held against long double; with MISUSE, after one or two arguments have been
 * changed to what they may not be, or to what is none of the function's business. Every call must be
 * refused, its outputs untouched where the headers promise it, or be right. */
#include <limits.h>
#include <math.h>
#include <stddef.h>

#include "attack.h"
#include "level1.h"

/* Scores of every size for functions of rows; some of them whole numbers, so that there are ties. */
static void stretch(attack *self, problem *p)
{
    static const double sizes[] = {0.03, 1, 1, 20, 200, 3e3, 3e9, 3e29};
    const double factor = sizes[noise_below(&self->noise, 8)];
    const bool whole = noise_below(&self->noise, 4) == 0;
    for (int64_t i = 0; i < p->a.m; i++) {
        for (int64_t j = 0; j < p->a.k; j++) {
            real *const h = &p->a.H[i * p->a.ldh + j];
            *h = whole ? (real)round(*h) : (real)(factor * (double)*h);
        }
    }
    problem_settle(p);
}

static problem draw(attack *self)
{
    const int64_t m = noise_below(&self->noise, 8) == 0 ? noise_below(&self->noise, 700)
                                                        : noise_below(&self->noise, 40);
    const int64_t n = noise_below(&self->noise, 71);
    const int64_t k = 1 + noise_below(&self->noise, noise_below(&self->noise, 3) == 0 ? 130 : 12);
    const int64_t pad = noise_below(&self->noise, 3);
    problem p = problem_new(m, n, k, pad, noise_bits(&self->noise));
    stretch(self, &p);
    p.a.batch = m + 1 + noise_below(&self->noise, 5);
    if (noise_below(&self->noise, 3) == 0)
        p.a.bias = NULL;
    if (noise_below(&self->noise, 4) == 0)
        p.a.g_bias = NULL;
    return p;
}

#ifdef MISUSE
static int64_t pick(attack *self, const int64_t *values, size_t count)
{
    return values[noise_below(&self->noise, (int64_t)count)];
}

#define PICK(self, ...) \
    pick(self, (const int64_t[]){__VA_ARGS__}, \
         sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

/* A dimension that may not be, or not with these arrays. */
static void change_size(attack *self, arguments *a)
{
    int64_t *const sizes[] = {&a->m,   &a->n,   &a->k,   &a->ldx, &a->ldtheta,
                              &a->ldh, &a->ldz, &a->ldr, &a->ldg, &a->batch};
    int64_t *const size = sizes[noise_below(&self->noise, 10)];
    const bool dimension = size <= &a->k;
    *size = size == &a->batch ? PICK(self, 0, -1, INT64_MIN, INT64_MAX)
            : dimension       ? PICK(self, -1, INT64_MIN, INT64_MAX, INT64_MAX / 2, INT64_MIN / 8)
                              : PICK(self, 0, -1, INT64_MIN, INT64_MAX, 1);
}

/* NULL, or another array of its shape, with that one's leading dimension. */
static void change_pointer(attack *self, arguments *a)
{
    real **const vectors[] = {&a->bias, &a->g_bias};
    real **const squares[] = {&a->H, &a->Z, &a->theta, &a->G};
    int64_t *const lds[] = {&a->ldh, &a->ldz, &a->ldtheta, &a->ldg};
    const int64_t which = noise_below(&self->noise, 16);
    const int64_t other = which ^ 1;
    if (which < 4) {
        *squares[which] = NULL;
    } else if (which < 8) {
        *squares[which - 4] = *squares[other - 4];
        *lds[which - 4] = *lds[other - 4];
    } else if (which < 10) {
        *vectors[which - 8] = *vectors[other - 8];
    } else if (which == 10) {
        a->R = a->H;
        a->ldr = a->ldh;
    } else if (which == 11) {
        a->X = NULL;
    } else if (which == 12) {
        a->R = NULL;
    } else if (which == 13) {
        a->loss = NULL;
    } else {
        a->y = a->y2 = NULL;
    }
}

/* A score of -infinity is left to tests/level1: softmax and the margins allow it in places. */
static void change_number(attack *self, problem *p)
{
    static const real bad[] = {(real)NAN, (real)INFINITY, -(real)INFINITY};
    const int arrays[] = {PROBLEM_X, PROBLEM_THETA, PROBLEM_BIAS, PROBLEM_H, PROBLEM_R};
    const int which = (int)noise_below(&self->noise, 8);
    const int64_t label = PICK(self, -1, p->a.k, p->a.k + 1, INT64_MIN, INT64_MAX, 2);
    if (which < 5) {
        guarded *const g = &p->arrays[arrays[which]];
        real *const data = g->data;
        if (g->rows > 0 && g->cols > 0)
            data[noise_below(&self->noise, g->rows) * g->ld + noise_below(&self->noise, g->cols)] =
                bad[noise_below(&self->noise, arrays[which] == PROBLEM_H ? 2 : 3)];
    } else if (which == 5 && p->a.m > 0) {
        ((int64_t *)p->arrays[PROBLEM_Y].data)[noise_below(&self->noise, p->a.m)] = label;
        ((int64_t *)p->arrays[PROBLEM_Y2].data)[noise_below(&self->noise, p->a.m)] = label;
    } else if (which == 6) {
        p->a.learning_rate = noise_below(&self->noise, 2) == 0 ? (real)NAN : -1;
    } else {
        p->a.scale = bad[noise_below(&self->noise, 3)];
    }
    problem_settle(p);
}

static void misuse(attack *self, problem *p, arguments *a)
{
    for (int64_t changes = 1 + noise_below(&self->noise, 2); changes > 0; changes--) {
        const int64_t kind = noise_below(&self->noise, 3);
        if (kind == 2) {
            change_number(self, p);
            a->learning_rate = p->a.learning_rate;
            a->scale = p->a.scale;
        } else if (kind == 1) {
            change_pointer(self, a);
        } else {
            change_size(self, a);
        }
    }
}
#else
static void misuse(attack *self, problem *p, arguments *a)
{
    (void)self;
    (void)p;
    (void)a;
}
#endif

/* Whether memory the call may not write is as it was. */
static bool untouched(const problem *p, unsigned may_change)
{
    for (int i = 0; i < PROBLEM_ARRAYS; i++) {
        if (!guarded_intact(&p->arrays[i]))
            return false;
    }
    return (problem_changed(p) & ~may_change) == 0;
}

/* The problem as the call sees it. */
static problem as_called(const problem *p, const arguments *a)
{
    problem seen = *p;
    seen.a.bias = a->bias;
    seen.a.g_bias = a->g_bias;
    const struct {
        int array;
        const real *data;
        int64_t ld;
    } given[] = {{PROBLEM_X, a->X, a->ldx}, {PROBLEM_THETA, a->theta, a->ldtheta},
                 {PROBLEM_H, a->H, a->ldh}, {PROBLEM_Z, a->Z, a->ldz},
                 {PROBLEM_R, a->R, a->ldr}, {PROBLEM_G, a->G, a->ldg}};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        seen.arrays[given[i].array].data = (real *)given[i].data;
        seen.arrays[given[i].array].ld = given[i].ld;
    }
    return seen;
}

/* Whether outputs lie where the problem's guards expect them. */
static bool as_drawn(const problem *p, const arguments *a)
{
    return a->ldx == p->a.ldx && a->ldtheta == p->a.ldtheta && a->ldh == p->a.ldh &&
           a->ldz == p->a.ldz && a->ldr == p->a.ldr && a->ldg == p->a.ldg && a->H == p->a.H &&
           a->Z == p->a.Z && a->theta == p->a.theta && a->G == p->a.G && a->bias == p->a.bias &&
           a->g_bias == p->a.g_bias;
}

static bool leaves_outputs(linclass_status status)
{
    return status != LINCLASS_ERROR_NON_FINITE && status != LINCLASS_ERROR_NUMERIC;
}

static void judge(attack *self, function_set function, linclass_context *ctx, const problem *p,
                  const arguments *a)
{
    char text[LEVEL1_TEXT] = "";
    const bool legal = level1_is_legal(function, p, a);
    const problem seen = as_called(p, a);
    level1_result *const expected = legal ? level1_expect(function, &seen) : NULL;
    const linclass_status status = call(function, ctx, a);
    const char *const name = function_name(function);
    const unsigned may_change =
        status < 0 && leaves_outputs(status) ? 0 : problem_outputs(function);
    if (legal && status != LINCLASS_OK)
        attack_wrong(self, "%s: a legal call has status %d: %s", name, (int)status,
                     linclass_context_message(ctx));
    else if (!legal && status >= 0)
        attack_wrong(self, "%s: an illegal call has status %d", name, (int)status);
    else if (legal && !level1_agrees(expected, function, a, text))
        attack_wrong(self, "%s, m=%ld n=%ld k=%ld: %s", name, (long)a->m, (long)a->n, (long)a->k,
                     text);
    else if ((as_drawn(p, a) || may_change == 0) && !untouched(p, may_change))
        attack_wrong(self, "%s: wrote where it may not, status %d", name, (int)status);
    else if (legal)
        attack_accepted(self);
    else
        attack_refusal(self, ctx, status, name);
    if (expected != NULL)
        level1_free(expected);
}

static int64_t count_functions(void)
{
    int64_t count = 0;
    for (function_set function = 1; function != 0; function = function_after(function))
        count++;
    return count;
}

static void try_one(attack *self)
{
    static linclass_context *contexts[4];
    const int64_t threads = noise_below(&self->noise, 4);
    if (threads > 0 && contexts[threads] == NULL)
        contexts[threads] = attack_context((int32_t)threads);
    problem p = draw(self);
    const function_set function = FUNCTION(noise_below(&self->noise, count_functions()));
    arguments a = p.a;
    misuse(self, &p, &a);
    judge(self, function, contexts[threads], &p, &a);
    problem_free(&p);
}

int main(int argc, char **argv)
{
    return attack_main(argc, argv, try_one);
}
