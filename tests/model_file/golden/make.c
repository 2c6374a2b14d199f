/* Wrote schema-1.safetensors, the model file of the first release:
 *
 *     ninja -C build tests/model_file/make_golden && build/tests/model_file/make_golden FILE
 *
 * The file is kept so that every later release is seen to load it; it is not to be written again. A
 * report comes from training alone, so the members are set behind the ABI. */
#include <math.h>

#include <linclass/linclass.h>

#include "model/model.h"

static const linclass_fit_report REPORT = {.size = sizeof REPORT,
                                           .stopped_because = LINCLASS_ITERATION_LIMIT,
                                           .solver = LINCLASS_SOLVER_GRADIENT_DESCENT,
                                           .dtype = LINCLASS_FLOAT32,
                                           .iterations = 12,
                                           .evaluations = 34,
                                           .objective = 0.5625,
                                           .loss = 0.1 + 0.2,
                                           .error = 0.125,
                                           .gradient_norm = 1e-300,
                                           .gradient_infinity_norm = 2e-300,
                                           .learning_rate = 0.75,
                                           .validation_loss = (double)NAN,
                                           .validation_error = 0.25,
                                           .seconds = 1.0 / 3};

int main(int argc, char **argv)
{
    const float theta[3 * 2] = {1.5f, -0.25f, 0x1p-149f, 3.4028235e38f, 0, 0.1f};
    const float bias[2] = {-1, 1e-3f};
    const int64_t labels[2] = {-5, INT64_MAX};
    linclass_context *ctx = NULL;
    linclass_model *model = NULL;
    if (argc != 2 || linclass_context_create(NULL, &ctx) != LINCLASS_OK ||
        linclass_model_create(ctx, LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT32, 3, 2, theta, 2, bias,
                              labels, &model) != LINCLASS_OK)
        return 1;
    model->scale = 1.0 / 255;
    model->l2 = 1e-4;
    model->has_report = true;
    model->report = REPORT;
    const linclass_status status = linclass_model_save(ctx, model, argv[1]);
    linclass_model_destroy(model);
    linclass_context_destroy(ctx);
    return status == LINCLASS_OK ? 0 : 1;
}
