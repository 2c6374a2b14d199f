"""The public ABI as ctypes see it: the structs and the functions of include/linclass, no more.

The rule of translation, which tests/python/test_abi.py checks against the headers:

==================================  ==========================================
C                                   ctypes
==================================  ==========================================
int32_t, int64_t, double, ...       c_int32, c_int64, c_double, ...
const char *                        c_char_p
struct of options or a report       POINTER of its class below
pointer to any other thing          c_void_p (handles, arrays)
pointer to a pointer                POINTER(c_void_p)
function pointer                    the CFUNCTYPE below
==================================  ==========================================

``_f32`` and ``_f64`` are one entry each in :data:`PAIRS`, with :data:`REAL` where C has the real type.
"""

from __future__ import annotations

import ctypes
from ctypes import (
    CFUNCTYPE,
    POINTER,
    c_char_p,
    c_double,
    c_float,
    c_int32,
    c_int64,
    c_size_t,
    c_uint64,
    c_void_p,
)
from typing import Any

#: Release of the headers described here; the library must have the same major number.
VERSION = (0, 2)

UINT8, FLOAT32, FLOAT64, INT8, INT16, UINT16, FLOAT16, BFLOAT16, INT32, INT64 = range(1, 11)
LAYOUT_STRIDED, LAYOUT_CSR = 0, 1


class ContextOptions(ctypes.Structure):
    """struct linclass_context_options."""

    _fields_ = [
        ("size", c_size_t),
        ("threads", c_int32),
        ("vector_set", c_int32),
        ("allocate", c_void_p),
        ("release", c_void_p),
        ("user", c_void_p),
    ]


class Matrix(ctypes.Structure):
    """struct linclass_matrix."""

    _fields_ = [
        ("size", c_size_t),
        ("dtype", c_int32),
        ("layout", c_int32),
        ("rows", c_int64),
        ("cols", c_int64),
        ("row_stride", c_int64),
        ("col_stride", c_int64),
        ("data", c_void_p),
        ("scale", c_double),
        ("row_starts", c_void_p),
        ("columns", c_void_p),
        ("column_dtype", c_int32),
        ("reserved", c_int32),
        ("offset", c_void_p),
        ("offset_stride", c_int64),
    ]


ReadCallback = CFUNCTYPE(c_int32, c_int64, c_int64, c_void_p)


class ReadOptions(ctypes.Structure):
    """struct linclass_read_options."""

    _fields_ = [
        ("size", c_size_t),
        ("format", c_char_p),
        ("label", c_char_p),
        ("labels_path", c_char_p),
        ("samples", c_char_p),
        ("encoding", c_void_p),
        ("progress", ReadCallback),
        ("progress_user", c_void_p),
        ("features", c_int64),
        ("dtype", c_int32),
        ("layout", c_int32),
        ("missing", c_int32),
        ("unknown", c_int32),
        ("header", c_int32),
        ("delimiter", c_int32),
        ("quote", c_int32),
        ("index_base", c_int32),
        ("ignore_labels", c_int32),
        ("decimal", c_int32),
    ]


class Progress(ctypes.Structure):
    """struct linclass_progress."""

    _fields_ = [
        ("size", c_size_t),
        ("iteration", c_int64),
        ("max_iterations", c_int64),
        ("objective", c_double),
        ("loss", c_double),
        ("error", c_double),
        ("gradient_norm", c_double),
        ("learning_rate", c_double),
        ("validation_loss", c_double),
        ("validation_error", c_double),
        ("seconds", c_double),
        ("dual_objective", c_double),
        ("gap", c_double),
        ("relative_gradient", c_double),
        ("gradient_tolerance", c_double),
        ("solver", c_int32),
        ("reserved", c_int32),
    ]


ProgressCallback = CFUNCTYPE(c_int32, POINTER(Progress), c_void_p)


