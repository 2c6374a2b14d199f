"""What the estimators have whose loss makes probabilities of scores."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from linclass._capi.arrays import Array
from linclass._capi.names import SetsName
from linclass._capi.types import ArrayLike, LabelsLike, MatrixLike
from linclass._estimators.fitted import finite_input
from linclass._estimators.linear import LinearClassifier
from linclass._functions.standard_errors import StandardErrors

Self = TypeVar("Self", bound="ProbabilisticClassifier")


class ProbabilisticClassifier(LinearClassifier):
    """Predict probabilities."""

    def predict_proba(self, X: MatrixLike) -> Array:
        """Compute the probabilities of the classes.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples, read as :meth:`fit` reads them.

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
            return self.model_.probabilities(X, scale=self._factor(), threads=self._threads())

    def predict_log_proba(self, X: MatrixLike) -> Array:
        """Compute the logarithms of the probabilities.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples, read as :meth:`fit` reads them.

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

    def calibrate(self: Self, X: MatrixLike, y: LabelsLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the temperature of the probabilities to samples that :meth:`fit` has not seen.

        Minimises the mean cross-entropy of ``softmax(scores / T)``. Predicted labels stay as they are.
        A new fit has no temperature.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples, read as :meth:`fit` reads them.
        y : array_like, (m,)
            Labels, each among ``classes_``.
        sample_weight : array_like, (m,), optional
            >= 0.

        Returns
        -------
        self
            ``model_.temperature`` is T.

        Raises
        ------
        ValueError
            As :meth:`predict` does; a label that is not among the classes.
        FloatingPointError
            There is no temperature: every label has the highest score of its sample, or the scores say
            nothing about the labels.

        Examples
        --------
        >>> X, y = numpy.array([[1.0], [2.0], [3.0], [4.0], [5.0]]), ["no", "yes", "no", "yes", "yes"]
        >>> classifier = linclass.LogisticRegression().fit(X, y)
        >>> classifier.calibrate(X, ["no", "yes", "no", "no", "yes"]).model_.temperature > 1
        True
        """
        rows, labels = self._known_rows(X, y, sample_weight)
        with finite_input():
            self.model_, _ = self.model_.calibrate(
                rows.X, labels, sample_weight=rows.weights, scale=self._factor(), threads=self._threads()
            )
        return self

    def calibrate_sets(self: Self, X: MatrixLike, y: LabelsLike, method: SetsName = "lac") -> Self:
        """Calibrate prediction sets by samples that neither :meth:`fit` nor :meth:`calibrate` has seen.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples, read as :meth:`fit` reads them.
        y : array_like, (m,)
            Labels, each among ``classes_``.
        method : {"lac", "aps"}
            "lac": small sets, of which some may be empty. "aps": larger sets where the model is in doubt,
            none of them empty.

        Returns
        -------
        self
            Calibrated.

        Raises
        ------
        ValueError
            As :meth:`predict` does; a label that is not among the classes or to be ignored.
        """
        rows, labels = self._known_rows(X, y, None)
        if rows.weights is not None:
            raise ValueError("y has the label to ignore: leave its samples out of the calibration of sets")
        with finite_input():
            self.model_ = self.model_.calibrate_sets(
                rows.X, labels, method, scale=self._factor(), threads=self._threads()
            )
        return self

    def predict_sets(self, X: MatrixLike, coverage: float = 0.9) -> Array:
        """Predict sets of classes, which have the right one in them with the probability asked for, or more.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples, read as :meth:`fit` reads them.
        coverage : float
            The probability, between 0 and 1.

        Returns
        -------
        ndarray, (m, k), bool
            Whether the class of each column, in the order of ``classes_``, is in the set of the sample.

        Raises
        ------
        ValueError
            As :meth:`predict` does; :meth:`calibrate_sets` has not been called.

        Examples
        --------
        >>> X, y = numpy.array([[1.0], [2.0], [3.0], [4.0], [5.0]]), ["no", "yes", "no", "yes", "yes"]
        >>> classifier = linclass.LogisticRegression().fit(X, y).calibrate_sets(X, y)
        >>> [classifier.classes_[row].tolist() for row in classifier.predict_sets([[0.0], [9.0]], 0.8)]
        [['no'], ['yes']]
        """
        X = self._input(X)
        with finite_input():
            return self.model_.predict_sets(X, coverage, scale=self._factor(), threads=self._threads())

    def standard_errors(
        self, X: MatrixLike, y: LabelsLike, sample_weight: ArrayLike | None = None
    ) -> StandardErrors:
        """Estimate the standard errors of the coefficients, from the samples of the fit.

        Of fits without a penalty: the square roots of the diagonal of the inverse Hessian of the summed
        loss, as of a maximum likelihood estimate. They are of differences to the first class, as
        statsmodels' ``MNLogit`` has them.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples, read as :meth:`fit` reads them.
        y : array_like, (m,)
            Their labels.
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
        rows, labels = self._known_rows(X, y, sample_weight)
        with finite_input():
            return self.model_.standard_errors(
                rows.X,
                labels,
                sample_weight=rows.weights,
                scale=self._factor(),
                threads=self._threads(),
            )
