"""A linear support vector machine whose penalty is chosen by cross-validation."""

from __future__ import annotations

import dataclasses
from typing import Literal

from linclass._capi.names import LossName, public
from linclass._estimators.parameter_texts import documented
from linclass._estimators.penalty_search import PenaltySearch


@public
@documented
@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class LinearSVMCV(PenaltySearch):
    """:class:`LinearSVM` with C chosen by cross-validation.

    Parameters
    ----------
    loss : {"squared_hinge", "hinge", "perceptron"}
        What a row costs, as for :class:`LinearSVM`.
    {search}
    {parameters}

    Attributes
    ----------
    {found}

    Examples
    --------
    >>> X = numpy.random.default_rng(0).normal(size=(100, 3))
    >>> search = linclass.LinearSVMCV(Cs=[0.01, 1, 100], cv=3).fit(X, X[:, 0] > 0)
    >>> search.scores_.shape, bool(search.score(X, X[:, 0] > 0) > 0.9)
    ((3, 1, 3), True)
    """

    _one_row_for_two = True

    loss: Literal["squared_hinge", "hinge", "perceptron"] = "squared_hinge"

    def _loss(self, k: int) -> LossName:
        if self.loss not in ("squared_hinge", "hinge", "perceptron"):
            raise ValueError(f"loss is {self.loss!r}, not 'squared_hinge', 'hinge' or 'perceptron'")
        return self.loss

    def _strength(self, C: float, total_weight: float, k: int, l1_ratio: float) -> float:
        """Of two columns -w/2 and w/2, whose squared norm is half of w's, the l2 penalty is doubled.

        Their l1 norm is w's, so that of two classes only one of the two penalties can be meant.
        """
        if k == 2 and 0 < l1_ratio < 1:
            raise ValueError(f"l1_ratios has {l1_ratio!r}: for two classes LinearSVMCV offers 0 and 1")
        return (2.0 if k == 2 and l1_ratio < 1 else 1.0) / (C * total_weight)
