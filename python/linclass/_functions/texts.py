"""Labels and names of features as texts in a model file's metadata (docs/model-format.md).

The file's own labels are integers; what they stood for is kept beside them as JSON.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from linclass._capi.arrays import INT64, Array

CLASSES = "classes"
FEATURE_NAMES = "feature_names"

#: Kinds of NumPy's dtypes whose elements are JSON's own.
_NUMBERS = "iufb"


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def are_names(classes: Array, labels: Array) -> bool:
    """Whether the classes are texts that the model's labels 0, 1, ... can have as names: they ascend."""
    values = classes.tolist()
    in_order = np.array_equal(labels, np.arange(len(values)))
    return in_order and _are_texts(values) and "\0" not in "".join(values) and sorted(set(values)) == values


def classes_as_text(classes: Array) -> str | None:
    """The labels as JSON; None where the file's integers are all there is to say.

    Raises TypeError for labels JSON has no words for.
    """
    if classes.dtype == INT64:
        return None
    values = classes.tolist()
    if classes.dtype.kind in "UO" and _are_texts(values):
        name = "str" if classes.dtype.kind == "U" else "object"
    elif classes.dtype.kind in _NUMBERS and classes.dtype.itemsize <= 8:
        name = classes.dtype.name
    else:
        raise TypeError(f"labels of dtype {classes.dtype} are no texts and no numbers")
    return json.dumps({"dtype": name, "values": values}, ensure_ascii=False)


def classes_of_text(text: str, k: int) -> Array:
    """The k labels; ValueError when the text is no such JSON."""
    try:
        said = json.loads(text)
        name, values = said["dtype"], said["values"]
        dtype = np.dtype(name)
        texts = dtype.kind in "UO"
        if not isinstance(values, list) or texts != _are_texts(values) or dtype.kind not in _NUMBERS + "UO":
            raise ValueError("its values are not of its dtype")
        classes = np.array(values, dtype=dtype)
        if classes.shape != (k,) or classes.tolist() != values or len(set(values)) != k:
            raise ValueError(f"it has not {k} values of its dtype, all different")
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise ValueError(
            f"the model's metadata {CLASSES!r} is not what an estimator writes: {error}"
        ) from error
    return classes


def names_as_text(names: Array) -> str:
    """The names of the features as JSON."""
    return json.dumps(names.tolist(), ensure_ascii=False)


def names_of_text(text: str, n: int) -> Array:
    """The n names; ValueError when the text is no such JSON."""
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list) or len(names) != n or not _are_texts(names):
        raise ValueError(f"the model's metadata {FEATURE_NAMES!r} is not a list of {n} names")
    return np.array(names, dtype=object)
