"""Input is read where it lies: a copy is made only when the dtype or the strides force one."""

import tracemalloc

import numpy as np
import pytest

import copies
import linclass
from data import blobs


@pytest.fixture
def made(monkeypatch):
    """The shapes of the arrays copied."""
    return copies.count(monkeypatch)


def arguments(dtype):
    rng = np.random.default_rng(1)
    return (
        rng.normal(size=(6, 4)).astype(dtype),
        rng.integers(0, 3, 6),
        rng.normal(size=(4, 3)).astype(dtype),
        np.zeros(3, dtype),
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_contiguous_input_is_not_copied(dtype, made):
    copies.level_1(*arguments(dtype))
    assert made == []


def test_read_only_input_is_not_copied(made):
    given = arguments(np.float32)
    for array in given:
        array.flags.writeable = False
    copies.level_1(*given)
    assert made == []


def test_rows_apart_are_not_copied(made):
    X, y, theta, bias = arguments(np.float64)
    wide = np.zeros((12, 9))
    wide[::2, 2:6] = X
    copies.level_1(wide[::2, 2:6], y, theta, bias)
    assert made == []


def test_a_single_row_of_any_stride_is_not_copied(made):
    linclass.softmax(np.zeros((4, 3))[1:2])
    linclass.softmax(np.zeros((4, 1))[::-1][:1])
    assert made == []


@pytest.mark.parametrize(
    "force",
    [
        np.asfortranarray,
        lambda X: X[::-1],
        lambda X: np.repeat(X, 2, axis=1)[:, ::2],
        lambda X: X.astype(np.float32),
        lambda X: X.astype(">f8"),
        lambda X: np.frombuffer(b"\0" + X.tobytes(), dtype=np.float64, offset=1).reshape(X.shape),
        lambda X: np.broadcast_to(X[:1], X.shape),
    ],
    ids=["fortran", "reversed", "every second column", "narrower", "byte order", "unaligned", "broadcast"],
)
def test_one_copy_of_what_forces_it(force, made):
    X, _, theta, bias = arguments(np.float64)
    linclass.logits(force(X), theta, bias)
    assert made == [(6, 4)]


class Peak:
    """The most memory Python and NumPy took at once while this ran, in bytes."""

    def __enter__(self):
        tracemalloc.start()
        return self

    def __exit__(self, *exception):
        self.bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


def in_memory(X, arrangement):
    if arrangement == "fortran":
        return np.asfortranarray(X)
    if arrangement == "rows apart":
        wide = np.zeros((len(X), X.shape[1] + 5), X.dtype)
        wide[:, : X.shape[1]] = X
        return wide[:, : X.shape[1]]
    X = X.copy()
    X.flags.writeable = arrangement != "read-only"
    return X


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("arrangement", ["contiguous", "rows apart", "read-only"])
def test_level_1_takes_no_memory_for_its_input(dtype, arrangement):
    """Whatever the code calls a copy: NumPy itself tells how much memory it was asked for."""
    X, y = blobs(m=4000, n=200, dtype=dtype)
    X, theta = in_memory(X, arrangement), in_memory(np.zeros((200, 3), dtype), arrangement)
    with Peak() as peak:
        copies.level_1(X, y, theta, np.zeros(3, dtype))
    assert peak.bytes < X.size * X.itemsize / 5  # scores, residual, gradient


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, bool])
@pytest.mark.parametrize("arrangement", ["contiguous", "fortran", "rows apart", "read-only"])
def test_estimators_take_no_memory_for_their_input(dtype, arrangement):
    pytest.importorskip("sklearn")
    X, y = blobs(m=4000, n=200)
    X = in_memory((X > 0 if dtype in (np.uint8, bool) else X).astype(dtype), arrangement)
    for name in linclass._ESTIMATORS:
        estimator = getattr(linclass, name)(max_iter=1, tol=1.0)
        estimator.fit(X[:100], y[:100])  # imports
        with Peak() as peak:
            estimator.fit(X, y, validation=(X, y)).predict(X)
            estimator.decision_function(X)
        assert peak.bytes < 4000 * 100, name  # labels by number, scores: 8 bytes each; half of the bytes of X
