/* Print size and offsets of every public struct as JSON, for whoever describes them elsewhere:
 *
 *     {"linclass_matrix": {"size": 64, "members": {"size": {"offset": 0, "size": 8}, ...}}, ...}
 */
#include <stdio.h>

#include <linclass/linclass.h>

static const char *separator_of_structs = "";
static const char *separator_of_members = "";

static void open_struct(const char *name, size_t size)
{
    printf("%s  \"%s\": {\"size\": %zu, \"members\": {", separator_of_structs, name, size);
    separator_of_structs = ",\n";
    separator_of_members = "\n";
}

static void print_member(const char *name, size_t offset, size_t size)
{
    printf("%s    \"%s\": {\"offset\": %zu, \"size\": %zu}", separator_of_members, name, offset,
           size);
    separator_of_members = ",\n";
}

static void close_struct(void)
{
    printf("}}");
}

#define OPEN(type)         open_struct(#type, sizeof(type))
#define MEMBER(type, name) print_member(#name, offsetof(type, name), sizeof(((type *)0)->name))

static void print_context_options(void)
{
    OPEN(linclass_context_options);
    MEMBER(linclass_context_options, size);
    MEMBER(linclass_context_options, threads);
    MEMBER(linclass_context_options, vector_set);
    MEMBER(linclass_context_options, allocate);
    MEMBER(linclass_context_options, release);
    MEMBER(linclass_context_options, user);
    close_struct();
}

static void print_matrix(void)
{
    OPEN(linclass_matrix);
    MEMBER(linclass_matrix, size);
    MEMBER(linclass_matrix, dtype);
    MEMBER(linclass_matrix, layout);
    MEMBER(linclass_matrix, rows);
    MEMBER(linclass_matrix, cols);
    MEMBER(linclass_matrix, row_stride);
    MEMBER(linclass_matrix, col_stride);
    MEMBER(linclass_matrix, data);
    MEMBER(linclass_matrix, scale);
    MEMBER(linclass_matrix, row_starts);
    MEMBER(linclass_matrix, columns);
    MEMBER(linclass_matrix, column_dtype);
    MEMBER(linclass_matrix, reserved);
    MEMBER(linclass_matrix, offset);
    MEMBER(linclass_matrix, offset_stride);
    close_struct();
}

static void print_read_options(void)
{
    OPEN(linclass_read_options);
    MEMBER(linclass_read_options, size);
    MEMBER(linclass_read_options, format);
    MEMBER(linclass_read_options, label);
    MEMBER(linclass_read_options, labels_path);
    MEMBER(linclass_read_options, samples);
    MEMBER(linclass_read_options, encoding);
    MEMBER(linclass_read_options, progress);
    MEMBER(linclass_read_options, progress_user);
    MEMBER(linclass_read_options, features);
    MEMBER(linclass_read_options, dtype);
    MEMBER(linclass_read_options, layout);
    MEMBER(linclass_read_options, missing);
    MEMBER(linclass_read_options, unknown);
    MEMBER(linclass_read_options, header);
    MEMBER(linclass_read_options, delimiter);
    MEMBER(linclass_read_options, quote);
    MEMBER(linclass_read_options, index_base);
    MEMBER(linclass_read_options, ignore_labels);
    MEMBER(linclass_read_options, decimal);
    close_struct();
}

static void print_progress(void)
{
    OPEN(linclass_progress);
    MEMBER(linclass_progress, size);
    MEMBER(linclass_progress, iteration);
    MEMBER(linclass_progress, max_iterations);
    MEMBER(linclass_progress, objective);
    MEMBER(linclass_progress, loss);
    MEMBER(linclass_progress, error);
    MEMBER(linclass_progress, gradient_norm);
    MEMBER(linclass_progress, learning_rate);
    MEMBER(linclass_progress, validation_loss);
    MEMBER(linclass_progress, validation_error);
    MEMBER(linclass_progress, seconds);
    MEMBER(linclass_progress, dual_objective);
    MEMBER(linclass_progress, gap);
    MEMBER(linclass_progress, relative_gradient);
    MEMBER(linclass_progress, gradient_tolerance);
    MEMBER(linclass_progress, solver);
    MEMBER(linclass_progress, reserved);
    close_struct();
}

