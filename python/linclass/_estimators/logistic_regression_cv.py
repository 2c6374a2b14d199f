"""Logistic regression whose penalty is chosen by cross-validation."""

from __future__ import annotations

import dataclasses

from linclass._capi.names import LossName, public
from linclass._estimators.parameter_texts import documented
from linclass._estimators.penalty_search import PenaltySearch
from linclass._estimators.probabilistic import ProbabilisticClassifier


@public
@documented
@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class LogisticRegressionCV(PenaltySearch, ProbabilisticClassifier):
    """:class:`LogisticRegression`, softmax for more than two classes, with C chosen by cross-validation.

    The objective, the parameters and the attributes are those of scikit-learn's class of the same name, the
    attributes in the form that it has with ``use_legacy_attributes=False``.

    Parameters
    ----------
    {search}
    {parameters}

    Attributes
    ----------
    {found}

    Examples
    --------
    >>> X = numpy.random.default_rng(0).normal(size=(100, 3))
    >>> y = numpy.where(X[:, 0] > 0, "up", "down")
    >>> search = linclass.LogisticRegressionCV(Cs=[0.01, 1, 100], scoring="neg_log_loss").fit(X, y)
    >>> search.C_, search.scores_.shape, search.coefs_paths_.shape
    (100.0, (5, 1, 3), (5, 1, 3, 1, 4))
    >>> search.predict([[1.0, 0.0, 0.0]]).tolist()
    ['up']
    """

    _one_row_for_two = True

    def _loss(self, k: int) -> LossName:
        return "logistic" if k == 2 else "softmax"
