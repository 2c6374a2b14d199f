"""Level 2: models. A model is immutable; any number of threads may use it at the same time."""

from __future__ import annotations

import ctypes
import dataclasses
import os
from collections.abc import Mapping
from ctypes import byref, c_int64, c_size_t, c_void_p, sizeof
from typing import Any

import numpy as np

from linclass import _abi
from linclass._arrays import (
    CODES,
    DTYPES,
    FLOAT32,
    FLOAT64,
    INT64,
    Array,
    address,
    as_array,
    leading_dimension,
    matrix,
    output,
    real_dtype,
    row_major,
    two_dimensional,
    vector,
)
from linclass._arrays import labels as integer_labels
from linclass._certificate import Certificate, verify
from linclass._contexts import call
from linclass._library import lib
from linclass._options import integer

LOSSES = {
    "softmax": 1,
    "logistic": 2,
    "sigmoid_squared": 3,
    "perceptron": 4,
    "hinge": 5,
    "squared_hinge": 6,
}
SOLVERS = {
    "auto": 0,
    "sgd": 1,
    "gradient_descent": 2,
    "lbfgs": 3,
    "newton": 4,
    "newton_cg": 5,
    "orthant_wise": 6,
}
SCHEDULES = {"constant": 0, "step": 1, "inverse_time": 2}
LOSS_NAMES = {number: name for name, number in LOSSES.items()}
SOLVER_NAMES = {number: name for name, number in SOLVERS.items()}


def number_of(names: dict[str, int], name: Any, what: str) -> int:
    """The number of a name; ValueError with the names there are."""
    if not isinstance(name, str) or name not in names:
        raise ValueError(f"{what} is {name!r}, not one of {', '.join(map(repr, names))}")
    return names[name]


@dataclasses.dataclass(frozen=True)
class FitReport:
    """What a fit did; the members of ``linclass_fit_report``, with names for numbers.

    ``stopped_because`` is ``"ok"`` when the fit converged or ran the epochs asked for. The gradient's norms
    are those of the subgradient of least norm, where there is an l1 penalty. ``ignore_label``: None without.
    """

    stopped_because: str
    solver: str
    dtype: str
    iterations: int
    evaluations: int
    objective: float
    loss: float
    error: float
    gradient_norm: float
    gradient_infinity_norm: float
    learning_rate: float
    validation_loss: float
    validation_error: float
    seconds: float
    best_iteration: int
    smooth_gradient_infinity_norm: float
    samples: int
    total_weight: float
    label_smoothing: float
    ignore_label: int | None
    with_sample_weight: bool
    with_target_probabilities: bool


def report_of(struct: _abi.FitReport) -> FitReport:
    """The report as Python has it."""
    values = {field.name: getattr(struct, field.name) for field in dataclasses.fields(FitReport)}
    values["stopped_because"] = lib.linclass_status_string(struct.stopped_because).decode()
    values["solver"] = SOLVER_NAMES.get(struct.solver, str(struct.solver))
    values["dtype"] = DTYPES[struct.dtype].name
    if not struct.has_ignore_label:
        values["ignore_label"] = None
    for name in ("with_sample_weight", "with_target_probabilities"):
        values[name] = bool(values[name])
    return FitReport(**values)


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """How well a model does on rows with known labels; k classes in the order of ``Model.labels``.

    ``confusion``: (k, k), true class by predicted class. ``precision``, ``recall``, ``f1``,
    ``support``: (k,). ``confusion`` and ``support`` count rows, ``weighted_confusion`` and all else their
    weights. A quotient 0 / 0 is given as 0. ``roc_auc``: for two classes, else NaN.
    """

    samples: int
    weight: float
    labels: Array
    loss: float
    error: float
    accuracy: float
    confusion: Array
    weighted_confusion: Array
    precision: Array
    recall: Array
    f1: Array
    support: Array
    macro_precision: float
    macro_recall: float
    macro_f1: float
    micro_precision: float
    micro_recall: float
    micro_f1: float
    roc_auc: float


class Handle:
    """Owner of one ``linclass_model``: freed when nobody refers to it any more."""

    __slots__ = ("__weakref__", "_destroy", "pointer")

    def __init__(self, pointer: c_void_p) -> None:
        self.pointer = pointer
        self._destroy = lib.linclass_model_destroy

    def __del__(self) -> None:
        self._destroy(self.pointer)


