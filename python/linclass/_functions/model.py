"""Level 2: models. A model is immutable; any number of threads may use it at the same time."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from ctypes import byref
from typing import Any, TypeVar

import numpy as np

from linclass._capi.arrays import (
    CODES,
    FLOAT32,
    FLOAT64,
    INT64,
    UINT8,
    Array,
    address,
    as_array,
    leading_dimension,
    placed_output,
)
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.names import LOSSES, SetsName, public
from linclass._capi.options import integer, scale_of
from linclass._capi.types import ArrayLike, MatrixLike, WritableArray
from linclass._capi.views import add_offset, matrix, view_as_it_lies
from linclass._functions.calibration import Calibration, calibrate, calibrate_sets, predict_sets
from linclass._functions.evaluation import Evaluation, evaluate
from linclass._functions.exchange import ModelExchange
from linclass._functions.leave_one_out import LeaveOneOut, leave_one_out
from linclass._functions.model_memory import model_handle
from linclass._functions.standard_errors import StandardErrors, standard_errors
from linclass._functions.verify import Certificate, verify

BYTE_SCALE = 1 / 255  # automatic, of bytes

#: What the docstrings of several methods say.
_TEXTS = {
    "X": """X : array_like or sparse matrix, (m, n)
    Read in place as :func:`fit` reads it, or copied.""",
    "labelled": """X : array_like or sparse matrix, (m, n)
    Samples.
y : array_like of integers, (m,)
    Each among the model's :attr:`labels`.""",
    "rows_of_fit": """X : array_like or sparse matrix, (m, n)
    Samples of the fit.
y : array_like of integers, (m,)
    Their labels.""",
    "out": """out : ndarray, (m, k), optional
    Where to write, float32 or float64, row-major. None: a new array.""",
    "scale_and_threads": """offset : array_like, (m, k), optional
    Base scores, which are added to those of the rows. (m,) for a loss of two classes.
scale : float, optional
    The elements of X are multiplied by it as they are read. None: by the model's own, :attr:`scale`.
threads : int
    0: as many as the process may run on. The result does not depend on it.""",
    "scale_of_fit_and_threads": """offset : array_like, (m, k), optional
    Base scores, which are added to those of the rows. (m,) for a loss of two classes.
scale : float, optional
    None: the model's own, which is that of the fit.
threads : int
    0: as many as the process may run on.""",
    "output_errors": """ValueError
    Another number of features, NaN or infinity in X, an output that does not fit, a closed model.""",
    "row_errors": """TypeError
    X holds no real numbers, y no integers.""",
    "errors": """TypeError
    X holds no real numbers.
FloatingPointError
    A score overflows.
MemoryError
    No memory for the result.""",
}
Method = TypeVar("Method", bound=Callable[..., Any])


def _documented(method: Method) -> Method:
    """Fill in what the docstring shares with others."""
    method.__doc__ = inspect.cleandoc(method.__doc__ or "").format(**_TEXTS)
    return method


