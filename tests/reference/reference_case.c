#include "reference_case.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>

static json_t *load(void)
{
    json_error_t error;
    json_t *file = json_load_file(OPTIMA, 0, &error);
    if (file == NULL)
        fail_msg("%s: %s", OPTIMA, error.text);
    return file;
}

size_t reference_count(void)
{
    json_t *file = load();
    const size_t count = json_array_size(json_object_get(file, "cases"));
    json_decref(file);
    return count;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

/* The numbers of nested arrays one after another into `to`; how many. NULL: only count. */
static int64_t flatten(const json_t *value, double *to)
{
    if (!json_is_array(value)) {
        if (to != NULL)
            *to = json_number_value(value);
        return 1;
    }
    int64_t count = 0;
    for (size_t i = 0; i < json_array_size(value); i++)
        count += flatten(json_array_get(value, i), to == NULL ? NULL : to + count);
    return count;
}

static double *numbers(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_array(value))
        return NULL;
    double *array = malloc((size_t)flatten(value, NULL) * sizeof(double));
    assert_non_null(array);
    flatten(value, array);
    return array;
}

static int32_t loss_of(const char *name)
{
    if (strcmp(name, "softmax") == 0)
        return LINCLASS_LOSS_SOFTMAX;
    if (strcmp(name, "logistic") == 0)
        return LINCLASS_LOSS_LOGISTIC;
    assert_string_equal(name, "squared_hinge");
    return LINCLASS_LOSS_SQUARED_HINGE;
}

/* The class of a label, from 0 up; -1: its rows are not fitted. */
static int64_t class_of(const json_t *classes, int64_t label)
{
    if (!json_is_array(classes))
        return label;
    for (size_t i = 0; i < json_array_size(classes); i++) {
        if (json_integer_value(json_array_get(classes, i)) == label)
            return (int64_t)i;
    }
    return -1;
}

static void add_row(reference_case *self, const double *row, int64_t class)
{
    self->X = realloc(self->X, (size_t)((self->m + 1) * self->n) * sizeof(double));
    self->y = realloc(self->y, (size_t)(self->m + 1) * sizeof(int64_t));
    assert_true(self->X != NULL && self->y != NULL);
    memcpy(self->X + self->m * self->n, row, (size_t)self->n * sizeof(double));
    self->y[self->m++] = class;
}

/* Numbers of a line, separated by commas, written with a decimal point whatever the locale. */
static int parse(const char *line, locale_t c, double *fields, int most)
{
    int count = 0;
    for (char *end; count < most; line = end + 1) {
        fields[count++] = strtod_l(line, &end, c);
        if (*end != ',')
            break;
    }
    return count;
}

static void read_table(reference_case *self, const json_t *object)
{
    enum { MOST = 64 };
    char path[512];
    snprintf(path, sizeof path, "%s/tables/%s", DATA,
             json_string_value(json_object_get(object, "file")));
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    const int64_t label = json_integer_value(json_object_get(object, "label_column"));
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double *units = numbers(object, "units");
    char line[2048];
    while (fgets(line, sizeof line, file) != NULL) {
        double fields[MOST];
        assert_true(parse(line, c, fields, MOST) > label);
        for (int64_t j = 0; units != NULL && j < self->n; j++)
            fields[j] /= units[j];
        const int64_t class = class_of(json_object_get(object, "classes"), (int64_t)fields[label]);
        if (class >= 0)
            add_row(self, fields, class);
    }
    free(units);
    freelocale(c);
    fclose(file);
}

static void read_digits(reference_case *self)
{
    linclass_context *ctx;
    linclass_dataset *dataset;
    linclass_matrix view;
    assert_int_equal(linclass_context_create(NULL, &ctx), LINCLASS_OK);
    if (linclass_dataset_read_idx(ctx, DATA "/digits/train-images-idx3-ubyte.gz",
                                  DATA "/digits/train-labels-idx1-ubyte.gz",
                                  &dataset) != LINCLASS_OK)
        fail_msg("%s", linclass_context_message(ctx));
    assert_int_equal(linclass_dataset_matrix(dataset, &view, sizeof view), LINCLASS_OK);
    const unsigned char *pixels = view.data;
    const int64_t *labels = linclass_dataset_labels(dataset);
    for (int64_t i = 0; i < view.rows; i++) {
        double row[64];
        for (int64_t j = 0; j < self->n; j++)
            row[j] = pixels[i * view.row_stride + j * view.col_stride] / 16.0;
        add_row(self, row, labels[i]);
    }
    linclass_dataset_destroy(dataset);
    linclass_context_destroy(ctx);
}

reference_case reference_begin(size_t index)
{
    json_t *file = load();
    const json_t *object = json_array_get(json_object_get(file, "cases"), index);
    assert_non_null(object);
    reference_case self = {
        .loss = loss_of(json_string_value(json_object_get(object, "loss"))),
        .l1 = number(object, "l1"),
        .l2 = number(object, "l2"),
        .n = json_integer_value(json_object_get(object, "features")),
        .objective = number(object, "objective"),
        .theta = numbers(object, "theta"),
        .bias = numbers(object, "bias"),
        .standard_errors = numbers(object, "standard_errors"),
    };
    snprintf(self.name, sizeof self.name, "%s", json_string_value(json_object_get(object, "name")));
    self.columns = flatten(json_object_get(object, "theta"), NULL) / self.n;
    if (json_integer_value(json_object_get(object, "label_column")) < 0)
        read_digits(&self);
    else
        read_table(&self, object);
    json_decref(file);
    return self;
}

void reference_end(reference_case *self)
{
    free(self->standard_errors);
    free(self->bias);
    free(self->theta);
    free(self->y);
    free(self->X);
    *self = (reference_case){0};
}
