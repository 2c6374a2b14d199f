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
from linclass._capi.handles import Handle
from linclass._capi.library import lib
from linclass._capi.options import integer


def _made(threads: int) -> Handle:
    options = abi.ContextOptions()
    lib.linclass_context_options_init(byref(options), c_size_t(sizeof(options)))
    options.threads = threads
    made = c_void_p()
    status = lib.linclass_context_create(byref(options), byref(made))
    if status < 0:
        error = error_of(status, None)
        error.args = (f"{error}: a context with threads = {threads}",)
        raise error
    return Handle(made, lib.linclass_context_destroy)


class _Idle(threading.local):
    """The idle contexts of a thread, by their number of threads."""

    def __init__(self) -> None:
        self.contexts: dict[int, list[Handle]] = {}


_idle = _Idle()


def take(threads: int = 0) -> Handle:
    """Take an idle context of this thread, or make one. 0: as many threads as there are to use."""
    idle = _idle.contexts.get(threads)
    return idle.pop() if idle else _made(integer(threads, "threads", 0, 1024))


def give_back(context: Handle, threads: int = 0) -> None:
    """Keep the context for the thread's next call."""
    _idle.contexts.setdefault(threads, []).append(context)


@contextlib.contextmanager
def borrowed(threads: int = 0) -> Iterator[Handle]:
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
        status: int = function(context.pointer, *arguments)
        if status < 0:
            raise error_of(status, context.pointer)
        return status
    finally:
        give_back(context, threads)
