"""What the functions that train are told, as C has it."""

from __future__ import annotations

from collections.abc import Callable
from ctypes import byref, c_size_t, pointer, sizeof
from functools import partial
from typing import Any, NamedTuple, TypedDict

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import (
    CODES,
    FLOAT32,
    FLOAT64,
    Array,
    Precision,
    address,
    as_array,
    labels,
    vector,
)
from linclass._capi.handles import Handle
from linclass._capi.library import lib
from linclass._capi.names import LOSSES, SCHEDULES, SOLVERS, LossName, ScheduleName, SolverName, number_of
from linclass._capi.options import Bounds, bounds_of, integer, penalty_of, real, scale_of
from linclass._capi.types import ArrayLike, ClassWeights, Validation
from linclass._capi.views import add_offset, dense_matrix, matrix
from linclass._functions.model import Model
from linclass._functions.progress import OnIteration, Watch


def _code(dtype: Precision | None, name: str) -> int:
    """The number of a type to compute in; 0, the library's choice, for None."""
    if dtype is None:
        return 0
    if np.dtype(dtype) not in (FLOAT32, FLOAT64):
        raise ValueError(f"{name} is {np.dtype(dtype)}, not float32 or float64")
    return CODES[np.dtype(dtype)]


class FitOptions(TypedDict, total=False):
    """The options of :func:`linclass.fit` but penalties and ``threads``, for functions that pass them on."""

    loss: LossName
    solver: SolverName
    dtype: Precision | None
    fit_bias: bool
    group_l1: bool
    weight_bounds: Bounds | None
    max_iterations: int
    max_seconds: float
    gradient_tolerance: float
    gap_tolerance: float
    batch_size: int
    learning_rate: float
    momentum: float
    learning_rate_schedule: ScheduleName
    learning_rate_decay: float
    learning_rate_period: int
    shuffle: bool
    seed: int
    sample_weight: ArrayLike | None
    class_weight: ClassWeights
    ignore_label: int | None
    target_probabilities: ArrayLike | None
    label_smoothing: float
    validation: Validation | None
    patience: int
    initial: Model | None
    offset: ArrayLike | None
    validation_offset: ArrayLike | None
    scale: float | None
    on_iteration: OnIteration | None


def _flag(value: bool, name: str) -> int:
    return int(bool(value))


def _bounds(value: Bounds | None, name: str) -> tuple[float, float] | None:
    return None if value is None else bounds_of(value, name)


#: What a value becomes in C, by the name of its option; a number where nothing is said.
_CONVERSIONS: dict[str, Callable[[Any, str], Any]] = {
    "loss": partial(number_of, LOSSES),
    "solver": partial(number_of, SOLVERS),
    "dtype": _code,
    "fit_bias": _flag,
    "group_l1": _flag,
    "shuffle": _flag,
    "max_iterations": integer,
    "batch_size": partial(integer, least=1),
    "patience": integer,
    "learning_rate_period": partial(integer, least=1),
    "learning_rate_schedule": partial(number_of, SCHEDULES),
    "seed": partial(integer, most=2**64 - 1),
    "l2": penalty_of,
    "weight_bounds": _bounds,
}


def fit_options(**given: Any) -> abi.FitOptions:
    """The options as C has them, its own defaults where nothing is given."""
    options = abi.FitOptions()
    lib.linclass_fit_options_init(byref(options), c_size_t(sizeof(options)))
    for name, value in given.items():
        convert: Callable[[Any, str], Any] = _CONVERSIONS.get(name, real)
        converted = convert(value, name)
        if name != "weight_bounds":
            setattr(options, name, converted)
        elif converted is not None:
            options.has_weight_bounds = 1
            options.weight_min, options.weight_max = converted
    return options


def weigh(options: abi.FitOptions, m: int, sample_weight: Any, class_weight: Any) -> list[Any]:
    """Set the weights of rows and classes; what is returned must be kept."""
    kept = []
    if sample_weight is not None:
        weights = vector(as_array(sample_weight, "sample_weight"), FLOAT64, m, "sample_weight")
        options.sample_weight = address(weights)
        kept.append(weights)
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            raise ValueError(f"class_weight is {class_weight!r}, not 'balanced' or an array")
        options.class_weight_balanced = 1
    elif class_weight is not None:
        of_classes = as_array(class_weight, "class_weight")
        of_classes = vector(of_classes, FLOAT64, of_classes.size, "class_weight")
        options.class_weight = address(of_classes)
        options.class_weight_count = of_classes.size
        kept.append(of_classes)
    return kept


