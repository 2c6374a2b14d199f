"""A plugin of pytest: scikit-learn's own tests, with this package's classes in the place of its own.

scripts/test-sklearn runs it. What is expected to fail stands in left_out.toml, with the reason; a test on
that list that passes is a failure as well, so that the list stays true.
"""

import collections
import fnmatch
import pathlib

import pytest
import sklearn.linear_model
import sklearn.svm
import tomllib

import linclass

SUBSTITUTES = (
    (sklearn.linear_model, "LogisticRegression", linclass.LogisticRegression),
    (sklearn.linear_model, "LogisticRegressionCV", linclass.LogisticRegressionCV),
    (sklearn.svm, "LinearSVC", linclass.LinearSVM),
)
LIST = pathlib.Path(__file__).with_name("left_out.toml")

#: Of test_svm.py, whose other tests are of other classes: those that use LinearSVC.
OF_LINEAR_SVC = (
    "test_weight", "test_auto_weight", "test_linearsvc*", "test_crammer_singer_binary*",
    "test_dense_liblinear_intercept_handling", "test_liblinear_set_coef*", "test_linear_svm_convergence*",
    "test_lsvc_intercept_scaling_zero*", "test_linearsvm_liblinear_sample_weight[LinearSVC*",
    "test_linearsvm_liblinear_sample_weight[LinearSVM*", "test_bad_input*",
)  # fmt: skip

counts = collections.Counter()


def pytest_configure(config):
    """Before a test file is imported: it takes the classes by their names."""
    for module, name, substitute in SUBSTITUTES:
        setattr(module, name, substitute)


def matches(name, patterns):
    """Whether a test is meant by one of the patterns, in which only * is special."""
    return any(fnmatch.fnmatchcase(name, pattern.replace("[", "[[]")) for pattern in patterns)


def pytest_collection_modifyitems(config, items):
    """Leave the tests of other classes, mark those that are on the list."""
    reasons = tomllib.loads(LIST.read_text())
    chosen = [item for item in items if item.path.name != "test_svm.py" or matches(item.name, OF_LINEAR_SVC)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    unused = {pattern for entry in reasons.values() for pattern in entry["tests"]}
    for item in chosen:
        for key, entry in reasons.items():
            found = [pattern for pattern in entry["tests"] if matches(item.name, [pattern])]
            unused -= set(found)
            if found:
                item.add_marker(pytest.mark.xfail(reason=key, strict=True))
                break
    if unused and not config.option.keyword:
        raise pytest.UsageError(f"{LIST.name} names tests that there are not: {', '.join(sorted(unused))}")
    items[:] = chosen


def pytest_runtest_logreport(report):
    """Count."""
    if hasattr(report, "wasxfail") and report.skipped:
        counts[report.wasxfail.removeprefix("reason: ")] += 1
    elif report.when == "call" or report.outcome != "passed":
        counts[report.outcome] += 1


def pytest_terminal_summary(terminalreporter):
    """Say how many ran, passed, and were left out for which reason."""
    reasons = tomllib.loads(LIST.read_text())
    left_out = {key: counts[key] for key in reasons if counts[key]}
    write = terminalreporter.write_line
    failed, skipped = counts["failed"], counts["skipped"]
    write(f"{sum(counts.values())} tests: {counts['passed']} passed, {failed} failed,")
    write(f"{skipped} skipped by themselves, {sum(left_out.values())} left out:")
    for key, count in left_out.items():
        write(f"  {count:4}  {reasons[key]['reason']}")
