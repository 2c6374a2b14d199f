/* linclass verify: what a fit reported, recomputed from its samples. */
#include <argp.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <linclass/linclass.h>

#include "coefficients.h"
#include "commands.h"
#include "exit_status.h"
#include "json.h"
#include "known_inputs.h"
#include "message.h"
#include "names.h"
#include "options.h"
#include "output.h"
#include "standardize.h"

enum { KEY_VALIDATION_FRACTION = 256, KEY_SEED, KEY_STANDARD_ERRORS };

typedef struct verify_settings {
    known_input_settings known;
    uint64_t seed;
    bool standard_errors;
} verify_settings;

static const struct argp_option OPTIONS[] = {
    {"validation-fraction", KEY_VALIDATION_FRACTION, "F", 0,
     "leave out the random share F of the samples that the fit validated on", 2},
    {"seed", KEY_SEED, "S", 0, "seed of the random share. Default 0", 2},
    {"standard-errors", KEY_STANDARD_ERRORS, NULL, 0,
     "print a table of the coefficients, as differences to the first label, with standard errors, "
     "z and p; for softmax and logistic without penalty",
     2},
    {0}};

static const option_rule RULES[] = {
    {KEY_VALIDATION_FRACTION, OPTION_REAL,
     offsetof(verify_settings, known.rows.validation_fraction), BETWEEN},
    {KEY_STANDARD_ERRORS, OPTION_FLAG, offsetof(verify_settings, standard_errors), 0},
    {0}};

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    verify_settings *settings = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &settings->known;
        return 0;
    case KEY_SEED:
        settings->seed = option_unsigned(state, "--seed", argument);
        return 0;
    case ARGP_KEY_ARG:
        option_argument(state, "MODEL", argument, &settings->known.inputs.model);
        return 0;
    default:
        return option_store(state, OPTIONS, RULES, key, argument, settings);
    }
}

/* Of F, what a gap that is proven in double precision is rounded by. */
static const double GAP_ROUNDING = 1e-12;

typedef struct verification {
    const verify_settings *settings;
    known_inputs known;
    linclass_certificate found;
    coefficients coefficients; /* with --standard-errors */
} verification;

/* What can differ, by the bit that says so. */
static const named_value DIFFERENCES[] = {{"samples", LINCLASS_DIFFERS_SAMPLES},
                                          {"total_weight", LINCLASS_DIFFERS_WEIGHT},
                                          {"objective", LINCLASS_DIFFERS_OBJECTIVE},
                                          {"gradient", LINCLASS_DIFFERS_GRADIENT},
                                          {"gap", LINCLASS_DIFFERS_GAP},
                                          {NULL, 0}};

static int print_json(const verification *run, const linclass_fit_report *report)
{
    const linclass_certificate *found = &run->found;
    json_t *object = object_begin("linclass-verify-1");
    object_set(object, "agrees", found->compared ? json_boolean(found->differs == 0) : json_null());
    json_t *differs = json_array();
    for (const named_value *each = DIFFERENCES; each->name != NULL; each++) {
        if ((found->differs & each->value) != 0)
            array_append(differs, json_string(each->name));
    }
    object_set(object, "differs", differs);
    object_set_integer(object, "samples", found->samples);
    object_set_real(object, "total_weight", found->total_weight);
    object_set_real(object, "objective", found->objective);
    object_set_real(object, "loss", found->loss);
    object_set_real(object, "gradient_norm", found->gradient_norm);
    object_set_real(object, "gradient_infinity_norm", found->gradient_infinity_norm);
    object_set_real(object, "smooth_gradient_infinity_norm", found->smooth_gradient_infinity_norm);
    object_set_real(object, "objective_tolerance", found->objective_tolerance);
    object_set_real(object, "gradient_tolerance", found->gradient_tolerance);
    object_set_real(object, "gap", found->gap);
    object_set_real(object, "gap_allowed", found->gap_allowed);
    object_set(object, "at_minimum",
               found->at_minimum < 0 ? json_null() : json_boolean(found->at_minimum));
    object_set_real(object, "dual_objective", found->dual_objective);
    object_set_real(object, "duality_gap", found->duality_gap);
    json_t *training = json_null();
    if (found->compared) {
        training = json_object();
        object_set_report(training, report);
    }
    object_set(object, "training", training);
    if (run->settings->standard_errors)
        coefficients_describe(&run->coefficients, object);
    return object_print(object);
}

/* A figure of the report beside the one found; one that the report does not say is NaN. */
static void print_figure(const char *name, double reported, double found, double tolerance)
{
    printf("%-28s %15.9g %15.9g", name, reported, found);
    if (tolerance > 0)
        printf(" %12.3g", tolerance);
    putchar('\n');
}

/* Whether the model alone proves less than the fit has: twice the gap, where that is no rounding of F. */
static bool is_unconfirmed(const linclass_certificate *found, const linclass_fit_report *report)
{
    const double rounding = found->objective_tolerance + GAP_ROUNDING * found->objective;
    return found->duality_gap > 2 * report->gap + rounding;
}

