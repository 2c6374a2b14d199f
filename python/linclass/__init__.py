"""Linear classifiers, trained and run on CPUs by liblinclass."""

from __future__ import annotations

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

__version__ = "0.1.0"

__all__ = [
    "LOSSES",
    "SOLVERS",
    "Evaluation",
    "FitReport",
    "Gradient",
    "LinclassError",
    "LossGradient",
    "Model",
    "Progress",
    "Residual",
    "cross_entropy",
    "fit",
    "gradient",
    "library_path",
    "logits",
    "softmax",
    "softmax_loss_gradient",
    "softmax_residual",
    "softmax_sgd_epoch",
    "version",
]
