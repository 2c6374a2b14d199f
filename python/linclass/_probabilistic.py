"""What the estimators have whose loss makes probabilities of scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from linclass._arrays import Array
from linclass._estimator import LinearClassifier
from linclass._fitted import finite_input


class ProbabilisticClassifier(LinearClassifier):
    """Predict probabilities."""

    def predict_proba(self, X: Any) -> Array:
        """Probabilities of the classes.

        Parameters
        ----------
        X : array_like, (m, n)

        Returns
        -------
        ndarray, (m, k)
            In the order of ``classes_``; each row sums to 1.

        Raises
        ------
        ValueError
            Another number of features, NaN or infinity; not fitted.
        """
        X = self._input(X)
        with finite_input():
            return self.model_.probabilities(X, scale=self.scale, threads=self.threads)

    def predict_log_proba(self, X: Any) -> Array:
        """Logarithms of the probabilities.

        Parameters
        ----------
        X : array_like, (m, n)

        Returns
        -------
        ndarray, (m, k)
            -inf where a probability is too small for a number.

        Raises
        ------
        ValueError
            As :meth:`predict_proba` does.
        """
        with np.errstate(divide="ignore"):
            logarithms: Array = np.log(self.predict_proba(X))
        return logarithms
