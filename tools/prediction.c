/* Rows as JSON: written piece by piece, so that no object is made for each. The texts of classes are JSON already. */
#include "prediction.h"

#include <linclass/linclass.h>

/* 9 digits give a float back, 17 a double. */
void prediction_print_number(FILE *file, const prediction *result, int64_t index)
{
    if (result->dtype == LINCLASS_FLOAT32 && result->kind == TOP)
        fprintf(file, "%.9g", ((const double *)result->numbers)[index]);
    else if (result->dtype == LINCLASS_FLOAT32)
        fprintf(file, "%.9g", (double)((const float *)result->numbers)[index]);
    else
        fprintf(file, "%.17g", ((const double *)result->numbers)[index]);
}

/* A class as a key: a label without a name in quotes. */
static void print_key(FILE *file, const char *text)
{
    const char *quote = text[0] == '"' ? "" : "\"";
    fprintf(file, "%s%s%s: ", quote, text, quote);
}

static void print_top(FILE *file, const prediction *result, int64_t row)
{
    fputs("{\"top\": [", file);
    for (int64_t j = 0; j < result->width; j++) {
        const int64_t index = row * result->width + j;
        fprintf(file, "%s{\"label\": %s, \"score\": ", j == 0 ? "" : ", ",
                class_text(&result->texts, result->labels[index]));
        prediction_print_number(file, result, index);
        fputc('}', file);
    }
    fputs("]}\n", file);
}

static void print_set(FILE *file, const prediction *result, int64_t row)
{
    const char *separator = "";
    fputs("{\"set\": [", file);
    for (int64_t j = 0; j < result->width; j++) {
        if (!result->sets[row * result->width + j])
            continue;
        fprintf(file, "%s%s", separator, result->texts.text[j]);
        separator = ", ";
    }
    fputs("]}\n", file);
}

void prediction_print_json(FILE *file, const prediction *result, int64_t row)
{
    if (result->kind == TOP || result->kind == SETS) {
        (result->kind == TOP ? print_top : print_set)(file, result, row);
        return;
    }
    fprintf(file, "{\"label\": %s", class_text(&result->texts, result->labels[row]));
    if (result->kind != LABELS) {
        fprintf(file, ", \"%s\": {", result->kind == SCORES ? "scores" : "probabilities");
        for (int64_t j = 0; j < result->width; j++) {
            fputs(j == 0 ? "" : ", ", file);
            print_key(file, result->texts.text[j]);
            prediction_print_number(file, result, row * result->width + j);
        }
        fputc('}', file);
    }
    fputs("}\n", file);
}
