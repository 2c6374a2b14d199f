"""The examples of docs/python.md, of README.md and of the docstrings."""

import doctest
import importlib
import os
import pathlib

import numpy
import pytest

import linclass

SOURCE = pathlib.Path(os.environ["LINCLASS_SOURCE"])
MODULES = sorted(
    path.stem for path in (SOURCE / "python" / "linclass").glob("*.py") if path.stem != "__init__"
)


@pytest.mark.parametrize(("page", "least"), [("docs/python.md", 36), ("README.md", 4)])
def test_the_pages(monkeypatch, page, least):
    monkeypatch.chdir(SOURCE)
    failed, tried = doctest.testfile(str(SOURCE / page), module_relative=False)
    assert tried >= least
    assert failed == 0


def test_docstrings():
    tried = 0
    for name in MODULES:
        module = importlib.import_module(f"linclass.{name}")
        result = doctest.testmod(module, globs={"linclass": linclass, "numpy": numpy})
        assert result.failed == 0, name
        tried += result.attempted
    assert tried > 15


@pytest.mark.parametrize("name", linclass.__all__)
def test_everything_public_has_a_docstring(name):
    thing = getattr(linclass, name)
    if callable(thing):
        assert thing.__doc__
