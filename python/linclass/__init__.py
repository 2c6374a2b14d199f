"""Linear classifiers, trained and run on CPUs by liblinclass."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from linclass._capi.contexts import use_vector_set, vector_sets
from linclass._capi.errors import (
    DimensionError,
    FileError,
    FormatError,
    InternalError,
    InvalidArgumentError,
    LabelError,
    LibraryMemoryError,
    LinclassError,
    NonFiniteError,
    NumericError,
    UnsupportedError,
)
from linclass._capi.library import blas, blas_warning, library_path, version
from linclass._capi.names import LOSSES, SCHEDULES, SOLVERS
from linclass._functions.activations import sigmoid, softmax
from linclass._functions.calibration import Calibration
from linclass._functions.dataset import Dataset, read_idx
from linclass._functions.encoding import Column, Encoding
from linclass._functions.evaluation import Evaluation
from linclass._functions.fit import fit
from linclass._functions.fit_parts import fit_parts
from linclass._functions.leave_one_out import LeaveOneOut
from linclass._functions.linear import Gradient, gradient, logits
from linclass._functions.loss_functions import (
    OTHERS,
    cross_entropy,
    hinge_loss,
    hinge_loss_gradient,
    hinge_residual,
    hinge_sgd_epoch,
    logistic_loss,
    logistic_loss_gradient,
    logistic_residual,
    logistic_sgd_epoch,
    perceptron_loss,
    perceptron_loss_gradient,
    perceptron_residual,
    perceptron_sgd_epoch,
    sigmoid_squared_loss,
    sigmoid_squared_loss_gradient,
    sigmoid_squared_residual,
    sigmoid_squared_sgd_epoch,
    softmax_loss_gradient,
    softmax_residual,
    softmax_sgd_epoch,
    squared_hinge_loss,
    squared_hinge_loss_gradient,
    squared_hinge_residual,
    squared_hinge_sgd_epoch,
)
from linclass._functions.losses import BinaryLossGradient, LossGradient, Residual
from linclass._functions.metrics import (
    Averages,
    ClassMetrics,
    class_metrics,
    confusion,
    confusion_averages,
    error_rate,
    roc_auc,
)
from linclass._functions.model import Model
from linclass._functions.model_parts import evaluate_parts, standard_errors_parts, verify_parts
from linclass._functions.parts import Chunk, Sweep, part_answer, reply_merge
from linclass._functions.path import RegularizationPath, regularization_path
from linclass._functions.progress import Progress
from linclass._functions.read import from_arrow, read
from linclass._functions.report import FitReport
from linclass._functions.split import folds, split
from linclass._functions.standard_errors import StandardErrors
from linclass._functions.verify import Certificate
from linclass._functions.versions import show_versions

if TYPE_CHECKING:
    from linclass._estimators.linear_svm import LinearSVM
    from linclass._estimators.linear_svm_cv import LinearSVMCV
    from linclass._estimators.logistic_regression import LogisticRegression
    from linclass._estimators.logistic_regression_cv import LogisticRegressionCV
    from linclass._estimators.softmax_regression import SoftmaxRegression

__version__ = "0.2.0"

__all__ = [
    "LOSSES",
    "SCHEDULES",
    "SOLVERS",
    "Averages",
    "BinaryLossGradient",
    "Calibration",
    "Certificate",
    "Chunk",
    "ClassMetrics",
    "Column",
    "Dataset",
    "DimensionError",
    "Encoding",
    "Evaluation",
    "FileError",
    "FitReport",
    "FormatError",
    "Gradient",
    "InternalError",
    "InvalidArgumentError",
    "LabelError",
    "LeaveOneOut",
    "LibraryMemoryError",
    "LinclassError",
    "LinearSVM",
    "LinearSVMCV",
    "LogisticRegression",
    "LogisticRegressionCV",
    "LossGradient",
    "Model",
    "NonFiniteError",
    "NumericError",
    "Progress",
    "RegularizationPath",
    "Residual",
    "SoftmaxRegression",
    "StandardErrors",
    "Sweep",
    "UnsupportedError",
    "blas",
    "blas_warning",
    "class_metrics",
    "confusion",
    "confusion_averages",
    "cross_entropy",
    "error_rate",
    "evaluate_parts",
    "fit",
    "fit_parts",
    "folds",
    "from_arrow",
    "gradient",
    "hinge_loss",
    "hinge_loss_gradient",
    "hinge_residual",
    "hinge_sgd_epoch",
    "library_path",
    "logistic_loss",
    "logistic_loss_gradient",
    "logistic_residual",
    "logistic_sgd_epoch",
    "logits",
    "part_answer",
    "perceptron_loss",
    "perceptron_loss_gradient",
    "perceptron_residual",
    "perceptron_sgd_epoch",
    "read",
    "read_idx",
    "regularization_path",
    "reply_merge",
    "roc_auc",
    "show_versions",
    "sigmoid",
    "sigmoid_squared_loss",
    "sigmoid_squared_loss_gradient",
    "sigmoid_squared_residual",
    "sigmoid_squared_sgd_epoch",
    "softmax",
    "softmax_loss_gradient",
    "softmax_residual",
    "softmax_sgd_epoch",
    "split",
    "squared_hinge_loss",
    "squared_hinge_loss_gradient",
    "squared_hinge_residual",
    "squared_hinge_sgd_epoch",
    "standard_errors_parts",
    "use_vector_set",
    "vector_sets",
    "verify_parts",
    "version",
]

# The functions of the losses that are not named above.
globals().update(OTHERS)
__all__ += list(OTHERS)

#: Estimators, imported when they are asked for: scikit-learn takes its time.
_ESTIMATORS = {
    "LinearSVM": "linclass._estimators.linear_svm",
    "LinearSVMCV": "linclass._estimators.linear_svm_cv",
    "LogisticRegression": "linclass._estimators.logistic_regression",
    "LogisticRegressionCV": "linclass._estimators.logistic_regression_cv",
    "SoftmaxRegression": "linclass._estimators.softmax_regression",
}


def __getattr__(name: str) -> Any:
    if name in _ESTIMATORS:
        try:
            module = importlib.import_module(_ESTIMATORS[name])
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "sklearn":
                raise
            raise ImportError(
                f"linclass.{name} needs scikit-learn: pip install 'linclass[sklearn]'; linclass.fit and "
                "linclass.Model do without"
            ) from error
        return getattr(module, name)
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__]
    )


def __dir__() -> list[str]:
    return sorted({*globals(), *_ESTIMATORS})
