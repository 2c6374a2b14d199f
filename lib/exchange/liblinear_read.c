/* A model file of LIBLINEAR (liblinear_write.c has the format) to a model.
 *
 * Order of the labels: that of the training data, not ascending. The one score of two classes is that of label[0]; here
 * it is that of the larger label, so that its sign changes where label[0] is the smaller. Columns of more classes move
 * to the places of their labels. MCSVM_CS has two columns for two classes, of which LIBLINEAR compares the first
 * with 0: so does this model.
 *
 * Nothing is believed: keys stand once each, sizes are compared with the bytes that are there before memory is taken,
 * every line of weights has as many as there are columns, numbers are finite, and nothing follows the last line. */
#include <linclass/exchange.h>

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/arguments.h"
#include "core/context.h"
#include "core/sort.h"
#include "data/byte_reader.h"
#include "data/formats/number_text.h"
#include "data/formats/text_block.h"
#include "exchange/liblinear.h"
#include "model/model.h"

enum { KEY_TYPE, KEY_CLASSES, KEY_LABELS, KEY_FEATURES, KEY_BIAS, KEY_RHO, KEYS };

static const char *const KEY_NAMES[KEYS] = {
    [KEY_TYPE] = "solver_type",    [KEY_CLASSES] = "nr_class", [KEY_LABELS] = "label",
    [KEY_FEATURES] = "nr_feature", [KEY_BIAS] = "bias",        [KEY_RHO] = "rho"};

typedef struct liblinear_file {
    linclass_context *ctx;
    const char *name; /* for error messages */
    text_block text;
    const char *next;
    const char *end;
    bool seen[KEYS];
    const liblinear_type *type;
    int64_t classes;
    int64_t features;
    double bias;
    int64_t *labels; /* `classes` of them, in the order of the columns; to be freed */
    int64_t *order;  /* the columns by ascending labels, likewise */
} liblinear_file;

/* Fail with FORMAT, and the line of a place. what: of it. */
static linclass_status fail_at(const liblinear_file *file, const char *at, const char *what)
{
    int64_t line;
    int64_t column;
    text_block_position(&file->text, at, &line, &column);
    return context_fail(file->ctx, LINCLASS_ERROR_FORMAT, "%.300s, line %" PRId64 ": %s",
                        file->name, line, what);
}

/* The next word of a line; `length` 0 at its end. */
typedef struct word {
    const char *begin;
    size_t length;
} word;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static word next_word(liblinear_file *file)
{
    while (file->next < file->end && is_blank(*file->next))
        file->next++;
    const char *begin = file->next;
    while (file->next < file->end && !is_blank(*file->next) && *file->next != '\n')
        file->next++;
    return (word){begin, (size_t)(file->next - begin)};
}

/* Whether the line ends here; then the next one follows. */
static bool take_line_end(liblinear_file *file)
{
    if (next_word(file).length > 0)
        return false;
    file->next += file->next < file->end;
    return true;
}

static bool word_is(word given, const char *text)
{
    return given.length == strlen(text) && memcmp(given.begin, text, given.length) == 0;
}

static bool take_number(liblinear_file *file, double *value)
{
    const word given = next_word(file);
    return given.length > 0 && number_text_parse(given.begin, given.begin + given.length, value) &&
           isfinite(*value);
}

/* An integer that LIBLINEAR's int has. */
static bool take_integer(liblinear_file *file, int64_t least, int64_t *value)
{
    double number;
    const word given = next_word(file);
    file->next = given.begin;
    if (given.length == 0 || memchr(given.begin, '.', given.length) != NULL ||
        !take_number(file, &number) || !(number >= (double)least) || number > INT_MAX ||
        number != floor(number))
        return false;
    *value = (int64_t)number;
    return true;
}

static linclass_status read_type(liblinear_file *file)
{
    const char *at = file->next;
    const word given = next_word(file);
    file->type = LIBLINEAR_TYPES;
    while (file->type->name != NULL && !word_is(given, file->type->name))
        file->type++;
    if (file->type->name == NULL)
        return fail_at(file, at, "solver_type is none of LIBLINEAR's");
    if (file->type->kind != LIBLINEAR_CLASSES)
        return context_fail(file->ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "%.300s is a model of %s, %s: no classifier", file->name,
                            file->type->name,
                            file->type->kind == LIBLINEAR_REGRESSION ? "regression" : "one class");
    return LINCLASS_OK;
}

