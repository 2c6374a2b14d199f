"""The examples of docs/python.md, of README.md and of the docstrings."""

import doctest
import importlib.util
import os
import pathlib
import re

import numpy
import pytest

import linclass

SOURCE = pathlib.Path(os.environ["LINCLASS_SOURCE"])
PACKAGE = SOURCE / "python" / "linclass"
#: Engines that are not there: modules whose names begin so cannot be imported.
ABSENT = [
    name
    for name, needed in {"dask": ["dask"], "spark": ["pyspark", "pyarrow"]}.items()
    if any(importlib.util.find_spec(module) is None for module in needed)
]
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    for path in PACKAGE.rglob("*.py")
    if not path.stem.startswith("__") and not any(path.stem.startswith(name) for name in ABSENT)
)


#: Packages that examples import and that need not be there.
OPTIONAL = ("pandas", "pyarrow")


def text_of(page):
    """The text of a page, without the blocks that need packages that are not there."""
    missing = "|".join(name for name in OPTIONAL if importlib.util.find_spec(name) is None)
    blocks = re.split("^(?=```)", (SOURCE / page).read_text(), flags=re.MULTILINE)
    return "".join(block for block in blocks if not missing or not re.search(rf"import .*({missing})", block))


@pytest.mark.parametrize(("page", "least"), [("docs/python.md", 62), ("README.md", 4)])
def test_the_pages(monkeypatch, page, least):
    monkeypatch.chdir(SOURCE)
    example = doctest.DocTestParser().get_doctest(text_of(page), {"__name__": "__main__"}, page, page, 0)
    failed, tried = doctest.DocTestRunner().run(example)
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
