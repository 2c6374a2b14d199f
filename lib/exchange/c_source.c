/* A model as a source of C99 for any processor that has the type of its parameters: nothing is included and nothing is
 * called, so that it also runs where there is no C library.
 *
 * exp(x), for x <= 0: x = r - e log 2 with an integer e and |r| <= log(2) / 2, where the Taylor polynomial of degree 13
 * (float: 7) has a relative error below 5e-18 (6e-9); log 2 is subtracted in two parts, of which e times the first is
 * exact. With the roundings the relative error stays under two units in the last place. Below -708 (float: -87), where
 * results would be subnormal, it is 0.
 *
 * Hazards: a decimal comma of the locale; a trigraph or a character that is not ASCII in a class name; an integer whose
 * negative has no literal; arrays without elements, which C99 does not have. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/context.h"
#include "core/decimal.h"
#include "exchange/exporters.h"
#include "sweep/losses.h"

enum { DIGITS_FLOAT = 9, DIGITS_DOUBLE = 17, VALUES_IN_LINE = 8 };

typedef struct c_source {
    const linclass_model *model;
    const char *name;
    const char *real; /* the type */
    byte_buffer *to;
    bool with_names;
    bool with_probabilities;
} c_source;

/* A literal of the type of the model. */
static void append_real(const c_source *self, double value)
{
    char text[DECIMAL_SIZE];
    const bool is_float = self->model->dtype == LINCLASS_FLOAT32;
    decimal_format_digits(value, is_float ? DIGITS_FLOAT : DIGITS_DOUBLE, text);
    byte_buffer_text(self->to, text);
    if (strpbrk(text, ".e") == NULL)
        byte_buffer_text(self->to, ".0");
    if (is_float)
        byte_buffer_text(self->to, "f");
}

/* What stands between the elements of an array. */
static void append_separator(const c_source *self, int64_t index)
{
    byte_buffer_text(self->to, index == 0                    ? "\n    "
                               : index % VALUES_IN_LINE == 0 ? ",\n    "
                                                             : ", ");
}

static void append_theta(const c_source *self)
{
    const linclass_model *model = self->model;
    byte_buffer_format(self->to,
                       "/* The weights, class by class. */\nstatic const %s %s_theta[] = {",
                       self->real, self->name);
    for (int64_t c = 0; c < model->k && self->to->status == LINCLASS_OK; c++) {
        for (int64_t j = 0; j < model->n; j++) {
            append_separator(self, c * model->n + j);
            append_real(self, model_value(model->dtype, model->theta, j * model->k + c));
        }
    }
    if (model->n == 0)
        byte_buffer_text(self->to, "0");
    byte_buffer_text(self->to, "\n};\n");
}

static void append_bias(const c_source *self)
{
    if (self->model->bias == NULL)
        return;
    byte_buffer_format(self->to, "static const %s %s_bias[] = {", self->real, self->name);
    for (int64_t c = 0; c < self->model->k; c++) {
        append_separator(self, c);
        append_real(self, model_value(self->model->dtype, self->model->bias, c));
    }
    byte_buffer_text(self->to, "\n};\n");
}

static void append_labels(const c_source *self)
{
    byte_buffer_format(self->to, "static const long long %s_labels[] = {", self->name);
    for (int64_t c = 0; c < self->model->k; c++) {
        const int64_t label = self->model->labels[c];
        append_separator(self, c);
        if (label == INT64_MIN)
            byte_buffer_format(self->to, "%" PRId64 "LL - 1", label + 1);
        else
            byte_buffer_format(self->to, "%" PRId64 "LL", label);
    }
    byte_buffer_text(self->to, "\n};\n");
}

static void append_string(const c_source *self, const char *text)
{
    byte_buffer_text(self->to, "\"");
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '?')
            byte_buffer_format(self->to, "\\%03o", c);
        else
            byte_buffer_append(self->to, text, 1);
    }
    byte_buffer_text(self->to, "\"");
}

static void append_names(const c_source *self)
{
    if (!self->with_names)
        return;
    byte_buffer_format(self->to, "static const char *const %s_names[] = {", self->name);
    for (int64_t c = 0; c < self->model->k; c++) {
        byte_buffer_text(self->to, c == 0 ? "\n    " : ",\n    ");
        append_string(self, linclass_model_class_name(self->model, self->model->labels[c]));
    }
    byte_buffer_text(self->to, "\n};\n");
}