class FitOptions(ctypes.Structure):
    """struct linclass_fit_options."""

    _fields_ = [
        ("size", c_size_t),
        ("loss", c_int32),
        ("solver", c_int32),
        ("dtype", c_int32),
        ("fit_bias", c_int32),
        ("l1", c_double),
        ("l2", c_double),
        ("max_iterations", c_int64),
        ("max_seconds", c_double),
        ("gradient_tolerance", c_double),
        ("batch_size", c_int64),
        ("learning_rate", c_double),
        ("shuffle", c_int32),
        ("reserved", c_int32),
        ("seed", c_uint64),
        ("progress", ProgressCallback),
        ("progress_user", c_void_p),
        ("validation_X", POINTER(Matrix)),
        ("validation_y", c_void_p),
        ("sample_weight", c_void_p),
        ("validation_sample_weight", c_void_p),
        ("class_weight", c_void_p),
        ("class_weight_count", c_int64),
        ("class_weight_balanced", c_int32),
        ("has_ignore_label", c_int32),
        ("ignore_label", c_int64),
        ("initial", c_void_p),
        ("patience", c_int64),
        ("momentum", c_double),
        ("learning_rate_schedule", c_int32),
        ("reserved_2", c_int32),
        ("learning_rate_decay", c_double),
        ("learning_rate_period", c_int64),
        ("label_smoothing", c_double),
        ("target_probabilities", POINTER(Matrix)),
        ("gap_tolerance", c_double),
        ("has_weight_bounds", c_int32),
        ("reserved_3", c_int32),
        ("weight_min", c_double),
        ("weight_max", c_double),
        ("group_l1", c_int32),
        ("reserved_4", c_int32),
    ]


class FitReport(ctypes.Structure):
    """struct linclass_fit_report."""

    _fields_ = [
        ("size", c_size_t),
        ("stopped_because", c_int32),
        ("solver", c_int32),
        ("dtype", c_int32),
        ("reserved", c_int32),
        ("iterations", c_int64),
        ("evaluations", c_int64),
        ("objective", c_double),
        ("loss", c_double),
        ("error", c_double),
        ("gradient_norm", c_double),
        ("gradient_infinity_norm", c_double),
        ("learning_rate", c_double),
        ("validation_loss", c_double),
        ("validation_error", c_double),
        ("seconds", c_double),
        ("best_iteration", c_int64),
        ("smooth_gradient_infinity_norm", c_double),
        ("samples", c_int64),
        ("total_weight", c_double),
        ("label_smoothing", c_double),
        ("ignore_label", c_int64),
        ("has_ignore_label", c_int32),
        ("with_sample_weight", c_int32),
        ("with_target_probabilities", c_int32),
        ("reserved_2", c_int32),
        ("dual_objective", c_double),
        ("gap", c_double),
    ]


class Calibration(ctypes.Structure):
    """struct linclass_calibration."""

    _fields_ = [
        ("size", c_size_t),
        ("sample_weight", c_void_p),
        ("temperature", c_double),
        ("loss", c_double),
        ("uncalibrated_loss", c_double),
        ("calibration_error", c_double),
        ("uncalibrated_calibration_error", c_double),
    ]


class Evaluation(ctypes.Structure):
    """struct linclass_evaluation."""

    _fields_ = [
        ("size", c_size_t),
        ("samples", c_int64),
        ("classes", c_int64),
        ("loss", c_double),
        ("error", c_double),
        ("confusion", c_void_p),
        ("precision", c_void_p),
        ("recall", c_void_p),
        ("f1", c_void_p),
        ("support", c_void_p),
        ("sample_weight", c_void_p),
        ("ignore_label", c_int64),
        ("has_ignore_label", c_int32),
        ("with_averages", c_int32),
        ("with_roc_auc", c_int32),
        ("reserved", c_int32),
        ("weighted_confusion", c_void_p),
        ("weight", c_double),
        ("accuracy", c_double),
        ("macro_precision", c_double),
        ("macro_recall", c_double),
        ("macro_f1", c_double),
        ("micro_precision", c_double),
        ("micro_recall", c_double),
        ("micro_f1", c_double),
        ("roc_auc", c_double),
    ]


class Certificate(ctypes.Structure):
    """struct linclass_certificate."""

    _fields_ = [
        ("size", c_size_t),
        ("sample_weight", c_void_p),
        ("target_probabilities", POINTER(Matrix)),
        ("samples", c_int64),
        ("total_weight", c_double),
        ("objective", c_double),
        ("loss", c_double),
        ("gradient_norm", c_double),
        ("gradient_infinity_norm", c_double),
        ("smooth_gradient_infinity_norm", c_double),
        ("objective_tolerance", c_double),
        ("gradient_tolerance", c_double),
        ("compared", c_int32),
        ("differs", c_int32),
        ("gap", c_double),
        ("gap_allowed", c_double),
        ("at_minimum", c_int32),
        ("reserved", c_int32),
        ("dual_objective", c_double),
        ("duality_gap", c_double),
    ]


