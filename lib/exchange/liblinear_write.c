/* A model in the text format of LIBLINEAR:
 *
 *     solver_type L2R_LR
 *     nr_class 2
 *     label 1 0
 *     nr_feature n
 *     bias 1                       the value of a constant feature n + 1, or -1: there is none
 *     w
 *     a line for each feature: one weight for two classes, else one for each class, in the order of the labels
 *
 * LIBLINEAR predicts label[0] when the one score of two classes is > 0, so label[0] is the larger label, whose score h
 * is; of more classes the first with the highest score. It knows no scale: the weights are multiplied by it; and no
 * temperature: where it computes probabilities, the weights are divided by that. The type
 * decides of which models LIBLINEAR computes probabilities: of two classes they are the sigmoid of the score, as here;
 * of more it would normalise a sigmoid for each class, which is not softmax, so that MCSVM_CS stands there, which has
 * none. */
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>

#include "core/context.h"
#include "core/decimal.h"
#include "exchange/exporters.h"
#include "exchange/liblinear.h"
#include "sweep/losses.h"

const liblinear_type LIBLINEAR_TYPES[] = {
    {"L2R_LR", LIBLINEAR_CLASSES, LINCLASS_LOSS_LOGISTIC, false},
    {"L2R_L2LOSS_SVC_DUAL", LIBLINEAR_CLASSES, LINCLASS_LOSS_SQUARED_HINGE, false},
    {"L2R_L2LOSS_SVC", LIBLINEAR_CLASSES, LINCLASS_LOSS_SQUARED_HINGE, false},
    {"L2R_L1LOSS_SVC_DUAL", LIBLINEAR_CLASSES, LINCLASS_LOSS_HINGE, false},
    {"MCSVM_CS", LIBLINEAR_CLASSES, LINCLASS_LOSS_CRAMMER_SINGER, true},
    {"L1R_L2LOSS_SVC", LIBLINEAR_CLASSES, LINCLASS_LOSS_SQUARED_HINGE, false},
    {"L1R_LR", LIBLINEAR_CLASSES, LINCLASS_LOSS_LOGISTIC, false},
    {"L2R_LR_DUAL", LIBLINEAR_CLASSES, LINCLASS_LOSS_LOGISTIC, false},
    {"L2R_L2LOSS_SVR", LIBLINEAR_REGRESSION, 0, false},
    {"L2R_L2LOSS_SVR_DUAL", LIBLINEAR_REGRESSION, 0, false},
    {"L2R_L1LOSS_SVR_DUAL", LIBLINEAR_REGRESSION, 0, false},
    {"ONECLASS_SVM", LIBLINEAR_ONE_CLASS, 0, false},
    {NULL, LIBLINEAR_CLASSES, 0, false},
};

static const char *type_of(const linclass_model *model)
{
    if (model->k != 2)
        return "MCSVM_CS";
    if (loss_gives_probabilities(model->loss))
        return "L2R_LR";
    return model->loss == LINCLASS_LOSS_SQUARED_HINGE ? "L2R_L2LOSS_SVC" : "L2R_L1LOSS_SVC_DUAL";
}

static linclass_status check_labels(linclass_context *ctx, const linclass_model *model)
{
    for (int64_t c = 0; c < model->k; c++)
        if (model->labels[c] < INT_MIN || model->labels[c] > INT_MAX)
            return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                                "label %" PRId64 " does not fit into LIBLINEAR's int",
                                model->labels[c]);
    if (model->n > INT_MAX - 1)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "%" PRId64 " features do not fit into LIBLINEAR's int", model->n);
    return LINCLASS_OK;
}

/* The weights of a feature, times the scale; or the intercepts. Returns false where one overflows. */
static bool append_row(const linclass_model *model, const void *values, int64_t first, double scale,
                       byte_buffer *to)
{
    char text[DECIMAL_SIZE];
    const int64_t columns = model->k == 2 ? 1 : model->k;
    for (int64_t c = 0; c < columns; c++) {
        double weight = model_value(model->dtype, values, first + c);
        if (model->k == 2)
            weight = model_value(model->dtype, values, first + 1) - weight;
        weight *= scale;
        if (!isfinite(weight))
            return false;
        decimal_format_digits(weight, 17, text);
        byte_buffer_text(to, text);
        byte_buffer_text(to, " "); /* also at the end, as LIBLINEAR writes and reads it */
    }
    byte_buffer_text(to, "\n");
    return true;
}

static void append_header(const linclass_model *model, byte_buffer *to)
{
    byte_buffer_format(to, "solver_type %s\nnr_class %" PRId64 "\nlabel", type_of(model), model->k);
    for (int64_t c = 0; c < model->k; c++)
        byte_buffer_format(to, " %" PRId64, model->labels[model->k == 2 ? 1 - c : c]);
    byte_buffer_format(to, "\nnr_feature %" PRId64 "\nbias %d\nw\n", model->n,
                       model->bias == NULL ? -1 : 1);
}

linclass_status export_liblinear(linclass_context *ctx, const linclass_model *model,
                                 const char *name, byte_buffer *to)
{
    (void)name;
    const linclass_status status = check_labels(ctx, model);
    if (status != LINCLASS_OK)
        return status;
    append_header(model, to);
    const bool cooled = model->k == 2 && loss_gives_probabilities(model->loss);
    const double factor = cooled ? 1 / model->temperature : 1;
    for (int64_t j = 0; j < model->n; j++)
        if (!append_row(model, model->theta, j * model->k, model->scale * factor, to))
            return context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                                "a weight of feature %" PRId64 " overflows when it is multiplied "
                                "by the scale, %g",
                                j, model->scale);
    if (model->bias != NULL && !append_row(model, model->bias, 0, factor, to))
        return context_fail(ctx, LINCLASS_ERROR_NUMERIC,
                            "the difference of the intercepts overflows");
    return LINCLASS_OK;
}
