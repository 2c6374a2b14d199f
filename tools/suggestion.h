/* The name that was probably meant. */
#ifndef TOOLS_SUGGESTION_H
#define TOOLS_SUGGESTION_H

/* The best of the names offered so far; all zero but `given` at first. */
typedef struct suggestion {
    const char *given;
    const char *name; /* NULL: none is near enough */
    int distance;     /* of it */
} suggestion;

/* Look at a name that there is. It must stay valid. */
void suggestion_offer(suggestion *self, const char *name);

#endif
