"""Linear support vector machines: the hinge losses as an estimator."""

from __future__ import annotations

import dataclasses
import math
import numbers
from typing import Literal

from linclass._capi.names import LossName, public
from linclass._estimators.linear import LinearClassifier


@public
@dataclasses.dataclass(eq=False, repr=False)
class LinearSVM(LinearClassifier):
    """Linear support vector machine, for two classes and for more at once.

    Minimises ``C * sum_i loss_i + 1/2 ||w||^2``. For two classes w is one vector and the score
    ``w . x + b`` speaks for the second; for more classes each has a vector, and a row's loss is
    ``sum over j != y of max(0, 1 + h_j - h_y)``, or of its square. The intercepts are not penalised.

    Parameters
    ----------
    C : float
        Inverse strength of the penalty, > 0; infinity: none.
    loss : {"squared_hinge", "hinge", "perceptron"}
        "perceptron" has no margin: ``max(0, h_j - h_y)``.
    solver, tol, max_iter, max_seconds, batch_size, learning_rate, learning_rate_schedule
    learning_rate_decay, learning_rate_period, momentum, shuffle, patience, validation_fraction
    fit_intercept, class_weight, ignore_label, random_state, warm_start, dtype, scale, threads
    verbose, on_iteration
        All of these as :class:`SoftmaxRegression` has them.

    Attributes
    ----------
    coef_ : ndarray, (k, n); (1, n) for two classes
    intercept_ : ndarray, (k,); (1,) for two classes
    classes_ : ndarray, (k,)
    n_iter_, n_features_in_ : int
    feature_names_in_ : ndarray, (n,)
    history_ : list of Progress
    report_ : FitReport
    model_ : Model

    Examples
    --------
    >>> X = numpy.array([[0.0], [1.0], [2.0], [3.0]])
    >>> linclass.LinearSVM().fit(X, [0, 0, 1, 1]).predict([[0.5], [2.5]])
    array([0, 1])
    """

    _one_row_for_two = True
    _minimises = True

    C: float = 1.0
    _: dataclasses.KW_ONLY
    loss: Literal["squared_hinge", "hinge", "perceptron"] = "squared_hinge"

    def _loss(self, k: int) -> LossName:
        if self.loss not in ("squared_hinge", "hinge", "perceptron"):
            raise ValueError(f"loss is {self.loss!r}, not 'squared_hinge', 'hinge' or 'perceptron'")
        return self.loss

    def _penalty(self, total_weight: float, k: int) -> tuple[float, float]:
        """Two columns -w/2 and w/2 have half of w's squared norm: for two classes l2 is doubled."""
        if not isinstance(self.C, numbers.Real) or not self.C > 0:
            raise ValueError(f"C is {self.C!r}, not a number above 0")
        if math.isinf(self.C):
            return 0.0, 0.0
        return 0.0, (2.0 if k == 2 else 1.0) / (self.C * total_weight)