static bool label_is_larger(const void *labels, int64_t a, int64_t b)
{
    return ((const int64_t *)labels)[a] > ((const int64_t *)labels)[b];
}

static linclass_status read_labels(liblinear_file *file)
{
    const char *at = file->next;
    if (!file->seen[KEY_CLASSES])
        return fail_at(file, at, "label stands before nr_class");
    if (file->classes > (file->end - at) / 2 + 1)
        return fail_at(file, at, "the line has fewer labels than nr_class");
    void *taken;
    const linclass_status status = context_allocate_array(
        file->ctx, file->classes, 2 * sizeof *file->labels, "the labels of a model", &taken);
    if (status != LINCLASS_OK)
        return status;
    file->labels = taken;
    file->order = file->labels + file->classes;
    for (int64_t c = 0; c < file->classes; c++) {
        if (!take_integer(file, INT_MIN, &file->labels[c]))
            return fail_at(file, at, "the line has not nr_class labels, integers of 32 bits");
        file->order[c] = c;
    }
    heap_sort(file->classes, file->order, label_is_larger, file->labels);
    for (int64_t c = 1; c < file->classes; c++)
        if (file->labels[file->order[c]] == file->labels[file->order[c - 1]])
            return fail_at(file, at, "the line has a label twice");
    return LINCLASS_OK;
}

static linclass_status read_value(liblinear_file *file, int which)
{
    const char *at = file->next;
    double rho;
    switch (which) {
    case KEY_TYPE:
        return read_type(file);
    case KEY_CLASSES:
        return take_integer(file, 1, &file->classes)
                   ? LINCLASS_OK
                   : fail_at(file, at, "nr_class is not an integer >= 1");
    case KEY_LABELS:
        return read_labels(file);
    case KEY_FEATURES:
        return take_integer(file, 0, &file->features)
                   ? LINCLASS_OK
                   : fail_at(file, at, "nr_feature is not an integer >= 0");
    case KEY_BIAS:
        return take_number(file, &file->bias) ? LINCLASS_OK
                                              : fail_at(file, at, "bias is not a finite number");
    default:
        return take_number(file, &rho) ? LINCLASS_OK
                                       : fail_at(file, at, "rho is not a finite number");
    }
}

/* One line of the header; *weights: it is the one that the weights follow. */
static linclass_status read_line(liblinear_file *file, bool *weights)
{
    const word key = next_word(file);
    *weights = word_is(key, "w");
    int which = 0;
    while (which < KEYS && !*weights && !word_is(key, KEY_NAMES[which]))
        which++;
    if (which == KEYS)
        return fail_at(file, key.begin, "no model of LIBLINEAR: the line has none of its keys");
    if (!*weights) {
        if (file->seen[which])
            return fail_at(file, key.begin, "the line has a key for the second time");
        const linclass_status status = read_value(file, which);
        if (status != LINCLASS_OK)
            return status;
        file->seen[which] = true;
    }
    return take_line_end(file)
               ? LINCLASS_OK
               : fail_at(file, key.begin, "something follows at the end of the line");
}

static linclass_status read_header(liblinear_file *file)
{
    bool weights = false;
    while (!weights) {
        if (file->next == file->end)
            return fail_at(file, file->next, "the file ends before the weights");
        const linclass_status status = read_line(file, &weights);
        if (status != LINCLASS_OK)
            return status;
    }
    for (int which = 0; which < KEY_RHO; which++) {
        char what[64];
        (void)snprintf(what, sizeof what, "%s is missing before the weights", KEY_NAMES[which]);
        if (!file->seen[which])
            return fail_at(file, file->next, what);
    }
    return LINCLASS_OK;
}

/* Columns of weights in the file. */
static int64_t file_columns(const liblinear_file *file)
{
    return file->classes == 2 && !file->type->score_per_class ? 1 : file->classes;
}

