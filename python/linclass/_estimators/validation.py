"""What estimators ask of their input, with the messages users of scikit-learn know.

Only shapes, types and names: values are looked at by the library, where it reads them.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from linclass._capi.arrays import FLOAT64, Array, as_array, code_of, copy, is_sparse, real_dtype
from linclass._capi.views import sparse_rows


def feature_names(X: Any) -> Array | None:
    """Names of the columns of a data frame, if all are strings."""
    named = hasattr(type(X), "column_names")  # a pyarrow table; of a pandas data frame it may be a column
    columns = X.column_names if named else getattr(X, "columns", None)
    if columns is None or not hasattr(X, "shape"):
        return None
    names = np.asarray(columns, dtype=object)
    strings = [isinstance(name, str) for name in names]
    if names.size == 0 or not any(strings):
        return None
    if not all(strings):
        kinds = sorted({type(name).__name__ for name in names})
        raise TypeError(
            "Feature names are only supported if all input features have string names, but your input "
            f"has {kinds} as feature name / column name types."
        )
    return names


def _difference(title: str, names: list[str]) -> str:
    shown = [f"- {name}\n" for name in names[:5]] + (["- ...\n"] if len(names) > 5 else [])
    return title + "".join(shown) if names else ""


def check_feature_names(estimator: Any, X: Any) -> None:
    """Compare the names of the columns with those the estimator was fitted on."""
    fitted = getattr(estimator, "feature_names_in_", None)
    names = feature_names(X)
    kind = type(estimator).__name__
    if fitted is None and names is None:
        return
    if fitted is None:
        warnings.warn(f"X has feature names, but {kind} was fitted without feature names", stacklevel=4)
    elif names is None:
        warnings.warn(
            f"X does not have valid feature names, but {kind} was fitted with feature names", stacklevel=4
        )
    elif list(names) != list(fitted):
        unseen = sorted(set(names) - set(fitted))
        missing = sorted(set(fitted) - set(names))
        message = "The feature names should match those that were passed during fit.\n"
        message += _difference("Feature names unseen at fit time:\n", unseen)
        message += _difference("Feature names seen at fit time, yet now missing:\n", missing)
        if not unseen and not missing:
            message += "Feature names must be in the same order as they were in fit.\n"
        raise ValueError(message)


def samples(X: Any) -> Any:
    """X as a two-dimensional array of numbers, or a sparse matrix in CSR form, copied only where needed."""
    if X is None:
        raise ValueError("X is None: an array of samples was expected")
    sparse = is_sparse(X)
    array = sparse_rows(X) if sparse else as_array(X, "X")
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    if array.dtype.kind in "OSUMm" or (array.dtype.kind == "V" and code_of(array.dtype) is None):
        array = array.astype(FLOAT64)
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(FLOAT64)
    if array.ndim != 2:
        raise ValueError(
            f"Expected 2D array, got {array.ndim}D array instead: shape={array.shape}. Reshape your data "
            "either using array.reshape(-1, 1) if your data has a single feature or "
            "array.reshape(1, -1) if it contains a single sample."
        )
    for count, what in zip(array.shape, ("sample", "feature"), strict=True):
        if count < 1:
            raise ValueError(
                f"Found array with 0 {what}(s) (shape={array.shape}) while a minimum of 1 is required."
            )
    if not sparse and array.dtype.kind != "b" and code_of(array.dtype) is None:
        array = copy(array, real_dtype(array))
    return array


def _check_length(y: Array, m: int, name: str) -> None:
    if y.shape[0] != m:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: [{m}, {y.shape[0]}] ({name})"
        )


def targets(y: Any, m: int, estimator: str) -> Array:
    """Labels of any type as a vector of m."""
    if y is None:
        raise ValueError(f"{estimator} requires y to be passed, but the target y is None")
    array = as_array(y, "y")
    if array.ndim == 2 and array.shape[1] == 1:
        from sklearn.exceptions import DataConversionWarning  # the workers of engines do without it

        warnings.warn(
            "A column-vector y was passed when a 1d array was expected. Please change the shape of y to "
            "(n_samples, ), for example using ravel().",
            DataConversionWarning,
            stacklevel=5,
        )
        array = array.reshape(-1)
    if array.ndim != 1:
        raise ValueError(f"y should be a 1d array, got an array of shape {array.shape} instead.")
    _check_length(array, m, "X, y")
    if array.dtype.kind == "f":
        if np.isnan(array).any():
            raise ValueError("Input y contains NaN.")
        if np.isinf(array).any():
            raise ValueError("Input y contains infinity or a value too large for dtype('float64').")
        if (array != np.rint(array)).any():
            raise ValueError(
                "Unknown label type: continuous. Classes are expected, y has numbers that are not whole."
            )
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    return array


def weights(sample_weight: Any, m: int, part: bool = False) -> Array | None:
    """Sample weights as a vector of m float64; None where there are none. Those of a part may all be zero."""
    if sample_weight is None:
        return None
    array = np.asarray(sample_weight, dtype=FLOAT64)
    if array.ndim == 0:
        array = np.full(m, float(array))
    if array.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got {array.ndim}D array.")
    _check_length(array, m, "X, sample_weight")
    wrong = np.flatnonzero(~(np.isfinite(array) & (array >= 0)))
    if wrong.size:
        raise ValueError(f"sample_weight[{wrong[0]}] is {array[wrong[0]]:g}, not finite and >= 0")
    if not array.any() and not part:
        raise ValueError("sample_weight is zero for all samples: no sample weight is left")
    return np.ascontiguousarray(array)


def seed_of(random_state: Any) -> int:
    """The seed a scikit-learn ``random_state`` stands for; None is 0: a fit gives the same twice."""
    if random_state is None:
        return 0
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**63))
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    return int(random_state) % 2**64
