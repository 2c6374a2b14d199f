"""Which fits have done what they were asked to do, and a warning for those that have not."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from sklearn.exceptions import ConvergenceWarning

from linclass._functions.model import Model

if TYPE_CHECKING:
    from linclass._estimators.linear import LinearClassifier

#: How a fit ends that did what it was asked to do. Of any other end, a later library's too, users are warned.
_AS_ASKED = ("ok", "stopped by callback", "early stopped")


def has_converged(model: Model) -> bool:
    """Whether the fit of a model ended as it was asked to."""
    return model.report is not None and model.report.stopped_because in _AS_ASKED


def _advice(reason: str) -> str:
    """What may help a fit that ended for that reason."""
    if reason == "no minimum":
        return "The classes are separable and nothing is penalised: penalise (a finite C)."
    if "limit" in reason:
        return "Raise the limit, standardise the features (StandardScaler), or penalise more (a smaller C)."
    return "Standardise the features (StandardScaler), penalise more (a smaller C), or raise tol."


def warn_unless_converged(estimator: LinearClassifier) -> None:
    """Give scikit-learn's ConvergenceWarning for a fit that ended before its end."""
    report, name = estimator.model_.report, type(estimator).__name__
    if report is None:
        warnings.warn(f"{name} was not fitted: max_iter is 0", ConvergenceWarning, stacklevel=4)
    elif not has_converged(estimator.model_):
        warnings.warn(
            f"{name} did not converge: {report.stopped_because} after {report.iterations} iterations, where "
            f"the norm of the gradient is {report.gradient_norm:.3g}. {_advice(report.stopped_because)}",
            ConvergenceWarning,
            stacklevel=4,
        )


def warn_of_folds(name: str, stopped: list[Model], fits: int) -> None:
    """The same once for all fits of a search."""
    if stopped and stopped[0].report is not None:
        warnings.warn(
            f"{name}: of {fits} fits on folds {len(stopped)} did not converge, the first because of: "
            f"{stopped[0].report.stopped_because}",
            ConvergenceWarning,
            stacklevel=4,
        )
