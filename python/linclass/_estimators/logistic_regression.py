"""Logistic regression with scikit-learn's parameters, and models to and from scikit-learn."""

from __future__ import annotations

import dataclasses
import math
import numbers
import warnings
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np

from linclass._capi.names import LossName, public
from linclass._capi.types import LinearModel
from linclass._estimators.parameter_texts import documented
from linclass._estimators.probabilistic import ProbabilisticClassifier
from linclass._functions.model import Model

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression as SklearnLogisticRegression
else:
    SklearnLogisticRegression = object  # whose import takes long

Self = TypeVar("Self", bound="LogisticRegression")


def _our_penalty(theirs: dict[str, Any]) -> dict[str, Any]:
    """Penalty and l1_ratio that mean what scikit-learn's parameters mean.

    Until 1.7 penalty decides and l1_ratio counts with "elasticnet" alone; "none" is 1.2's None. From 1.8
    on l1_ratio decides, unless the deprecated penalty is given.
    """
    penalty, l1_ratio = theirs.get("penalty", "deprecated"), theirs.get("l1_ratio")
    if penalty == "deprecated":
        return {"penalty": "l2", "l1_ratio": math.nan if l1_ratio is None else l1_ratio}
    if penalty == "elasticnet":
        return {"penalty": penalty, "l1_ratio": l1_ratio}
    return {"penalty": None if penalty == "none" else penalty, "l1_ratio": math.nan}


