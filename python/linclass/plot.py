"""Pictures of a training, by matplotlib: loss curves, weights as images, confusion, decision boundary.

Each function draws into the axes it is given, or into new ones, and returns what it drew into; showing
and saving are the caller's.
"""

from __future__ import annotations

import math
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from linclass._capi.types import ArrayLike, LabelsLike, MatrixLike
    from linclass._estimators.linear import LinearClassifier
    from linclass._functions.evaluation import Evaluation
    from linclass._functions.model import Model
    from linclass._functions.progress import Progress

    History: TypeAlias = LinearClassifier | Sequence[Progress]


def _pyplot() -> Any:
    try:
        import matplotlib.pyplot
    except ImportError as error:
        raise ImportError("linclass.plot needs matplotlib: pip install matplotlib") from error
    return matplotlib.pyplot


#: What new figures look like; axes that are given keep their own style.
_STYLE = pathlib.Path(__file__).with_name("linclass.mplstyle")


def _axes(ax: Any, **given: Any) -> Any:
    """The axes that are given, or those of a new figure in the style of the package."""
    if ax is not None:
        return ax
    pyplot = _pyplot()
    with pyplot.style.context(_STYLE):
        return pyplot.subplots(layout="constrained", **given)[1]


def _history_of(history: Any) -> Sequence[Progress]:
    """The history of an estimator, or itself."""
    if hasattr(type(history), "theta"):
        raise TypeError("a Model keeps no history: draw what on_iteration was given, or an estimator")
    found: Sequence[Progress] = getattr(history, "history_", history)
    return found


def loss_curves(history: History | Mapping[str, History], ax: Axes | None = None) -> Axes:
    """Mean loss against iterations, of the training rows and, dashed, of the validation rows.

    Parameters
    ----------
    history : fitted estimator or sequence of Progress, or a mapping of names to such
        Of an estimator its ``history_``; else what ``on_iteration`` was given.
    ax : matplotlib Axes, optional
        Where to draw. None: a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        There is no matplotlib.
    TypeError
        A model, which has none.
    ValueError
        A history is empty.
    """
    given = history if isinstance(history, Mapping) else {"": history}
    named = {name: _history_of(each) for name, each in given.items()}
    if not all(named.values()):
        raise ValueError("a history is empty: there is nothing to draw")
    ax = _axes(ax)
    for name, reports in named.items():
        iterations = [report.iteration for report in reports]
        losses = [report.loss for report in reports]
        (line,) = ax.plot(iterations, losses, label=f"{name} training".strip())
        checked = [report.validation_loss for report in reports]
        if not all(math.isnan(loss) for loss in checked):
            label = f"{name} validation".strip()
            ax.plot(iterations, checked, "--", color=line.get_color(), label=label)
    ax.set(xlabel="iteration", ylabel="mean loss", title="Loss of the fit")
    ax.set_ylim(bottom=0)
    _legend(ax)
    return ax


def _legend(ax: Any) -> None:
    """The legend beside the axes, off the data."""
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)


def _model_of(model: Any) -> tuple[Any, Iterable[Any]]:
    """The model of an estimator or itself, and its classes as it predicts them."""
    inner = getattr(model, "model_", model)
    return inner, getattr(model, "classes_", inner.labels)


def _names_of(model: Any) -> Sequence[Any]:
    """The names of its classes, where it has any."""
    inner, known = _model_of(model)
    return list(known if inner.class_names is None else inner.class_names)


def templates(
    model: LinearClassifier | Model,
    shape: tuple[int, int] = (28, 28),
    *,
    names: Sequence[object] | None = None,
) -> Figure:
    """The weights of each class as an image: where a bright pixel speaks for the class, and against.

    Parameters
    ----------
    model : Model or estimator
        What was fitted.
    shape : (height, width)
        Of a sample; height * width is the number of features.
    names : sequence of k, optional
        Instead of the model's names of its classes, or its labels where it has none.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    ImportError
        There is no matplotlib.
    ValueError
        The shape does not hold the features.
    """
    inner, _ = _model_of(model)
    names = list(_names_of(model) if names is None else names)
    theta = inner.theta
    if shape[0] * shape[1] != theta.shape[0]:
        raise ValueError(f"shape is {shape}, the model has {theta.shape[0]} features")
    columns = theta.shape[1]
    width = min(columns, 5)
    rows = math.ceil(columns / width)
    pyplot = _pyplot()
    figure: Figure
    with pyplot.style.context(_STYLE):
        figure, grid = pyplot.subplots(
            rows, width, squeeze=False, layout="constrained", figsize=(1.6 * width, 1.8 * rows + 0.4)
        )
    figure.suptitle("Weights of each class: red for it, blue against it")
    largest = float(np.abs(theta).max()) or 1.0
    for ax in grid.flat:
        ax.set_axis_off()
    titles = names if columns == len(names) else names[-1:]
    for j, (ax, name) in enumerate(zip(grid.flat, titles, strict=False)):
        picture = ax.imshow(theta[:, j].reshape(shape), cmap="RdBu_r", vmin=-largest, vmax=largest)
        ax.set_title(str(name), loc="center")
    figure.colorbar(picture, ax=grid, shrink=0.6)
    return figure


