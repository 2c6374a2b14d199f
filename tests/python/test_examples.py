"""The examples of docs/python.md, of README.md and of the docstrings."""

import doctest
import importlib
import os
import pathlib

import numpy
import pytest

import linclass

SOURCE = pathlib.Path(os.environ["LINCLASS_SOURCE"])
PACKAGE = SOURCE / "python" / "linclass"
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    for path in PACKAGE.rglob("*.py")
    if not path.stem.startswith("__")
)


@pytest.mark.parametrize(("page", "least"), [("docs/python.md", 36), ("README.md", 4)])
def test_the_pages(monkeypatch, page, least):
    monkeypatch.chdir(SOURCE)
    failed, tried = doctest.testfile(str(SOURCE / page), module_relative=False)
    assert tried >= least
    assert failed == 0


def examples():
    """Those of all functions, and of the public classes, which do not name their file."""
    finder = doctest.DocTestFinder()
    for name in MODULES:
        yield from finder.find(importlib.import_module(name), name)
    for name in linclass.__all__:
        thing = getattr(linclass, name)
        if isinstance(thing, type):
            yield from finder.find(thing, name, module=False)


def test_docstrings():
    runner = doctest.DocTestRunner()
    for example in examples():
        example.globs = {"linclass": linclass, "numpy": numpy}
        assert runner.run(example).failed == 0, example.name
    assert runner.summarize(verbose=False).attempted > 80


@pytest.mark.parametrize("name", linclass.__all__)
def test_everything_public_has_a_docstring(name):
    thing = getattr(linclass, name)
    if callable(thing):
        assert thing.__doc__
