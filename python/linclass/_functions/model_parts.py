"""Level 2: what parts say of a model: its evaluation, its certificate, its standard errors."""

from __future__ import annotations

from collections.abc import Callable
from ctypes import byref
from typing import Any

from linclass._capi.contexts import borrowed
from linclass._capi.errors import error_of
from linclass._capi.library import lib
from linclass._capi.options import scale_of
from linclass._functions.evaluation import Evaluation, evaluation_of, wanted
from linclass._functions.model import Model
from linclass._functions.parts import Chunks, Engine, Source
from linclass._functions.progress import Watch
from linclass._functions.standard_errors import StandardErrors, wanted_errors
from linclass._functions.verify import Certificate, certificate_of, new_certificate


def _ask(
    ask: Callable[..., int],
    model: Model,
    parts: Chunks | Engine,
    scale: float | None,
    threads: int,
    struct: Any,
) -> None:
    """Call a function of C on a model and parts, which fills in a struct."""
    watch = Watch(None)
    source = Source(parts, scale_of(scale), watch)
    handle = model.handle
    with borrowed(threads) as context, watch.signals():
        status = ask(context.pointer, handle.pointer, byref(source.struct), byref(struct))
        if status < 0 and not watch.stopped:
            raise error_of(status, context.pointer)


def evaluate_parts(
    model: Model,
    parts: Chunks | Engine,
    *,
    ignore_label: int | None = None,
    scale: float | None = None,
    threads: int = 0,
) -> Evaluation:
    """Evaluate a model on rows in parts with known labels, in one pass.

    Parameters
    ----------
    model : Model
        What the rows are evaluated by.
    parts : list of chunks, callable or engine
        As for :func:`fit_parts`. Weights of the rows are the third member of a chunk.
    ignore_label : int, optional
        Rows of this label are left out.
    scale : float, optional
        The elements of chunks are multiplied by it. None: the scale of the model's fit.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    Evaluation
        ``roc_auc`` is NaN: it takes all rows together.

    Raises
    ------
    ValueError
        As for :meth:`Model.evaluate`; for what is wrong with a part, its number comes before the message.
    TypeError
        Parts of a type that is none.
    MemoryError
        No memory for it.

    Examples
    --------
    >>> chunks = [([[0.0], [1.0]], [0, 0]), ([[2.0], [3.0]], [1, 1])]
    >>> model = linclass.fit_parts(chunks, l2=0.1)
    >>> linclass.evaluate_parts(model, chunks).confusion.tolist()
    [[2, 0], [0, 2]]
    """
    struct, arrays = wanted(len(model.labels), ignore_label)
    _ask(lib.linclass_evaluate_parts, model, parts, scale, threads, struct)
    return evaluation_of(model.labels, struct, arrays)


def verify_parts(
    model: Model, parts: Chunks | Engine, *, scale: float | None = None, threads: int = 0
) -> Certificate:
    """Recompute objective and gradient from the rows of all parts, as :meth:`Model.verify` does.

    Parameters
    ----------
    model : Model
        Fitted to these rows, over parts or not.
    parts : list of chunks, callable or engine
        As for :func:`fit_parts`.
    scale : float, optional
        The elements of chunks are multiplied by it. None: the scale of the model's fit.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    Certificate

    Raises
    ------
    ValueError
        As for :meth:`Model.verify`; for what is wrong with a part, its number comes before the message.
    TypeError
        Parts of a type that is none.
    MemoryError
        No memory for it.

    Examples
    --------
    >>> chunks = [([[0.0], [1.0]], [0, 0]), ([[2.0], [3.0]], [1, 1])]
    >>> model = linclass.fit_parts(chunks, l2=0.1)
    >>> certificate = linclass.verify_parts(model, chunks)
    >>> certificate.agrees, certificate.at_minimum
    (True, True)
    """
    struct = new_certificate()
    _ask(lib.linclass_verify_parts, model, parts, scale, threads, struct)
    return certificate_of(struct)


def standard_errors_parts(
    model: Model, parts: Chunks | Engine, *, scale: float | None = None, threads: int = 0
) -> StandardErrors:
    """Standard errors of the coefficients from the rows of all parts, as :meth:`Model.standard_errors`.

    Parameters
    ----------
    model : Model
        Fitted to these rows without penalties, over parts or not.
    parts : list of chunks, callable or engine
        As for :func:`fit_parts`.
    scale : float, optional
        The elements of chunks are multiplied by it. None: the scale of the model's fit.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    StandardErrors

    Raises
    ------
    ValueError
        As for :meth:`Model.standard_errors`; for what is wrong with a part, its number comes before the
        message.
    TypeError
        Parts of a type that is none.
    FloatingPointError
        The Hessian is singular, or the model not at a minimum.
    MemoryError
        No memory for it.

    Examples
    --------
    >>> X = numpy.arange(40.0)[:, None] % 7
    >>> y = (numpy.arange(40) // 2) % 2
    >>> chunks = [(X[:15], y[:15]), (X[15:], y[15:])]
    >>> model = linclass.fit_parts(chunks, loss="logistic", l2=0.0, gradient_tolerance=1e-9)
    >>> one, all_rows = linclass.standard_errors_parts(model, chunks), model.standard_errors(X, y)
    >>> numpy.allclose(one.theta_error, all_rows.theta_error)
    True
    """
    struct, found = wanted_errors(model.n_features, model.n_classes, model.bias is not None)
    _ask(lib.linclass_standard_errors_parts, model, parts, scale, threads, struct)
    return StandardErrors(**found, newton_step=struct.newton_step, score_step=struct.score_step)
