"""Owners of what the library makes: contexts, models, data sets, selections."""

from __future__ import annotations

from ctypes import c_void_p
from types import SimpleNamespace
from typing import Any

import numpy as np

from linclass._capi.arrays import Array


class Handle:
    """Owner of one object of the library, which is destroyed when nobody refers to the handle any more.

    Another thread may drop its reference at any time: whoever calls the library with the pointer must hold
    the handle until the call has ended.
    """

    __slots__ = ("__weakref__", "_destroy", "pointer")

    def __init__(self, pointer: c_void_p, destroy: Any) -> None:
        self.pointer = pointer
        self._destroy = destroy

    def __del__(self) -> None:
        self._destroy(self.pointer)

    def array(
        self,
        place: int,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        strides: tuple[int, ...] | None = None,
    ) -> Array:
        """The object's memory at this address as a read-only array, which keeps the object alive.

        ``strides``: in bytes; None for row-major.
        """
        if 0 in shape:
            return np.empty(shape, dtype)
        interface = {
            "version": 3,
            "data": (place, True),
            "shape": shape,
            "typestr": dtype.str,
            "strides": strides,
        }
        seen: Array = np.asarray(SimpleNamespace(__array_interface__=interface, owner=self))
        return seen
