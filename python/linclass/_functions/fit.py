"""Level 2: training."""

from __future__ import annotations

from ctypes import byref, c_size_t, c_void_p, pointer, sizeof
from typing import Any, NamedTuple

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
from linclass._capi.contexts import borrowed
from linclass._capi.errors import error_of
from linclass._capi.library import lib
from linclass._capi.names import LOSSES, SCHEDULES, SOLVERS, LossName, ScheduleName, SolverName, number_of
from linclass._capi.options import integer, real
from linclass._capi.views import add_offset, dense_matrix, matrix
from linclass._functions.model import Model
from linclass._functions.model_memory import model_handle
from linclass._functions.progress import OnIteration, Watch


def _code(dtype: Precision | None) -> int:
    """The number of a type to compute in; 0, the library's choice, for None."""
    if dtype is None:
        return 0
    if np.dtype(dtype) not in (FLOAT32, FLOAT64):
        raise ValueError(f"dtype is {np.dtype(dtype)}, not float32 or float64")
    return CODES[np.dtype(dtype)]


def _options(
    *,
    loss: LossName,
    solver: SolverName,
    dtype: Precision | None,
    fit_bias: bool,
    shuffle: bool,
    max_iterations: int,
    batch_size: int,
    seed: int,
    patience: int,
    learning_rate_schedule: ScheduleName,
    learning_rate_period: int,
    **reals: float,
) -> abi.FitOptions:
    """The options as C has them, its own defaults where Python says nothing."""
    options = abi.FitOptions()
    lib.linclass_fit_options_init(byref(options), c_size_t(sizeof(options)))
    options.loss = number_of(LOSSES, loss, "loss")
    options.solver = number_of(SOLVERS, solver, "solver")
    options.dtype = _code(dtype)
    options.fit_bias = int(bool(fit_bias))
    options.shuffle = int(bool(shuffle))
    options.max_iterations = integer(max_iterations, "max_iterations")
    options.batch_size = integer(batch_size, "batch_size", 1)
    options.patience = integer(patience, "patience")
    options.learning_rate_period = integer(learning_rate_period, "learning_rate_period", 1)
    options.learning_rate_schedule = number_of(SCHEDULES, learning_rate_schedule, "learning_rate_schedule")
    options.seed = integer(seed, "seed", 0, 2**64 - 1)
    for name, value in reals.items():
        setattr(options, name, real(value, name))
    return options


def _weigh(options: abi.FitOptions, m: int, sample_weight: Any, class_weight: Any) -> list[Any]:
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
    options: abi.FitOptions, validation: tuple[Any, ...], scale: float, offset: Any, columns: int
) -> list[Any]:
    """Set the validation rows; what is returned must be kept."""
    if len(validation) not in (2, 3):
        raise ValueError(f"validation has {len(validation)} members, not X, y and perhaps sample_weight")
    view, X = matrix(validation[0], "validation X", scale)
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
    sample_weight: Any,
    class_weight: Any,
    ignore_label: int | None,
    target_probabilities: Any,
    validation: tuple[Any, ...] | None,
    initial: Model | None,
    scale: float,
    on_iteration: OnIteration | None,
    offset: Any = None,
    validation_offset: Any = None,
    **numbers: Any,
) -> Arguments:
    """The arguments of :func:`fit`, all but ``threads``, as C has them."""
    options = _options(**numbers)
    view, X = matrix(X, "X", real(scale, "scale"))
    y, *kept = _aim(options, y, view.rows, target_probabilities)
    kept += [X, y, _weigh(options, view.rows, sample_weight, class_weight)]
    if ignore_label is not None:
        options.has_ignore_label = 1
        options.ignore_label = integer(ignore_label, "ignore_label", -(2**63))
    columns = 0
    if offset is not None or validation_offset is not None:
        columns = _columns(options.loss, y, ignore_label, target_probabilities, initial)
    if offset is not None:
        kept.append(add_offset(view, offset, columns))
    if validation is not None:
        kept.append(_validate(options, validation, scale, validation_offset, columns))
    elif validation_offset is not None:
        raise ValueError("validation_offset is given, but no validation rows")
    if initial is not None:
        kept.append(initial.handle)
        options.initial = initial.handle.pointer
    watch = Watch(on_iteration)
    callback = watch.callback()
    kept.append(callback)
    options.progress = callback
    return Arguments(options, view, None if y is None else address(y), watch, kept)


