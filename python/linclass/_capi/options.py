"""Scalars as the library takes them: ctypes would cut a number that does not fit."""

from __future__ import annotations

import operator
from math import inf
from typing import Any

INT64_MAX = 2**63 - 1
AUTOMATIC = -1.0  # LINCLASS_AUTOMATIC

#: Bounds on the weights; None: none on that side.
Bounds = tuple[float | None, float | None]


def integer(value: Any, name: str, least: int = 0, most: int = INT64_MAX) -> int:
    """The value as an int; TypeError when it is none, ValueError outside least..most."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, not {type(value).__name__}") from None
    if not least <= number <= most:
        raise ValueError(f"{name} is {number}, not in {least}..{most}")
    return number


def real(value: Any, name: str) -> float:
    """The value as a float; TypeError when it is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, not {type(value).__name__}") from None


def scale_of(value: float | None, name: str = "scale") -> float:
    """The factor of elements as C has it, 0 for None, automatic; ValueError for 0."""
    if value is None:
        return 0.0
    factor = real(value, name)
    if factor == 0:
        raise ValueError(f"{name} is 0, not a finite number other than 0; None: automatic")
    return factor


def penalty_of(value: float | None, name: str = "l2") -> float:
    """The weight of a penalty as C has it, AUTOMATIC for None; ValueError for a negative one."""
    if value is None:
        return AUTOMATIC
    weight = real(value, name)
    if weight < 0:
        raise ValueError(f"options.{name} is {weight:g}, not finite and >= 0")
    return weight


def bounds_of(value: Bounds, name: str = "weight_bounds") -> tuple[float, float]:
    """Bounds as C has them, infinite for None; TypeError unless there are two."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise TypeError(f"{name} must be (low, high) or None, not {value!r}")
    low, high = value
    return (
        -inf if low is None else real(low, f"{name}[0]"),
        inf if high is None else real(high, f"{name}[1]"),
    )
