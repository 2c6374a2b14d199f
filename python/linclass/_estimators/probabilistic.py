"""What the estimators have whose loss makes probabilities of scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from linclass._capi.arrays import Array
from linclass._estimators.fitted import finite_input
from linclass._estimators.linear import LinearClassifier, model_labels
from linclass._estimators.validation import weights
from linclass._functions.standard_errors import StandardErrors


class ProbabilisticClassifier(LinearClassifier):
    """Predict probabilities."""

    def predict_proba(self, X: Any) -> Array:
        """Probabilities of the classes.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)

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
            return self.model_.probabilities(X, scale=self.scale, threads=self._threads())

    def predict_log_proba(self, X: Any) -> Array:
        """Logarithms of the probabilities.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)

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

    def standard_errors(self, X: Any, y: Any, sample_weight: Any = None) -> StandardErrors:
        """Standard errors of the coefficients, from the samples of the fit.

        Of fits without a penalty: the square roots of the diagonal of the inverse Hessian of the summed
        loss, as of a maximum likelihood estimate. They are of differences to the first class, as
        statsmodels' ``MNLogit`` has them.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
        y : array_like, (m,)
        sample_weight : array_like, (m,), optional
            Those given to :meth:`fit`, taken as frequencies: a sample of weight 2 is two.

        Returns
        -------
        StandardErrors
            In the library's shapes, (n, k): for two classes the errors of ``coef_[0]`` are
            ``theta_error[:, 1]``.

        Raises
        ------
        ValueError
            The fit had a penalty or other targets than labels; as :meth:`predict` does.
        FloatingPointError
            The Hessian is singular, or the model is not at a minimum: the fit ended too early, or the
            classes are separated and there is none.

        Examples
        --------
        >>> X, y = numpy.array([[1.0], [2.0], [3.0], [4.0], [5.0]]), ["no", "yes", "no", "no", "yes"]
        >>> classifier = linclass.LogisticRegression(penalty=None, tol=1e-8).fit(X, y)
        >>> errors = classifier.standard_errors(X, y)
        >>> z = errors.theta[:, 1] / errors.theta_error[:, 1]
        >>> bool(abs(z).max() < 1)
        True
        """
        X = self._input(X)
        rows = self._labelled(X, y, weights(sample_weight, X.shape[0]), self.classes_)
        with finite_input():
            return self.model_.standard_errors(
                X,
                model_labels(rows, self.classes_),
                sample_weight=rows.weights,
                scale=self.scale,
                threads=self._threads(),
            )
