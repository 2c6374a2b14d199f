"""Level 2: evaluation over parts."""

from __future__ import annotations

from linclass._capi.library import lib
from linclass._functions.evaluation import Evaluation, evaluation_of, wanted
from linclass._functions.model import Model
from linclass._functions.model_parts import ask_of_model
from linclass._functions.parts import Chunks, Engine


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
    ask_of_model(lib.linclass_evaluate_parts, model, parts, scale, threads, struct)
    return evaluation_of(model.labels, struct, arrays)
