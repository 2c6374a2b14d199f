"""A model's memory: what it holds, how it comes from files and bytes and goes there, when it ends."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from ctypes import byref, c_int64, c_size_t, c_void_p, sizeof
from math import isfinite
from typing import Any, TypeVar

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import (
    CODES,
    DTYPES,
    FLOAT64,
    INT64,
    Array,
    address,
    as_array,
    real_dtype,
    row_major,
    two_dimensional,
    vector,
)
from linclass._capi.arrays import labels as integer_labels
from linclass._capi.contexts import call
from linclass._capi.handles import Handle
from linclass._capi.library import lib
from linclass._capi.names import LOSS_NAMES, LOSSES, SETS, LossName, SetsName, number_of
from linclass._capi.options import real
from linclass._capi.paths import path_bytes
from linclass._capi.types import ArrayLike
from linclass._functions.encoding import Encoding
from linclass._functions.report import FitReport, report_of

Self = TypeVar("Self", bound="ModelMemory")


def model_handle(made: c_void_p) -> Handle:
    """The owner of a model that the library has made."""
    return Handle(made, lib.linclass_model_destroy)


class ModelMemory:
    """The parameters of a model and what is said of them; files, bytes, closing."""

    __slots__ = ("__weakref__", "_dtype", "_handle", "_scale", "_shape")

    def __init__(self, handle: Handle) -> None:
        self._handle: Handle | None = handle
        self._shape: tuple[int, int] = (
            lib.linclass_model_features(handle.pointer),
            lib.linclass_model_classes(handle.pointer),
        )
        self._dtype = DTYPES[lib.linclass_model_dtype(handle.pointer)]
        self._scale: float = lib.linclass_model_scale(handle.pointer)

    @classmethod
    def from_parameters(
        cls: type[Self],
        theta: ArrayLike,
        bias: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        *,
        loss: LossName = "softmax",
    ) -> Self:
        """Make a model of parameters trained elsewhere; they are copied.

        Parameters
        ----------
        theta : array_like, (n, k)
            Weights. The model is float32 when all arrays are, else float64.
        bias : array_like, (k,), optional
            Intercepts.
        labels : array_like of integers, (k,), optional
            Ascending. None: 0..k-1.
        loss : str
            A key of ``linclass.LOSSES``; it decides whether scores give probabilities. k is 2 for those of
            two classes.

        Returns
        -------
        Model

        Raises
        ------
        ValueError
            Sizes that do not fit, NaN or infinity, labels that do not ascend, a loss there is not.
        TypeError
            No real numbers, or labels that are no integers.
        MemoryError
            There is no room for the copy.
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
        return cls(model_handle(made))

    @classmethod
    def load(cls: type[Self], path: str | os.PathLike[str]) -> Self:
        """Read a model file.

        Parameters
        ----------
        path : path
            The file.

        Returns
        -------
        Model

        Raises
        ------
        OSError
            The file cannot be read.
        ValueError
            It is not a model, or damaged; the error message says where.
        """
        made = c_void_p()
        call(lib.linclass_model_load, 0, path_bytes(path), byref(made))
        return cls(model_handle(made))

    @classmethod
    def from_bytes(cls: type[Self], data: bytes) -> Self:
        """Make a model of the bytes of a model file.

        Parameters
        ----------
        data : bytes-like
            What :meth:`to_bytes` returned.

        Returns
        -------
        Model

        Raises
        ------
        ValueError
            They are no model, or damaged.
        TypeError
            No bytes.
        """
        data = bytes(memoryview(data))
        made = c_void_p()
        pointer = ctypes.cast(ctypes.c_char_p(data), c_void_p)
        call(lib.linclass_model_deserialize, 0, pointer, len(data), byref(made))
        return cls(model_handle(made))

    @property
    def handle(self) -> Handle:
        """What owns the model's memory, for as long as somebody refers to it."""
        handle = self._handle
        if handle is None:
            raise ValueError("the model is closed")
        return handle

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a model file, which replaces an old one in one step.

        Parameters
        ----------
        path : path
            The file.

        Raises
        ------
        OSError
            The file cannot be written; the old one is whole. Or the directory cannot be synced: the new file
            is in place and whole, as the message says, but a power failure may bring the old one back.
        ValueError
            The model is closed.
        """
        handle = self.handle
        call(lib.linclass_model_save, 0, handle.pointer, path_bytes(path))

    def to_bytes(self) -> bytes:
        """The bytes of the model file.

        Returns
        -------
        bytes

        Raises
        ------
        ValueError
            The model is closed.
        """
        handle = self.handle
        length = c_int64()
        call(lib.linclass_model_serialize, 0, handle.pointer, None, 0, byref(length))
        data = ctypes.create_string_buffer(length.value)
        call(lib.linclass_model_serialize, 0, handle.pointer, data, length.value, byref(length))
        return data.raw

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the bytes of the model file."""
        return type(self).from_bytes, (self.to_bytes(),)

    def close(self) -> None:
        """Give up the model; calls on it raise ValueError from now on. May be called again."""
        self._handle = None

    def __enter__(self: Self) -> Self:
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

    def _ask(self, function: Any) -> Any:
        """What a function of the model alone says; the model lives as long as the call."""
        handle = self.handle
        return function(handle.pointer)

    def _array(self, function: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array | None:
        """The model's memory where the function says it is; None where it has none."""
        handle = self.handle
        place = function(handle.pointer)
        return None if place is None else handle.array(place, shape, dtype)

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
    def loss(self) -> LossName:
        """Name of the loss."""
        return LOSS_NAMES[self._ask(lib.linclass_model_loss)]

    @property
    def labels(self) -> Array:
        """The labels, (k,), int64, ascending; read-only memory of the model."""
        labels = self._array(lib.linclass_model_labels, (self._shape[1],), INT64)
        assert labels is not None
        return labels

    @property
    def theta(self) -> Array:
        """Weights, (n, k); read-only memory of the model."""
        theta = self._array(lib.linclass_model_theta, self._shape, self._dtype)
        assert theta is not None
        return theta

    @property
    def bias(self) -> Array | None:
        """Intercepts, (k,), read-only memory of the model; None: the model has none."""
        return self._array(lib.linclass_model_bias, (self._shape[1],), self._dtype)

    @property
    def class_weights(self) -> Array | None:
        """Weights of the classes in the fit, (k,), read-only memory of the model; None: 1 each."""
        return self._array(lib.linclass_model_class_weights, (self._shape[1],), FLOAT64)

    @property
    def scale(self) -> float:
        """What the elements of X are multiplied by as they are read, in the fit and in predictions."""
        return float(self._ask(lib.linclass_model_scale))

    @property
    def l1(self) -> float:
        """Weight of the L1 penalty it was trained with."""
        return float(self._ask(lib.linclass_model_l1))

    @property
    def l2(self) -> float:
        """Weight of the L2 penalty it was trained with."""
        return float(self._ask(lib.linclass_model_l2))

    @property
    def group_l1(self) -> bool:
        """Whether l1 penalises the sum of the norms of the rows of theta, not of absolute values."""
        return bool(self._ask(lib.linclass_model_group_l1))

    @property
    def weight_bounds(self) -> tuple[float, float] | None:
        """The bounds on the weights that the fit kept, -inf or inf where there was one alone; None: none."""
        low = float(self._ask(lib.linclass_model_weight_min))
        high = float(self._ask(lib.linclass_model_weight_max))
        return (low, high) if isfinite(low) or isfinite(high) else None

    @property
    def temperature(self) -> float:
        """T of the probabilities ``softmax(scores / T)``; 1: not calibrated."""
        return float(self._ask(lib.linclass_model_temperature))

    @property
    def sets(self) -> SetsName | None:
        """How its prediction sets are made, "lac" or "aps"; None: it makes none."""
        number = self._ask(lib.linclass_model_sets)
        return next((name for name, value in SETS.items() if value == number), None)

    @property
    def sets_samples(self) -> int:
        """Number of rows by which its prediction sets were calibrated; 0: it makes none."""
        return int(self._ask(lib.linclass_model_sets_samples))

    def sets_threshold(self, coverage: float) -> float:
        """The largest nonconformity of a class in the prediction sets of a coverage.

        Parameters
        ----------
        coverage : float
            Between 0 and 1.

        Returns
        -------
        float
            Infinity: the rows of the calibration are too few, and every class is in every set. NaN: the model
            makes no sets, or the coverage is out of range.

        Raises
        ------
        ValueError
            The model is closed.
        """
        handle = self.handle
        return float(lib.linclass_model_sets_threshold(handle.pointer, real(coverage, "coverage")))

    def with_temperature(self: Self, temperature: float) -> Self:
        """Copy the model, with a temperature of its probabilities; prediction sets are left out.

        :meth:`Model.calibrate` finds it; scipy or torch may, by scores of other models of a cross-validation.

        Parameters
        ----------
        temperature : float
            In 1e-30..1e30. 1: not calibrated.

        Returns
        -------
        Model

        Raises
        ------
        ValueError
            Out of range, or the loss has no probabilities.
        MemoryError
            No memory for the copy.

        Examples
        --------
        >>> model = linclass.Model.from_parameters([[0.0, 2.0]]).with_temperature(2.0)
        >>> model.probabilities([[1.0]]).round(4)
        array([[0.2689, 0.7311]])
        """
        made = c_void_p()
        handle = self.handle
        value = real(temperature, "temperature")
        call(lib.linclass_model_with_temperature, 0, handle.pointer, value, byref(made))
        return type(self)(model_handle(made))

    @property
    def metadata(self) -> dict[str, str]:
        """Texts by key that :meth:`with_metadata` gave the model, and its file keeps."""
        handle = self.handle
        found: dict[str, str] = {}
        while (key := lib.linclass_model_metadata_key(handle.pointer, len(found))) is not None:
            found[key.decode()] = lib.linclass_model_metadata(handle.pointer, key).decode()
        return found

    @property
    def encoding(self) -> Encoding | None:
        """How the columns of the table it was fitted to became features, where the model carries it."""
        handle = self.handle
        place = lib.linclass_model_encoding(handle.pointer)
        return None if place is None else Encoding(place, handle)

    def with_encoding(self: Self, encoding: Encoding | None) -> Self:
        """Copy the model, with the encoding of the table it was fitted to, which its file keeps.

        Parameters
        ----------
        encoding : Encoding or None
            Of :attr:`Dataset.encoding`. None takes it away.

        Returns
        -------
        Model

        Raises
        ------
        ValueError
            It has other features than the model.
        MemoryError
            No memory for the copy.
        """
        if encoding is not None and not isinstance(encoding, Encoding):
            raise TypeError(f"encoding must be a linclass.Encoding, not {type(encoding).__name__}")
        made = c_void_p()
        pointer = None if encoding is None else encoding.pointer
        call(lib.linclass_model_with_encoding, 0, self.handle.pointer, pointer, byref(made))
        return type(self)(model_handle(made))

    def with_metadata(self: Self, texts: Mapping[str, str | None]) -> Self:
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
            model = type(self)(model_handle(made))
        return model

    @property
    def report(self) -> FitReport | None:
        """The report of the fit; None for a model of :meth:`from_parameters`."""
        struct = abi.FitReport()
        lib.linclass_fit_report_init(byref(struct), c_size_t(sizeof(struct)))
        handle = self.handle
        if lib.linclass_model_report(handle.pointer, byref(struct)) < 0:
            return None
        return report_of(struct)