/* The declarations, also as the comment at the beginning. prefix: of each line. */
static void append_declarations(const c_source *self, const char *prefix)
{
    const char *name = self->name;
    const char *real = self->real;
    byte_buffer_format(self->to, "%svoid %s_scores(const %s *x, %s *scores);\n", prefix, name, real,
                       real);
    if (self->with_probabilities)
        byte_buffer_format(self->to, "%svoid %s_probabilities(const %s *x, %s *probabilities);\n",
                           prefix, name, real, real);
    byte_buffer_format(self->to, "%slong long %s_label(const %s *x);\n", prefix, name, real);
    if (self->with_names)
        byte_buffer_format(self->to, "%sconst char *%s_class_name(const %s *x);\n", prefix, name,
                           real);
}

static void append_comment(const c_source *self)
{
    const linclass_model *model = self->model;
    byte_buffer_format(self->to,
                       "/* A linear classifier of %" PRId64 " features and %" PRId64
                       " classes, fitted with the %s loss, written by\n"
                       " * liblinclass %s. C99; nothing is included, nothing is called.\n *\n",
                       model->n, model->k, loss_name(model->loss), linclass_version());
    append_declarations(self, " *     ");
    byte_buffer_text(
        self->to,
        " *\n * x: the features of a sample, finite, as the model was trained on them. scores and\n"
        " * probabilities: one for each class, output. The label is that of the highest score, of\n"
        " * equal scores the first. */\n");
    byte_buffer_format(self->to,
                       "enum { %s_features = %" PRId64 ", %s_classes = %" PRId64 " };\n\n",
                       self->name, model->n, self->name, model->k);
}

/* Products that are added one by one, before their sum is added to the score: rounding grows with how many there
 * are. */
enum { PRODUCTS_IN_A_PART = 32 };

static void append_scores(const c_source *self)
{
    const char *name = self->name;
    const char *real = self->real;
    byte_buffer_format(self->to,
                       "static %s %s_score(const %s *x, int c)\n{\n"
                       "    const %s *theta = %s_theta + (long long)c * %s_features;\n"
                       "    %s sum = ",
                       real, name, real, real, name, name, real);
    if (self->model->bias != NULL)
        byte_buffer_format(self->to, "%s_bias[c]", name);
    else
        byte_buffer_text(self->to, "0");
    byte_buffer_format(self->to,
                       ";\n    for (int j = 0; j < %s_features;) {\n"
                       "        const int end = %s_features - j < %d ? %s_features : j + %d;\n"
                       "        %s part = 0;\n"
                       "        for (; j < end; j++)\n"
                       "            part += x[j] * ",
                       name, name, PRODUCTS_IN_A_PART, name, PRODUCTS_IN_A_PART, real);
    if (self->model->scale != 1) {
        append_real(self, self->model->scale);
        byte_buffer_text(self->to, " * ");
    }
    byte_buffer_format(self->to,
                       "theta[j];\n        sum += part;\n    }\n    return sum;\n}\n\n"
                       "void %s_scores(const %s *x, %s *scores)\n{\n"
                       "    for (int c = 0; c < %s_classes; c++)\n"
                       "        scores[c] = %s_score(x, c);\n}\n\n",
                       name, real, real, name, name);
}

static void append_label(const c_source *self)
{
    const char *name = self->name;
    const char *real = self->real;
    byte_buffer_format(self->to,
                       "static int %s_class(const %s *x)\n{\n"
                       "    int best = 0;\n"
                       "    %s highest = %s_score(x, 0);\n"
                       "    for (int c = 1; c < %s_classes; c++) {\n"
                       "        const %s score = %s_score(x, c);\n"
                       "        if (score > highest) {\n"
                       "            highest = score;\n"
                       "            best = c;\n"
                       "        }\n    }\n    return best;\n}\n\n",
                       name, real, real, name, name, real, name);
    byte_buffer_format(self->to,
                       "long long %s_label(const %s *x)\n{\n"
                       "    return %s_labels[%s_class(x)];\n}\n",
                       name, real, name, name);
    if (self->with_names)
        byte_buffer_format(self->to,
                           "\nconst char *%s_class_name(const %s *x)\n{\n"
                           "    return %s_names[%s_class(x)];\n}\n",
                           name, real, name, name);
}

