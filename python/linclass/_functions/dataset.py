"""Level 3: data sets in files, as arrays over the library's memory."""

from __future__ import annotations

import os
from ctypes import byref, c_int64, c_size_t, c_void_p, sizeof
from typing import NamedTuple

from linclass._capi import abi
from linclass._capi.arrays import DTYPES, INT64, Array
from linclass._capi.contexts import call
from linclass._capi.handles import Handle
from linclass._capi.library import lib
from linclass._capi.names import public
from linclass._capi.paths import path_bytes


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


def _samples(dataset: Handle) -> Array:
    view = abi.Matrix()
    lib.linclass_dataset_matrix(dataset.pointer, byref(view), c_size_t(sizeof(view)))
    return dataset.array(view.data, (view.rows, view.cols), DTYPES[view.dtype])


def _labels(dataset: Handle, m: int) -> Array | None:
    place = lib.linclass_dataset_labels(dataset.pointer)
    return None if place is None else dataset.array(place, (m,), INT64)


def read_idx(images: str | os.PathLike[str], labels: str | os.PathLike[str] | None = None) -> Dataset:
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
    dataset = Handle(made, lib.linclass_dataset_destroy)
    rank = lib.linclass_dataset_sample_shape(dataset.pointer, None, 0)
    dimensions = (c_int64 * max(rank, 1))()
    lib.linclass_dataset_sample_shape(dataset.pointer, dimensions, rank)
    X = _samples(dataset)
    return Dataset(X, _labels(dataset, X.shape[0]), tuple(dimensions[:rank]))
