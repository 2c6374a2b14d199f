"""Contexts: one thread uses one at a time, so each thread keeps its own.

A context is taken from the thread's idle ones for the length of a call and put back after it. A callback
that calls the library while a fit is running therefore gets another one, and after fork() the child uses
those its thread was not using, which the library allows.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from ctypes import byref, c_size_t, c_void_p, sizeof
from typing import Any

from linclass._capi import abi
from linclass._capi.errors import InvalidArgumentError, error_of
from linclass._capi.handles import Handle
from linclass._capi.library import lib
from linclass._capi.options import integer

#: The vector set of contexts made from now on; 0: the best.
_vector_set = 0


def vector_sets() -> tuple[str, ...]:
    """Names of the sets of vector instructions that this processor can run, the best last."""
    best: int = lib.linclass_context_vector_set(None)
    return tuple(lib.linclass_vector_set_name(number).decode() for number in range(1, best + 1))


def use_vector_set(name: str | None = None) -> None:
    """Compute with a set of vector instructions from now on, in every thread; None: with the best.

    For tests and comparisons: the lower sets are slower. With up to 64 classes results do not depend on it.

    Parameters
    ----------
    name : str, optional
        One of :func:`vector_sets`.

    Raises
    ------
    InvalidArgumentError
        `name` is none of them.

    Examples
    --------
    >>> import linclass
    >>> linclass.use_vector_set("portable")
    >>> linclass.softmax([[0.0, 0.0]]).tolist()
    [[0.5, 0.5]]
    >>> linclass.use_vector_set()
    """
    global _vector_set
    usable = vector_sets()
    if name is not None and name not in usable:
        raise InvalidArgumentError(f"name is {name!r}: this processor has {', '.join(usable)}")
    _vector_set = 0 if name is None else 1 + usable.index(name)


class Context(Handle):
    """A context, and under what it is kept while it is idle: its number of threads and vector set."""

    __slots__ = ("key",)

    def __init__(self, pointer: c_void_p, key: tuple[int, int]) -> None:
        super().__init__(pointer, lib.linclass_context_destroy)
        self.key = key


def _made(key: tuple[int, int]) -> Context:
    options = abi.ContextOptions()
    lib.linclass_context_options_init(byref(options), c_size_t(sizeof(options)))
    options.threads = integer(key[0], "threads", 0, 1024)
    options.vector_set = key[1]
    made = c_void_p()
    status = lib.linclass_context_create(byref(options), byref(made))
    if status < 0:
        error = error_of(status, None)
        error.args = (f"{error}: a context with threads = {key[0]}",)
        raise error
    return Context(made, key)


class _Idle(threading.local):
    """The idle contexts of a thread, by their keys."""

    def __init__(self) -> None:
        self.contexts: dict[tuple[int, int], list[Context]] = {}


_idle = _Idle()


def take(threads: int = 0) -> Context:
    """Take an idle context of this thread, or make one. 0: as many threads as there are to use."""
    key = threads, _vector_set
    idle = _idle.contexts.get(key)
    return idle.pop() if idle else _made(key)


def give_back(context: Context) -> None:
    """Keep the context for the thread's next call."""
    contexts = _idle.contexts
    if context.key in contexts:
        contexts[context.key].append(context)
    else:
        contexts[context.key] = [context]


@contextlib.contextmanager
def borrowed(threads: int = 0) -> Iterator[Context]:
    """Take a context for the length of a ``with``."""
    context = take(threads)
    try:
        yield context
    finally:
        give_back(context)


def call(function: Any, threads: int, *arguments: Any) -> int:
    """Call a function of the library on a context; raise for an error, return the status."""
    key = threads, _vector_set  # take() and give_back() written out: a tenth of a prediction of one row
    contexts = _idle.contexts
    idle = contexts.get(key)
    context = idle.pop() if idle else _made(key)
    try:
        status: int = function(context.pointer, *arguments)
        if status < 0:
            raise error_of(status, context.pointer)
        return status
    finally:
        if idle is None:
            give_back(context)
        else:
            idle.append(context)