/* The constants of exp in a precision: where it becomes 0, log 2 in two parts, and 1 / i!. */
typedef struct exp_constants {
    double lowest;
    double high;
    double low;
    int degree;
} exp_constants;

static void append_exp(const c_source *self)
{
    static const exp_constants FLOAT = {-87, 0.693359375, -2.12194440e-4, 7};
    static const exp_constants DOUBLE = {-708, 6.93147180369123816490e-01,
                                         1.90821492927058770002e-10, 13};
    const exp_constants *constants = self->model->dtype == LINCLASS_FLOAT32 ? &FLOAT : &DOUBLE;
    byte_buffer_format(self->to,
                       "/* exp(x) for x <= 0, with a relative error under two units in the last "
                       "place; 0 below %.0f. */\n"
                       "static %s %s_exp(%s x)\n{\n    if (x < ",
                       constants->lowest, self->real, self->name, self->real);
    append_real(self, constants->lowest);
    byte_buffer_text(self->to, ")\n        return 0;\n    int e = (int)(");
    append_real(self, 0.5);
    byte_buffer_text(self->to, " - x * ");
    append_real(self, 1.4426950408889634);
    byte_buffer_format(self->to, ");\n    const %s r = (x + (%s)e * ", self->real, self->real);
    append_real(self, constants->high);
    byte_buffer_format(self->to, ") + (%s)e * ", self->real);
    append_real(self, constants->low);
    byte_buffer_format(self->to, ";\n    %s p = 1;\n", self->real);
    byte_buffer_format(self->to,
                       "    for (int i = %d; i > 0; i--)\n        p = 1 + r * p / (%s)i;\n",
                       constants->degree, self->real);
    byte_buffer_format(self->to, "    for (%s half = ", self->real);
    append_real(self, 0.5);
    byte_buffer_text(self->to, "; e > 0; e >>= 1, half *= half)\n        if (e & 1)\n"
                               "            p *= half;\n    return p;\n}\n\n");
}

static void append_probabilities(const c_source *self)
{
    const char *name = self->name;
    const char *real = self->real;
    append_exp(self);
    byte_buffer_format(self->to,
                       "void %s_probabilities(const %s *x, %s *probabilities)\n{\n"
                       "    %s highest = %s_score(x, 0);\n"
                       "    %s sum = 0;\n"
                       "    for (int c = 0; c < %s_classes; c++) {\n"
                       "        probabilities[c] = %s_score(x, c);\n"
                       "        if (probabilities[c] > highest)\n"
                       "            highest = probabilities[c];\n    }\n",
                       name, real, real, real, name, real, name, name);
    byte_buffer_format(self->to,
                       "    for (int c = 0; c < %s_classes; c++) {\n"
                       "        probabilities[c] = %s_exp((probabilities[c] - highest)",
                       name, name);
    if (self->model->temperature != 1) {
        byte_buffer_text(self->to, " / ");
        append_real(self, self->model->temperature);
    }
    byte_buffer_format(self->to,
                       ");\n        sum += probabilities[c];\n    }\n"
                       "    for (int c = 0; c < %s_classes; c++)\n"
                       "        probabilities[c] /= sum;\n}\n\n",
                       name);
}

linclass_status export_c(linclass_context *ctx, const linclass_model *model, const char *name,
                         byte_buffer *to)
{
    if (model->n > INT32_MAX || model->k > INT32_MAX)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "a source of C has an int for features and classes: the model has "
                            "%" PRId64 " and %" PRId64,
                            model->n, model->k);
    const c_source self = {.model = model,
                           .name = name,
                           .real = model->dtype == LINCLASS_FLOAT32 ? "float" : "double",
                           .to = to,
                           .with_names = export_has_names(model),
                           .with_probabilities = loss_gives_probabilities(model->loss)};
    append_comment(&self);
    append_declarations(&self, "");
    byte_buffer_text(to, "\n");
    append_theta(&self);
    append_bias(&self);
    append_labels(&self);
    append_names(&self);
    byte_buffer_text(to, "\n");
    append_scores(&self);
    if (self.with_probabilities)
        append_probabilities(&self);
    append_label(&self);
    return LINCLASS_OK;
}
