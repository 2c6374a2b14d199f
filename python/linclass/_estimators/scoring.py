"""Scores of classifiers on rows, as scikit-learn's ``scoring`` names them."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from sklearn.metrics import get_scorer, make_scorer

from linclass._capi.arrays import Array


class Scoring:
    """What a ``scoring`` parameter asks for.

    ``classes``: all that there are, for scores of probabilities on rows that lack some; None: those of the
    rows.
    """

    def __init__(self, scoring: Any, classes: Array | None) -> None:
        self.scorer = None if scoring is None else get_scorer(scoring)
        function = getattr(self.scorer, "_score_func", None)
        if classes is None or function is None:
            return
        known = inspect.signature(function).parameters
        if "labels" in known:
            fixed = dict(getattr(self.scorer, "_kwargs", {}), labels=classes)
            if len(classes) == 2 and "pos_label" in known:
                fixed.setdefault("pos_label", classes[1])
            self.scorer = make_scorer(
                function,
                greater_is_better=getattr(self.scorer, "_sign", 1) > 0,
                **_response(self.scorer),
                **fixed,
            )

    def of(self, estimator: Any, X: Any, y: Any, sample_weight: Any) -> float:
        """The score of an estimator on rows: higher is better."""
        if self.scorer is None:
            return float(np.average(estimator.predict(X) == np.asarray(y), weights=sample_weight))
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        return float(self.scorer(estimator, X, y, **weights))


def _response(scorer: Any) -> dict[str, Any]:
    """What make_scorer is to ask the estimator for: scikit-learn's releases say it in different ways."""
    method = getattr(scorer, "_response_method", None)
    if method is not None:
        return {"response_method": method}
    kind = type(scorer).__name__
    return {"needs_proba": kind == "_ProbaScorer", "needs_threshold": kind == "_ThresholdScorer"}
