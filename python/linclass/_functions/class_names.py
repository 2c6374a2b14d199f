"""Labels of any type as integers, and the models of such labels."""

from __future__ import annotations

from typing import Any

import numpy as np

from linclass._capi.arrays import INT64, Array, as_array
from linclass._functions.model import Model
from linclass._functions.texts import CLASSES, classes_as_text

#: What a row of the label to ignore has for a label.
IGNORED = -1


def are_integers(y: Any) -> bool:
    """Whether the library takes the labels as they are."""
    return y is None or as_array(y, "y").dtype.kind in "biuf"


def classes_of(y: Any, ignore_label: Any) -> Array:
    """The distinct labels, ascending, without the one to ignore."""
    classes: Array = np.unique(as_array(y, "y"))
    return classes if ignore_label is None else classes[classes != ignore_label]


def places(y: Any, classes: Array, ignore_label: Any, name: str = "y") -> Array:
    """The place of each label among the classes; ValueError for one that is not there."""
    array = as_array(y, name)
    found = np.searchsorted(classes, array).clip(0, len(classes) - 1).astype(INT64, copy=False)
    unknown = np.asarray(classes[found] != array)
    if ignore_label is not None:
        ignored = np.asarray(array == ignore_label)
        found = np.where(ignored, IGNORED, found)
        unknown &= ~ignored
    if unknown.any():
        i = int(unknown.argmax())
        label = array[i : i + 1].tolist()[0]
        raise ValueError(f"{name}[{i}] is {label!r}, which is not among the classes: {classes}")
    return found


def named(model: Model | None, classes: Array | None) -> Model | None:
    """The model, with the labels in its metadata, where estimators look for them; None: as it is."""
    return (
        model
        if model is None or classes is None
        else model.with_metadata({CLASSES: classes_as_text(classes)})
    )