class LeaveOneOut(ctypes.Structure):
    """struct linclass_leave_one_out."""

    _fields_ = [
        ("size", c_size_t),
        ("sample_weight", c_void_p),
        ("scores", c_void_p),
        ("loss", c_double),
        ("loss_standard_error", c_double),
        ("error", c_double),
        ("error_standard_error", c_double),
        ("parameters", c_int64),
    ]


class StandardErrors(ctypes.Structure):
    """struct linclass_standard_errors."""

    _fields_ = [
        ("size", c_size_t),
        ("sample_weight", c_void_p),
        ("theta", c_void_p),
        ("theta_error", c_void_p),
        ("bias", c_void_p),
        ("bias_error", c_void_p),
        ("covariance", c_void_p),
        ("parameters", c_int64),
        ("newton_step", c_double),
        ("score_step", c_double),
    ]


class Averages(ctypes.Structure):
    """struct linclass_averages."""

    _fields_ = [
        ("size", c_size_t),
        ("accuracy", c_double),
        ("error", c_double),
        ("macro_precision", c_double),
        ("macro_recall", c_double),
        ("macro_f1", c_double),
        ("micro_precision", c_double),
        ("micro_recall", c_double),
        ("micro_f1", c_double),
    ]


class SelectionProgress(ctypes.Structure):
    """struct linclass_selection_progress."""

    _fields_ = [
        ("size", c_size_t),
        ("candidate", c_int64),
        ("count", c_int64),
        ("fold", c_int64),
        ("folds", c_int64),
        ("value", c_double),
        ("iterations", c_int64),
        ("loss", c_double),
        ("error", c_double),
        ("held_out_loss", c_double),
        ("held_out_error", c_double),
        ("seconds", c_double),
        ("stopped_because", c_int32),
        ("reserved", c_int32),
    ]


SelectionCallback = CFUNCTYPE(c_int32, POINTER(SelectionProgress), c_void_p)


class PathOptions(ctypes.Structure):
    """struct linclass_path_options."""

    _fields_ = [
        ("size", c_size_t),
        ("fit", POINTER(FitOptions)),
        ("lambdas", c_void_p),
        ("count", c_int64),
        ("ratio", c_double),
        ("l1_ratio", c_double),
        ("folds", c_int64),
        ("fold", c_void_p),
        ("seed", c_uint64),
        ("select_by", c_int32),
        ("reserved", c_int32),
        ("progress", SelectionCallback),
        ("progress_user", c_void_p),
        ("leave_one_out", c_int32),
        ("reserved_2", c_int32),
    ]


class LearningRateOptions(ctypes.Structure):
    """struct linclass_learning_rate_options."""

    _fields_ = [
        ("size", c_size_t),
        ("fit", POINTER(FitOptions)),
        ("rates", c_void_p),
        ("count", c_int64),
        ("lowest", c_double),
        ("highest", c_double),
        ("select_by", c_int32),
        ("reserved", c_int32),
        ("progress", SelectionCallback),
        ("progress_user", c_void_p),
    ]


class Candidate(ctypes.Structure):
    """struct linclass_candidate."""

    _fields_ = [
        ("size", c_size_t),
        ("value", c_double),
        ("l1", c_double),
        ("l2", c_double),
        ("stopped_because", c_int32),
        ("solver", c_int32),
        ("iterations", c_int64),
        ("nonzero", c_int64),
        ("objective", c_double),
        ("loss", c_double),
        ("error", c_double),
        ("validation_loss", c_double),
        ("validation_error", c_double),
        ("mean_loss", c_double),
        ("loss_standard_error", c_double),
        ("mean_error", c_double),
        ("error_standard_error", c_double),
        ("seconds", c_double),
        ("left_out_loss", c_double),
        ("left_out_loss_standard_error", c_double),
        ("left_out_error", c_double),
        ("left_out_error_standard_error", c_double),
    ]


class Part(ctypes.Structure):
    """struct linclass_part."""

    _fields_ = [
        ("size", c_size_t),
        ("number", c_int64),
        ("X", POINTER(Matrix)),
        ("y", c_void_p),
        ("sample_weight", c_void_p),
        ("error", c_char_p),
        ("target_probabilities", POINTER(Matrix)),
    ]


