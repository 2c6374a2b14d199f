"""Rows in parts: chunks that are read again for each sweep, or an engine that carries bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from ctypes import byref, c_char_p, c_int64, c_size_t, c_void_p, pointer, sizeof, string_at
from typing import Any, NamedTuple, Protocol

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import FLOAT64, address, as_array, labels, vector
from linclass._capi.contexts import call
from linclass._capi.handles import Handle
from linclass._capi.library import lib
from linclass._capi.names import public
from linclass._capi.options import integer, real
from linclass._capi.views import matrix
from linclass._functions.progress import Watch

Chunk = tuple[Any, ...]
Chunks = Iterable[Chunk] | Callable[[], Iterable[Chunk]]


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


OnSweep = Callable[[Sweep], Any]


def _address(array: Any) -> int | None:
    return None if array is None else address(array)


def _fill(part: abi.Part, chunk: Any, scale: float) -> list[Any]:
    """Let a part point to the rows of a chunk; what is returned must be kept as long as it is used."""
    if not isinstance(chunk, (tuple, list)) or len(chunk) not in (2, 3):
        raise ValueError("a chunk is not (X, y) or (X, y, sample_weight)")
    view, X = matrix(chunk[0], "X", scale)
    y = labels(chunk[1], view.rows)
    weights = None
    if len(chunk) == 3 and chunk[2] is not None:
        weights = vector(as_array(chunk[2], "sample_weight"), FLOAT64, view.rows, "sample_weight")
    part.X = pointer(view)
    part.y = _address(y)
    part.sample_weight = _address(weights)
    return [view, X, y, weights]


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
        self._kept: Any = None
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
            self._kept = None  # before the next chunk is made: one is in memory at a time
            chunk = next(self._iterator, None)
            if chunk is None:
                self._end_sweep()
                return 0
            if self._watch.interrupted:
                raise KeyboardInterrupt
            self._kept = _fill(part.contents, chunk, self._scale)
            self._count += 1
            self._rows += self._kept[0].rows
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
            answer = np.frombuffer(self._parts.ask(string_at(request, length)), np.uint8)
            if self._watch.interrupted:
                raise KeyboardInterrupt
            self._kept = answer
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


def part_answer(
    request: bytes,
    X: Any = None,
    y: Any = None,
    sample_weight: Any = None,
    *,
    number: int = 0,
    scale: float = 1.0,
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
    sample_weight : array_like, (m,), optional
    number : int
        The place of the part in the order of all parts, from 0.
    scale : float
        The elements of X are multiplied by it: the same for all parts.
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
    part = abi.Part()
    lib.linclass_part_init(byref(part), c_size_t(sizeof(part)))
    part.number = integer(number, "number")
    kept: list[Any] = []
    if error is not None:
        part.error = c_char_p(error.encode())
    else:
        kept = _fill(part, (X, y, sample_weight), real(scale, "scale"))
    made = c_void_p()
    given = np.frombuffer(request, np.uint8)
    call(lib.linclass_part_answer, threads, byref(part), given.ctypes.data, given.size, byref(made))
    kept.clear()
    return _bytes_of(made)


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
