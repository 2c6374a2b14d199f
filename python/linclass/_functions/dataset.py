"""Level 3: data sets as arrays over the library's memory, and those of IDX files."""

from __future__ import annotations

import importlib
import os
from ctypes import byref, c_int64, c_size_t, c_void_p, sizeof
from typing import Any, NamedTuple

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import DTYPES, FLOAT32, INT64, Array
from linclass._capi.contexts import call
from linclass._capi.csr import csr_matrix
from linclass._capi.handles import Handle
from linclass._capi.library import lib
from linclass._capi.names import public
from linclass._capi.paths import path_bytes
from linclass._capi.types import CsrMatrix
from linclass._functions.encoding import Encoding, text_of

Path = str | os.PathLike[str]


@public
class Dataset(NamedTuple):
    """Samples and labels as read: memory of the library's or a mapped file, read-only, kept by the arrays.

    Attributes
    ----------
    X : ndarray or scipy.sparse.csr_matrix, (m, n)
        Of the file's type: uint8 images stay uint8.
    y : ndarray, (m,), int64, or None
        Labels that are texts are their places in class_names.
    sample_shape : tuple of int
        The dimensions of a sample as the file has them, such as (28, 28).
    feature_names : ndarray of str, (n,), or None
    class_names : ndarray of str, (k,), or None
        The texts of the labels 0, 1, ...: ``class_names[y]``.
    encoding : Encoding or None
        How the columns of a table became features.
    """

    X: Array | CsrMatrix
    y: Array | None
    sample_shape: tuple[int, ...]
    feature_names: Array | None = None
    class_names: Array | None = None
    encoding: Encoding | None = None


def _of_bfloat16(halves: Array) -> Array:
    """Elements of bfloat16, seen as uint16: as ml_dtypes has them, in place, or copied to float32."""
    try:
        bfloat16 = importlib.import_module("ml_dtypes").bfloat16
    except ImportError:
        wide = halves.astype(np.uint32)
        wide <<= 16
        return wide.view(FLOAT32)
    seen: Array = halves.view(bfloat16)
    return seen


def _elements(
    dataset: Handle, place: int, code: int, shape: tuple[int, ...], strides: tuple[int, ...] | None = None
) -> Array:
    """Elements of the type of that number; ``strides``: in elements."""
    dtype = DTYPES.get(code, np.dtype(np.uint16))
    steps = None if strides is None else tuple(step * dtype.itemsize for step in strides)
    array = dataset.array(place, shape, dtype, steps)
    return _of_bfloat16(array) if code == abi.BFLOAT16 else array


def _sparse_samples(dataset: Handle, view: abi.Matrix) -> Any:
    row_starts = dataset.array(view.row_starts, (view.rows + 1,), INT64)
    count = int(row_starts[-1])
    columns = _elements(dataset, view.columns, view.column_dtype, (count,))
    if view.data is None:  # each is 1
        values = np.ones(count, DTYPES.get(view.dtype, FLOAT32))
    else:
        values = _elements(dataset, view.data, view.dtype, (count,))
    if values.dtype.itemsize == 2 and values.dtype.kind in "fV":  # which scipy does not know
        values = values.astype(FLOAT32)
    return csr_matrix(values, columns, row_starts, (view.rows, view.cols))


def _samples(dataset: Handle) -> Any:
    view = abi.Matrix()
    lib.linclass_dataset_matrix(dataset.pointer, byref(view), c_size_t(sizeof(view)))
    if view.layout == abi.LAYOUT_CSR:
        return _sparse_samples(dataset, view)
    strides = view.row_stride, view.col_stride
    return _elements(dataset, view.data, view.dtype, (view.rows, view.cols), strides)


def _labels(dataset: Handle, m: int) -> Array | None:
    place = lib.linclass_dataset_labels(dataset.pointer)
    return None if place is None else dataset.array(place, (m,), INT64)


def _names(name_of: Any, dataset: Handle, count: int) -> Array | None:
    """The first ``count`` names; None where there are none."""
    if count == 0 or name_of(dataset.pointer, 0) is None:
        return None
    return np.array([text_of(name_of(dataset.pointer, i)) for i in range(count)], dtype=object)


def _sample_shape(dataset: Handle) -> tuple[int, ...]:
    rank = lib.linclass_dataset_sample_shape(dataset.pointer, None, 0)
    dimensions = (c_int64 * max(rank, 1))()
    lib.linclass_dataset_sample_shape(dataset.pointer, dimensions, rank)
    return tuple(dimensions[:rank])


def dataset_of(made: c_void_p) -> Dataset:
    """The arrays and texts of a data set that the library has made."""
    dataset = Handle(made, lib.linclass_dataset_destroy)
    X = _samples(dataset)
    encoding = lib.linclass_dataset_encoding(dataset.pointer)
    return Dataset(
        X,
        _labels(dataset, X.shape[0]),
        _sample_shape(dataset),
        _names(lib.linclass_dataset_feature_name, dataset, X.shape[1]),
        _names(lib.linclass_dataset_class_name, dataset, lib.linclass_dataset_class_count(dataset.pointer)),
        None if encoding is None else Encoding(encoding, dataset),
    )


def read_idx(images: Path, labels: Path | None = None) -> Dataset:
    """Read IDX files, the format of MNIST, plain or gzip'd.

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
    paths = (path_bytes(images), None if labels is None else path_bytes(labels))
    call(lib.linclass_dataset_read_idx, 0, *paths, byref(made))
    return dataset_of(made)
