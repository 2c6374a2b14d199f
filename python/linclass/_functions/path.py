"""Level 2: paths of penalties and their cross-validation."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from ctypes import POINTER, byref, c_double, c_int64, c_size_t, c_void_p, cast, pointer, sizeof
from typing import Any, Literal

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import FLOAT64, Array, address, as_array, labels, vector
from linclass._capi.contexts import borrowed
from linclass._capi.errors import error_of
from linclass._capi.handles import Handle
from linclass._capi.library import lib
from linclass._capi.names import number_of, public
from linclass._capi.options import integer, real
from linclass._capi.types import ArrayLike, LabelsLike, MatrixLike
from linclass._functions.class_names import IGNORED, are_integers, classes_of, named, places
from linclass._functions.fit import fit
from linclass._functions.fit_arguments import FitOptions, arguments
from linclass._functions.model import Model
from linclass._functions.model_memory import model_handle

if sys.version_info >= (3, 11):
    from typing import Unpack

SelectBy = Literal["loss", "error"]
SELECT_BY: dict[SelectBy, int] = {"loss": 0, "error": 1}

_FIT_DEFAULTS = {
    name: parameter.default
    for name, parameter in inspect.signature(fit).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY and name not in ("l1", "l2", "threads")
}
_FIGURES = (
    *("l1", "l2", "objective", "loss", "error", "validation_loss", "validation_error"),
    *("mean_loss", "loss_standard_error", "mean_error", "error_standard_error"),
    *("left_out_loss", "left_out_loss_standard_error"),
    *("left_out_error", "left_out_error_standard_error"),
)


@public
@dataclasses.dataclass(frozen=True)
class RegularizationPath:
    """Fits along a list of penalties; where nothing is said else, (count,), an element for each of them.

    A fit that diverged has None for a model and NaN elsewhere, and so have the figures that there are no
    rows for.

    Attributes
    ----------
    lambdas
        Strengths, descending.
    l1, l2
        Penalties of the fit.
    nonzero
        Weights that are not 0.
    objective, loss, error
        Over all rows.
    validation_loss, validation_error
        Over the validation rows.
    mean_loss, loss_standard_error, mean_error, error_standard_error
        Over the folds, of the rows left out.
    left_out_loss, left_out_loss_standard_error, left_out_error, left_out_error_standard_error
        Estimated on rows left out one by one, with ``leave_one_out``.
    fold_losses, fold_errors
        (count, folds), of the rows left out; None without folds.
    models
        Fitted to all rows.
    best
        The index of the least mean (without folds: of the least validation loss, or else of the least loss on
        rows left out one by one); None where nothing tells.
    one_standard_error
        That of the largest lambda whose mean is within a standard error of the least; None where validation
        rows chose, or nothing.
    classes
        (k,), the labels where they are no integers: to the models a class is its place here; None otherwise.
    complete
        False when ``max_seconds`` or a callback ended the work before its end.
    """

    lambdas: Array
    l1: Array
    l2: Array
    nonzero: Array
    objective: Array
    loss: Array
    error: Array
    validation_loss: Array
    validation_error: Array
    mean_loss: Array
    loss_standard_error: Array
    mean_error: Array
    error_standard_error: Array
    left_out_loss: Array
    left_out_loss_standard_error: Array
    left_out_error: Array
    left_out_error_standard_error: Array
    fold_losses: Array | None
    fold_errors: Array | None
    models: tuple[Model | None, ...]
    best: int | None
    one_standard_error: int | None
    classes: Array | None
    complete: bool


def _options(
    given: abi.FitOptions,
    m: int,
    *,
    lambdas: Any,
    count: int,
    ratio: float,
    l1_ratio: float,
    cv: Any,
    leave_one_out: bool,
    select_by: SelectBy,
) -> tuple[abi.PathOptions, list[Any]]:
    """The options as C has them, and what must be kept."""
    options = abi.PathOptions()
    lib.linclass_path_options_init(byref(options), c_size_t(sizeof(options)))
    options.fit = pointer(given)
    options.count = integer(count, "count", 1)
    options.ratio = real(ratio, "ratio")
    options.l1_ratio = real(l1_ratio, "l1_ratio")
    options.select_by = number_of(SELECT_BY, select_by, "select_by")
    options.seed = given.seed
    options.leave_one_out = bool(leave_one_out)
    kept = []
    if lambdas is not None:
        strengths = as_array(lambdas, "lambdas")
        strengths = vector(strengths, FLOAT64, strengths.size, "lambdas")
        options.lambdas = address(strengths)
        options.count = strengths.size
        kept.append(strengths)
    if cv is None:
        return options, kept
    if np.ndim(cv) == 0:
        options.folds = integer(cv, "cv", 2)
        return options, kept
    fold = labels(cv, m, "cv")
    options.fold = address(fold)
    options.folds = int(fold.max(initial=0)) + 1
    kept.append(fold)
    return options, kept


def _candidates(selection: Handle, count: int) -> list[abi.Candidate]:
    found = []
    for index in range(count):
        candidate = abi.Candidate()
        lib.linclass_candidate_init(byref(candidate), c_size_t(sizeof(candidate)))
        lib.linclass_selection_candidate(selection.pointer, c_int64(index), byref(candidate))
        found.append(candidate)
    return found


def _figures_of_folds(place: int | None, count: int, folds: int) -> Array | None:
    if not place:
        return None
    values = cast(place, POINTER(c_double))
    return np.array(values[: count * folds], FLOAT64).reshape(count, folds)


def _take_model(selection: Handle, index: int) -> Model | None:
    taken = lib.linclass_selection_take_model(selection.pointer, c_int64(index))
    return Model(model_handle(c_void_p(taken))) if taken else None


def _path_of(selection: Handle, complete: bool, classes: Array | None) -> RegularizationPath:
    count = lib.linclass_selection_count(selection.pointer)
    folds = lib.linclass_selection_folds(selection.pointer)
    candidates = _candidates(selection, count)
    best = lib.linclass_selection_best(selection.pointer)
    one_standard_error = lib.linclass_selection_one_standard_error(selection.pointer)
    figures: dict[str, Any] = {
        name: np.array([getattr(candidate, name) for candidate in candidates], FLOAT64) for name in _FIGURES
    }
    return RegularizationPath(
        lambdas=np.array([candidate.value for candidate in candidates], FLOAT64),
        nonzero=np.array([candidate.nonzero for candidate in candidates], np.int64),
        fold_losses=_figures_of_folds(lib.linclass_selection_fold_losses(selection.pointer), count, folds),
        fold_errors=_figures_of_folds(lib.linclass_selection_fold_errors(selection.pointer), count, folds),
        models=tuple(named(_take_model(selection, index), classes) for index in range(count)),
        classes=classes,
        complete=complete,
        best=best if best >= 0 else None,
        one_standard_error=one_standard_error if one_standard_error >= 0 else None,
        **figures,
    )


def _coded(y: Any, fit_options: dict[str, Any]) -> tuple[Array, Array, dict[str, Any]]:
    """The classes of labels that are no integers, their places, and the options with places for labels."""
    ignore = fit_options.get("ignore_label")
    classes = classes_of(y, ignore)
    changed: dict[str, Any] = {} if ignore is None else {"ignore_label": IGNORED}
    validation = fit_options.get("validation")
    if validation is not None and len(validation) > 1:
        checked = places(validation[1], classes, ignore, "validation y")
        changed["validation"] = (validation[0], checked, *validation[2:])
    return classes, places(y, classes, ignore), fit_options | changed


def regularization_path(
    X: MatrixLike,
    y: LabelsLike | None,
    *,
    lambdas: ArrayLike | None = None,
    count: int = 20,
    ratio: float = 0.0,
    l1_ratio: float = 0.0,
    cv: int | ArrayLike | None = None,
    leave_one_out: bool = False,
    select_by: SelectBy = "loss",
    threads: int = 0,
    **fit_options: Unpack[FitOptions],
) -> RegularizationPath:
    """Fit under a descending list of penalties, each fit from the one before; choose one by cross-validation.

    A strength lambda is ``l1 = lambda * l1_ratio`` and ``l2 = lambda * (1 - l1_ratio)``.

    Parameters
    ----------
    X
        As for :func:`fit`.
    y : array_like, (m,)
        Labels: integers, strings, or anything that can be sorted. Those that are no integers are 0..k-1 to
        the models, places in ``classes``, and stand in the models' metadata, where estimators read them.
    lambdas : array_like, (count,), optional
        Strengths, >= 0 and descending. None: made, from the least that leaves no weight other than 0 (for an
        l1_ratio of at least 0.01), evenly in their logarithms.
    count : int
        How many are made.
    ratio : float
        The last of those over the first, > 0 and < 1. 0: what makes the last 1e-4 of the largest component
        of the gradient without weights.
    l1_ratio : float
        0..1.
    cv : int, or array_like of integers, (m,), optional
        Folds, at least 2, dealt as :func:`folds` deals them, or the fold of each row. None: no
        cross-validation.
    leave_one_out : bool
        Estimate loss and error on rows left out one by one, as :meth:`Model.leave_one_out` does, at about the
        cost of a fit by Newton's method; they choose where neither folds nor validation rows do.
    select_by : {"loss", "error"}
        What tells the best.
    threads : int
        0: as many as the process may run on. The result does not depend on it.
    **fit_options
        Those of :func:`fit` but l1 and l2. max_seconds is for all fits together; seed deals the folds too;
        on_iteration is given the iterations of every fit and can stop them all.

    Returns
    -------
    RegularizationPath

    Raises
    ------
    ValueError, FloatingPointError, KeyboardInterrupt
        As :func:`fit`; FloatingPointError when every fit diverged.
    TypeError
        An option that :func:`fit` does not have.

    Examples
    --------
    >>> X = numpy.random.default_rng(0).normal(size=(200, 10))
    >>> y = (X[:, 0] - X[:, 1] > 0).astype(int)
    >>> path = linclass.regularization_path(X, y, loss="logistic", l1_ratio=1, count=10, cv=5)
    >>> int(path.nonzero[0])
    0
    >>> model = path.models[path.best]
    >>> bool(model.l1 == path.lambdas[path.best])
    True
    """
    told: dict[str, Any] = dict(fit_options)
    unknown = sorted(set(told) - set(_FIT_DEFAULTS))
    if unknown:
        raise TypeError(f"regularization_path() has no option {unknown[0]!r}")
    classes = None
    if not are_integers(y):
        classes, y, told = _coded(y, told)
    given = arguments(X, y, l1=0.0, l2=0.0, **(_FIT_DEFAULTS | told))
    options, kept = _options(
        given.options,
        given.view.rows,
        lambdas=lambdas,
        count=count,
        ratio=ratio,
        l1_ratio=l1_ratio,
        cv=cv,
        leave_one_out=leave_one_out,
        select_by=select_by,
    )
    function = lib.linclass_fit_path if cv is None else lib.linclass_cross_validate
    made = c_void_p()
    with borrowed(threads) as context, given.watch.signals():
        status = function(context.pointer, byref(given.view), given.y, byref(options), byref(made))
        selection = Handle(made, lib.linclass_selection_destroy)
        if status < 0:
            raise error_of(status, context.pointer)
    del kept
    return _path_of(selection, status == 0, classes)
