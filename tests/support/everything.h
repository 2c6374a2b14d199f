/* An evaluation that asks for everything. Included after cmocka.h. */
#ifndef SUPPORT_EVERYTHING_H
#define SUPPORT_EVERYTHING_H

#include <string.h>

#include <linclass/linclass.h>

enum { EVERYTHING_CLASSES = 40 };

typedef struct everything {
    linclass_evaluation evaluation;
    int64_t confusion[EVERYTHING_CLASSES * EVERYTHING_CLASSES];
    double weighted_confusion[EVERYTHING_CLASSES * EVERYTHING_CLASSES];
    double precision[EVERYTHING_CLASSES];
    double recall[EVERYTHING_CLASSES];
    double f1[EVERYTHING_CLASSES];
    int64_t support[EVERYTHING_CLASSES];
} everything;

/* self points into itself: it stays where it is. Its numbers are set to what no evaluation gives. */
static inline void everything_ask(everything *self)
{
    memset(self, 0x55, sizeof *self);
    assert_int_equal(linclass_evaluation_init(&self->evaluation, sizeof self->evaluation),
                     LINCLASS_OK);
    self->evaluation.confusion = self->confusion;
    self->evaluation.weighted_confusion = self->weighted_confusion;
    self->evaluation.precision = self->precision;
    self->evaluation.recall = self->recall;
    self->evaluation.f1 = self->f1;
    self->evaluation.support = self->support;
    self->evaluation.with_averages = 1;
}

#endif