static void print_fit_options(void)
{
    OPEN(linclass_fit_options);
    MEMBER(linclass_fit_options, size);
    MEMBER(linclass_fit_options, loss);
    MEMBER(linclass_fit_options, solver);
    MEMBER(linclass_fit_options, dtype);
    MEMBER(linclass_fit_options, fit_bias);
    MEMBER(linclass_fit_options, l1);
    MEMBER(linclass_fit_options, l2);
    MEMBER(linclass_fit_options, max_iterations);
    MEMBER(linclass_fit_options, max_seconds);
    MEMBER(linclass_fit_options, gradient_tolerance);
    MEMBER(linclass_fit_options, batch_size);
    MEMBER(linclass_fit_options, learning_rate);
    MEMBER(linclass_fit_options, shuffle);
    MEMBER(linclass_fit_options, reserved);
    MEMBER(linclass_fit_options, seed);
    MEMBER(linclass_fit_options, progress);
    MEMBER(linclass_fit_options, progress_user);
    MEMBER(linclass_fit_options, validation_X);
    MEMBER(linclass_fit_options, validation_y);
    MEMBER(linclass_fit_options, sample_weight);
    MEMBER(linclass_fit_options, validation_sample_weight);
    MEMBER(linclass_fit_options, class_weight);
    MEMBER(linclass_fit_options, class_weight_count);
    MEMBER(linclass_fit_options, class_weight_balanced);
    MEMBER(linclass_fit_options, has_ignore_label);
    MEMBER(linclass_fit_options, ignore_label);
    MEMBER(linclass_fit_options, initial);
    MEMBER(linclass_fit_options, patience);
    MEMBER(linclass_fit_options, momentum);
    MEMBER(linclass_fit_options, learning_rate_schedule);
    MEMBER(linclass_fit_options, reserved_2);
    MEMBER(linclass_fit_options, learning_rate_decay);
    MEMBER(linclass_fit_options, learning_rate_period);
    MEMBER(linclass_fit_options, label_smoothing);
    MEMBER(linclass_fit_options, target_probabilities);
    MEMBER(linclass_fit_options, gap_tolerance);
    MEMBER(linclass_fit_options, has_weight_bounds);
    MEMBER(linclass_fit_options, reserved_3);
    MEMBER(linclass_fit_options, weight_min);
    MEMBER(linclass_fit_options, weight_max);
    MEMBER(linclass_fit_options, group_l1);
    MEMBER(linclass_fit_options, reserved_4);
    close_struct();
}

static void print_fit_report(void)
{
    OPEN(linclass_fit_report);
    MEMBER(linclass_fit_report, size);
    MEMBER(linclass_fit_report, stopped_because);
    MEMBER(linclass_fit_report, solver);
    MEMBER(linclass_fit_report, dtype);
    MEMBER(linclass_fit_report, reserved);
    MEMBER(linclass_fit_report, iterations);
    MEMBER(linclass_fit_report, evaluations);
    MEMBER(linclass_fit_report, objective);
    MEMBER(linclass_fit_report, loss);
    MEMBER(linclass_fit_report, error);
    MEMBER(linclass_fit_report, gradient_norm);
    MEMBER(linclass_fit_report, gradient_infinity_norm);
    MEMBER(linclass_fit_report, learning_rate);
    MEMBER(linclass_fit_report, validation_loss);
    MEMBER(linclass_fit_report, validation_error);
    MEMBER(linclass_fit_report, seconds);
    MEMBER(linclass_fit_report, best_iteration);
    MEMBER(linclass_fit_report, smooth_gradient_infinity_norm);
    MEMBER(linclass_fit_report, samples);
    MEMBER(linclass_fit_report, total_weight);
    MEMBER(linclass_fit_report, label_smoothing);
    MEMBER(linclass_fit_report, ignore_label);
    MEMBER(linclass_fit_report, has_ignore_label);
    MEMBER(linclass_fit_report, with_sample_weight);
    MEMBER(linclass_fit_report, with_target_probabilities);
    MEMBER(linclass_fit_report, reserved_2);
    MEMBER(linclass_fit_report, dual_objective);
    MEMBER(linclass_fit_report, gap);
    close_struct();
}

static void print_calibration(void)
{
    OPEN(linclass_calibration);
    MEMBER(linclass_calibration, size);
    MEMBER(linclass_calibration, sample_weight);
    MEMBER(linclass_calibration, temperature);
    MEMBER(linclass_calibration, loss);
    MEMBER(linclass_calibration, uncalibrated_loss);
    MEMBER(linclass_calibration, calibration_error);
    MEMBER(linclass_calibration, uncalibrated_calibration_error);
    close_struct();
}