PartsAskCallback = CFUNCTYPE(c_int32, c_void_p, c_int64, POINTER(c_void_p), c_void_p, c_void_p)
PartsResetCallback = CFUNCTYPE(c_int32, c_void_p)
PartsNextCallback = CFUNCTYPE(c_int32, POINTER(Part), c_void_p)


class Parts(ctypes.Structure):
    """struct linclass_parts."""

    _fields_ = [
        ("size", c_size_t),
        ("ask", PartsAskCallback),
        ("reset", PartsResetCallback),
        ("next", PartsNextCallback),
        ("user", c_void_p),
        ("held", c_int64),
    ]


#: {name in C: class}.
STRUCTS: dict[str, type[ctypes.Structure]] = {
    "linclass_context_options": ContextOptions,
    "linclass_matrix": Matrix,
    "linclass_read_options": ReadOptions,
    "linclass_progress": Progress,
    "linclass_fit_options": FitOptions,
    "linclass_fit_report": FitReport,
    "linclass_calibration": Calibration,
    "linclass_evaluation": Evaluation,
    "linclass_certificate": Certificate,
    "linclass_leave_one_out": LeaveOneOut,
    "linclass_standard_errors": StandardErrors,
    "linclass_averages": Averages,
    "linclass_selection_progress": SelectionProgress,
    "linclass_path_options": PathOptions,
    "linclass_learning_rate_options": LearningRateOptions,
    "linclass_candidate": Candidate,
    "linclass_part": Part,
    "linclass_parts": Parts,
}


class REAL:
    """Stands for float in ``_f32``, for double in ``_f64``."""


_status = c_int32
_handle = c_void_p
_array = c_void_p
_new_handle = POINTER(c_void_p)
_dims2 = (c_int64, c_int64)
_dims3 = (c_int64, c_int64, c_int64)
_strided = (_array, c_int64)  # an array and its leading dimension


def _loss_functions(names: tuple[str, str, str, str], *number: Any) -> dict[str, tuple[Any, ...]]:
    """The four functions of a loss, and whether they take its number."""
    mean, residual, loss_gradient, sgd_epoch = names
    sweep = (_handle, *number, *_dims3, *_strided, _array)
    scores = (_handle, *number, *_dims2, *_strided, _array, _array)
    return {
        mean: scores,
        residual: scores,
        loss_gradient: (*sweep, *_strided, _array, _array, *_strided, _array),
        sgd_epoch: (*sweep, c_int64, REAL, *_strided, _array),
    }


#: {name without prefix and suffix: types of the arguments}; all return a status.
PAIRS: dict[str, tuple[Any, ...]] = {
    "logits": (_handle, *_dims3, *_strided, *_strided, _array, *_strided),
    "gradient": (_handle, *_dims3, *_strided, *_strided, REAL, *_strided, _array),
    "softmax": (_handle, *_dims2, *_strided, *_strided),
    "sigmoid": (_handle, *_dims2, *_strided, *_strided),
    **_loss_functions(("cross_entropy", "softmax_residual", "softmax_loss_gradient", "softmax_sgd_epoch")),
    **_loss_functions(("loss_mean", "loss_residual", "loss_gradient", "sgd_epoch"), c_int32),
    "roc_auc": (_handle, c_int64, _array, _array, _array, _array),
}

