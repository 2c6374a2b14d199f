"""Linear classifiers, trained and run on CPUs by liblinclass."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from linclass._certificate import Certificate
from linclass._dataset import Dataset, read_idx
from linclass._errors import LinclassError
from linclass._evaluation import Evaluation
from linclass._fit import fit
from linclass._level1 import (
    Gradient,
    LossGradient,
    Residual,
    cross_entropy,
    gradient,
    logits,
    softmax,
    softmax_loss_gradient,
    softmax_residual,
    softmax_sgd_epoch,
)
from linclass._library import library_path, version
from linclass._metrics import (
    Averages,
    ClassMetrics,
    class_metrics,
    confusion,
    confusion_averages,
    error_rate,
    roc_auc,
)
from linclass._model import Model
from linclass._names import LOSSES, SCHEDULES, SOLVERS
from linclass._progress import Progress
from linclass._report import FitReport
from linclass._split import folds, split

if TYPE_CHECKING:
    from linclass._linear_svm import LinearSVM
    from linclass._logistic_regression import LogisticRegression
    from linclass._softmax_regression import SoftmaxRegression

__version__ = "0.1.0"

__all__ = [
    "LOSSES",
    "SCHEDULES",
    "SOLVERS",
    "Averages",
    "Certificate",
    "ClassMetrics",
    "Dataset",
    "Evaluation",
    "FitReport",
    "Gradient",
    "LinclassError",
    "LinearSVM",
    "LogisticRegression",
    "LossGradient",
    "Model",
    "Progress",
    "Residual",
    "SoftmaxRegression",
    "class_metrics",
    "confusion",
    "confusion_averages",
    "cross_entropy",
    "error_rate",
    "fit",
    "folds",
    "gradient",
    "library_path",
    "logits",
    "read_idx",
    "roc_auc",
    "softmax",
    "softmax_loss_gradient",
    "softmax_residual",
    "softmax_sgd_epoch",
    "split",
    "version",
]

#: Estimators, imported when they are asked for: scikit-learn takes its time.
_ESTIMATORS = {
    "LinearSVM": "linclass._linear_svm",
    "LogisticRegression": "linclass._logistic_regression",
    "SoftmaxRegression": "linclass._softmax_regression",
}


def __getattr__(name: str) -> Any:
    if name in _ESTIMATORS:
        return getattr(importlib.import_module(_ESTIMATORS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_ESTIMATORS})
