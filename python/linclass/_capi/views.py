"""Matrix views: dense arrays and sparse matrices as levels 2 and 3 read them.

A dense array is read with any strides. Of a sparse matrix in CSR form the values and the columns are read
where they lie; row starts of 32 bits are widened to 64, 8 bytes a row. What forces a copy: a dtype the
library does not know, another byte order, bytes that are not aligned; for sparse matrices another form
than CSR, and rows whose columns do not ascend or occur twice.

scipy is not needed: a sparse matrix is known by its attributes.
"""

from __future__ import annotations

from ctypes import addressof, c_char, sizeof
from typing import Any, NamedTuple

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import (
    CODES,
    FLOAT32,
    FLOAT64,
    INT32,
    INT64,
    UINT8,
    Array,
    address,
    as_array,
    code_of,
    copy,
    is_sparse,
    real_dtype,
    row_major,
    two_dimensional,
)
from linclass._capi.errors import InvalidArgumentError

# Bound once: looking them up is a part of what a prediction of one row costs.
_addressof = addressof
_buffer_of = c_char.from_buffer
_copied = abi.Matrix.from_buffer_copy
_MATRIX_BYTES = sizeof(abi.Matrix)


class _Like(NamedTuple):
    """What tells an array like the last one that :func:`view_as_it_lies` has seen, and that one's view."""

    dtype: np.dtype[Any] | None
    shape: tuple[int, ...]
    scale: float
    view: bytes


_like = _Like(None, (), 1.0, b"")


def _readable(array: Array) -> Array:
    """The array as a view can describe it: of a dtype it knows, aligned, in whole elements."""
    if array.dtype.kind == "b":
        array = array.view(UINT8)
    if code_of(array.dtype) is None:
        return copy(array, real_dtype(array))
    flags = array.flags
    if flags.aligned and (flags.c_contiguous or all(step % array.itemsize == 0 for step in array.strides)):
        return array
    return copy(array, array.dtype)


def dense_matrix(array: Array, name: str = "X", scale: float = 1.0) -> tuple[abi.Matrix, Array]:
    """A view of the array, and the array it views, which must outlive it."""
    array = _readable(two_dimensional(array, name))
    rows, cols = array.shape
    size = array.itemsize
    row_step, col_step = array.strides
    view = abi.Matrix(
        sizeof(abi.Matrix),
        code_of(array.dtype),
        abi.LAYOUT_STRIDED,
        rows,
        cols,
        row_step // size,
        col_step // size,
        address(array),
        scale,
    )
    return view, array


def view_as_it_lies(array: Array, scale: float) -> abi.Matrix | None:
    """A view of most arrays, in a third of the time, which for a single row is much; None of the others.

    The view of an array like the one before is a copy of its view, but for the address.
    """
    global _like
    like = _like
    shape = array.shape
    buffer: Any = array
    if array.dtype is like.dtype and shape == like.shape and scale == like.scale and array.flags.carray:
        view = _copied(like.view)
        view.data = _addressof(_buffer_of(buffer))
        return view
    code = CODES.get(array.dtype)
    if code is None or len(shape) != 2 or 0 in shape or not array.flags.carray:
        return None
    rows, cols = shape
    place = _addressof(_buffer_of(buffer))
    view = abi.Matrix(_MATRIX_BYTES, code, abi.LAYOUT_STRIDED, rows, cols, cols, 1, place, scale)
    _like = _Like(array.dtype, shape, scale, bytes(view))
    return view


def _check_columns(rows: Any, name: str) -> None:
    """Refuse the first column out of range, by its place in the caller's arrays: sorting moves it."""
    columns = rows.indices[: rows.indptr[-1]]
    wrong = (columns < 0) | (columns >= rows.shape[1])
    if wrong.any():
        place = int(wrong.argmax())
        row = int(np.searchsorted(rows.indptr, place, side="right")) - 1
        raise InvalidArgumentError(  # as the library says it
            f"{name}.columns[{place}], in row {row}, is {columns[place]}, not in 0..{rows.shape[1] - 1}"
        )


def sparse_rows(value: Any, name: str = "X") -> Any:
    """A sparse matrix in CSR form, whose columns ascend in each row, none twice: itself, or a copy."""
    if len(value.shape) != 2:
        raise ValueError(f"{name} has {len(value.shape)} dimensions, not 2")
    if not hasattr(value, "tocsr"):
        raise TypeError(f"{name} is sparse and has no tocsr(); {name}.toarray() makes it dense")
    rows = value.tocsr()
    if len(rows.indptr) != rows.shape[0] + 1 or rows.indptr[-1] > min(len(rows.indices), len(rows.data)):
        raise ValueError(
            f"{name}.indptr does not fit its shape {rows.shape} and its {len(rows.data)} elements"
        )
    # With such row starts scipy would read beyond its arrays; the library says which it refuses.
    damaged = rows.indptr[0] < 0 or (rows.indptr[1:] < rows.indptr[:-1]).any()
    if damaged or rows.has_canonical_format:
        return rows
    _check_columns(rows, name)
    rows = rows.astype(FLOAT32) if rows.dtype == np.float16 else rows.copy()  # which scipy cannot add
    rows.sum_duplicates()
    return rows


class SparseRows(NamedTuple):
    """The arrays of a sparse matrix as a view points to them."""

    values: Array
    columns: Array
    row_starts: Array


def _vector(array: Array, dtype: np.dtype[Any]) -> Array:
    """A vector of the dtype without gaps, the array itself where it is one."""
    if array.dtype == dtype and array.flags.c_contiguous and array.flags.aligned:
        return array
    return copy(array, dtype)


def sparse_matrix(value: Any, name: str = "X", scale: float = 1.0) -> tuple[abi.Matrix, SparseRows]:
    """A view of a sparse matrix, and the arrays it views, which must outlive it."""
    rows = sparse_rows(value, name)
    values = _readable(rows.data)
    if not values.flags.c_contiguous:
        values = copy(values, values.dtype)
    columns = _vector(rows.indices, rows.indices.dtype if rows.indices.dtype == INT32 else INT64)
    row_starts = _vector(rows.indptr, INT64)
    view = abi.Matrix(
        sizeof(abi.Matrix),
        code_of(values.dtype),
        abi.LAYOUT_CSR,
        *rows.shape,
        *(0, 0, address(values)),
        scale,
        *(address(row_starts), address(columns)),
        CODES[columns.dtype],
    )
    return view, SparseRows(values, columns, row_starts)


def add_offset(view: abi.Matrix, offset: Any, columns: int, name: str = "offset") -> Array:
    """Give a view base scores, ``columns`` of each row; what holds them, which must outlive it."""
    scores = as_array(offset, name)
    if scores.ndim == 1 and columns == 1:
        scores = scores.reshape(-1, 1)
    scores, stride = row_major(two_dimensional(scores, name), FLOAT64, name)
    if scores.shape != (view.rows, columns):
        raise ValueError(f"{name} has the shape {scores.shape}, not {(view.rows, columns)}")
    view.offset = address(scores)
    view.offset_stride = stride
    return scores


def matrix(value: Any, name: str = "X", scale: float = 1.0) -> tuple[abi.Matrix, Any]:
    """A view of anything array-like or sparse, and what it views, which must outlive it."""
    if type(value) is np.ndarray:
        view = view_as_it_lies(value, scale)
        if view is not None:
            return view, value
    elif is_sparse(value):
        return sparse_matrix(value, name, scale)
    return dense_matrix(as_array(value, name), name, scale)
