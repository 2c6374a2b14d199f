"""Level 2: training over parts."""

from __future__ import annotations

from ctypes import byref, c_void_p

from linclass._capi.arrays import Precision
from linclass._capi.contexts import borrowed
from linclass._capi.errors import error_of
from linclass._capi.library import lib
from linclass._capi.names import LossName, SolverName
from linclass._capi.options import Bounds, scale_of
from linclass._capi.types import ClassWeights
from linclass._functions.fit_arguments import begin, fit_options, weigh
from linclass._functions.model import Model
from linclass._functions.model_memory import model_handle
from linclass._functions.parts import Chunks, Engine, OnSweep, Source
from linclass._functions.progress import OnIteration, Watch

Parts = Chunks | Engine


def fit_parts(
    parts: Parts,
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
    learning_rate: float = 0.0,
    class_weight: ClassWeights = None,
    ignore_label: int | None = None,
    label_smoothing: float = 0.0,
    validation: Parts | None = None,
    patience: int = 0,
    initial: Model | None = None,
    scale: float | None = None,
    on_iteration: OnIteration | None = None,
    on_sweep: OnSweep | None = None,
    threads: int = 0,
) -> Model:
    """Train a model over rows in parts: chunks that are read one at a time, or parts on other machines.

    The model is that of :func:`fit` over all rows. Its bits depend on the parts alone, not on threads, nor on
    who answers for a part. Every step of a solver reads all parts again, tens to hundreds of times in all;
    SGD is not among the solvers.

    Parameters
    ----------
    parts : list of chunks, callable or engine
        Chunks are (X, y) or (X, y, sample_weight), each with rows as :func:`fit` takes them, dense or sparse;
        they have the same columns, and need not have all labels. A list of chunks; or a function without
        arguments that returns a new iterator over them each time, of which one chunk is in memory at a time;
        or an object with a method ``ask(request)`` that has each part answered by :func:`part_answer`,
        wherever it is, and returns the replies merged by :func:`reply_merge`.
    loss, solver, dtype, fit_bias, l1, l2, max_iterations, max_seconds
        As for :func:`fit`.
    group_l1 : False
    weight_bounds : None
        Fits over parts have neither: others raise ValueError.
    gradient_tolerance, gap_tolerance, learning_rate
        As for :func:`fit`.
    class_weight, ignore_label, label_smoothing, initial
        As for :func:`fit`.
    validation : like parts, optional
        Rows to report on.
    patience : int
        Early stopping by the validation rows, as for :func:`fit`.
    scale : float, optional
        The elements of chunks are multiplied by it, as they are read. None: as for :func:`fit`, by what
        all parts have. Engines give it to :func:`part_answer`.
    on_iteration : callable, optional
        As for :func:`fit`.
    on_sweep : callable, optional
        Given a :class:`Sweep` after every pass over the training parts. What it raises is raised here.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    Model
        Its ``report`` says why the fit stopped. A limit reached is no error.

    Raises
    ------
    ValueError
        As for :func:`fit`; for what is wrong with a part, its number comes before the message.
    TypeError
        Parts that can be read once only, chunks of a type that is none.
    FloatingPointError
        The fit diverged.
    KeyboardInterrupt
        Ctrl-C, after a chunk or an iteration.
    MemoryError
        No memory for the fit.

    Examples
    --------
    >>> def chunks():
    ...     for start in range(0, 100, 10):
    ...         X = numpy.arange(start, start + 10.0)[:, None]
    ...         yield X, (X[:, 0] > 42).astype(int)
    >>> model = linclass.fit_parts(chunks, l2=1e-3)
    >>> model.predict([[10.0], [90.0]]), model.report.samples
    (array([0, 1]), 100)
    """
    options = fit_options(
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
        learning_rate=learning_rate,
        label_smoothing=label_smoothing,
        patience=patience,
    )
    kept = [weigh(options, 0, None, class_weight), begin(options, ignore_label, initial)]
    watch = Watch(on_iteration)
    options.progress = watch.callback()
    factor = scale_of(scale)
    training = Source(parts, factor, watch, on_sweep)
    held_out = None if validation is None else Source(validation, factor, watch)
    made = c_void_p()
    with borrowed(threads) as context, watch.signals():
        status = lib.linclass_fit_parts(
            context.pointer,
            byref(training.struct),
            None if held_out is None else byref(held_out.struct),
            byref(options),
            None,
            byref(made),
        )
        model = Model(model_handle(made)) if status >= 0 else None
        if model is None and not watch.stopped:
            raise error_of(status, context.pointer)
    kept.clear()
    assert model is not None
    return model
