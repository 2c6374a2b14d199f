"""What signatures say to people and to type checkers."""

import inspect
import re
import sys
import typing

import pytest

import linclass
from linclass._functions.fit_arguments import FitOptions
from test_docstrings import PUBLIC


def annotations(thing):
    signature = inspect.signature(thing)
    return {
        **{name: each.annotation for name, each in signature.parameters.items()},
        "return": signature.return_annotation,
    }


def is_exception(thing):
    return inspect.isclass(thing) and issubclass(thing, Exception)


@pytest.mark.parametrize("name", [name for name, thing in PUBLIC.items() if not is_exception(thing)])
def test_no_parameter_may_be_anything(name):
    said = {parameter: str(each) for parameter, each in annotations(PUBLIC[name]).items()}
    assert not [parameter for parameter, each in said.items() if re.search(r"\bAny\b", each)]


FUNCTIONS = [name for name, thing in PUBLIC.items() if inspect.isfunction(thing) and ".plot." not in name]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="typing.Unpack is of Python 3.11")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_annotations_can_be_evaluated(name):
    function = PUBLIC[name]
    assert typing.get_type_hints(function).keys() <= annotations(function).keys()


def test_options_that_are_passed_on_are_those_of_fit():
    wanted = annotations(linclass.fit)
    passed_on = dict(FitOptions.__annotations__)
    for name, annotation in passed_on.items():
        assert annotation.__forward_arg__ == wanted.pop(name), name
    assert set(wanted) == {"X", "y", "l1", "l2", "threads", "return"}
