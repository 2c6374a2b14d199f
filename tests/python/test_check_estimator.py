"""scikit-learn's own checks of estimators: no failures, none expected to fail."""

import warnings

import pytest

import linclass

sklearn = pytest.importorskip("sklearn")
check_estimator = pytest.importorskip("sklearn.utils.estimator_checks").check_estimator

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])


@pytest.mark.parametrize("name", sorted(linclass._ESTIMATORS))
def test_check_estimator(name):
    folds = {"cv": 3} if name.endswith("CV") else {}  # the checks have classes of fewer than 5 samples
    estimator = getattr(linclass, name)(**folds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if VERSION >= (1, 6):
            results = check_estimator(estimator, on_skip=None, on_fail=None)
            failed = {
                result["check_name"]: repr(result["exception"])
                for result in results
                if result["status"] not in ("passed", "skipped") or result["expected_to_fail"]
            }
            assert len(results) > 40
            assert failed == {}
        else:
            check_estimator(estimator)
