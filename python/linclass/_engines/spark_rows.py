"""Arrow's columns, as Spark hands them to Python, as the rows of a fit.

Features are one column of Spark's vectors (a struct: type 0 sparse, 1 dense; size; indices; values) or of
arrays, or several columns of numbers. Values become the narrowest of uint8, float32 and float64 that holds
them all exactly: Spark's vectors are of doubles whatever they hold, and a sweep reads what is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from linclass._capi.arrays import Array, is_sparse


def _refuse_null(column: Any, name: str, first: int) -> None:
    """ValueError that names the first row without a value; first: the row that the column begins with."""
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0])
        raise ValueError(f"{name} is null in row {first + row}")


def narrow(values: Array) -> Array:
    """The same numbers in the narrowest of uint8, float32 and float64; narrower ones as they are."""
    if values.dtype.kind not in "fiu" or values.dtype.itemsize < 4 or values.size == 0:
        return values
    with np.errstate(invalid="ignore", over="ignore"):
        if values.min() >= 0 and values.max() <= 255:
            bytes_: Array = values.astype(np.uint8)
            if np.array_equal(bytes_, values):
                return bytes_
        floats: Array = values.astype(np.float32)
        return floats if np.array_equal(floats, values) else values.astype(np.float64, copy=False)


def _one_length(lengths: Array, name: str, first: int) -> int:
    other = np.flatnonzero(lengths != lengths[0])
    if other.size:
        raise ValueError(
            f"{name} has {lengths[other[0]]} values in row {first + other[0]}, {lengths[0]} in row {first}"
        )
    return int(lengths[0])


def _vectors(column: Any, name: str, first: int) -> Any:
    kinds, sizes, indices, values = column.flatten()
    sparse_rows = kinds.to_numpy() == 0
    counts = np.asarray(values.value_lengths())
    data = values.flatten().to_numpy()
    lengths = counts.copy()
    lengths[sparse_rows] = sizes.to_numpy(zero_copy_only=False)[sparse_rows]
    n = _one_length(lengths, name, first)
    if not sparse_rows.any():
        return narrow(data.reshape(-1, n))
    from scipy import sparse  # only where it is needed: each process that Spark starts imports anew

    of_sparse = np.repeat(sparse_rows, counts)
    places = np.empty(data.size, np.int32)
    places[of_sparse] = indices.flatten().to_numpy()
    places[~of_sparse] = np.tile(np.arange(n, dtype=np.int32), np.count_nonzero(~sparse_rows))
    starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    return sparse.csr_matrix((narrow(data), places, starts), shape=(len(counts), n))


def _arrays(column: Any, name: str, first: int) -> Array:
    n = _one_length(np.asarray(column.value_lengths()), name, first)
    values = column.flatten()
    if values.null_count:
        place = int(np.flatnonzero(values.is_null().to_numpy(zero_copy_only=False))[0])
        raise ValueError(f"{name}[{place % n}] is null in row {first + place // n}")
    return narrow(_numbers(values, name).reshape(-1, n))


def _numbers(column: Any, name: str) -> Array:
    kind = column.type
    if pa.types.is_decimal(kind):
        column = column.cast(pa.float64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        raise ValueError(f"{name} is of {kind}, not of numbers")
    values: Array = column.to_numpy(zero_copy_only=False)
    return values


def features(columns: Sequence[Any], names: Sequence[str], first: int = 0) -> Any:
    """Rows of one column of vectors or arrays, or of several of numbers; first: for messages."""
    for column, name in zip(columns, names, strict=True):
        _refuse_null(column, name, first)
    if len(columns) == 1 and pa.types.is_struct(columns[0].type):
        return _vectors(columns[0], names[0], first)
    if len(columns) == 1 and pa.types.is_list(columns[0].type):
        return _arrays(columns[0], names[0], first)
    numbers = [_numbers(column, name) for column, name in zip(columns, names, strict=True)]
    return narrow(np.column_stack(numbers))


def labels(column: Any, name: str, first: int) -> Array:
    """Labels: numbers, truth values or texts."""
    _refuse_null(column, name, first)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return np.array(column.to_pylist(), dtype=str)
    return _numbers(column, name)


def weights(column: Any, name: str, first: int) -> Array:
    """Sample weights."""
    _refuse_null(column, name, first)
    return _numbers(column, name).astype(np.float64)


def joined(blocks: list[Any]) -> Any:
    """Blocks of rows as one, in a type that holds all; sparse if one is."""
    if len({block.shape[1] for block in blocks}) > 1:
        widths = ", ".join(str(block.shape[1]) for block in blocks[:10])
        raise ValueError(f"rows have different numbers of features: {widths}")
    if len(blocks) == 1:
        return blocks[0]
    if any(is_sparse(block) for block in blocks):
        from scipy import sparse

        return sparse.vstack([sparse.csr_matrix(block) for block in blocks], format="csr")
    return np.concatenate(blocks)
