"""Everything public says what it takes, gives and raises, in numpydoc's form."""

import inspect
import re

import pytest

import linclass
import linclass.plot
from data import single

#: Whose exceptions are none, or none but a programmer's.
RAISE_NOTHING = {
    "linclass.vector_sets",
    "linclass.blas",
    "linclass.blas_warning",
    "linclass.show_versions",
    "linclass.version",
    "linclass.Model.close",
}


def public():
    """{name: function or class}: of the package, the methods of its classes, the pictures."""
    found = {}
    for name in linclass.__all__:
        thing = getattr(linclass, name)
        if inspect.isfunction(thing):
            found[f"linclass.{name}"] = thing
        elif inspect.isclass(thing):
            found[f"linclass.{name}"] = thing
            found |= {f"linclass.{name}.{method}": each for method, each in methods(thing)}
    for name, thing in vars(linclass.plot).items():
        if inspect.isfunction(thing) and thing.__module__ == "linclass.plot" and not name.startswith("_"):
            found[f"linclass.plot.{name}"] = thing
    return found


def methods(kind):
    """What this package defines: not what scikit-learn, tuples and dataclasses bring along."""
    for name, member in inspect.getmembers(kind, callable):
        function = inspect.unwrap(getattr(member, "__func__", member))
        ours = (getattr(function, "__module__", "") or "").startswith("linclass.")
        if not name.startswith("_") and inspect.isfunction(function) and ours and function.__name__ == name:
            yield name, function


PUBLIC = public()


def sections(thing):
    """{title: its lines, without their common indentation}."""
    lines = inspect.getdoc(thing).splitlines()
    rules = [i for i, line in enumerate(lines) if i > 0 and re.fullmatch(r"-{3,}", line)]
    ends = [i - 1 for i in rules[1:]] + [len(lines)]
    return {lines[i - 1]: lines[i + 1 : end] for i, end in zip(rules, ends, strict=False)}


def names(lines):
    """The names a section describes: at its margin, before a colon, perhaps several."""
    heads = [line.split(" : ")[0] for line in lines if line and not line.startswith(" ")]
    return [name.strip().lstrip("*") for head in heads for name in head.split(",")]


def parameters(thing):
    return [name for name in inspect.signature(thing).parameters if name not in ("self", "cls")]


def is_generated(thing):
    """A tuple, a record or an exception, whose constructor is not the user's to call."""
    records = (tuple, Exception)
    return inspect.isclass(thing) and (
        issubclass(thing, records) or "_handle" in dir(thing) or is_record(thing)
    )


def is_record(thing):
    return getattr(getattr(thing, "__dataclass_params__", None), "frozen", False)


@pytest.mark.parametrize("name", PUBLIC)
def test_it_says_what_it_is(name):
    first = inspect.getdoc(PUBLIC[name]).splitlines()[0]
    assert first.endswith((".", ":", ";")), first


@pytest.mark.parametrize("name", [name for name in PUBLIC if not is_generated(PUBLIC[name])])
def test_parameters(name):
    """Each, in the order of the signature, and no other."""
    wanted = parameters(PUBLIC[name])
    described = names(sections(PUBLIC[name]).get("Parameters", []))
    assert sorted(described) == sorted(wanted)


def fields(thing):
    """Of a tuple or a record."""
    return getattr(thing, "_fields", None) or list(getattr(thing, "__dataclass_fields__", ()))


RECORDS = [name for name, thing in PUBLIC.items() if inspect.isclass(thing) and is_generated(thing)]


@pytest.mark.parametrize("name", [name for name in RECORDS if fields(PUBLIC[name])])
def test_members_of_records(name):
    assert names(sections(PUBLIC[name]).get("Attributes", [])) == list(fields(PUBLIC[name]))


FUNCTIONS = [name for name, thing in PUBLIC.items() if inspect.isfunction(thing)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_results(name):
    """A result, unless there is none to give or the first line says it all."""
    result = inspect.signature(PUBLIC[name]).return_annotation
    assert ("Returns" in sections(PUBLIC[name])) == (result != "None") or not parameters(PUBLIC[name])


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in RAISE_NOTHING])
def test_exceptions(name):
    raised = names(sections(PUBLIC[name]).get("Raises", []))
    assert raised
    for exception in raised:
        assert exception.endswith(("Error", "Interrupt")), exception


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arrays_have_shapes(name):
    for title in ("Parameters", "Returns"):
        for line in sections(PUBLIC[name]).get(title, []):
            if re.search(r"\b(array_like|ndarray)\b", line) and not line.startswith(" "):
                assert re.search(r"\(\w[\w, ]*,?( \w+)?\)", line), line


ESTIMATORS = single(linclass._ESTIMATORS)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_parameters_of_estimators_have_types_defaults_and_sentences(name):
    kind = getattr(linclass, name)
    lines = sections(kind)["Parameters"]
    for parameter in inspect.signature(kind).parameters.values():
        value = parameter.default
        default = f'"{value}"' if isinstance(value, str) else repr(value)
        (place,) = [i for i, line in enumerate(lines) if line.startswith(f"{parameter.name} : ")]
        assert re.fullmatch(rf"{parameter.name} : \S.*, default={re.escape(default)}", lines[place])
        assert re.match(r'    [A-Z"`>0-9]', lines[place + 1]), lines[place]


@pytest.mark.parametrize("name", ESTIMATORS)
def test_parameters_of_an_estimator_come_before_those_of_all(name):
    """In the signature, which tools show, as in the docstring."""
    kind = getattr(linclass, name)
    assert names(sections(kind)["Parameters"]) == list(inspect.signature(kind).parameters)


#: What scikit-learn's own tests of docstrings ignore: places of line breaks, sections that may be missing.
UNCHECKED = {"GL01", "GL02", "GL03", "ES01", "SA01", "EX01", "RT02"}


@pytest.mark.parametrize("name", [name for name in PUBLIC if name.split(".")[1] in ESTIMATORS])
def test_docstrings_of_estimators_are_numpydoc(name):
    validation = pytest.importorskip("numpydoc.validate")
    errors = validation.validate(name)["errors"]
    assert [error for error in errors if error[0] not in UNCHECKED] == []


def test_a_class_of_the_user_has_the_signature_of_its_own_constructor():
    class Mine(linclass.LogisticRegression):
        def __init__(self, strength=1.0):
            super().__init__(C=1 / strength)

    assert list(inspect.signature(Mine).parameters) == ["strength"]


def test_there_is_much_to_test():
    assert len(FUNCTIONS) > 50
