/* One JSON object on standard output, in ASCII: a terminal can show whatever its texts hold. Without memory
 * the program ends. */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <jansson.h>
#include <stdint.h>

#include <linclass/fit.h>
#include <linclass/model.h>

/* An object whose "schema" is given; the number at its end grows when a key changes its meaning. */
json_t *object_begin(const char *schema);

/* Set a key; a number that is not finite becomes null. `value` of object_set is taken over. */
void object_set(json_t *object, const char *key, json_t *value);
void object_set_real(json_t *object, const char *key, double value);
void object_set_integer(json_t *object, const char *key, int64_t value);
void object_set_text(json_t *object, const char *key, const char *value);
void object_set_boolean(json_t *object, const char *key, int value);
void object_set_reals(json_t *object, const char *key, int64_t count, const double *values);
void object_set_integers(json_t *object, const char *key, int64_t count, const int64_t *values);

/* Append to an array; `value` is taken over. */
void array_append(json_t *array, json_t *value);

/* An array of integers. */
json_t *array_of_integers(int64_t count, const int64_t *values);

/* The names of a model's classes in the order of its labels, null for one without; null when no class has one. */
json_t *class_names_array(const linclass_model *model);

/* The keys of a model's prediction sets: null and 0 without. */
void object_set_sets(json_t *object, const linclass_model *model);

/* The keys of a fit's report. */
void object_set_report(json_t *object, const linclass_fit_report *report);

/* Print the object on a line, free it, and return EXIT_OK or EXIT_IO. */
int object_print(json_t *object);

#endif
