"""Splits: sizes, shares of classes, the same twice; fits and data sets take their rows."""

import numpy as np
import pytest

import linclass


def test_sizes_and_shares():
    y = np.repeat([5, -2, 7], [60, 30, 10])
    part = linclass.split(100, [0.5, 0.3, 0.2], y=y, seed=1)
    assert part.dtype == np.int64
    assert np.bincount(part).tolist() == [50, 30, 20]
    for label, count in ((5, 60), (-2, 30), (7, 10)):
        shares = np.bincount(part[y == label], minlength=3)
        assert np.abs(shares - count * np.array([0.5, 0.3, 0.2])).max() < 2


def test_folds():
    y = np.arange(31) % 3
    fold = linclass.folds(31, 4, y=y, seed=2)
    assert sorted(np.bincount(fold)) == [7, 8, 8, 8]
    for label in range(3):
        counts = np.bincount(fold[y == label], minlength=4)
        assert counts.max() - counts.min() <= 1
    assert sorted(linclass.folds(5, 5)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "cut",
    [lambda seed: linclass.split(50, [0.5, 0.5], seed=seed), lambda seed: linclass.folds(50, 5, seed=seed)],
)
def test_the_seed_decides(cut):
    assert (cut(3) == cut(3)).all()
    assert (cut(3) != cut(4)).any()
    cut(2**64 - 1)


def test_no_rows():
    assert linclass.split(0, [1.0]).shape == (0,)


@pytest.mark.parametrize(
    ("work", "exception", "sentence"),
    [
        (lambda: linclass.split(-1, [1.0]), ValueError, "m is -1"),
        (lambda: linclass.split(2.5, [1.0]), TypeError, "m must be an integer"),
        (lambda: linclass.split(5, [0.5, 0.6]), ValueError, "fractions"),
        (lambda: linclass.split(5, [1.5, -0.5]), ValueError, r"fractions\[0\] is 1.5"),
        (lambda: linclass.split(5, [np.nan]), ValueError, "fractions"),
        (lambda: linclass.split(5, []), ValueError, "parts"),
        (lambda: linclass.split(5, [[1.0]]), ValueError, "fractions has 2 dimensions"),
        (lambda: linclass.split(5, [1.0], y=[1, 2]), ValueError, "y has 2 elements, not 5"),
        (lambda: linclass.split(2, [1.0], y=["a", "b"]), TypeError, "labels are integers"),
        (lambda: linclass.split(5, [1.0], seed=-1), ValueError, "seed is -1"),
        (lambda: linclass.folds(5, 1), ValueError, "folds is 1"),
        (lambda: linclass.folds(5, 6), ValueError, "folds is 6"),
    ],
)
def test_bad_arguments(work, exception, sentence):
    with pytest.raises(exception, match=sentence):
        work()