/* A line of weights to a row of theta, or to the bias: the classes in ascending order. weights: room for the line. */
static linclass_status read_row(liblinear_file *file, double *weights, double factor, double *row)
{
    const char *at = file->next;
    const int64_t columns = file_columns(file);
    for (int64_t c = 0; c < columns; c++) {
        if (!take_number(file, &weights[c]))
            return fail_at(
                file, at,
                "the line has fewer weights than columns, or one that is no finite number");
        weights[c] *= factor;
        if (!isfinite(weights[c]))
            return context_fail(file->ctx, LINCLASS_ERROR_NUMERIC,
                                "%.300s: an intercept times bias = %g overflows", file->name,
                                factor);
    }
    if (!take_line_end(file))
        return fail_at(file, at, "the line has more weights than columns");
    if (file->classes == 2) {
        row[0] = 0;
        row[1] = file->order[0] == 0 ? -weights[0] : weights[0];
        return LINCLASS_OK;
    }
    for (int64_t c = 0; c < file->classes; c++)
        row[c] = weights[file->order[c]];
    return LINCLASS_OK;
}

static linclass_status read_weights(liblinear_file *file, double *weights, linclass_model *model)
{
    double *theta = model->theta;
    linclass_status status = LINCLASS_OK;
    for (int64_t j = 0; j < file->features && status == LINCLASS_OK; j++)
        status = read_row(file, weights, 1, theta + j * file->classes);
    if (status == LINCLASS_OK && model->bias != NULL)
        status = read_row(file, weights, file->bias, model->bias);
    if (status != LINCLASS_OK)
        return status;
    while (file->next < file->end)
        if (!take_line_end(file))
            return fail_at(file, file->next, "something follows after the weights");
    for (int64_t c = 0; c < file->classes; c++)
        model->labels[c] = file->labels[file->order[c]];
    model_finish(model);
    return LINCLASS_OK;
}

/* The loss of the model: that of two classes, or one without probabilities. */
static int32_t model_loss(const liblinear_file *file)
{
    const bool against_others = file->classes != 2 && file->type->loss == LINCLASS_LOSS_LOGISTIC;
    return against_others ? LINCLASS_LOSS_HINGE : file->type->loss;
}

static linclass_status make_model(liblinear_file *file, linclass_model **model)
{
    const bool with_bias = file->bias >= 0;
    const int64_t rows = file->features + with_bias;
    /* A weight and what separates it from the next: two bytes. */
    if (rows * file_columns(file) > (file->end - file->next) / 2 + 1)
        return fail_at(file, file->next, "fewer weights follow than nr_feature and nr_class say");
    const model_shape shape = {
        .dtype = LINCLASS_FLOAT64, .n = file->features, .k = file->classes, .with_bias = with_bias};
    double *weights;
    linclass_status status =
        context_allocate_doubles(file->ctx, file->classes, "a line of weights", &weights);
    linclass_model *made = NULL;
    if (status == LINCLASS_OK)
        status = model_new(file->ctx, model_loss(file), &shape, &made);
    if (status == LINCLASS_OK)
        status = read_weights(file, weights, made);
    context_release(file->ctx, weights);
    if (status != LINCLASS_OK) {
        linclass_model_destroy(made);
        return status;
    }
    *model = made;
    return LINCLASS_OK;
}

static linclass_status read_file(linclass_context *ctx, byte_reader *reader, linclass_model **model)
{
    static const linclass_read_options NO_OPTIONS = {.size = sizeof NO_OPTIONS};
    liblinear_file file = {.ctx = ctx, .name = byte_reader_name(reader)};
    read_progress progress = read_progress_begin(&NO_OPTIONS, reader);
    linclass_status status = text_block_read(ctx, reader, &progress, &file.text);
    if (status != LINCLASS_OK)
        return status;
    file.next = file.text.begin;
    file.end = file.text.begin + file.text.count;
    status = read_header(&file);
    if (status == LINCLASS_OK)
        status = make_model(&file, model);
    context_release(ctx, file.labels);
    text_block_end(ctx, &file.text);
    return status;
}

linclass_status linclass_model_import_liblinear(linclass_context *ctx, const char *path,
                                                linclass_model **model)
{
    if (model != NULL)
        *model = NULL;
    CONTEXT_ENTER(ctx);
    const required_pointer required[] = {{"ctx", ctx}, {"path", path}, {"model", model}};
    if (!all_given(ctx, 3, required))
        return LINCLASS_ERROR_INVALID_ARGUMENT;
    byte_reader *reader;
    linclass_status status = byte_reader_open(ctx, path, &reader);
    if (status == LINCLASS_OK)
        status = read_file(ctx, reader, model);
    byte_reader_close(reader);
    return status;
}