def fit(
    X: Any,
    y: Any,
    *,
    loss: LossName = "softmax",
    solver: SolverName = "auto",
    dtype: Precision | None = None,
    fit_bias: bool = True,
    l1: float = 0.0,
    l2: float = 0.0,
    max_iterations: int = 0,
    max_seconds: float = 0.0,
    gradient_tolerance: float = 1e-4,
    gap_tolerance: float = 0.0,
    batch_size: int = 100,
    learning_rate: float = 0.0,
    momentum: float = 0.0,
    learning_rate_schedule: ScheduleName = "constant",
    learning_rate_decay: float = 0.0,
    learning_rate_period: int = 10,
    shuffle: bool = True,
    seed: int = 0,
    sample_weight: Any = None,
    class_weight: Any = None,
    ignore_label: int | None = None,
    target_probabilities: Any = None,
    label_smoothing: float = 0.0,
    validation: tuple[Any, ...] | None = None,
    patience: int = 0,
    initial: Model | None = None,
    offset: Any = None,
    validation_offset: Any = None,
    scale: float = 1.0,
    on_iteration: OnIteration | None = None,
    threads: int = 0,
) -> Model:
    """Train a model: minimise the mean loss + ``l1 ||theta||_1 + l2 / 2 ||theta||^2``.

    Parameters
    ----------
    X : array_like or sparse matrix, (m, n)
        Read in place: arrays of any strides, memory-mapped ones too, and scipy's CSR matrices and arrays,
        of bool, int8..int64, uint8, uint16, float16..float64 (and bfloat16 of ml_dtypes). Others are
        copied: to float64, to CSR. Of 32-bit ``indptr`` 64-bit ones are made, 8 bytes a row.
    y : array_like of integers, (m,)
        Any integers; the distinct ones are the classes. May be None with target_probabilities.
    loss : str
        A key of ``linclass.LOSSES``: ``"softmax"``, ``"logistic"``, ``"squared_hinge"``, ...
    solver : str
        A key of ``linclass.SOLVERS``; ``"auto"`` chooses by loss, penalty and size.
    dtype : float32 or float64, optional
        Precision of arithmetic and model. None: float32 for data that it represents, else float64.
    fit_bias : bool
    l1, l2 : float
        Weights of the penalties, >= 0; the bias is not penalised.
    max_iterations : int
        Epochs or iterations; 0: the solver's own.
    max_seconds : float
        0: no limit.
    gradient_tolerance : float
        All solvers except SGD stop when the gradient's norm is at most this times its norm at zero
        parameters, wherever the fit starts.
    gap_tolerance : float
        Of a convex loss with a penalty: all solvers except SGD go on until ``report.gap``, F less a proven
        lower bound of its minimum, is at most this times F at zero parameters. 0: 1e-6 as long as
        gradient_tolerance has its default, as far as rounding permits. 1: any gap will do.
    batch_size : int
        Of SGD: rows in a minibatch, at least 1.
    learning_rate : float
        Of SGD, at the start, > 0. 0: the solver chooses.
    momentum : float
        Of SGD: the share of the last step that is taken again, in 0..1, less than 1.
    learning_rate_schedule : {"constant", "step", "inverse_time"}
        Of SGD. "step": times learning_rate_decay every
        learning_rate_period epochs. "inverse_time": divided by 1 + learning_rate_decay * t after t epochs.
    learning_rate_decay : float
        0: 1/2 for "step", 1 for "inverse_time".
    learning_rate_period : int
        Epochs, at least 1.
    shuffle : bool
        SGD takes the rows in a new order every epoch.
    seed : int
        Of the shuffling, 0..2**64-1.
    sample_weight : array_like, (m,), optional
        What a row counts, >= 0; doubling a weight is repeating the row.
    class_weight : array_like, (k,), or "balanced", optional
        In the order of the ascending labels; multiplies sample_weight. "balanced": inversely to how
        much a class counts.
    ignore_label : int, optional
        Rows of this label count nothing, and it is no class.
    target_probabilities : array_like, (m, k), optional
        Of the softmax loss: each row is fitted to these probabilities of the classes, >= 0 and of sum
        1, instead of to its label. The columns are in the order of the labels, which are 0..k-1 where
        y is None.
    label_smoothing : float
        Of the softmax loss: a row is fitted to its label with probability 1 - label_smoothing, and to
        every class with label_smoothing / k more. In 0..1, less than 1.
    validation : (X, y) or (X, y, sample_weight), optional
        Rows to report on.
    patience : int
        Early stopping: end when the validation loss has increased for more than so many consecutive
        iterations, and return the model of the least one. 0: none.
    initial : Model, optional
        Start from its parameters instead of zero; its labels are the classes, also those y lacks.
    offset : array_like, (m, k), optional
        Base scores, which are added to those of the rows: another model's scores, for example. (m,) for a
        loss of two classes. Predictions take their own.
    validation_offset : array_like, (m, k), optional
        The same for the validation rows.
    scale : float
        The elements of X are multiplied by it, as they are read.
    on_iteration : callable, optional
        Given a :class:`Progress` after every iteration or epoch; stops the fit by returning something
        true. It may use the library, and the exception it raises is raised here.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    Model
        Its ``report`` says why the fit stopped. A limit reached is no error.

    Raises
    ------
    ValueError
        An option out of range, sizes that do not fit, NaN or infinity, a combination not offered.
    FloatingPointError
        The fit diverged.
    KeyboardInterrupt
        Ctrl-C, after an iteration has ended.
    MemoryError
        No memory for the fit.

    Examples
    --------
    >>> X = numpy.array([[0.0], [1.0], [2.0], [3.0]])
    >>> model = linclass.fit(X, [7, 7, 9, 9], solver="gradient_descent", l2=0.1)
    >>> model.predict([[0.5], [2.5]])
    array([7, 9])
    """
    given = arguments(
        X,
        y,
        loss=loss,
        solver=solver,
        dtype=dtype,
        fit_bias=fit_bias,
        l1=l1,
        l2=l2,
        max_iterations=max_iterations,
        max_seconds=max_seconds,
        gradient_tolerance=gradient_tolerance,
        gap_tolerance=gap_tolerance,
        batch_size=batch_size,
        learning_rate=learning_rate,
        momentum=momentum,
        learning_rate_schedule=learning_rate_schedule,
        learning_rate_decay=learning_rate_decay,
        learning_rate_period=learning_rate_period,
        patience=patience,
        shuffle=shuffle,
        seed=seed,
        label_smoothing=label_smoothing,
        sample_weight=sample_weight,
        class_weight=class_weight,
        ignore_label=ignore_label,
        target_probabilities=target_probabilities,
        validation=validation,
        initial=initial,
        offset=offset,
        validation_offset=validation_offset,
        scale=scale,
        on_iteration=on_iteration,
    )
    made = c_void_p()
    with borrowed(threads) as context, given.watch.signals():
        status = lib.linclass_fit(
            context.pointer, byref(given.view), given.y, byref(given.options), None, byref(made)
        )
        model = Model(model_handle(made)) if status >= 0 else None
        if model is None:
            raise error_of(status, context.pointer)
    return model
