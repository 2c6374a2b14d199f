"""Softmax regression as an estimator, with the library's own parameters."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

from linclass._capi.arrays import as_array, two_dimensional
from linclass._capi.names import LossName, public
from linclass._estimators.probabilistic import ProbabilisticClassifier

Self = TypeVar("Self", bound="SoftmaxRegression")


@public
@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class SoftmaxRegression(ProbabilisticClassifier):
    """Softmax (multinomial logistic) regression: a weight vector a class.

    Minimises ``mean cross-entropy + l1 ||theta||_1 + l2 / 2 ||theta||_2^2``; the intercepts are not
    penalised.

    Parameters
    ----------
    l2, l1 : float
        Weights of the penalties, >= 0.
    label_smoothing : float
        Fit each row to its label with probability ``1 - label_smoothing``, and to every class with
        ``label_smoothing / k`` more. In 0..1, less than 1.
    solver : {"auto", "sgd", "gradient_descent", "lbfgs", "newton", "newton_cg", "orthant_wise"}
        "auto" chooses by loss, penalty and size.
    tol : float
        The gradient's norm at which the fit ends, relative to its norm at the start.
    max_iter : int, optional
        Iterations, or epochs of SGD. None: the solver's own.
    max_seconds : float, optional
        Time limit.
    batch_size : int
        Rows in a minibatch of SGD.
    learning_rate : float, optional
        Of SGD, at the start. None: the solver chooses.
    learning_rate_schedule : {"constant", "step", "inverse_time"}
        How the learning rate of SGD goes on: times learning_rate_decay every learning_rate_period
        epochs; or divided by ``1 + learning_rate_decay * t`` after t epochs.
    learning_rate_decay : float, optional
        None: 1/2 for "step", 1 for "inverse_time".
    learning_rate_period : int
        Epochs, of "step".
    momentum : float
        Of SGD: the share of the last step that is taken again, in 0..1, less than 1.
    shuffle : bool
        SGD takes the rows in a new order every epoch.
    patience : int
        Early stopping: end when the loss on the validation rows has increased for more than so many
        consecutive iterations, and keep the model of the least one. 0: none.
    validation_fraction : float
        Of the samples, set apart for early stopping where :meth:`fit` is given no validation rows.
    fit_intercept : bool
    class_weight : dict or "balanced", optional
        Weights by label; "balanced": inversely to how often a label occurs.
    ignore_label : label, optional
        Rows of this label count nothing in a fit, and it is no class.
    random_state : int, RandomState, Generator, optional
        Seed of shuffling and of the validation rows. None is 0: a fit repeated gives the same bits.
    warm_start : bool
        Start from the last fit's parameters, where classes and features are the same.
    dtype : float32 or float64, optional
        Precision. None: float32 for data that it represents, else float64.
    scale : float
        The elements of X are multiplied by it as they are read, in prediction too: 1 / 255 for images
        held as uint8.
    threads : int
        0: as many as the process may run on. The result does not depend on it.
    verbose : bool
        Show progress: a tqdm bar, or lines on stderr where there is no tqdm.
    on_iteration : callable, optional
        Given a :class:`Progress` after every iteration; stops the fit by returning something true.

    Attributes
    ----------
    coef_ : ndarray, (k, n)
    intercept_ : ndarray, (k,)
    classes_ : ndarray, (k,)
    n_iter_, n_features_in_ : int
    feature_names_in_ : ndarray, (n,)
        Where X was a data frame with string names.
    history_ : list of Progress
    report_ : FitReport
    model_ : Model

    Examples
    --------
    >>> X = numpy.array([[0.0], [1.0], [2.0], [3.0]])
    >>> classifier = linclass.SoftmaxRegression(l2=0.1).fit(X, ["low", "low", "high", "high"])
    >>> classifier.predict([[0.5], [2.5]])
    array(['low', 'high'], dtype='<U4')
    """

    l2: float = 1e-4
    l1: float = 0.0
    label_smoothing: float = 0.0

    def fit(
        self: Self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        validation: Any = None,
        target_probabilities: Any = None,
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

    def _penalty(self, total_weight: float, k: int) -> tuple[float, float]:
        return self.l1, self.l2

    def _fit_options(self, seed: int) -> dict[str, Any]:
        return {**super()._fit_options(seed), "label_smoothing": self.label_smoothing}
