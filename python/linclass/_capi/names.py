"""Names of what the library numbers: losses, solvers, schedules of the learning rate. Names of classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

Class = TypeVar("Class", bound=type)


def public(kind: Class) -> Class:
    """Name a class by where users import it from, so that pickles and messages do not name private files."""
    kind.__module__ = "linclass"
    return kind


LossName = Literal["softmax", "logistic", "sigmoid_squared", "perceptron", "hinge", "squared_hinge"]
SolverName = Literal["auto", "sgd", "gradient_descent", "lbfgs", "newton", "newton_cg", "orthant_wise"]
ScheduleName = Literal["constant", "step", "inverse_time"]

LOSSES: dict[LossName, int] = {
    "softmax": 1,
    "logistic": 2,
    "sigmoid_squared": 3,
    "perceptron": 4,
    "hinge": 5,
    "squared_hinge": 6,
}
SOLVERS: dict[SolverName, int] = {
    "auto": 0,
    "sgd": 1,
    "gradient_descent": 2,
    "lbfgs": 3,
    "newton": 4,
    "newton_cg": 5,
    "orthant_wise": 6,
}
SCHEDULES: dict[ScheduleName, int] = {"constant": 0, "step": 1, "inverse_time": 2}
LOSS_NAMES = {number: name for name, number in LOSSES.items()}
SOLVER_NAMES = {number: name for name, number in SOLVERS.items()}


def number_of(names: Mapping[Any, int], name: Any, what: str) -> int:
    """The number of a name; ValueError with the names there are."""
    if not isinstance(name, str) or name not in names:
        raise ValueError(f"{what} is {name!r}, not one of {', '.join(map(repr, names))}")
    return names[name]
