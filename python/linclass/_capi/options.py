"""Scalars as the library takes them: ctypes would cut a number that does not fit."""

from __future__ import annotations

import operator
from typing import Any

INT64_MAX = 2**63 - 1


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