@public
@documented
@dataclasses.dataclass(eq=False, repr=False)
class LogisticRegression(ProbabilisticClassifier):
    """Logistic regression: one weight vector for two classes, softmax regression for more.

    Minimises ``C * sum of the losses + (1 - r) / 2 ||theta||_2^2 + r ||theta||_1``, scikit-learn's
    objective, with r = 0 for ``penalty="l2"``, 1 for "l1", l1_ratio for "elasticnet"; the intercepts are
    not penalised. In the library's words l2 = (1 - r) / (C * total weight) and l1 = r / (C * total
    weight).

    Parameters
    ----------
    C : float
        Inverse strength of the penalty, > 0; infinity: none.
    penalty : {"l2", "l1", "elasticnet", None}
        None: no penalty. "elasticnet" needs l1_ratio.
    l1_ratio : float or None
        The share r, in 0..1. nan or None: ``penalty`` says. It need not be given with a penalty, as in
        scikit-learn from 1.8 on: with the default ``penalty="l2"`` it says the penalty by itself. With "l1"
        only 1 is possible.
    dual : bool
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
    >>> classifier = linclass.LogisticRegression().fit(X, [False, False, True, True])
    >>> classifier.coef_.shape, classifier.predict([[0.5], [2.5]]).tolist()
    ((1, 1), [False, True])
    """

    _one_row_for_two = True

    C: float = 1.0
    _: dataclasses.KW_ONLY
    penalty: Literal["l2", "l1", "elasticnet"] | None = "l2"
    l1_ratio: float | None = math.nan  # a number, because SelectFromModel compares it with 1
    dual: bool = False
    intercept_scaling: float = 1.0

    def _loss(self, k: int) -> LossName:
        return "logistic" if k == 2 else "softmax"

    def _l1_share(self) -> float:
        """The share r of the l1 norm in the penalty; ValueError where the parameters name none."""
        shares = {None: 0.0, "l2": 0.0, "l1": 1.0, "elasticnet": None}
        if self.penalty not in shares:
            raise ValueError(f"penalty is {self.penalty!r}, not 'l2', 'l1', 'elasticnet' or None")
        left_open = self.l1_ratio is None or math.isnan(self.l1_ratio)
        share = shares[self.penalty] if left_open else self.l1_ratio
        if share is None:
            raise ValueError("penalty is 'elasticnet': l1_ratio must be given, in 0..1")
        if not 0 <= share <= 1:
            raise ValueError(f"l1_ratio is {share!r}, not in 0..1")
        if self.penalty == "l1" and share != 1:
            raise ValueError(
                f"penalty is 'l1', which is an l1_ratio of 1, but l1_ratio is {share!r}: "
                "leave out one of the two"
            )
        return float(share)

    def _penalty(self, total_weight: float, k: int) -> tuple[float, float]:
        if not isinstance(self.C, numbers.Real) or not self.C > 0:
            raise ValueError(f"C is {self.C!r}, not a number above 0")
        share = self._l1_share()
        if self.penalty is None and self.C != 1.0:
            warnings.warn(f"penalty is None: C, {self.C!r}, has no effect", stacklevel=5)
        if self.penalty is None or math.isinf(self.C):
            return 0.0, 0.0
        strength = 1.0 / (self.C * total_weight)
        return share * strength, (1.0 - share) * strength

    @classmethod
    def from_sklearn(cls: type[Self], estimator: LinearModel) -> Self:
        """Take over a model of scikit-learn's.

        Parameters
        ----------
        estimator : sklearn.linear_model.LogisticRegression
            Fitted. Its parameters are taken over too, where there are such here.

        Returns
        -------
        LogisticRegression
            That predicts the same.

        Raises
        ------
        ValueError
            It is not fitted, or no classifier.
        """
        if not hasattr(estimator, "coef_"):
            raise ValueError("the estimator is not fitted: it has no coef_")
        if not hasattr(estimator, "classes_"):
            raise ValueError(f"{type(estimator).__name__} is no classifier: it has no classes_")
        coef = np.asarray(estimator.coef_)
        intercept = np.broadcast_to(estimator.intercept_, coef.shape[:1])
        if len(estimator.classes_) == 2 and coef.shape[0] == 1:
            coef, intercept = (np.concatenate([np.zeros_like(part), part]) for part in (coef, intercept))
        classes = np.asarray(estimator.classes_)
        labels = classes if classes.dtype.kind in "iu" else None
        loss = cls()._loss(len(classes))
        self = cls._of_model(Model.from_parameters(coef.T, intercept, labels, loss=loss), classes)
        shared = {"C", "tol", "fit_intercept", "class_weight", "random_state", "warm_start"}
        given = estimator.get_params()
        self.set_params(**{name: given[name] for name in shared & set(given)}, **_our_penalty(given))
        if hasattr(estimator, "feature_names_in_"):
            self.feature_names_in_ = estimator.feature_names_in_
        return self

    def _their_penalty(self, defaults: dict[str, Any]) -> dict[str, Any]:
        """C, the penalty and a solver for it, so that a fit of theirs minimises the same.

        ``defaults``: the parameters of their LogisticRegression, which from 1.8 on says l1_ratio alone.
        """
        by_ratio = defaults.get("penalty", "deprecated") == "deprecated"
        if self.penalty is None or math.isinf(self.C):
            return {"C": math.inf} if by_ratio else {"penalty": None}
        share = self._l1_share()
        if share == 0:
            return {"C": self.C}
        if by_ratio:
            return {"C": self.C, "l1_ratio": share, "solver": "saga"}
        return {"C": self.C, "penalty": "elasticnet", "l1_ratio": share, "solver": "saga"}

    def to_sklearn(self) -> SklearnLogisticRegression:
        """Make a model of scikit-learn's.

        Returns
        -------
        sklearn.linear_model.LogisticRegression
            Fitted, that predicts the same.

        Raises
        ------
        ImportError
            There is no scikit-learn.
        ValueError
            Not fitted.
        """
        from sklearn.linear_model import LogisticRegression as Theirs

        self._fitted()
        theirs = Theirs(
            **self._their_penalty(Theirs().get_params()),
            tol=self.tol,
            fit_intercept=self.fit_intercept,
            class_weight=self.class_weight,
            random_state=self.random_state,
            warm_start=self.warm_start,
        )
        theirs.coef_ = np.array(self.coef_)
        theirs.intercept_ = np.array(self.intercept_)
        theirs.classes_ = self.classes_
        theirs.n_features_in_ = self.n_features_in_
        theirs.n_iter_ = np.array(self.n_iter_)
        if hasattr(self, "feature_names_in_"):
            theirs.feature_names_in_ = self.feature_names_in_
        return theirs
