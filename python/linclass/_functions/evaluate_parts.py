"""Level 2: evaluation over parts."""

from __future__ import annotations

from ctypes import byref

from linclass._capi.contexts import borrowed
from linclass._capi.errors import error_of
from linclass._capi.library import lib
from linclass._functions.evaluation import Evaluation, evaluation_of, wanted
from linclass._functions.model import Model
from linclass._functions.parts import Chunks, Engine, Source
from linclass._functions.progress import Watch


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
    watch = Watch(None)
    source = Source(parts, model.scale if scale is None else scale, watch)
    struct, arrays = wanted(len(model.labels), ignore_label)
    handle = model.handle
    with borrowed(threads) as context, watch.signals():
        status = lib.linclass_evaluate_parts(
            context.pointer, handle.pointer, byref(source.struct), byref(struct)
        )
        if status < 0 and not watch.stopped:
            raise error_of(status, context.pointer)
    return evaluation_of(model.labels, struct, arrays)
