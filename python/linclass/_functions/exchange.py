"""Models of other programs and for them: ONNX, C source, LIBLINEAR's files, estimators of scikit-learn."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from ctypes import byref, c_char_p, c_int64, c_void_p
from typing import Any, Literal, TypeVar

import numpy as np

from linclass._capi.arrays import INT64, Array
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.names import LossName, number_of
from linclass._capi.paths import path_bytes
from linclass._capi.types import LinearModel
from linclass._functions.model_memory import ModelMemory, model_handle

Self = TypeVar("Self", bound="ModelExchange")

#: What a model is exported as.
FormatName = Literal["onnx", "c", "liblinear"]
FORMATS: dict[FormatName, int] = {"onnx": 1, "c": 2, "liblinear": 3}


class ModelExchange(ModelMemory):
    """What comes from other programs and goes to them; names of classes."""

    __slots__ = ()

    def export(
        self,
        path: str | os.PathLike[str] | None = None,
        format: FormatName | None = None,
        *,
        name: str | None = None,
    ) -> bytes | None:
        """Write the model for another program, which then predicts without this library.

        Parameters
        ----------
        path : path, optional
            Of the file, which replaces an old one in one step. None: the bytes are returned.
        format : {"onnx", "c", "liblinear"}, optional
            ONNX; a source of C99 that needs no C library; a model of LIBLINEAR. None: "onnx" or "c", by the
            ending of the path.
        name : str, optional
            Of the graph in ONNX, and what the names of functions in C begin with. None: "linclass".

        Returns
        -------
        bytes or None
            None where there is a path.

        Raises
        ------
        ValueError
            A format that there is not, a name that is no identifier of C, what the format has no room for,
            a closed model.
        OSError
            The file cannot be written; an old one is whole.
        MemoryError
            No memory for the file.

        Examples
        --------
        >>> model = linclass.Model.from_parameters([[1.0, -1.0]])
        >>> model.export(format="liblinear").decode().split()[:6]
        ['solver_type', 'L2R_LR', 'nr_class', '2', 'label', '1']
        """
        if format is None:
            ending = os.path.splitext(os.fspath(path))[1] if path is not None else ""
            if ending not in {".onnx", ".c"}:
                raise ValueError(f"the path {path!r} does not say the format, one of {', '.join(FORMATS)}")
            format = "onnx" if ending == ".onnx" else "c"
        number = number_of(FORMATS, format, "format")
        if name is not None and "\0" in name:
            raise ValueError(f"name is {name!r}, not an identifier")
        name_bytes = None if name is None else name.encode()
        handle = self.handle
        if path is not None:
            call(lib.linclass_model_export, 0, handle.pointer, number, name_bytes, path_bytes(path))
            return None
        length = c_int64()
        first = (handle.pointer, number, name_bytes)
        call(lib.linclass_model_export_bytes, 0, *first, None, 0, byref(length))
        data = ctypes.create_string_buffer(length.value)
        call(lib.linclass_model_export_bytes, 0, *first, data, length.value, byref(length))
        return data.raw

    @classmethod
    def from_liblinear(cls: type[Self], path: str | os.PathLike[str]) -> Self:
        """Read a classifier that LIBLINEAR has written.

        Parameters
        ----------
        path : path
            A text file, of any of LIBLINEAR's solver types for classes, compressed or not.

        Returns
        -------
        Model
            float64, with the labels in ascending order. It has probabilities where LIBLINEAR's are those of
            one score: logistic models of two classes.

        Raises
        ------
        OSError
            The file cannot be read.
        ValueError
            It is no classifier of LIBLINEAR; the error message has the line.
        """
        made = c_void_p()
        call(lib.linclass_model_import_liblinear, 0, path_bytes(path), byref(made))
        return cls(model_handle(made))

    @classmethod
    def from_sklearn(cls: type[Self], estimator: LinearModel) -> Self:
        """Take over the parameters of a fitted linear classifier of scikit-learn.

        Parameters
        ----------
        estimator
            LogisticRegression, LogisticRegressionCV, LinearSVC, SGDClassifier, Perceptron,
            PassiveAggressiveClassifier, RidgeClassifier, RidgeClassifierCV, fitted, or one of this package.

        Returns
        -------
        Model
            Of the estimator's precision. Classes that are texts are its names of classes. It has
            probabilities where they are those of softmax, or of a sigmoid of two classes.

        Raises
        ------
        TypeError
            Another estimator, or one that is not fitted; classes that are neither integers nor texts.
        """
        theta, bias, loss = _parameters_of(estimator)
        classes = np.asarray(estimator.classes_)
        texts = classes.dtype.kind in "UO" and all(isinstance(each, str) for each in classes.tolist())
        if not texts and classes.dtype.kind not in "iub":
            raise TypeError(f"the classes are of {classes.dtype}, neither integers nor texts")
        labels = np.arange(len(classes)) if texts else classes.astype(INT64)
        model = cls.from_parameters(theta, bias, labels, loss=loss)
        return model.with_class_names(classes.tolist()) if texts else model

    @property
    def class_names(self) -> Array | None:
        """The texts of the labels, (k,), in the order of :attr:`labels`; None where one has none."""
        handle = self.handle
        names = [lib.linclass_model_class_name(handle.pointer, int(label)) for label in self.labels]
        if any(name is None for name in names):
            return None
        return np.array([name.decode() for name in names])

    def with_class_names(self: Self, names: Sequence[str] | None) -> Self:
        """Copy the model, with names of the labels 0, 1, ..., which its file keeps and the program prints.

        Parameters
        ----------
        names : sequence of str, or None
            In ascending order, each once. None takes them away.

        Returns
        -------
        Model

        Raises
        ------
        ValueError
            Names that do not ascend, a name with a zero in it.
        MemoryError
            No memory for the copy.

        Examples
        --------
        >>> model = linclass.Model.from_parameters([[1.0, 0.0], [0.0, 1.0]])
        >>> model = model.with_class_names(["cat", "dog"])
        >>> model.class_names[model.predict([[0.0, 1.0]])].tolist()
        ['dog']
        """
        texts = [] if names is None else [str(name) for name in names]
        for text in texts:
            if "\0" in text:
                raise ValueError(f"the name {text!r} has a zero in it")
        array = (c_char_p * len(texts))(*[text.encode() for text in texts])
        made = c_void_p()
        handle = self.handle
        place = ctypes.cast(array, ctypes.POINTER(c_void_p))
        call(lib.linclass_model_with_class_names, 0, handle.pointer, len(texts), place, byref(made))
        return type(self)(model_handle(made))


#: Estimators of scikit-learn whose decision is linear, and the loss of those that have no option for it.
_LINEAR: dict[str, LossName | None] = {
    "LogisticRegression": None,
    "LogisticRegressionCV": None,
    "LinearSVC": None,
    "SGDClassifier": None,
    "Perceptron": "perceptron",
    "PassiveAggressiveClassifier": "hinge",
    "RidgeClassifier": "hinge",
    "RidgeClassifierCV": "hinge",
}
_LOSSES: dict[str, LossName] = {
    "hinge": "hinge",
    "squared_hinge": "squared_hinge",
    "perceptron": "perceptron",
}


def _loss_of(estimator: Any, kind: str, k: int) -> LossName:
    """The loss of this library with the estimator's probabilities, or one without any."""
    if kind.startswith("LogisticRegression"):
        if k == 2:
            return "softmax" if getattr(estimator, "multi_class", None) == "multinomial" else "logistic"
        against_others = estimator.solver == "liblinear" or getattr(estimator, "multi_class", "") == "ovr"
        return "hinge" if against_others else "softmax"
    if kind == "SGDClassifier" and estimator.loss in {"log_loss", "log"} and k == 2:
        return "logistic"
    return _LINEAR[kind] or _LOSSES.get(estimator.loss, "hinge")


def _parameters_of(estimator: Any) -> tuple[Array, Array | None, LossName]:
    """Theta, bias and loss."""
    kind = type(estimator).__name__
    own = getattr(estimator, "model_", None)
    if isinstance(own, ModelMemory):
        if own.scale != 1:
            return own.theta * own.scale, own.bias, own.loss
        return own.theta, own.bias, own.loss
    if not type(estimator).__module__.startswith("sklearn.") or kind not in _LINEAR:
        raise TypeError(f"{kind} is none of scikit-learn's {', '.join(_LINEAR)}")
    if not hasattr(estimator, "coef_"):
        raise TypeError(f"this {kind} is not fitted")
    coef = estimator.coef_.toarray() if hasattr(estimator.coef_, "toarray") else estimator.coef_
    rows = np.atleast_2d(coef)
    bias = np.broadcast_to(np.asarray(estimator.intercept_, rows.dtype), len(rows))
    k = len(estimator.classes_)
    loss = _loss_of(estimator, kind, k)
    if k == 2:
        first = -rows if loss == "softmax" else np.zeros_like(rows)
        return (
            np.vstack([first, rows]).T,
            np.concatenate([-bias if loss == "softmax" else 0 * bias, bias]),
            loss,
        )
    return rows.T, bias, loss