static void print_verdict(const linclass_certificate *found, const linclass_fit_report *report)
{
    if (found->differs == 0) {
        printf("the report agrees, within the rounding of %s", name_of(DTYPE_NAMES, report->dtype));
        if (is_unconfirmed(found, report))
            printf(", but for its gap of %.3g, which the model alone does not confirm",
                   report->gap);
        putchar('\n');
        return;
    }
    printf("the report differs:");
    for (const named_value *each = DIFFERENCES; each->name != NULL; each++) {
        if ((found->differs & each->value) != 0)
            printf(" %s", each->name);
    }
    putchar('\n');
}

/* Whether the model is at a minimum, whatever its report says. */
static void print_distance(const linclass_certificate *found)
{
    if (!isnan(found->duality_gap))
        printf("proven by duality: no parameters have an objective lower by more than %.3g\n",
               found->duality_gap);
    if (found->at_minimum < 0) {
        puts("whether this is a minimum cannot be told: the gradient of the loss has jumps");
        return;
    }
    const char *verdict = "not at a minimum: the objective is at least about";
    if (found->at_minimum)
        verdict = "at a minimum: the objective is about";
    else if (found->gap == found->duality_gap) /* proven: what is estimated is no less */
        verdict = "not known to be at a minimum: the objective is at most";
    printf("%s %.3g above its minimum (a fit that converged may leave %.3g)\n", verdict, found->gap,
           found->gap_allowed);
}

static int print_text(const verification *run, const linclass_fit_report *report)
{
    const linclass_certificate *found = &run->found;
    printf("%-28s %15s %15s %12s\n", "", "reported", "recomputed", "tolerance");
    print_figure("samples", (double)report->samples, (double)found->samples, 0);
    print_figure("total weight", report->total_weight, found->total_weight, 0);
    print_figure("objective", report->objective, found->objective, found->objective_tolerance);
    print_figure("loss", report->loss, found->loss, found->objective_tolerance);
    print_figure("gradient, largest component", report->gradient_infinity_norm,
                 found->gradient_infinity_norm, found->gradient_tolerance);
    print_figure("  without the l1 term", report->smooth_gradient_infinity_norm,
                 found->smooth_gradient_infinity_norm, found->gradient_tolerance);
    print_figure("gradient norm", report->gradient_norm, found->gradient_norm, 0);
    print_distance(found);
    if (found->compared)
        print_verdict(found, report);
    if (run->coefficients.model == NULL)
        return output_finish(stdout, "-");
    putchar('\n');
    return coefficients_print(&run->coefficients);
}

static int print(const verification *run)
{
    const linclass_certificate *found = &run->found;
    linclass_fit_report report;
    linclass_fit_report_init(&report, sizeof report);
    linclass_model_report(run->known.app.model, &report);
    const int printed =
        run->settings->known.inputs.data.json ? print_json(run, &report) : print_text(run, &report);
    if (printed != EXIT_OK)
        return printed;
    if (!found->compared)
        return fail(EXIT_DATA, "%s comes from no fit: it has no report to verify",
                    run->settings->known.inputs.model);
    return found->differs == 0 ? EXIT_OK : EXIT_DIFFERS;
}

/* Say what the data may lack, before the figures do. */
static void warn_of_weights(const verification *run)
{
    linclass_fit_report report;
    linclass_fit_report_init(&report, sizeof report);
    if (linclass_model_report(run->known.app.model, &report) != LINCLASS_OK)
        return;
    if (report.with_sample_weight && run->settings->known.rows.sample_weights == NULL)
        warn("the samples of the fit had weights: give them with --sample-weights");
}

static int verify(verification *run)
{
    const model_inputs *app = &run->known.app;
    int status = known_inputs_open(&run->settings->known, run->settings->seed, &run->known);
    if (status != EXIT_OK)
        return status;
    if (linclass_model_metadata(app->model, STANDARDIZED_KEY) != NULL &&
        linclass_model_column_factors(app->model) == NULL)
        return fail(EXIT_DATA,
                    "%s was fitted to standardized columns (--standardize), and does not say their "
                    "means and deviations: its report cannot be verified",
                    run->settings->known.inputs.model);
    warn_of_weights(run);
    const double *weights = run->known.arrays.sample_weight;
    linclass_certificate_init(&run->found, sizeof run->found);
    run->found.sample_weight = weights;
    const linclass_status verified =
        linclass_model_verify(app->ctx, app->model, &app->samples.X, app->samples.y, &run->found);
    if (verified != LINCLASS_OK)
        return fail_library(app->ctx, verified);
    if (run->settings->standard_errors)
        status =
            coefficients_find(app->ctx, app->model, &app->samples, weights, &run->coefficients);
    const int printed = print(run);
    return printed != EXIT_OK ? printed : status;
}

int verify_command(int argc, char **argv)
{
    static const char DOC[] =
        "Recompute the objective and the gradient that a model file reports from the samples of "
        "the fit, in double precision and by independent code, and compare.\v"
        "Exit status: 0 the report agrees, 6 it differs, 1 internal error, 2 usage, 3 bad data, 4 "
        "input/output.";
    verify_settings settings = {0};
    const struct argp_child children[] = {{.argp = &known_input_argp}, {0}};
    const struct argp parser = {.options = OPTIONS,
                                .parser = parse_option,
                                .args_doc = "[MODEL]",
                                .doc = DOC,
                                .children = children};
    options_parse(&parser, argc, argv, &settings);
    verification run = {.settings = &settings};
    const int status = verify(&run);
    coefficients_free(&run.coefficients);
    known_inputs_close(&run.known);
    return status;
}