class _Memory:
    """Memory of a model as NumPy sees it; keeps the model."""

    def __init__(self, handle: Handle, place: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self._handle = handle
        self.__array_interface__ = {
            "version": 3,
            "data": (place, True),
            "shape": shape,
            "typestr": dtype.str,
        }


class Model:
    """A trained linear classifier: scores ``X theta + bias``, (m, k), of samples X, (m, n).

    Made by :func:`fit`, :meth:`load`, :meth:`from_bytes` or :meth:`from_parameters`. A model is a
    context manager and has :meth:`close`, which gives up its memory early; a closed model raises
    ValueError. Arrays got from it stay valid.

    X is array-like; uint8 (and bool), float32 and float64 arrays of any strides are read where they
    lie, others copied. All methods raise ValueError, TypeError, FloatingPointError or MemoryError as the
    functions over arrays do.
    """

    __slots__ = ("__weakref__", "_dtype", "_handle", "_shape")

    def __init__(self, handle: Handle) -> None:
        self._handle: Handle | None = handle
        self._shape: tuple[int, int] = (
            lib.linclass_model_features(handle.pointer),
            lib.linclass_model_classes(handle.pointer),
        )
        self._dtype = DTYPES[lib.linclass_model_dtype(handle.pointer)]

    @classmethod
    def from_parameters(
        cls, theta: Any, bias: Any = None, labels: Any = None, *, loss: str = "softmax"
    ) -> Model:
        """Make a model of weights theta, (n, k), and intercepts, (k,), trained elsewhere.

        ``labels``: k ascending integers; None: 0..k-1. float32 when both arrays are, else float64.
        """
        theta = two_dimensional(as_array(theta, "theta"), "theta")
        n, k = theta.shape
        given = [theta] if bias is None else [theta, as_array(bias, "bias")]
        dtype = real_dtype(*given)
        theta, ldtheta = row_major(theta, dtype, "theta")
        intercepts = None if bias is None else vector(given[1], dtype, k, "bias")
        classes = None if labels is None else integer_labels(labels, k, "labels")
        made = c_void_p()
        call(
            lib.linclass_model_create,
            0,
            *(number_of(LOSSES, loss, "loss"), CODES[dtype], n, k, address(theta), ldtheta),
            None if intercepts is None else address(intercepts),
            None if classes is None else address(classes),
            byref(made),
        )
        return cls(Handle(made))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Model:
        """Read a model file. Raises OSError, or ValueError when the file is no model or damaged."""
        made = c_void_p()
        call(lib.linclass_model_load, 0, os.fsencode(path), byref(made))
        return cls(Handle(made))

    @classmethod
    def from_bytes(cls, data: bytes) -> Model:
        """Make a model of the bytes of a model file; ValueError when they are none."""
        data = bytes(data)
        made = c_void_p()
        pointer = ctypes.cast(ctypes.c_char_p(data), c_void_p)
        call(lib.linclass_model_deserialize, 0, pointer, len(data), byref(made))
        return cls(Handle(made))

    @property
    def handle(self) -> Handle:
        """What owns the model's memory, for as long as somebody refers to it."""
        handle = self._handle
        if handle is None:
            raise ValueError("the model is closed")
        return handle

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a model file, which replaces an old one in one step. Raises OSError."""
        handle = self.handle
        call(lib.linclass_model_save, 0, handle.pointer, os.fsencode(path))

    def to_bytes(self) -> bytes:
        """The bytes of the model file."""
        handle = self.handle
        length = c_int64()
        call(lib.linclass_model_serialize, 0, handle.pointer, None, 0, byref(length))
        data = ctypes.create_string_buffer(length.value)
        call(lib.linclass_model_serialize, 0, handle.pointer, data, length.value, byref(length))
        return data.raw

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the bytes of the model file."""
        return Model.from_bytes, (self.to_bytes(),)

    def close(self) -> None:
        """Give up the model; calls on it raise ValueError from now on. May be called again."""
        self._handle = None

    def __enter__(self) -> Model:
        """Return the model."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close."""
        self.close()

    def __repr__(self) -> str:
        """Shape, type and loss, or that it is closed."""
        if self._handle is None:
            return "<linclass.Model, closed>"
        n, k = self._shape
        return f"<linclass.Model: {n} features, {k} classes, {self.loss}, {self._dtype.name}>"

    def _memory(self, place: int | None, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        handle = self.handle
        if not place or 0 in shape:
            return np.empty(shape, dtype)
        return np.asarray(_Memory(handle, place, shape, dtype))

    @property
    def n_features(self) -> int:
        """Number of features n."""
        return self._shape[0]

    @property
    def n_classes(self) -> int:
        """Number of classes k."""
        return self._shape[1]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of theta and bias, float32 or float64."""
        return self._dtype

    @property
    def loss(self) -> str:
        """Name of the loss."""
        number = lib.linclass_model_loss(self.handle.pointer)
        return LOSS_NAMES.get(number, str(number))

    @property
    def labels(self) -> Array:
        """The labels, (k,), int64, ascending; read-only memory of the model."""
        place = lib.linclass_model_labels(self.handle.pointer)
        return self._memory(place, (self._shape[1],), INT64)

    @property
    def theta(self) -> Array:
        """Weights, (n, k); read-only memory of the model."""
        place = lib.linclass_model_theta(self.handle.pointer)
        return self._memory(place, self._shape, self._dtype)

    @property
    def bias(self) -> Array | None:
        """Intercepts, (k,), read-only memory of the model; None: the model has none."""
        place = lib.linclass_model_bias(self.handle.pointer)
        return None if place is None else self._memory(place, (self._shape[1],), self._dtype)

    @property
    def scale(self) -> float:
        """The scale of the data it was trained on; predictions do not apply it by themselves."""
        scale: float = lib.linclass_model_scale(self.handle.pointer)
        return scale

    @property
    def l1(self) -> float:
        """Weight of the L1 penalty it was trained with."""
        weight: float = lib.linclass_model_l1(self.handle.pointer)
        return weight

    @property
    def l2(self) -> float:
        """Weight of the L2 penalty it was trained with."""
        weight: float = lib.linclass_model_l2(self.handle.pointer)
        return weight

    @property
    def class_weights(self) -> Array | None:
        """Weights of the classes in the fit, (k,), read-only memory of the model; None: 1 each."""
        place = lib.linclass_model_class_weights(self.handle.pointer)
        return None if place is None else self._memory(place, (self._shape[1],), FLOAT64)

    @property
    def metadata(self) -> dict[str, str]:
        """Texts by key that :meth:`with_metadata` gave the model, and its file keeps."""
        pointer = self.handle.pointer
        found: dict[str, str] = {}
        while (key := lib.linclass_model_metadata_key(pointer, len(found))) is not None:
            found[key.decode()] = lib.linclass_model_metadata(pointer, key).decode()
        return found

    def with_metadata(self, texts: Mapping[str, str | None]) -> Model:
        """Copy the model, with texts of the caller's in its metadata; the library does not read them.

        Parameters
        ----------
        texts : mapping of str to str or None
            Keys: 1 to 48 characters of printable ASCII without quotes and backslashes. A value replaces the
            one there was; None takes it away. At most 64 keys and 512 KiB in all.

        Returns
        -------
        Model

        Raises
        ------
        ValueError
            A key that is none, too many or too long texts, a text with a zero in it.

        Examples
        --------
        >>> model = linclass.Model.from_parameters([[1.0, 0.0], [0.0, 1.0]])
        >>> model.with_metadata({"trained on": "nothing"}).metadata
        {'trained on': 'nothing'}
        """
        model = self
        for key, value in texts.items():
            for text in (key, value or ""):
                if "\0" in text:
                    raise ValueError(f"the metadata {text!r} has a zero in it")
            made = c_void_p()
            value_bytes = None if value is None else value.encode()
            handle = model.handle
            call(lib.linclass_model_with_metadata, 0, handle.pointer, key.encode(), value_bytes, byref(made))
            model = Model(Handle(made))
        return model

    @property
    def report(self) -> FitReport | None:
        """The report of the fit; None for a model of :meth:`from_parameters`."""
        struct = _abi.FitReport()
        lib.linclass_fit_report_init(byref(struct), c_size_t(sizeof(struct)))
        if lib.linclass_model_report(self.handle.pointer, byref(struct)) < 0:
            return None
        return report_of(struct)

    def _rows(self, function: Any, X: Any, out: Any, scale: float, threads: int) -> Array:
        handle = self.handle
        view, X = matrix(as_array(X, "X"), "X", scale)
        dtype = self._dtype
        if out is not None and as_array(out, "out").dtype in (FLOAT32, FLOAT64):
            dtype = as_array(out, "out").dtype
        H = output(out, (view.rows, self._shape[1]), dtype)
        call(function, threads, handle.pointer, byref(view), CODES[dtype], address(H), leading_dimension(H))
        return H

    def scores(self, X: Any, *, out: Any = None, scale: float = 1.0, threads: int = 0) -> Array:
        """Scores, (m, k), of the model's type or that of ``out``."""
        return self._rows(lib.linclass_model_scores, X, out, scale, threads)

    def probabilities(self, X: Any, *, out: Any = None, scale: float = 1.0, threads: int = 0) -> Array:
        """Probabilities, (m, k); ValueError for a loss that has none."""
        return self._rows(lib.linclass_model_probabilities, X, out, scale, threads)

    def predict(self, X: Any, *, out: Any = None, scale: float = 1.0, threads: int = 0) -> Array:
        """The label of the highest score of each row, (m,), int64; among equals the lowest."""
        handle = self.handle
        view, X = matrix(as_array(X, "X"), "X", scale)
        found = output(out, (view.rows,), INT64)
        call(lib.linclass_model_predict, threads, handle.pointer, byref(view), address(found))
        return found

    def top_k(self, X: Any, count: int, *, scale: float = 1.0, threads: int = 0) -> tuple[Array, Array]:
        """The ``count`` best labels of each row, best first, and their scores: both (m, count)."""
        handle = self.handle
        count = integer(count, "count", 1, self._shape[1])
        view, X = matrix(as_array(X, "X"), "X", scale)
        best = np.empty((view.rows, count), INT64)
        scores = np.empty((view.rows, count), FLOAT64)
        call(
            lib.linclass_model_top_k,
            threads,
            *(handle.pointer, byref(view), count, address(best), address(scores)),
        )
        return best, scores

    def evaluate(
        self,
        X: Any,
        y: Any,
        *,
        sample_weight: Any = None,
        ignore_label: int | None = None,
        scale: float = 1.0,
        threads: int = 0,
    ) -> Evaluation:
        """Loss, error, confusion matrix, precision, recall, F1, ROC AUC on samples with labels y.

        ``sample_weight``: (m,), >= 0. Rows labelled ``ignore_label`` are left out.
        """
        handle = self.handle
        k = self._shape[1]
        view, X = matrix(as_array(X, "X"), "X", scale)
        y = integer_labels(y, view.rows)
        struct = _abi.Evaluation()
        lib.linclass_evaluation_init(byref(struct), c_size_t(sizeof(struct)))
        found: dict[str, Any] = {name: np.empty(shape, dtype) for name, shape, dtype in _evaluation_arrays(k)}
        for name, array in found.items():
            setattr(struct, name, address(array))
        struct.with_averages = 1
        struct.with_roc_auc = int(k == 2)
        if sample_weight is not None:
            weights = vector(as_array(sample_weight, "sample_weight"), FLOAT64, view.rows, "sample_weight")
            struct.sample_weight = address(weights)
        if ignore_label is not None:
            struct.has_ignore_label = 1
            struct.ignore_label = integer(ignore_label, "ignore_label", -(2**63))
        call(
            lib.linclass_model_evaluate,
            threads,
            *(handle.pointer, byref(view), address(y), byref(struct)),
        )
        names = (field.name for field in dataclasses.fields(Evaluation))
        figures: dict[str, Any] = {
            name: getattr(struct, name) for name in names if name != "labels" and name not in found
        }
        return Evaluation(labels=self.labels, **figures, **found)

    def verify(
        self,
        X: Any,
        y: Any,
        *,
        sample_weight: Any = None,
        target_probabilities: Any = None,
        scale: float | None = None,
        threads: int = 0,
    ) -> Certificate:
        """Recompute objective and gradient from the rows of the fit, and compare with its report.

        In double and by code of their own. Penalties, class weights, the label to ignore and the smoothing
        are the model's; ``sample_weight`` and ``target_probabilities`` are those given to the fit.
        ``scale``: None is that of the fit.

        Examples
        --------
        >>> X, y = numpy.array([[0.0], [1.0], [2.0], [3.0]]), [7, 9, 7, 9]
        >>> certificate = linclass.fit(X, y, l2=0.1).verify(X, y)
        >>> certificate.agrees, certificate.gradient_infinity_norm < 1e-4
        (True, True)
        """
        scale = self.scale if scale is None else scale
        pointer = self.handle.pointer
        return verify(pointer, X, y, sample_weight, target_probabilities, scale, threads)


def _evaluation_arrays(k: int) -> list[tuple[str, tuple[int, ...], np.dtype[Any]]]:
    """Name, shape and type of the arrays of an evaluation."""
    quotients = [(name, (k,), FLOAT64) for name in ("precision", "recall", "f1")]
    counts = [("confusion", (k, k), INT64), ("weighted_confusion", (k, k), FLOAT64), ("support", (k,), INT64)]
    return [*quotients, *counts]
