"""Arrays as the library reads them: where they lie, or else copied, and only in :func:`copy`.

Level 1 reads row-major arrays whose rows may be any distance apart; levels 2 and 3 read any strides
through a ``linclass_matrix`` (:mod:`linclass._capi.views`). What forces a copy: another dtype, another byte
order, bytes that are not aligned, and strides that the function cannot describe.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from linclass._capi import abi

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    DataType = np.dtype[Any]
else:
    DataType = np.dtype
    Array = np.ndarray  # numpy.typing takes longer to import than most of this package

# Bound once: looking them up is a part of what a prediction of one row costs.
_addressof = ctypes.addressof
_buffer_of = ctypes.c_char.from_buffer

#: What may be given as the precision of a fit.
Precision = Literal["float32", "float64"] | type[np.float32] | type[np.float64] | np.dtype[Any]

FLOAT32 = np.dtype(np.float32)
FLOAT64 = np.dtype(np.float64)
INT32 = np.dtype(np.int32)
INT64 = np.dtype(np.int64)
UINT8 = np.dtype(np.uint8)

#: dtypes of a matrix view; bfloat16, which NumPy does not have, is not among them.
CODES: dict[np.dtype[Any], int] = {
    UINT8: abi.UINT8,
    FLOAT32: abi.FLOAT32,
    FLOAT64: abi.FLOAT64,
    np.dtype(np.int8): abi.INT8,
    np.dtype(np.int16): abi.INT16,
    np.dtype(np.uint16): abi.UINT16,
    np.dtype(np.float16): abi.FLOAT16,
    INT32: abi.INT32,
    INT64: abi.INT64,
}
DTYPES = {code: dtype for dtype, code in CODES.items()}


def code_of(dtype: np.dtype[Any]) -> int | None:
    """The number of a dtype that a matrix view can have; None for any other."""
    code = CODES.get(dtype)
    return abi.BFLOAT16 if code is None and is_bfloat16(dtype) else code


def is_bfloat16(dtype: np.dtype[Any]) -> bool:
    """Whether this is the bfloat16 of the package ml_dtypes."""
    return dtype.kind == "V" and dtype.name == "bfloat16"


def copy(array: Array, dtype: np.dtype[Any]) -> Array:
    """Copy into a contiguous, aligned, row-major array of the dtype."""
    return np.array(array, dtype=dtype, order="C", copy=True)


def is_sparse(value: Any) -> bool:
    """Whether this is a sparse matrix or array, of scipy or like one."""
    return hasattr(value, "toarray") and hasattr(value, "nnz")


def as_array(value: Any, name: str) -> Array:
    """See anything array-like as an array, without a copy where it has memory of its own to show."""
    if type(value) is np.ndarray:
        return value
    if is_sparse(value):
        raise TypeError(f"{name} is sparse; dense data is required: {name}.toarray() makes it so")
    try:
        if hasattr(value, "__dlpack__") and not hasattr(value, "__array__"):
            return np.from_dlpack(value)
        return np.asarray(value)
    except (BufferError, RuntimeError) as error:  # so do tensors refuse that are no plain memory
        raise TypeError(f"{name} cannot be read as an array: {error}") from error


def real_dtype(*arrays: Array) -> np.dtype[Any]:
    """Float32 when it holds every number the arrays can hold, otherwise float64."""
    dtypes = [FLOAT32 if is_bfloat16(array.dtype) else array.dtype for array in arrays]
    for dtype in dtypes:
        if dtype.kind not in "biuf" or dtype.itemsize > 8:
            raise TypeError(f"an array of {dtype} is not one of real numbers up to float64")
    common = np.result_type(np.float16, *dtypes)
    return FLOAT32 if common.itemsize <= 4 else FLOAT64


def two_dimensional(array: Array, name: str) -> Array:
    """The array, which must have two dimensions."""
    if array.ndim != 2:
        raise ValueError(f"{name} has {array.ndim} dimensions, not 2")
    return array


def leading_dimension(array: Array) -> int | None:
    """Elements from one row to the next of a row-major array; None for another arrangement."""
    rows, cols = array.shape
    row_step, col_step = array.strides
    size = array.itemsize
    least: int = max(cols, 1)
    if rows == 0 or cols == 0:
        return least
    if not array.flags.aligned or (cols > 1 and col_step != size):
        return None
    if rows == 1:
        return least
    if row_step < least * size or row_step % size:
        return None
    ld: int = row_step // size
    return ld


def row_major(array: Array, dtype: np.dtype[Any], name: str) -> tuple[Array, int]:
    """The array, or a copy when it must be, with its leading dimension."""
    two_dimensional(array, name)
    if array.dtype == dtype:
        ld = leading_dimension(array)
        if ld is not None:
            return array, ld
    return copy(array, dtype), max(array.shape[1], 1)


def vector(array: Array, dtype: np.dtype[Any], length: int, name: str) -> Array:
    """A contiguous vector of the given length, copied when it must be."""
    if array.ndim != 1:
        raise ValueError(f"{name} has {array.ndim} dimensions, not 1")
    if array.shape[0] != length:
        raise ValueError(f"{name} has {array.shape[0]} elements, not {length}")
    if array.dtype == dtype and array.flags.c_contiguous and array.flags.aligned:
        return array
    return copy(array, dtype)


def labels(value: Any, length: int, name: str = "y") -> Array:
    """Integer labels as contiguous int64, one a row."""
    array = as_array(value, name)
    if array.size == 0:
        array = array.astype(INT64)
    if array.dtype.kind not in "biu":
        raise TypeError(
            f"{name} is of {array.dtype}; labels are integers (estimators such as linclass.SoftmaxRegression "
            "take others too)"
        )
    if array.dtype.kind == "u" and array.dtype.itemsize == 8 and array.size:
        largest = int(array.max())
        if largest > np.iinfo(np.int64).max:
            raise ValueError(f"{name} holds {largest}, more than int64 does")
    return vector(array, INT64, length, name)


def output(out: Any, shape: tuple[int, ...], dtype: np.dtype[Any], name: str = "out") -> Array:
    """A new array, or the caller's, which must be as it would be made: nothing is converted back."""
    if out is None:
        return np.empty(shape, dtype)
    array = as_array(out, name)
    if array.shape != shape:
        raise ValueError(f"{name} has the shape {array.shape}, not {shape}")
    if array.dtype != dtype:
        raise ValueError(f"{name} is of {array.dtype}, not {dtype}")
    if not array.flags.writeable:
        raise ValueError(f"{name} is read-only")
    in_place = array.flags.c_contiguous if array.ndim == 1 else leading_dimension(array) is not None
    if not in_place or not array.flags.aligned:
        raise ValueError(f"{name} is not row-major with contiguous rows")
    return array


def address(array: Array) -> int:
    """Where element 0 lies. Through the buffer where that is possible: three times as fast."""
    if array.flags.carray and array.size and array.dtype.kind != "V":
        buffer: Any = array
        return _addressof(_buffer_of(buffer))
    return array.ctypes.data


def placed_output(out: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> tuple[Array, int]:
    """:func:`output`, and where its element 0 lies: of a new array without another look at it."""
    if out is None and 0 not in shape:
        array: Any = np.empty(shape, dtype)
        return array, _addressof(_buffer_of(array))
    array = output(out, shape, dtype)
    return array, address(array)