def _evaluation_of(report: Any, X: Any, y: Any) -> tuple[Evaluation, Sequence[Any]]:
    """An evaluation, or that of a model or an estimator on rows; and the names of the classes."""
    if hasattr(report, "confusion"):
        return report, list(report.labels)
    if not hasattr(getattr(report, "model_", report), "evaluate"):
        raise TypeError(f"confusion draws estimators, models and evaluations, not {type(report).__name__}")
    if X is None or y is None:
        raise TypeError(f"confusion of a {type(report).__name__} needs the rows to evaluate: X and y")
    inner, names = _model_of(report)
    known = np.asarray(names)
    if inner is not report and not np.array_equal(known, inner.labels):
        places = np.searchsorted(known, np.asarray(y)).clip(0, len(known) - 1)
        if (known[places] != np.asarray(y)).any():
            raise ValueError(f"y has labels that are not among the classes: {known}")
        y = inner.labels[places]
    scale = None if inner is report else report._factor()
    return inner.evaluate(X, y, scale=scale), _names_of(report)


def confusion(
    report: LinearClassifier | Model | Evaluation,
    X: MatrixLike | None = None,
    y: LabelsLike | None = None,
    *,
    names: Sequence[object] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The confusion matrix: true class by predicted class, the colour by the share of the true class.

    Parameters
    ----------
    report : fitted estimator, Model or Evaluation
        An estimator or a model is evaluated on the rows X; an evaluation is what ``Model.evaluate`` returned.
    X : array_like or sparse matrix, (m, n), optional
        Samples.
    y : array_like, (m,), optional
        Their labels.
    names : sequence of k, optional
        Instead of the model's names of its classes, or its labels where it has none.
    ax : matplotlib Axes, optional
        Where to draw. None: a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        There is no matplotlib.
    TypeError
        None of these, or rows are missing.
    ValueError
        y has a label that is no class; as ``Model.evaluate`` does.
    """
    found, known = _evaluation_of(report, X, y)
    ax = _axes(ax, figsize=(6.4, 5.4))
    names = list(known if names is None else names)
    shares = found.confusion / np.maximum(found.support, 1)[:, None]
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    ax.grid(visible=False)
    for (i, j), count in np.ndenumerate(found.confusion):
        if count:
            colour = "white" if shares[i, j] > 0.5 else "black"
            ax.text(j, i, str(count), ha="center", va="center", color=colour, fontsize="small")
    ax.set_xticks(range(len(names)), [str(name) for name in names], rotation=45, ha="right")
    ax.set_yticks(range(len(names)), [str(name) for name in names])
    ax.set(xlabel="predicted", ylabel="true", title=f"Confusion: error {found.error:.2%} of {found.samples}")
    return ax


def decision_boundary(
    model: LinearClassifier | Model,
    X: ArrayLike,
    y: LabelsLike | None = None,
    ax: Axes | None = None,
    resolution: int = 200,
) -> Axes:
    """The plane of two features, coloured by the predicted class, with the samples on it.

    Parameters
    ----------
    model : Model or estimator
        Of two features.
    X : array_like, (m, 2)
        The samples; they give the limits.
    y : array_like, (m,), optional
        Their labels.
    ax : matplotlib Axes, optional
        Where to draw. None: a new figure.
    resolution : int
        Points along each side.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        There is no matplotlib.
    ValueError
        X or the model has another number of features than 2.
    """
    X = np.asarray(X)
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"X has the shape {X.shape}, not (m, 2)")
    ax = _axes(ax)
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.05 * (high - low) + 1e-9
    sides = [np.linspace(a, b, resolution) for a, b in zip(low - margin, high + margin, strict=True)]
    plane = np.stack(np.meshgrid(*sides), axis=-1)
    known = np.asarray(list(_model_of(model)[1]))
    found = np.searchsorted(known, model.predict(plane.reshape(-1, 2))).reshape(plane.shape[:2])
    levels = np.arange(len(known) + 1) - 0.5
    ax.contourf(*sides, found, levels=levels, cmap="tab10", vmin=0, vmax=10, alpha=0.25)
    if y is not None:
        for j, (label, name) in enumerate(zip(known, _names_of(model), strict=True)):
            of_class = np.asarray(y) == label
            x, height = X[of_class].T
            ax.scatter(x, height, s=12, color=f"C{j}", label=str(name))
        _legend(ax)
    ax.grid(visible=False)
    ax.set(xlabel="feature 0", ylabel="feature 1", title="Predicted classes")
    return ax
