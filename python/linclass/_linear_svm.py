"""Linear support vector machines: the hinge losses as an estimator."""

from __future__ import annotations

import math
from typing import Any

from linclass._estimator import LinearClassifier


class LinearSVM(LinearClassifier):
    """Linear support vector machine, for two classes and for more at once.

    Minimises ``C * sum_i loss_i + 1/2 ||w||^2``. For two classes w is one vector and the score
    ``w . x + b`` speaks for the second; for more classes each has a vector, and a row's loss is
    ``sum over j != y of max(0, 1 + h_j - h_y)``, or of its square. The intercepts are not penalised.

    Parameters
    ----------
    C : float
        Inverse strength of the penalty, > 0; infinity: none.
    loss : "squared_hinge", "hinge" or "perceptron"
        "perceptron" has no margin: ``max(0, h_j - h_y)``.
    tol, fit_intercept, class_weight, random_state, solver, max_iter, warm_start
        As :class:`LogisticRegression` has them.
    dtype, scale, threads, verbose, on_iteration
        As :class:`SoftmaxRegression` has them.

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

    def __init__(
        self,
        C: float = 1.0,
        *,
        loss: str = "squared_hinge",
        tol: float = 1e-4,
        fit_intercept: bool = True,
        class_weight: Any = None,
        random_state: Any = None,
        solver: str = "auto",
        max_iter: int | None = None,
        warm_start: bool = False,
        dtype: Any = None,
        scale: float = 1.0,
        threads: int = 0,
        verbose: bool = False,
        on_iteration: Any = None,
    ) -> None:
        self.C = C
        self.loss = loss
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.random_state = random_state
        self.solver = solver
        self.max_iter = max_iter
        self.warm_start = warm_start
        self.dtype = dtype
        self.scale = scale
        self.threads = threads
        self.verbose = verbose
        self.on_iteration = on_iteration

    def _loss(self, k: int) -> str:
        if self.loss not in ("squared_hinge", "hinge", "perceptron"):
            raise ValueError(f"loss is {self.loss!r}, not 'squared_hinge', 'hinge' or 'perceptron'")
        return self.loss

    def _penalty(self, total_weight: float, k: int) -> tuple[float, float]:
        """Two columns -w/2 and w/2 have half of w's squared norm: for two classes l2 is doubled."""
        if not self.C > 0:
            raise ValueError(f"C is {self.C!r}, not above 0")
        if math.isinf(self.C):
            return 0.0, 0.0
        return 0.0, (2.0 if k == 2 else 1.0) / (self.C * total_weight)

    def _solver_options(self) -> dict[str, Any]:
        return {"solver": self.solver, "dtype": self.dtype}
