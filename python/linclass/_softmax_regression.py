"""Softmax regression as an estimator, with the library's own parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from linclass._arrays import Array
from linclass._estimator import LinearClassifier


class SoftmaxRegression(LinearClassifier):
    """Softmax (multinomial logistic) regression: a weight vector a class.

    Minimises ``mean cross-entropy + l1 ||theta||_1 + l2 / 2 ||theta||_2^2``; the intercepts are not
    penalised.

    Parameters
    ----------
    l2, l1 : float
        Weights of the penalties, >= 0.
    solver : str
        One of ``linclass.SOLVERS``; "auto" chooses by loss, penalty and size.
    tol : float
        The gradient's norm at which the fit ends, relative to its norm at the start.
    max_iter : int, optional
        Iterations, or epochs of SGD. None: the solver's own.
    batch_size : int
        Rows in a minibatch of SGD.
    learning_rate : float, optional
        None: the solver chooses.
    shuffle : bool
        SGD takes the rows in a new order every epoch.
    fit_intercept : bool
    class_weight : dict or "balanced", optional
        Weights by label; "balanced": inversely to how often a label occurs.
    random_state : int, RandomState, Generator, optional
        Seed of the shuffling. None is 0: a fit repeated gives the same bits.
    warm_start : bool
        Start from the last fit's parameters, where classes and features are the same.
    dtype : float32 or float64, optional
        Precision. None: float64 for float64 data, else float32.
    max_seconds : float, optional
        Time limit.
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

    def __init__(
        self,
        *,
        l2: float = 1e-4,
        l1: float = 0.0,
        solver: str = "auto",
        tol: float = 1e-4,
        max_iter: int | None = None,
        batch_size: int = 100,
        learning_rate: float | None = None,
        shuffle: bool = True,
        fit_intercept: bool = True,
        class_weight: Any = None,
        random_state: Any = None,
        warm_start: bool = False,
        dtype: Any = None,
        max_seconds: float | None = None,
        scale: float = 1.0,
        threads: int = 0,
        verbose: bool = False,
        on_iteration: Any = None,
    ) -> None:
        self.l2 = l2
        self.l1 = l1
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.shuffle = shuffle
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.random_state = random_state
        self.warm_start = warm_start
        self.dtype = dtype
        self.max_seconds = max_seconds
        self.scale = scale
        self.threads = threads
        self.verbose = verbose
        self.on_iteration = on_iteration

    def _loss(self, k: int) -> str:
        return "softmax"

    def _penalty(self, total_weight: float, k: int) -> tuple[float, float]:
        return self.l1, self.l2

    def _solver_options(self) -> dict[str, Any]:
        return {
            "solver": self.solver,
            "dtype": self.dtype,
            "batch_size": self.batch_size,
            "learning_rate": self.learning_rate or 0.0,
            "shuffle": self.shuffle,
            "max_seconds": self.max_seconds or 0.0,
        }

    def predict_proba(self, X: Any) -> Array:
        """Probabilities, (m, k), in the order of ``classes_``."""
        return self._probabilities(X)

    def predict_log_proba(self, X: Any) -> Array:
        """Their logarithms, (m, k); -inf where a probability is too small for a number."""
        with np.errstate(divide="ignore"):
            logarithms: Array = np.log(self.predict_proba(X))
        return logarithms