static void print_evaluation(void)
{
    OPEN(linclass_evaluation);
    MEMBER(linclass_evaluation, size);
    MEMBER(linclass_evaluation, samples);
    MEMBER(linclass_evaluation, classes);
    MEMBER(linclass_evaluation, loss);
    MEMBER(linclass_evaluation, error);
    MEMBER(linclass_evaluation, confusion);
    MEMBER(linclass_evaluation, precision);
    MEMBER(linclass_evaluation, recall);
    MEMBER(linclass_evaluation, f1);
    MEMBER(linclass_evaluation, support);
    MEMBER(linclass_evaluation, sample_weight);
    MEMBER(linclass_evaluation, ignore_label);
    MEMBER(linclass_evaluation, has_ignore_label);
    MEMBER(linclass_evaluation, with_averages);
    MEMBER(linclass_evaluation, with_roc_auc);
    MEMBER(linclass_evaluation, reserved);
    MEMBER(linclass_evaluation, weighted_confusion);
    MEMBER(linclass_evaluation, weight);
    MEMBER(linclass_evaluation, accuracy);
    MEMBER(linclass_evaluation, macro_precision);
    MEMBER(linclass_evaluation, macro_recall);
    MEMBER(linclass_evaluation, macro_f1);
    MEMBER(linclass_evaluation, micro_precision);
    MEMBER(linclass_evaluation, micro_recall);
    MEMBER(linclass_evaluation, micro_f1);
    MEMBER(linclass_evaluation, roc_auc);
    close_struct();
}

static void print_certificate(void)
{
    OPEN(linclass_certificate);
    MEMBER(linclass_certificate, size);
    MEMBER(linclass_certificate, sample_weight);
    MEMBER(linclass_certificate, target_probabilities);
    MEMBER(linclass_certificate, samples);
    MEMBER(linclass_certificate, total_weight);
    MEMBER(linclass_certificate, objective);
    MEMBER(linclass_certificate, loss);
    MEMBER(linclass_certificate, gradient_norm);
    MEMBER(linclass_certificate, gradient_infinity_norm);
    MEMBER(linclass_certificate, smooth_gradient_infinity_norm);
    MEMBER(linclass_certificate, objective_tolerance);
    MEMBER(linclass_certificate, gradient_tolerance);
    MEMBER(linclass_certificate, compared);
    MEMBER(linclass_certificate, differs);
    MEMBER(linclass_certificate, gap);
    MEMBER(linclass_certificate, gap_allowed);
    MEMBER(linclass_certificate, at_minimum);
    MEMBER(linclass_certificate, reserved);
    MEMBER(linclass_certificate, dual_objective);
    MEMBER(linclass_certificate, duality_gap);
    close_struct();
}

static void print_leave_one_out(void)
{
    OPEN(linclass_leave_one_out);
    MEMBER(linclass_leave_one_out, size);
    MEMBER(linclass_leave_one_out, sample_weight);
    MEMBER(linclass_leave_one_out, scores);
    MEMBER(linclass_leave_one_out, loss);
    MEMBER(linclass_leave_one_out, loss_standard_error);
    MEMBER(linclass_leave_one_out, error);
    MEMBER(linclass_leave_one_out, error_standard_error);
    MEMBER(linclass_leave_one_out, parameters);
    close_struct();
}

static void print_standard_errors(void)
{
    OPEN(linclass_standard_errors);
    MEMBER(linclass_standard_errors, size);
    MEMBER(linclass_standard_errors, sample_weight);
    MEMBER(linclass_standard_errors, theta);
    MEMBER(linclass_standard_errors, theta_error);
    MEMBER(linclass_standard_errors, bias);
    MEMBER(linclass_standard_errors, bias_error);
    MEMBER(linclass_standard_errors, covariance);
    MEMBER(linclass_standard_errors, parameters);
    MEMBER(linclass_standard_errors, newton_step);
    MEMBER(linclass_standard_errors, score_step);
    close_struct();
}

static void print_averages(void)
{
    OPEN(linclass_averages);
    MEMBER(linclass_averages, size);
    MEMBER(linclass_averages, accuracy);
    MEMBER(linclass_averages, error);
    MEMBER(linclass_averages, macro_precision);
    MEMBER(linclass_averages, macro_recall);
    MEMBER(linclass_averages, macro_f1);
    MEMBER(linclass_averages, micro_precision);
    MEMBER(linclass_averages, micro_recall);
    MEMBER(linclass_averages, micro_f1);
    close_struct();
}

