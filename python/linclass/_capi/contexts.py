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
from linclass._capi.errors import error_of
from linclass._capi.library import lib
from linclass._capi.options import integer


class Context:
    """Owner of one ``linclass_context``."""

    __slots__ = ("_destroy", "handle")

    def __init__(self, threads: int) -> None:
        self.handle: c_void_p | None = None
        self._destroy = lib.linclass_context_destroy
        options = abi.ContextOptions()
        lib.linclass_context_options_init(byref(options), c_size_t(sizeof(options)))
        options.threads = threads
        handle = c_void_p()
        status = lib.linclass_context_create(byref(options), byref(handle))
        if status < 0:
            error = error_of(status, None)
            error.args = (f"{error}: a context with threads = {threads}",)
            raise error
        self.handle = handle

    def __del__(self) -> None:
        if self.handle is not None:
            self._destroy(self.handle)


class _Idle(threading.local):
    """The idle contexts of a thread, by their number of threads."""

    def __init__(self) -> None:
        self.contexts: dict[int, list[Context]] = {}


_idle = _Idle()


def take(threads: int = 0) -> Context:
    """Take an idle context of this thread, or make one. 0: as many threads as there are to use."""
    idle = _idle.contexts.get(threads)
    return idle.pop() if idle else Context(integer(threads, "threads", 0, 1024))


def give_back(context: Context, threads: int = 0) -> None:
    """Keep the context for the thread's next call."""
    _idle.contexts.setdefault(threads, []).append(context)


@contextlib.contextmanager
def borrowed(threads: int = 0) -> Iterator[Context]:
    """Take a context for the length of a ``with``."""
    context = take(threads)
    try:
        yield context
    finally:
        give_back(context, threads)


def call(function: Any, threads: int, *arguments: Any) -> int:
    """Call a function of the library on a context; raise for an error, return the status."""
    context = take(threads)
    try:
        status: int = function(context.handle, *arguments)
        if status < 0:
            raise error_of(status, context.handle)
        return status
    finally:
        give_back(context, threads)
