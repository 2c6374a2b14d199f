"""What signatures say to people and to type checkers."""

import ast
import inspect
import os
import pathlib
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


def page_signatures():
    """{name: parameters} as the tables of functions of docs/python.md show them."""
    page = (pathlib.Path(os.environ["LINCLASS_SOURCE"]) / "docs" / "python.md").read_text()
    found = {}
    for table in page.split("| function | result |\n|---|---|\n")[1:]:
        for line in table.partition("\n\n")[0].splitlines():
            found.update(re.findall(r"`(\w+)\(([^`]*)\)`", line.split(" | ")[0]))
    return {name: shown for name, shown in found.items() if shown != "..." and not name.startswith("NAME_")}


@pytest.mark.parametrize(("name", "shown"), page_signatures().items())
def test_the_page_shows_how_functions_are_called(name, shown):
    shown = ast.parse(f"def {name}({shown}): pass").body[0].args
    actual = inspect.signature(getattr(linclass, name)).parameters
    by_place = [each for each in actual.values() if each.kind is not each.KEYWORD_ONLY]
    assert [each.arg for each in shown.args] == [each.name for each in by_place][: len(shown.args)]
    assert all(actual[each.arg].kind is inspect.Parameter.KEYWORD_ONLY for each in shown.kwonlyargs)
    listed = {each.arg for each in shown.args + shown.kwonlyargs}
    assert {each.name for each in actual.values() if each.default is each.empty} <= listed
    plain = len(shown.args) - len(shown.defaults)
    defaults = dict(zip([each.arg for each in shown.args[plain:]], shown.defaults, strict=True))
    by_name = zip(shown.kwonlyargs, shown.kw_defaults, strict=True)
    defaults |= {each.arg: value for each, value in by_name if value is not None}
    for parameter in listed:
        optional = actual[parameter].default is not inspect.Parameter.empty
        assert (parameter in defaults) == optional, parameter
        if isinstance(defaults.get(parameter), ast.Constant):  # 1/m is a formula
            assert actual[parameter].default == defaults[parameter].value


def test_the_page_has_its_tables_of_functions():
    assert len(page_signatures()) > 15


def test_options_that_are_passed_on_are_those_of_fit():
    wanted = annotations(linclass.fit)
    passed_on = dict(FitOptions.__annotations__)
    for name, annotation in passed_on.items():
        assert annotation.__forward_arg__ == wanted.pop(name), name
    assert set(wanted) == {"X", "y", "l1", "l2", "threads", "return"}