#: {name: (type of the result, types of the arguments)}.
FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "linclass_blas_name": (c_char_p, ()),
    "linclass_blas_warning": (c_char_p, ()),
    "linclass_version": (c_char_p, ()),
    "linclass_status_string": (c_char_p, (_status,)),
    "linclass_context_options_init": (_status, (POINTER(ContextOptions), c_size_t)),
    "linclass_context_create": (_status, (POINTER(ContextOptions), _new_handle)),
    "linclass_context_destroy": (None, (_handle,)),
    "linclass_context_threads": (c_int32, (_handle,)),
    "linclass_context_vector_set": (c_int32, (_handle,)),
    "linclass_vector_set_name": (c_char_p, (c_int32,)),
    "linclass_context_fail": (_status, (_handle, _status, c_char_p)),
    "linclass_context_message": (c_char_p, (_handle,)),
    "linclass_matrix_init": (
        _status,
        (POINTER(Matrix), c_size_t, c_int32, *_dims2, *_strided),
    ),
    "linclass_matrix_init_csr": (
        _status,
        (POINTER(Matrix), c_size_t, c_int32, *_dims2, _array, c_int32, _array, _array),
    ),
    **{
        f"linclass_{name}_csr_{suffix}": (_status, (_handle, *first, POINTER(Matrix), c_int64, *rest))
        for suffix, real in (("f32", c_float), ("f64", c_double))
        for name, first, rest in (
            ("logits", (), (*_strided, _array, *_strided)),
            ("gradient", (), (*_strided, real, *_strided, _array)),
            ("loss_gradient", (c_int32,), (_array, *_strided, _array, _array, *_strided, _array)),
            ("softmax_loss_gradient", (), (_array, *_strided, _array, _array, *_strided, _array)),
        )
    },
    "linclass_read_options_init": (_status, (POINTER(ReadOptions), c_size_t)),
    "linclass_dataset_read": (_status, (_handle, c_char_p, POINTER(ReadOptions), _new_handle)),
    "linclass_dataset_from_arrow": (
        _status,
        (_handle, c_void_p, POINTER(ReadOptions), _new_handle),
    ),
    "linclass_dataset_feature_name": (c_char_p, (_handle, c_int64)),
    "linclass_dataset_class_count": (c_int64, (_handle,)),
    "linclass_dataset_class_name": (c_char_p, (_handle, c_int64)),
    "linclass_dataset_encoding": (_handle, (_handle,)),
    "linclass_dataset_format": (c_char_p, (_handle,)),
    "linclass_dataset_dialect": (c_char_p, (_handle,)),
    "linclass_dataset_missing": (c_int64, (_handle, c_int64)),
    "linclass_encoding_columns": (c_int64, (_handle,)),
    "linclass_encoding_features": (c_int64, (_handle,)),
    "linclass_encoding_column_name": (c_char_p, (_handle, c_int64)),
    "linclass_encoding_column_kind": (c_int32, (_handle, c_int64)),
    "linclass_encoding_column_mean": (c_double, (_handle, c_int64)),
    "linclass_encoding_categories": (c_int64, (_handle, c_int64)),
    "linclass_encoding_category": (c_char_p, (_handle, c_int64, c_int64)),
    "linclass_encoding_label_name": (c_char_p, (_handle,)),
    "linclass_encoding_classes": (c_int64, (_handle,)),
    "linclass_encoding_class_name": (c_char_p, (_handle, c_int64)),
    "linclass_encoding_missing": (c_int32, (_handle,)),
    "linclass_dataset_read_idx": (_status, (_handle, c_char_p, c_char_p, _new_handle)),
    "linclass_dataset_read_idx_labels": (_status, (_handle, c_char_p, _new_handle)),
    "linclass_dataset_destroy": (None, (_handle,)),
    "linclass_dataset_matrix": (_status, (_handle, POINTER(Matrix), c_size_t)),
    "linclass_dataset_labels": (_array, (_handle,)),
    "linclass_dataset_sample_shape": (c_int64, (_handle, _array, c_int64)),
    "linclass_dataset_select": (_status, (_handle, _handle, c_int64, _array, _new_handle)),
    "linclass_split": (_status, (_handle, c_int64, _array, c_int64, _array, c_uint64, _array)),
    "linclass_folds": (_status, (_handle, c_int64, _array, c_int64, c_uint64, _array)),
    "linclass_error_rate": (_status, (_handle, c_int64, _array, _array, _array, _array)),
    "linclass_confusion": (_status, (_handle, *_dims2, _array, _array, _array, *_strided)),
    "linclass_class_metrics": (
        _status,
        (_handle, c_int64, *_strided, _array, _array, _array, _array),
    ),
    "linclass_averages_init": (_status, (POINTER(Averages), c_size_t)),
    "linclass_confusion_averages": (_status, (_handle, c_int64, *_strided, POINTER(Averages))),
    "linclass_loss_columns": (c_int64, (c_int32, c_int64)),
    "linclass_loss_name": (c_char_p, (c_int32,)),
    "linclass_solver_name": (c_char_p, (c_int32,)),
    "linclass_fit_options_init": (_status, (POINTER(FitOptions), c_size_t)),
    "linclass_fit_report_init": (_status, (POINTER(FitReport), c_size_t)),
    "linclass_fit": (
        _status,
        (_handle, POINTER(Matrix), _array, POINTER(FitOptions), POINTER(FitReport), _new_handle),
    ),
    "linclass_model_create": (
        _status,
        (_handle, c_int32, c_int32, *_dims2, *_strided, _array, _array, _new_handle),
    ),
    "linclass_model_destroy": (None, (_handle,)),
    "linclass_model_features": (c_int64, (_handle,)),
    "linclass_model_classes": (c_int64, (_handle,)),
    "linclass_model_dtype": (c_int32, (_handle,)),
    "linclass_model_loss": (c_int32, (_handle,)),
    "linclass_model_labels": (_array, (_handle,)),
    "linclass_model_theta": (_array, (_handle,)),
    "linclass_model_bias": (_array, (_handle,)),
    "linclass_model_scale": (c_double, (_handle,)),
    "linclass_model_class_weights": (_array, (_handle,)),
    "linclass_model_with_standardization": (_status, (_handle, _handle, _array, _array, _new_handle)),
    "linclass_model_column_means": (_array, (_handle,)),
    "linclass_model_column_factors": (_array, (_handle,)),
    "linclass_model_report": (_status, (_handle, POINTER(FitReport))),
    "linclass_model_l1": (c_double, (_handle,)),
    "linclass_model_l2": (c_double, (_handle,)),
    "linclass_model_group_l1": (c_int32, (_handle,)),
    "linclass_model_weight_min": (c_double, (_handle,)),
    "linclass_model_weight_max": (c_double, (_handle,)),
    "linclass_model_with_metadata": (_status, (_handle, _handle, c_char_p, c_char_p, _new_handle)),
    "linclass_model_with_encoding": (_status, (_handle, _handle, _handle, _new_handle)),
    "linclass_model_with_class_names": (
        _status,
        (_handle, _handle, c_int64, POINTER(c_void_p), _new_handle),
    ),
    "linclass_model_encoding": (_handle, (_handle,)),
    "linclass_model_class_name": (c_char_p, (_handle, c_int64)),
    "linclass_model_metadata": (c_char_p, (_handle, c_char_p)),
    "linclass_model_metadata_key": (c_char_p, (_handle, c_int64)),
    "linclass_model_scores": (_status, (_handle, _handle, POINTER(Matrix), c_int32, *_strided)),
    "linclass_model_probabilities": (
        _status,
        (_handle, _handle, POINTER(Matrix), c_int32, *_strided),
    ),
    "linclass_model_predict": (_status, (_handle, _handle, POINTER(Matrix), _array)),
    "linclass_model_top_k": (
        _status,
        (_handle, _handle, POINTER(Matrix), c_int64, _array, _array),
    ),
    "linclass_model_export": (_status, (_handle, _handle, c_int32, c_char_p, c_char_p)),
    "linclass_model_export_bytes": (
        _status,
        (_handle, _handle, c_int32, c_char_p, _array, c_int64, _array),
    ),
    "linclass_model_import_liblinear": (_status, (_handle, c_char_p, _new_handle)),
    "linclass_calibration_init": (_status, (POINTER(Calibration), c_size_t)),
    "linclass_model_calibrate": (
        _status,
        (_handle, _handle, POINTER(Matrix), _array, POINTER(Calibration), _new_handle),
    ),
    "linclass_model_with_temperature": (_status, (_handle, _handle, c_double, _new_handle)),
    "linclass_model_temperature": (c_double, (_handle,)),
    "linclass_model_calibrate_sets": (
        _status,
        (_handle, _handle, POINTER(Matrix), _array, c_int32, _new_handle),
    ),
    "linclass_model_sets": (c_int32, (_handle,)),
    "linclass_model_sets_samples": (c_int64, (_handle,)),
    "linclass_model_sets_threshold": (c_double, (_handle, c_double)),
    "linclass_model_predict_sets": (
        _status,
        (_handle, _handle, POINTER(Matrix), c_double, *_strided),
    ),
    "linclass_evaluation_init": (_status, (POINTER(Evaluation), c_size_t)),
    "linclass_model_evaluate": (
        _status,
        (_handle, _handle, POINTER(Matrix), _array, POINTER(Evaluation)),
    ),
    "linclass_certificate_init": (_status, (POINTER(Certificate), c_size_t)),
    "linclass_model_verify": (
        _status,
        (_handle, _handle, POINTER(Matrix), _array, POINTER(Certificate)),
    ),
    "linclass_leave_one_out_init": (_status, (POINTER(LeaveOneOut), c_size_t)),
    "linclass_model_leave_one_out": (
        _status,
        (_handle, _handle, POINTER(Matrix), _array, POINTER(LeaveOneOut)),
    ),
    "linclass_standard_errors_init": (_status, (POINTER(StandardErrors), c_size_t)),
    "linclass_model_standard_errors": (
        _status,
        (_handle, _handle, POINTER(Matrix), _array, POINTER(StandardErrors)),
    ),
    "linclass_model_save": (_status, (_handle, _handle, c_char_p)),
    "linclass_model_serialize": (_status, (_handle, _handle, _array, c_int64, _array)),
    "linclass_model_deserialize": (_status, (_handle, _array, c_int64, _new_handle)),
    "linclass_model_load": (_status, (_handle, c_char_p, _new_handle)),
    "linclass_path_options_init": (_status, (POINTER(PathOptions), c_size_t)),
    "linclass_fit_path": (
        _status,
        (_handle, POINTER(Matrix), _array, POINTER(PathOptions), _new_handle),
    ),
    "linclass_cross_validate": (
        _status,
        (_handle, POINTER(Matrix), _array, POINTER(PathOptions), _new_handle),
    ),
    "linclass_learning_rate_options_init": (_status, (POINTER(LearningRateOptions), c_size_t)),
    "linclass_search_learning_rate": (
        _status,
        (_handle, POINTER(Matrix), _array, POINTER(LearningRateOptions), _new_handle),
    ),
    "linclass_part_init": (_status, (POINTER(Part), c_size_t)),
    "linclass_part_answer": (_status, (_handle, POINTER(Part), _array, c_int64, _new_handle)),
    "linclass_parts_answer": (
        _status,
        (_handle, c_int64, POINTER(c_void_p), _array, c_int64, _new_handle),
    ),
    "linclass_reply_bytes": (_array, (_handle,)),
    "linclass_reply_length": (c_int64, (_handle,)),
    "linclass_reply_destroy": (None, (_handle,)),
    "linclass_reply_merge": (_status, (_handle, _array, c_int64, _array, c_int64, _new_handle)),
    "linclass_parts_init": (_status, (POINTER(Parts), c_size_t)),
    "linclass_fit_parts": (
        _status,
        (
            _handle,
            POINTER(Parts),
            POINTER(Parts),
            POINTER(FitOptions),
            POINTER(FitReport),
            _new_handle,
        ),
    ),
    "linclass_fit_path_parts": (
        _status,
        (_handle, POINTER(Parts), POINTER(Parts), POINTER(PathOptions), _new_handle),
    ),
    "linclass_evaluate_parts": (
        _status,
        (_handle, _handle, POINTER(Parts), POINTER(Evaluation)),
    ),
    "linclass_verify_parts": (
        _status,
        (_handle, _handle, POINTER(Parts), POINTER(Certificate)),
    ),
    "linclass_standard_errors_parts": (
        _status,
        (_handle, _handle, POINTER(Parts), POINTER(StandardErrors)),
    ),
    "linclass_candidate_init": (_status, (POINTER(Candidate), c_size_t)),
    "linclass_selection_count": (c_int64, (_handle,)),
    "linclass_selection_candidate": (_status, (_handle, c_int64, POINTER(Candidate))),
    "linclass_selection_model": (_handle, (_handle, c_int64)),
    "linclass_selection_take_model": (_handle, (_handle, c_int64)),
    "linclass_selection_best": (c_int64, (_handle,)),
    "linclass_selection_one_standard_error": (c_int64, (_handle,)),
    "linclass_selection_folds": (c_int64, (_handle,)),
    "linclass_selection_fold_losses": (_array, (_handle,)),
    "linclass_selection_fold_errors": (_array, (_handle,)),
    "linclass_selection_destroy": (None, (_handle,)),
}

for _name, _arguments in PAIRS.items():
    for _suffix, _real in (("f32", c_float), ("f64", c_double)):
        FUNCTIONS[f"linclass_{_name}_{_suffix}"] = (
            _status,
            tuple(_real if kind is REAL else kind for kind in _arguments),
        )
