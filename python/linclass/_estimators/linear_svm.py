"""Linear support vector machines: the hinge losses as an estimator."""

from __future__ import annotations

import dataclasses
import math
import numbers
from typing import Literal

from linclass._capi.names import LossName, public
from linclass._estimators.linear import LinearClassifier
from linclass._estimators.parameter_texts import documented


@public
@documented
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
    loss : {"squared_hinge", "hinge", "perceptron", "crammer_singer"}
        What a row costs. "perceptron" has no margin: ``max(0, h_j - h_y)``; "crammer_singer" takes
        the largest of the hinge's terms in the place of their sum.
    penalty : {"l2", "l1"}
        The norm of the weights. "l1", not for the perceptron: ``||w||_1`` instead of ``1/2 ||w||^2``; many
        weights are exactly 0.
    dual : bool or "auto"
        As in scikit-learn, without effect: both forms of the problem have the same minimum.
    intercept_scaling : float
        As in scikit-learn, without effect: the intercept is not penalised, whatever its scale.
    {parameters}

    Attributes
    ----------
    coef_ : ndarray, (k, n); (1, n) for two classes
    intercept_ : ndarray, (k,); (1,) for two classes
    classes_ : ndarray, (k,)
    {attributes}

    Examples
    --------
    >>> X = numpy.array([[0.0], [1.0], [2.0], [3.0]])
    >>> linclass.LinearSVM().fit(X, [0, 0, 1, 1]).predict([[0.5], [2.5]])
    array([0, 1])
    """

    _one_row_for_two = True
    _n_iter_is_int = True

    C: float = 1.0
    _: dataclasses.KW_ONLY
    loss: Literal["squared_hinge", "hinge", "perceptron", "crammer_singer"] = "squared_hinge"
    penalty: Literal["l2", "l1"] = "l2"
    dual: bool | Literal["auto"] = "auto"
    intercept_scaling: float = 1.0

    def _loss(self, k: int) -> LossName:
        if self.loss not in ("squared_hinge", "hinge", "perceptron", "crammer_singer"):
            raise ValueError(
                f"loss is {self.loss!r}, not 'squared_hinge', 'hinge', 'perceptron' or 'crammer_singer'"
            )
        return self.loss

    def _penalty(self, total_weight: float, k: int) -> tuple[float, float]:
        """Two columns -w/2 and w/2 have half of w's squared norm, and its l1 norm: l2 is doubled for them."""
        if self.penalty not in ("l2", "l1"):
            raise ValueError(f"penalty is {self.penalty!r}, not 'l2' or 'l1'")
        if not isinstance(self.C, numbers.Real) or not self.C > 0:
            raise ValueError(f"C is {self.C!r}, not a number above 0")
        if math.isinf(self.C):
            return 0.0, 0.0
        if self.penalty == "l1":
            return 1.0 / (self.C * total_weight), 0.0
        return 0.0, (2.0 if k == 2 else 1.0) / (self.C * total_weight)
