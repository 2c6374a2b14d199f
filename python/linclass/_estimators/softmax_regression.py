"""Softmax regression as an estimator, with the library's own parameters."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

from linclass._capi.arrays import as_array, two_dimensional
from linclass._capi.names import LossName, public
from linclass._capi.types import ArrayLike, LabelsLike, MatrixLike, Validation
from linclass._estimators.parameter_texts import documented
from linclass._estimators.probabilistic import ProbabilisticClassifier

Self = TypeVar("Self", bound="SoftmaxRegression")


@public
@documented
@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class SoftmaxRegression(ProbabilisticClassifier):
    """Softmax (multinomial logistic) regression: a weight vector a class.

    Minimises ``mean cross-entropy + l1 ||theta||_1 + l2 / 2 ||theta||_2^2``; the intercepts are not
    penalised.

    Parameters
    ----------
    l2 : float or None
        Weight of ``||theta||_2^2 / 2``, >= 0. None: one over the sum of the weights, 1 / m where each row
        counts 1, which is C = 1 of :class:`LogisticRegression`; 0 with an l1 penalty.
    l1 : float
        Weight of ``||theta||_1``, >= 0.
    label_smoothing : float
        Fit each row to its label with probability ``1 - label_smoothing``, and to every class with
        ``label_smoothing / k`` more. In 0..1, less than 1.
    {parameters}

    Attributes
    ----------
    coef_ : ndarray, (k, n)
    intercept_ : ndarray, (k,)
    classes_ : ndarray, (k,)
    {attributes}

    Examples
    --------
    >>> X = numpy.array([[0.0], [1.0], [2.0], [3.0]])
    >>> classifier = linclass.SoftmaxRegression(l2=0.1).fit(X, ["low", "low", "high", "high"])
    >>> classifier.predict([[0.5], [2.5]])
    array(['low', 'high'], dtype='<U4')
    """

    l2: float | None = None
    l1: float = 0.0
    label_smoothing: float = 0.0

    def fit(
        self: Self,
        X: MatrixLike,
        y: LabelsLike,
        sample_weight: ArrayLike | None = None,
        *,
        validation: Validation | None = None,
        target_probabilities: ArrayLike | None = None,
    ) -> Self:
        """Train.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Read in place: arrays of any strides, scipy's CSR matrices; of bool, int8..int64, uint8, uint16,
            float16..float64. Others are copied: to float64, to CSR.
        y : array_like, (m,)
            Labels: integers, strings, bools, or anything that can be sorted. May be None with
            target_probabilities: the classes are then 0..k-1.
        sample_weight : array_like, (m,), optional
            >= 0; doubling one is repeating the row.
        validation : (X, y) or (X, y, sample_weight), optional
            Rows to report on after every iteration, and to stop by where ``patience`` is set.
        target_probabilities : array_like, (m, k), optional
            Fit each row to these probabilities of the classes, >= 0 and of sum 1, instead of to its
            label; columns in the order of the sorted labels.

        Returns
        -------
        self
            Fitted.

        Raises
        ------
        ValueError
            NaN or infinity in X or y, sizes that do not fit, fewer than two classes, a parameter out of
            range, rows of probabilities that do not sum to 1.
        KeyboardInterrupt
            Ctrl-C, after the iteration in hand.
        """
        name = "target_probabilities"
        soft = target_probabilities
        soft = None if soft is None else two_dimensional(as_array(soft, name), name)
        return self._fit(X, y, sample_weight, validation, soft)

    def _loss(self, k: int) -> LossName:
        return "softmax"

    def _penalty(self, total_weight: float, k: int) -> tuple[float, float | None]:
        return self.l1, self.l2

    def _fit_options(self, seed: int) -> dict[str, Any]:
        return {**super()._fit_options(seed), "label_smoothing": self.label_smoothing}
