"""Rows in parts: chunks that are read again for each sweep, or an engine that carries bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from ctypes import addressof, byref, c_char_p, c_int64, c_size_t, c_void_p, pointer, sizeof, string_at
from typing import Any, NamedTuple, Protocol

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import CODES, FLOAT64, Array, address, as_array, is_sparse, labels, vector
from linclass._capi.contexts import call
from linclass._capi.handles import Handle
from linclass._capi.library import lib
from linclass._capi.names import public
from linclass._capi.options import integer, scale_of
from linclass._capi.types import ArrayLike, MatrixLike
from linclass._capi.views import add_offset, dense_matrix, matrix
from linclass._functions.progress import Watch

Chunks = Iterable[Any] | Callable[[], Iterable[Any]]


@public
class Chunk(NamedTuple):
    """Rows of a part. A tuple of its first members does as well: (X, y), (X, y, sample_weight).

    Attributes
    ----------
    X : array_like or sparse matrix, (m, n)
    y : array_like of integers, (m,)
        May be None with target_probabilities.
    sample_weight : array_like, (m,), optional
    target_probabilities : array_like, (m, k), optional
        What the rows are fitted to instead of their labels: all chunks have some, or none has.
    offset : array_like, (m, k), optional
        Base scores; (m, 1) for a loss of two classes.
    """

    X: MatrixLike
    y: ArrayLike | None
    sample_weight: ArrayLike | None = None
    target_probabilities: ArrayLike | None = None
    offset: ArrayLike | None = None


class Engine(Protocol):
    """Whatever has requests answered where the parts are."""

    def ask(self, request: bytes) -> bytes:
        """Return the merged answers of all parts."""


@public
class Sweep(NamedTuple):
    """A pass over all parts of a fit that has ended.

    Attributes
    ----------
    number : int
        From 1.
    parts, rows : int
        How many were read.
    seconds : float
        Of this pass: for reading and for answering.
    """

    number: int
    parts: int
    rows: int
    seconds: float


OnSweep = Callable[[Sweep], object]


def _address(array: Any) -> int | None:
    return None if array is None else address(array)


class _Described(NamedTuple):
    """The rows of a chunk as C sees them, with what they lie in, which must outlive the part."""

    view: abi.Matrix
    y: Array | None
    weights: Array | None
    probabilities: abi.Matrix | None
    kept: list[Any]

    def write(self, part: abi.Part) -> None:
        part.X = pointer(self.view)
        part.y = _address(self.y)
        part.sample_weight = _address(self.weights)
        part.target_probabilities = None if self.probabilities is None else pointer(self.probabilities)


def _described(chunk: Any, scale: float) -> _Described:
    if not isinstance(chunk, (tuple, list)) or not 2 <= len(chunk) <= len(Chunk._fields):
        raise ValueError("a chunk is not (X, y), (X, y, sample_weight) or a linclass.Chunk")
    given = Chunk(*chunk)
    view, *kept = matrix(given.X, "X", scale)
    if given.offset is not None:
        offset = as_array(given.offset, "offset")
        kept.append(add_offset(view, offset, offset.shape[1] if offset.ndim == 2 else 1))
    y = None
    if given.y is not None or given.target_probabilities is None:
        y = labels(given.y, view.rows)
    weights = probabilities = None
    if given.sample_weight is not None:
        weights = vector(as_array(given.sample_weight, "sample_weight"), FLOAT64, view.rows, "sample_weight")
    if given.target_probabilities is not None:
        name = "target_probabilities"
        probabilities, array = dense_matrix(as_array(given.target_probabilities, name), name)
        kept.append(array)
    return _Described(view, y, weights, probabilities, kept)


def _described_in_place(chunk: Any, scale: float, place: int) -> _Described:
    """The same, where an error names the chunk."""
    try:
        return _described(chunk, scale)
    except (TypeError, ValueError) as error:
        error.args = (f"chunk {place}: {error}", *error.args[1:])
        raise


def _lies_still(chunk: Any) -> bool:
    """Whether the rows of a chunk are read where they are, so that describing it once copies none."""
    if not isinstance(chunk, (tuple, list)) or len(chunk) == 0:
        return False
    X = chunk[0]
    if isinstance(X, np.ndarray):
        return X.ndim == 2 and X.dtype in CODES
    return is_sparse(X) and getattr(X, "format", None) == "csr"


_NO_MORE = object()


class Source:
    """Parts as C asks for them; it must be kept as long as the fit runs.

    What Python raises in a callback is kept by the watch, which raises it to the caller of the fit.
    """

    def __init__(self, parts: Any, scale: float, watch: Watch, on_sweep: OnSweep | None = None) -> None:
        self._parts = parts
        self._scale = scale
        self._watch = watch
        self._on_sweep = on_sweep
        self._iterator: Iterator[Any] = iter(())
        #: Chunks in a list are described once, and answered several at a time.
        self._holds = isinstance(parts, (list, tuple)) and all(map(_lies_still, parts))
        self._kept: list[Any] = []
        self._sweep = self._count = self._rows = 0
        self._began = 0.0
        self.struct = abi.Parts()
        lib.linclass_parts_init(byref(self.struct), c_size_t(sizeof(self.struct)))
        if hasattr(parts, "ask"):
            self.struct.ask = abi.PartsAskCallback(self._ask)
            return
        if not callable(parts) and iter(parts) is parts:
            raise TypeError(
                "parts is an iterator, which can be read once only: give a list of chunks, or a function "
                "that returns a new iterator each time"
            )
        self.struct.reset = abi.PartsResetCallback(self._reset)
        self.struct.next = abi.PartsNextCallback(self._next)
        self.struct.held = len(parts) if self._holds else 0

    def _reset(self, user: int | None) -> int:
        try:
            self._iterator = iter(self._parts() if callable(self._parts) else self._parts)
            self._count = self._rows = 0
            self._began = time.monotonic()
            return 0
        except BaseException as exception:
            return self._watch.keep(exception)

    def _next(self, part: Any, user: int | None) -> int:
        try:
            if not self._holds:
                self._kept.clear()  # before the next chunk is made: one is in memory at a time
            chunk = next(self._iterator, _NO_MORE)
            if chunk is _NO_MORE:
                self._end_sweep()
                return 0
            if self._watch.interrupted:
                raise KeyboardInterrupt
            place = self._count if self._holds else 0
            if place == len(self._kept):
                self._kept.append(_described_in_place(chunk, self._scale, self._count))
            self._kept[place].write(part.contents)
            self._count += 1
            self._rows += self._kept[place].view.rows
            return 1
        except BaseException as exception:
            return self._watch.keep(exception)

    def _end_sweep(self) -> None:
        self._sweep += 1
        if self._on_sweep is not None:
            self._on_sweep(Sweep(self._sweep, self._count, self._rows, time.monotonic() - self._began))

    def _ask(self, request: int, length: int, reply: Any, reply_length: int, user: int | None) -> int:
        try:
            began = time.monotonic()
            with self._watch.waiting():
                answer = np.frombuffer(self._parts.ask(string_at(request, length)), np.uint8)
            if self._watch.interrupted:
                raise KeyboardInterrupt
            self._kept = [answer]
            reply[0] = answer.ctypes.data
            c_int64.from_address(reply_length).value = answer.size
            self._sweep += 1
            if self._on_sweep is not None:
                self._on_sweep(Sweep(self._sweep, 0, 0, time.monotonic() - began))
            return 0
        except BaseException as exception:
            return self._watch.keep(exception)


def _bytes_of(made: c_void_p) -> bytes:
    reply = Handle(made, lib.linclass_reply_destroy)
    length: int = lib.linclass_reply_length(reply.pointer)
    return string_at(lib.linclass_reply_bytes(reply.pointer), length)


class Answering(NamedTuple):
    """A part that is to answer: its rows, or why they could not be had."""

    number: int
    chunk: Any
    error: str | None = None


def _part_of(answering: Answering, scale: float) -> tuple[abi.Part, _Described | None]:
    part = abi.Part()
    lib.linclass_part_init(byref(part), c_size_t(sizeof(part)))
    part.number = integer(answering.number, "number")
    if answering.error is not None:
        part.error = c_char_p(answering.error.encode())
        return part, None
    described = _described(answering.chunk, scale)
    described.write(part)
    return part, described


def parts_answer(
    request: bytes, parts: Sequence[Answering], scale: float | None = None, threads: int = 0
) -> bytes:
    """Answer a request for several parts with one reply, which is that of each of them merged."""
    described = [_part_of(part, scale_of(scale)) for part in parts]
    pointers = (c_void_p * len(described))(*(addressof(part) for part, _ in described))
    made = c_void_p()
    given = np.frombuffer(request, np.uint8)
    call(
        lib.linclass_parts_answer,
        threads,
        *(len(described), pointers),
        *(given.ctypes.data, given.size),
        byref(made),
    )
    return _bytes_of(made)


def part_answer(
    request: bytes,
    X: MatrixLike | None = None,
    y: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    target_probabilities: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    *,
    number: int = 0,
    scale: float | None = None,
    error: str | None = None,
    threads: int = 0,
) -> bytes:
    """Answer a request of :func:`fit_parts` for one part, where its rows are.

    Parameters
    ----------
    request : bytes
        What ``ask`` was given.
    X : array_like or sparse matrix, (m, n)
        The rows of the part; there may be none.
    y : array_like of integers, (m,)
        Their labels.
    sample_weight : array_like, (m,), optional
        What the samples count, >= 0. None: 1 each.
    target_probabilities : array_like, (m, k), optional
        Of the classes, in the place of labels.
    offset : array_like, (m, k), optional
        Both as in a :class:`Chunk`.
    number : int
        The place of the part in the order of all parts, from 0.
    scale : float, optional
        The elements of X are multiplied by it: the same for all parts. None: as the fit says.
    error : str, optional
        Why the rows could not be had, instead of X and y: the error of the fit.
    threads : int
        0: as many as the process may run on. The answer does not depend on it.

    Returns
    -------
    bytes
        The reply. What is wrong with the rows is in it, and becomes the error of the fit.

    Raises
    ------
    FormatError
        The request is damaged, or of another version.
    ValueError, TypeError
        Rows that cannot be described, a number out of range.
    MemoryError
        No memory for the answer.

    Examples
    --------
    >>> class Engine:
    ...     def ask(self, request):
    ...         halves = [([[0.0], [1.0]], [0, 0]), ([[2.0], [3.0]], [1, 1])]
    ...         replies = [linclass.part_answer(request, *half, number=i) for i, half in enumerate(halves)]
    ...         return linclass.reply_merge(*replies)
    >>> linclass.fit_parts(Engine(), l2=0.1).predict([[0.5], [2.5]])
    array([0, 1])
    """
    chunk = (X, y, sample_weight, target_probabilities, offset)
    return parts_answer(request, [Answering(number, chunk, error)], scale, threads)


def reply_merge(a: bytes, b: bytes) -> bytes:
    """Merge two replies to one request. Any order and grouping gives the same bytes.

    Parameters
    ----------
    a, b : bytes
        What :func:`part_answer` or this function returned; no part is in both.

    Returns
    -------
    bytes
        The reply of the parts of both.

    Raises
    ------
    FormatError
        One is damaged, they are of different requests, or have a part in common.
    MemoryError
        No memory for the reply.

    Examples
    --------
    >>> class Engine:
    ...     def ask(self, request):
    ...         one = linclass.part_answer(request, [[0.0], [1.0]], [0, 1], number=0)
    ...         return linclass.reply_merge(one, linclass.part_answer(request, [[3.0]], [1], number=1))
    >>> linclass.fit_parts(Engine(), l2=0.1).labels
    array([0, 1])
    """
    left, right = np.frombuffer(a, np.uint8), np.frombuffer(b, np.uint8)
    made = c_void_p()
    call(
        lib.linclass_reply_merge,
        1,
        *(left.ctypes.data, left.size),
        *(right.ctypes.data, right.size),
        byref(made),
    )
    return _bytes_of(made)
