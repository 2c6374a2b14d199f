"""Level 2: training."""

from __future__ import annotations

from ctypes import byref, c_void_p

from linclass._capi.arrays import Precision
from linclass._capi.contexts import borrowed
from linclass._capi.errors import error_of
from linclass._capi.library import lib
from linclass._capi.names import LossName, ScheduleName, SolverName
from linclass._capi.options import Bounds
from linclass._capi.types import ArrayLike, ClassWeights, MatrixLike, Validation
from linclass._functions.fit_arguments import arguments
from linclass._functions.model import Model
from linclass._functions.model_memory import model_handle
from linclass._functions.progress import OnIteration


def fit(
    X: MatrixLike,
    y: ArrayLike | None,
    *,
    loss: LossName = "softmax",
    solver: SolverName = "auto",
    dtype: Precision | None = None,
    fit_bias: bool = True,
    l1: float = 0.0,
    l2: float | None = None,
    group_l1: bool = False,
    weight_bounds: Bounds | None = None,
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
    sample_weight: ArrayLike | None = None,
    class_weight: ClassWeights = None,
    ignore_label: int | None = None,
    target_probabilities: ArrayLike | None = None,
    label_smoothing: float = 0.0,
    validation: Validation | None = None,
    patience: int = 0,
    initial: Model | None = None,
    offset: ArrayLike | None = None,
    validation_offset: ArrayLike | None = None,
    scale: float | None = None,
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
        Whether there are intercepts. False: they are 0.
    l1 : float
        Weight of ``||theta||_1``, >= 0; the bias is not penalised.
    l2 : float, optional
        Weight of ``||theta||^2 / 2``, >= 0. None: one over the sum of the weights, 1 / m where each row
        counts 1, which is C = 1 of scikit-learn; 0 with an l1 penalty and for the perceptron.
    group_l1 : bool
        l1 is the weight of the sum of the norms ``||theta_j||_2`` of the rows of theta instead: a feature has
        weights for all classes or for none. For losses with a second derivative, without weight_bounds.
    weight_bounds : (low, high), optional
        The minimum is sought among weights in low..high, low <= 0 <= high; None on a side: no bound there.
        ``(0, None)``: none is negative. The bias is free. Of losses of two classes theta is what the larger
        label has over the other. For losses with a second derivative; with an l1 penalty one bound is 0.
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
    scale : float, optional
        The elements of X are multiplied by it, as they are read; the model keeps it. None: uint8 by 1/255,
        unless all are 0 or 1, other types by 1.
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
        group_l1=group_l1,
        weight_bounds=weight_bounds,
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