def begin(options: abi.FitOptions, ignore_label: int | None, initial: Model | None) -> Handle | None:
    """Set the label to ignore and the model to start from, which must be kept."""
    if ignore_label is not None:
        options.has_ignore_label = 1
        options.ignore_label = integer(ignore_label, "ignore_label", -(2**63))
    if initial is None:
        return None
    options.initial = initial.handle.pointer
    return initial.handle


def _columns(
    loss: int, y: Array | None, ignore_label: int | None, probabilities: Any, initial: Model | None
) -> int:
    """How many scores a row has in a fit."""
    if initial is not None:
        k = initial.n_classes
    elif y is None:
        k = np.shape(probabilities)[-1]
    else:
        k = len(np.setdiff1d(y, [] if ignore_label is None else [ignore_label]))
    return int(lib.linclass_loss_columns(loss, k))


def _validate(
    options: abi.FitOptions, validation: tuple[Any, ...], scale: float | None, offset: Any, columns: int
) -> list[Any]:
    """Set the validation rows; what is returned must be kept."""
    if len(validation) not in (2, 3):
        raise ValueError(f"validation has {len(validation)} members, not X, y and perhaps sample_weight")
    view, X = matrix(validation[0], "validation X", scale_of(scale))
    y = labels(validation[1], view.rows, "validation y")
    options.validation_X = pointer(view)
    options.validation_y = address(y)
    kept = [view, X, y]
    if offset is not None:
        kept.append(add_offset(view, offset, columns, "validation_offset"))
    if len(validation) == 3 and validation[2] is not None:
        name = "validation sample_weight"
        weights = vector(as_array(validation[2], name), FLOAT64, view.rows, name)
        options.validation_sample_weight = address(weights)
        kept.append(weights)
    return kept


def _aim(options: abi.FitOptions, y: Any, m: int, target_probabilities: Any) -> list[Any]:
    """Set what the rows are fitted to; their labels, or None, and what must be kept."""
    if y is None and target_probabilities is None:
        raise ValueError("y is None: labels are needed where there are no target_probabilities")
    kept: list[Any] = [None if y is None else labels(y, m)]
    if target_probabilities is not None:
        name = "target_probabilities"
        view, array = dense_matrix(as_array(target_probabilities, name), name)
        options.target_probabilities = pointer(view)
        kept += [view, array]
    return kept


class Arguments(NamedTuple):
    """What a fit is called with in C, and what must live until it returns."""

    options: abi.FitOptions
    view: abi.Matrix
    y: int | None  # the address of the labels
    watch: Watch
    kept: list[Any]


def arguments(
    X: Any,
    y: Any,
    *,
    sample_weight: ArrayLike | None,
    class_weight: ClassWeights,
    ignore_label: int | None,
    target_probabilities: ArrayLike | None,
    validation: Validation | None,
    initial: Model | None,
    scale: float | None,
    on_iteration: OnIteration | None,
    offset: ArrayLike | None = None,
    validation_offset: ArrayLike | None = None,
    **numbers: Any,
) -> Arguments:
    """The arguments of :func:`fit`, all but ``threads``, as C has them."""
    options = fit_options(**numbers)
    view, X = matrix(X, "X", scale_of(scale))
    y, *kept = _aim(options, y, view.rows, target_probabilities)
    kept += [X, y, weigh(options, view.rows, sample_weight, class_weight)]
    kept.append(begin(options, ignore_label, initial))
    columns = 0
    if offset is not None or validation_offset is not None:
        columns = _columns(options.loss, y, ignore_label, target_probabilities, initial)
    if offset is not None:
        kept.append(add_offset(view, offset, columns))
    if validation is not None:
        kept.append(_validate(options, validation, scale, validation_offset, columns))
    elif validation_offset is not None:
        raise ValueError("validation_offset is given, but no validation rows")
    watch = Watch(on_iteration)
    callback = watch.callback()
    kept.append(callback)
    options.progress = callback
    return Arguments(options, view, None if y is None else address(y), watch, kept)
