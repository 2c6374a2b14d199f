/* A campaign written in C: cases numbered from 0, each a function of the seed and its number alone, and
 * what came of them, counted in a file that outlives a crash (progress.py has the same layout).
 *
 *     static void try_one(attack *self) { ... attack_refused(self); ... }
 *     int main(int argc, char **argv) { return attack_main(argc, argv, try_one); }
 *
 * A case calls one or more of attack_refused, attack_accepted, attack_wrong and so on. */
#ifndef ATTACK_ATTACK_H
#define ATTACK_ATTACK_H

#include <stdbool.h>
#include <stdint.h>

#include <linclass/linclass.h>

#include "support/noise.h"

enum { ATTACK_SKIPPED = 77 };

typedef struct attack_counts {
    volatile int64_t current; /* the case being tried */
    volatile int64_t beat;
    volatile int64_t tried;
    volatile int64_t refused;
    volatile int64_t accepted;
    volatile int64_t crash;
    volatile int64_t hang;
    volatile int64_t leak;
    volatile int64_t wrong;
} attack_counts;

typedef struct attack {
    attack_counts *counts;
    int64_t number; /* of the case */
    uint64_t noise; /* its random numbers: noise_below(&self->noise, 10) */
} attack;

typedef void (*attack_case)(attack *self);

/* Try cases until the time is up; the program's exit status.
 *     --seconds=S --seed=N --first=CASE [--cases=COUNT] [--progress=FILE] [--found=DIRECTORY] */
int attack_main(int argc, char **argv, attack_case try_one);

/* Refused with a message; done, and right. */
void attack_refused(attack *self);
void attack_accepted(attack *self);

/* A finding, with a line that says what it is. */
void attack_wrong(attack *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
void attack_crashed(attack *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
void attack_hung(attack *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
void attack_leaked(attack *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says that the campaign gets on, within a case of many parts. */
void attack_beat(attack *self);

/* Count a status that is an error: refused when ctx has a message for it (or is NULL), else wrong. */
void attack_refusal(attack *self, const linclass_context *ctx, linclass_status status,
                    const char *what);

/* A context of that many threads; ends the program when there is none. */
linclass_context *attack_context(int32_t threads);

/* Wait for a child process, at most so many seconds; its wait status, or -1 when it hung and was
 * killed. */
int attack_wait(int child, int seconds);

#endif
