"""Linear classifiers, trained and run on CPUs by liblinclass."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from linclass._dataset import Dataset, read_idx
from linclass._errors import LinclassError
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
from linclass._model import LOSSES, SOLVERS, Evaluation, FitReport, Model
from linclass._progress import Progress

if TYPE_CHECKING:
    from linclass._linear_svm import LinearSVM
    from linclass._logistic_regression import LogisticRegression
    from linclass._softmax_regression import SoftmaxRegression

__version__ = "0.1.0"

__all__ = [
    "LOSSES",
    "SOLVERS",
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
    "cross_entropy",
    "fit",
    "gradient",
    "library_path",
    "logits",
    "read_idx",
    "softmax",
    "softmax_loss_gradient",
    "softmax_residual",
    "softmax_sgd_epoch",
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
