"""The state of an estimator in a pickle: marked by what wrote it, checked before it is taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from linclass import __version__
from linclass._functions.model import Model

#: Where the state says what wrote it: the number of its form, and the version of the package.
MARK = "_linclass"
FORM = 1


def marked(state: dict[str, Any]) -> dict[str, Any]:
    """The state, with the mark."""
    return {**state, MARK: (FORM, __version__)}


def _writer(name: str, state: Any) -> str:
    """The version that wrote the state; ValueError where there is no telling, or it is of another form."""
    mark = state.get(MARK) if isinstance(state, dict) else None
    if not (isinstance(mark, tuple) and len(mark) == 2 and all(map(isinstance, mark, (int, str)))):
        raise ValueError(f"the pickle of a {name} was not written by linclass: its state has no {MARK!r}")
    form, version = mark
    if form != FORM:
        raise ValueError(
            f"the pickle of a {name} was written by linclass {version}, in a form that linclass "
            f"{__version__} does not read: save() and load() carry models from one version to another"
        )
    return str(version)


def unmarked(name: str, state: Any, parameters: Iterable[str]) -> dict[str, Any]:
    """The state without the mark; ValueError unless it is that of an estimator of these parameters."""
    version = _writer(name, state)
    missing = sorted(set(parameters) - set(state))
    if missing:
        raise ValueError(
            f"the pickle of a {name} was written by linclass {version} and lacks {', '.join(missing)}, which "
            f"linclass {__version__} has: save() and load() carry models from one version to another"
        )
    if "model_" in state:
        model, classes = state["model_"], np.asarray(state.get("classes_"))
        if not isinstance(model, Model):
            raise ValueError(f"the pickle of a {name} has no Model as its model_, but {type(model).__name__}")
        if classes.shape != (model.n_classes,) or state.get("n_features_in_") != model.n_features:
            raise ValueError(f"the pickle of a {name} has a model of other classes or features than its own")
    return {key: value for key, value in state.items() if key != MARK}
