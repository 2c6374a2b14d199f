"""Level 3: data sets in files, as arrays over the library's memory."""

from __future__ import annotations

import os
from ctypes import byref, c_int64, c_size_t, c_void_p, sizeof
from typing import Any, NamedTuple

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import DTYPES, INT64, Array
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.names import public


@public
class Dataset(NamedTuple):
    """Samples and labels as read: memory of the library's, read-only, kept by the arrays.

    Attributes
    ----------
    X : ndarray, (m, n)
        Of the file's type: uint8 images stay uint8.
    y : ndarray, (m,), int64, or None
    sample_shape : tuple of int
        The dimensions of a sample as the file has them, such as (28, 28).
    """

    X: Array
    y: Array | None
    sample_shape: tuple[int, ...]


class _Owner:
    """Owner of one ``linclass_dataset``."""

    __slots__ = ("_destroy", "pointer")

    def __init__(self, pointer: c_void_p) -> None:
        self.pointer = pointer
        self._destroy = lib.linclass_dataset_destroy

    def __del__(self) -> None:
        self._destroy(self.pointer)


class _Memory:
    """Memory of a data set as NumPy sees it; keeps the data set."""

    def __init__(self, owner: _Owner, interface: dict[str, Any]) -> None:
        self._owner = owner
        self.__array_interface__ = {"version": 3, **interface}


def _samples(owner: _Owner) -> Array:
    view = abi.Matrix()
    lib.linclass_dataset_matrix(owner.pointer, byref(view), c_size_t(sizeof(view)))
    dtype = DTYPES[view.dtype]
    if view.rows == 0 or view.cols == 0:
        return np.empty((view.rows, view.cols), dtype)
    strides = (view.row_stride * dtype.itemsize, view.col_stride * dtype.itemsize)
    interface = {"data": (view.data, True), "shape": (view.rows, view.cols), "strides": strides}
    return np.asarray(_Memory(owner, {"typestr": dtype.str, **interface}))


def _labels(owner: _Owner, m: int) -> Array | None:
    place = lib.linclass_dataset_labels(owner.pointer)
    if place is None:
        return None
    if m == 0:
        return np.empty(0, INT64)
    return np.asarray(_Memory(owner, {"data": (place, True), "shape": (m,), "typestr": INT64.str}))


def read_idx(images: str | os.PathLike[str], labels: str | os.PathLike[str] | None = None) -> Dataset:
    """Read IDX files, the format of MNIST and its kin, plain or gzip'd.

    Parameters
    ----------
    images, labels : path
        ``labels`` may be left out.

    Returns
    -------
    Dataset

    Raises
    ------
    OSError
        A file cannot be read.
    ValueError
        A file is damaged, or there are more or fewer labels than images.
    """
    made = c_void_p()
    paths = (os.fsencode(images), None if labels is None else os.fsencode(labels))
    call(lib.linclass_dataset_read_idx, 0, *paths, byref(made))
    owner = _Owner(made)
    rank = lib.linclass_dataset_sample_shape(owner.pointer, None, 0)
    dimensions = (c_int64 * max(rank, 1))()
    lib.linclass_dataset_sample_shape(owner.pointer, dimensions, rank)
    X = _samples(owner)
    return Dataset(X, _labels(owner, X.shape[0]), tuple(dimensions[:rank]))
