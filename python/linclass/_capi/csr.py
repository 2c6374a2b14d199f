"""Sparse rows of the library's as a sparse matrix: scipy's, or a stand-in where there is no scipy."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from linclass._capi.arrays import INT32, INT64, Array


class Csr:
    """A sparse matrix with no more than this package reads, for where there is no scipy."""

    has_canonical_format = True

    def __init__(self, data: Array, indices: Array, indptr: Array, shape: tuple[int, int]) -> None:
        self.data, self.indices, self.indptr, self.shape = data, indices, indptr, shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the values."""
        return self.data.dtype

    @property
    def nnz(self) -> int:
        """Elements that are stored."""
        return len(self.data)

    def tocsr(self) -> Csr:
        """The matrix itself."""
        return self

    def toarray(self) -> Array:
        """A dense copy."""
        dense = np.zeros(self.shape, self.dtype)
        dense[np.repeat(np.arange(self.shape[0]), np.diff(self.indptr)), self.indices] = self.data
        return dense


def csr_matrix(data: Array, columns: Array, row_starts: Array, shape: tuple[int, int]) -> Any:
    """A sparse matrix over these arrays, whose columns ascend in each row.

    scipy wants row starts of the type of the columns: of 64-bit ones 32-bit ones are made.
    """
    try:
        sparse = importlib.import_module("scipy.sparse")
    except ImportError:
        return Csr(data, columns, row_starts, shape)
    if columns.dtype == INT32 and row_starts[-1] <= np.iinfo(np.int32).max:
        row_starts = row_starts.astype(INT32)
    else:
        columns = columns.astype(INT64, copy=False)
    X = sparse.csr_matrix(shape)
    X.data, X.indices, X.indptr = data, columns, row_starts
    X.has_canonical_format = True
    return X