static void print_selection_progress(void)
{
    OPEN(linclass_selection_progress);
    MEMBER(linclass_selection_progress, size);
    MEMBER(linclass_selection_progress, candidate);
    MEMBER(linclass_selection_progress, count);
    MEMBER(linclass_selection_progress, fold);
    MEMBER(linclass_selection_progress, folds);
    MEMBER(linclass_selection_progress, value);
    MEMBER(linclass_selection_progress, iterations);
    MEMBER(linclass_selection_progress, loss);
    MEMBER(linclass_selection_progress, error);
    MEMBER(linclass_selection_progress, held_out_loss);
    MEMBER(linclass_selection_progress, held_out_error);
    MEMBER(linclass_selection_progress, seconds);
    MEMBER(linclass_selection_progress, stopped_because);
    MEMBER(linclass_selection_progress, reserved);
    close_struct();
}

static void print_path_options(void)
{
    OPEN(linclass_path_options);
    MEMBER(linclass_path_options, size);
    MEMBER(linclass_path_options, fit);
    MEMBER(linclass_path_options, lambdas);
    MEMBER(linclass_path_options, count);
    MEMBER(linclass_path_options, ratio);
    MEMBER(linclass_path_options, l1_ratio);
    MEMBER(linclass_path_options, folds);
    MEMBER(linclass_path_options, fold);
    MEMBER(linclass_path_options, seed);
    MEMBER(linclass_path_options, select_by);
    MEMBER(linclass_path_options, reserved);
    MEMBER(linclass_path_options, progress);
    MEMBER(linclass_path_options, progress_user);
    MEMBER(linclass_path_options, leave_one_out);
    MEMBER(linclass_path_options, reserved_2);
    close_struct();
}

static void print_learning_rate_options(void)
{
    OPEN(linclass_learning_rate_options);
    MEMBER(linclass_learning_rate_options, size);
    MEMBER(linclass_learning_rate_options, fit);
    MEMBER(linclass_learning_rate_options, rates);
    MEMBER(linclass_learning_rate_options, count);
    MEMBER(linclass_learning_rate_options, lowest);
    MEMBER(linclass_learning_rate_options, highest);
    MEMBER(linclass_learning_rate_options, select_by);
    MEMBER(linclass_learning_rate_options, reserved);
    MEMBER(linclass_learning_rate_options, progress);
    MEMBER(linclass_learning_rate_options, progress_user);
    close_struct();
}

static void print_candidate(void)
{
    OPEN(linclass_candidate);
    MEMBER(linclass_candidate, size);
    MEMBER(linclass_candidate, value);
    MEMBER(linclass_candidate, l1);
    MEMBER(linclass_candidate, l2);
    MEMBER(linclass_candidate, stopped_because);
    MEMBER(linclass_candidate, solver);
    MEMBER(linclass_candidate, iterations);
    MEMBER(linclass_candidate, nonzero);
    MEMBER(linclass_candidate, objective);
    MEMBER(linclass_candidate, loss);
    MEMBER(linclass_candidate, error);
    MEMBER(linclass_candidate, validation_loss);
    MEMBER(linclass_candidate, validation_error);
    MEMBER(linclass_candidate, mean_loss);
    MEMBER(linclass_candidate, loss_standard_error);
    MEMBER(linclass_candidate, mean_error);
    MEMBER(linclass_candidate, error_standard_error);
    MEMBER(linclass_candidate, seconds);
    MEMBER(linclass_candidate, left_out_loss);
    MEMBER(linclass_candidate, left_out_loss_standard_error);
    MEMBER(linclass_candidate, left_out_error);
    MEMBER(linclass_candidate, left_out_error_standard_error);
    close_struct();
}

static void print_part(void)
{
    OPEN(linclass_part);
    MEMBER(linclass_part, size);
    MEMBER(linclass_part, number);
    MEMBER(linclass_part, X);
    MEMBER(linclass_part, y);
    MEMBER(linclass_part, sample_weight);
    MEMBER(linclass_part, error);
    MEMBER(linclass_part, target_probabilities);
    close_struct();
}

static void print_parts(void)
{
    OPEN(linclass_parts);
    MEMBER(linclass_parts, size);
    MEMBER(linclass_parts, ask);
    MEMBER(linclass_parts, reset);
    MEMBER(linclass_parts, next);
    MEMBER(linclass_parts, user);
    MEMBER(linclass_parts, held);
    close_struct();
}

int main(void)
{
    printf("{\n");
    print_context_options();
    print_matrix();
    print_read_options();
    print_progress();
    print_fit_options();
    print_fit_report();
    print_calibration();
    print_evaluation();
    print_certificate();
    print_leave_one_out();
    print_standard_errors();
    print_averages();
    print_selection_progress();
    print_path_options();
    print_learning_rate_options();
    print_candidate();
    print_part();
    print_parts();
    printf("\n}\n");
    return 0;
}