@public
class Model(ModelExchange):
    """A trained linear classifier: scores ``X theta + bias``, (m, k), of samples X, (m, n).

    Created by :func:`fit`, :meth:`load`, :meth:`from_bytes` or :meth:`from_parameters`. A model is a
    context manager and has :meth:`close`, which releases its memory early; a closed model raises
    ValueError. Arrays obtained from it stay valid.
    """

    __slots__ = ()

    def _view(self, X: Any, scale: float | None, offset: Any) -> tuple[Any, Any]:
        """A view of X, which C reads with the model's own scale where none is given, and what it views."""
        view = view_as_it_lies(X, 0.0) if scale is None and type(X) is np.ndarray else None
        if view is None:
            view, X = matrix(X, "X", scale_of(scale))
        if self._scale != 1:
            self._warn_of_scale(view, scale)
        if offset is None:
            return view, X
        columns = lib.linclass_loss_columns(LOSSES[self.loss], self._shape[1])
        return view, (X, add_offset(view, offset, columns))

    def _warn_of_scale(self, view: Any, scale: float | None) -> None:
        """Say so where rows that are no bytes are multiplied by the scale of those of the fit, which were."""
        if scale is None and self._scale == BYTE_SCALE and view.dtype != CODES[UINT8]:
            warnings.warn(
                "the model was fitted to bytes times 1/255, and X, which holds no bytes, is multiplied by "
                "that too: give scale=1 where it is scaled already",
                UserWarning,
                stacklevel=4,
            )

    def _rows(self, function: Any, X: Any, out: Any, offset: Any, scale: float | None, threads: int) -> Array:
        handle = self._handle or self.handle
        view, X = self._view(X, scale, offset)
        dtype = self._dtype
        if out is not None and as_array(out, "out").dtype in (FLOAT32, FLOAT64):
            dtype = as_array(out, "out").dtype
        k = self._shape[1]
        H, place = placed_output(out, (view.rows, k), dtype)
        ld = k if out is None else leading_dimension(H)
        call(function, threads, handle.pointer, byref(view), CODES[dtype], place, ld)
        return H

    @_documented
    def scores(
        self,
        X: MatrixLike,
        *,
        out: WritableArray | None = None,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> Array:
        """Scores ``X theta + bias + offset``.

        Parameters
        ----------
        {X}
        {out}
        {scale_and_threads}

        Returns
        -------
        ndarray, (m, k)
            Of the model's type, or that of ``out``.

        Raises
        ------
        {output_errors}
        {errors}
        """
        return self._rows(lib.linclass_model_scores, X, out, offset, scale, threads)

    @_documented
    def probabilities(
        self,
        X: MatrixLike,
        *,
        out: WritableArray | None = None,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> Array:
        """Probabilities of the classes: ``softmax(scores / temperature)``.

        Parameters
        ----------
        {X}
        {out}
        {scale_and_threads}

        Returns
        -------
        ndarray, (m, k)
            Of the model's type, or that of ``out``; each row sums to 1.

        Raises
        ------
        ValueError
            Another number of features, NaN or infinity in X, an output that does not fit, a closed model; a
            loss that has no probabilities.
        {errors}
        """
        return self._rows(lib.linclass_model_probabilities, X, out, offset, scale, threads)

    @_documented
    def predict(
        self,
        X: MatrixLike,
        *,
        out: WritableArray | None = None,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> Array:
        """Labels of the highest scores; among equals the lowest.

        Parameters
        ----------
        {X}
        out : ndarray, (m,), optional
            Where to write, int64, contiguous. None: a new array.
        {scale_and_threads}

        Returns
        -------
        ndarray, (m,), int64

        Raises
        ------
        {output_errors}
        {errors}
        """
        handle = self._handle or self.handle
        view, X = self._view(X, scale, offset)
        found, place = placed_output(out, (view.rows,), INT64)
        call(lib.linclass_model_predict, threads, handle.pointer, byref(view), place)
        return found

    @_documented
    def top_k(
        self,
        X: MatrixLike,
        count: int,
        *,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> tuple[Array, Array]:
        """Labels of the highest scores, best first.

        Parameters
        ----------
        {X}
        count : int
            How many of each row, in 1..k.
        {scale_and_threads}

        Returns
        -------
        labels : ndarray, (m, count), int64
        scores : ndarray, (m, count), float64

        Raises
        ------
        ValueError
            Another number of features, NaN or infinity in X, a count outside 1..k, a closed model.
        {errors}
        """
        handle = self.handle
        count = integer(count, "count", 1, self._shape[1])
        view, X = self._view(X, scale, offset)
        best = np.empty((view.rows, count), INT64)
        scores = np.empty((view.rows, count), FLOAT64)
        call(
            lib.linclass_model_top_k,
            threads,
            *(handle.pointer, byref(view), count, address(best), address(scores)),
        )
        return best, scores

    @_documented
    def evaluate(
        self,
        X: MatrixLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        ignore_label: int | None = None,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> Evaluation:
        """Loss, error, confusion matrix, precision, recall, F1, ROC AUC on samples with known labels.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Read as :meth:`scores` does.
        y : array_like of integers, (m,)
            Each among the model's :attr:`labels`, or the one to ignore.
        sample_weight : array_like, (m,), optional
            >= 0; a row of weight 2 counts as two.
        ignore_label : int, optional
            Rows of this label are left out.
        {scale_and_threads}

        Returns
        -------
        Evaluation

        Raises
        ------
        ValueError
            Sizes that do not fit, a label the model does not know, NaN or infinity in X, a weight that is
            negative or not finite, a closed model.
        {row_errors}
        FloatingPointError
            A score overflows.
        MemoryError
            The figures of the classes take 8 bytes per row.
        """
        handle = self.handle
        view, X = self._view(X, scale, offset)
        return evaluate(handle.pointer, self.labels, view, y, sample_weight, ignore_label, threads)

    @_documented
    def calibrate(
        self,
        X: MatrixLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> tuple[Model, Calibration]:
        """Fit the temperature of the probabilities to rows that the fit has not seen.

        Minimises the mean cross-entropy of ``softmax(scores / T)``. Scores and labels stay as they are;
        prediction sets are left out.

        Parameters
        ----------
        {labelled}
        sample_weight : array_like, (m,), optional
            >= 0.
        {scale_and_threads}

        Returns
        -------
        model : Model
            A copy of this one, with the temperature.
        calibration : Calibration

        Raises
        ------
        ValueError
            Sizes that do not fit, a label the model does not know, NaN or infinity in X, a closed model, a
            loss that has no probabilities.
        {row_errors}
        FloatingPointError
            There is no temperature: every label has the highest score of its row, or the scores say
            nothing about the labels.
        MemoryError
            No memory for the copy.

        Examples
        --------
        >>> sure = linclass.Model.from_parameters([[0.0, 10.0]])
        >>> model, calibration = sure.calibrate([[1.0]] * 4, [1, 1, 1, 0])
        >>> model.probabilities([[1.0]]).round(4)
        array([[0.25, 0.75]])
        """
        handle = self.handle
        view, X = self._view(X, scale, offset)
        made, calibration = calibrate(handle.pointer, view, y, sample_weight, threads)
        return type(self)(model_handle(made)), calibration

    @_documented
    def calibrate_sets(
        self,
        X: MatrixLike,
        y: ArrayLike,
        method: SetsName = "lac",
        *,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> Model:
        """Calibrate prediction sets by rows that neither the fit nor the temperature has seen.

        Split conformal prediction: see :meth:`predict_sets`.

        Parameters
        ----------
        {labelled}
        method : {{"lac", "aps"}}
            "lac": small sets, of which some may be empty. "aps": larger sets where the model is in doubt,
            none of them empty.
        {scale_and_threads}

        Returns
        -------
        Model
            A copy of this one, which keeps 8 bytes for each row.

        Raises
        ------
        ValueError
            As for :meth:`calibrate`; an unknown method, no rows.
        {errors}
        """
        handle = self.handle
        view, X = self._view(X, scale, offset)
        return type(self)(model_handle(calibrate_sets(handle.pointer, view, y, method, threads)))

    @_documented
    def predict_sets(
        self,
        X: MatrixLike,
        coverage: float,
        *,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> Array:
        """Sets of classes, each of which has the right one in it with the probability asked for, or more.

        Whatever the data, where the rows come from the same distribution as those of
        :meth:`calibrate_sets`.

        Parameters
        ----------
        {X}
        coverage : float
            The probability, between 0 and 1. Where the rows of the calibration are too few, every class
            is in every set: 0.99 takes 99 rows.
        {scale_and_threads}

        Returns
        -------
        ndarray, (m, k), bool
            Whether the class of each column, in the order of :attr:`labels`, is in the set of the row.

        Raises
        ------
        ValueError
            Another number of features, NaN or infinity in X, a coverage out of range, a closed model; a
            model that is not calibrated for sets.
        {errors}

        Examples
        --------
        >>> model = linclass.Model.from_parameters([[0.0, 1.0, 2.0]])
        >>> model = model.calibrate_sets([[1.0]] * 4, [2, 2, 1, 0])
        >>> model.predict_sets([[1.0], [3.0]], 0.6)
        array([[False,  True,  True],
               [False, False,  True]])
        """
        handle = self.handle
        view, X = self._view(X, scale, offset)
        return predict_sets(handle.pointer, self._shape[1], view, coverage, threads)

    @_documented
    def verify(
        self,
        X: MatrixLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        target_probabilities: ArrayLike | None = None,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> Certificate:
        """Recompute objective and gradient from the rows of the fit, and compare with its report.

        In double, and by independent code. Penalties, class weights, the label to ignore and the smoothing
        are the model's.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples.
        y : array_like of integers, (m,)
            May be None with target_probabilities, as in the fit.
        sample_weight : array_like, (m,), optional
            What the samples count, >= 0. None: 1 each.
        target_probabilities : array_like, (m, k), optional
            Both as they were given to the fit.
        {scale_of_fit_and_threads}

        Returns
        -------
        Certificate

        Raises
        ------
        ValueError
            Sizes that do not fit the model, a label it does not know, NaN or infinity, a closed model.
        {row_errors}

        Examples
        --------
        >>> X, y = numpy.array([[0.0], [1.0], [2.0], [3.0]]), [7, 9, 7, 9]
        >>> certificate = linclass.fit(X, y, l2=0.1).verify(X, y)
        >>> certificate.agrees, certificate.gradient_infinity_norm < 1e-4
        (True, True)
        """
        handle = self.handle
        view, X = self._view(X, scale, offset)
        return verify(handle.pointer, view, y, sample_weight, target_probabilities, threads)

    @_documented
    def leave_one_out(
        self,
        X: MatrixLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> LeaveOneOut:
        """Loss and error on rows left out, estimated from the Hessian without fitting again.

        Of softmax and logistic fits at their minimum, with any penalty. Takes P x P numbers, P = (n + 1) k.

        Parameters
        ----------
        {rows_of_fit}
        sample_weight : array_like, (m,), optional
            As in the fit.
        {scale_of_fit_and_threads}

        Returns
        -------
        LeaveOneOut

        Raises
        ------
        ValueError
            A fit of another loss or to probabilities, sizes that do not fit, a label the model does not know,
            NaN or infinity, a closed model.
        {row_errors}
        FloatingPointError
            The Hessian is singular, or a row alone determines a coefficient.

        Examples
        --------
        >>> X, y = numpy.array([[0.0], [0.4], [0.6], [1.0]]), [0, 1, 0, 1]
        >>> model = linclass.fit(X, y, l2=0.1)
        >>> model.evaluate(X, y).loss < model.leave_one_out(X, y).loss
        True
        """
        handle = self.handle
        view, X = self._view(X, scale, offset)
        return leave_one_out(handle.pointer, self._shape[1], view, y, sample_weight, threads)

    @_documented
    def standard_errors(
        self,
        X: MatrixLike,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        offset: ArrayLike | None = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> StandardErrors:
        """Standard errors of the coefficients, from the rows of the fit.

        Of unpenalised logistic and softmax fits, by the inverse Hessian of the summed loss, as differences
        to the first class.

        Parameters
        ----------
        {rows_of_fit}
        sample_weight : array_like, (m,), optional
            As in the fit; weights are frequencies.
        {scale_of_fit_and_threads}

        Returns
        -------
        StandardErrors

        Raises
        ------
        ValueError
            A fit with a penalty or another loss, sizes that do not fit, a label the model does not know, NaN
            or infinity, a closed model.
        {row_errors}
        FloatingPointError
            The Hessian is singular, or the model is not at a minimum, as that of separated classes never is.

        Examples
        --------
        >>> X, y = numpy.array([[0.0], [0.0], [1.0], [1.0]]), [0, 1, 0, 1]
        >>> counts = [31, 12, 7, 25]
        >>> model = linclass.fit(X, y, loss="logistic", l2=0, sample_weight=counts, gradient_tolerance=1e-8)
        >>> errors = model.standard_errors(X, y, sample_weight=counts)
        >>> round(float(errors.theta[0, 1]), 6), round(float(errors.theta_error[0, 1]), 6)
        (2.222046, 0.546304)
        """
        handle = self.handle
        view, X = self._view(X, scale, offset)
        shape = (*self._shape, self.bias is not None)
        return standard_errors(handle.pointer, shape, view, y, sample_weight, threads)
