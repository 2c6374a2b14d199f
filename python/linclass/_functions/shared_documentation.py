"""What all functions of level 1 say of themselves alike, written once and put into each docstring."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_THREADS = """threads : int
    0: as many as the process may run on. The result does not depend on it.
"""

_RAISES = """Raises
------
ValueError
    Sizes that do not fit, a label out of range, NaN or infinity, an output that is not as the result or
    overlaps an input; the sentence names argument, index and value.
TypeError
    An array of no real numbers, sparse data, labels or threads that are no integers.
FloatingPointError
    Finite numbers whose result overflows.
MemoryError
    No memory for a result or a copy.

"""


def level_1(function: Function) -> Function:
    """Complete the docstring: ``threads`` after the other parameters, the exceptions before the examples."""
    if function.__doc__ is None:
        return function
    text = inspect.cleandoc(function.__doc__)
    after_parameters = text.find("\nReturns\n---")
    examples = text.index("Examples\n---")
    place = examples - 1 if after_parameters < 0 else after_parameters
    function.__doc__ = text[:place] + _THREADS + text[place:examples] + _RAISES + text[examples:]
    return function
