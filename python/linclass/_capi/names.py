"""Names of what the library numbers: losses, solvers, schedules of the learning rate. Names of classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar, cast

from linclass._capi.library import lib

Class = TypeVar("Class", bound=type)


def public(kind: Class) -> Class:
    """Name a class by where users import it from, so that pickles and messages do not name private files."""
    kind.__module__ = "linclass"
    return kind


def _names(name_of: Callable[[int], bytes | None], first: int) -> dict[str, int]:
    """The names that the library gives the numbers from the first on, and the numbers."""
    found = {}
    number = first
    while (name := name_of(number)) is not None:
        found[name.decode().replace("-", "_")] = number
        number += 1
    return found


#: The keys of LOSSES, of SOLVERS, of SCHEDULES, for type checkers; a later library may have more.
LossName = Literal[
    "softmax", "logistic", "sigmoid_squared", "perceptron", "hinge", "squared_hinge", "crammer_singer"
]
SolverName = Literal[
    "auto",
    "sgd",
    "gradient_descent",
    "lbfgs",
    "newton",
    "newton_cg",
    "orthant_wise",
    "smoothing",
    "projected_newton",
    "dual_ascent",
]
ScheduleName = Literal["constant", "step", "inverse_time"]

#: How prediction sets are made, by the number of LINCLASS_SETS_*.
SetsName = Literal["lac", "aps"]
SETS: dict[SetsName, int] = {"lac": 1, "aps": 2}

LOSSES = cast(dict[LossName, int], _names(lib.linclass_loss_name, 1))
SOLVERS = cast(
    dict[SolverName, int],
    {
        "gradient_descent" if name == "gd" else name: number
        for name, number in _names(lib.linclass_solver_name, 0).items()
    },
)
SCHEDULES: dict[ScheduleName, int] = {"constant": 0, "step": 1, "inverse_time": 2}
LOSS_NAMES = {number: name for name, number in LOSSES.items()}
SOLVER_NAMES = {number: name for name, number in SOLVERS.items()}


def number_of(names: Mapping[Any, int], name: Any, what: str) -> int:
    """The number of a name; ValueError with the names there are."""
    if not isinstance(name, str) or name not in names:
        raise ValueError(f"{what} is {name!r}, not one of {', '.join(map(repr, names))}")
    return names[name]
