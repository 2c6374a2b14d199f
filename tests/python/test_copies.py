"""Input is read where it lies: a copy is made only when the dtype or the strides force one."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

import copies
import linclass
from data import blobs, single


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


IN_PLACE = ["bool", "int8", "uint8", "int16", "uint16", "int32", "int64", "float16", "float32", "float64"]


@pytest.mark.parametrize("dtype", IN_PLACE)
@pytest.mark.parametrize("arrangement", ["contiguous", "fortran", "rows apart", "read-only"])
def test_estimators_take_no_memory_for_their_input(dtype, arrangement):
    pytest.importorskip("sklearn")
    X, y = blobs(m=4000, n=200)
    X = in_memory((X > 0 if dtype in ("uint8", "uint16", "bool") else X).astype(dtype), arrangement)
    for name in single(linclass._ESTIMATORS):
        estimator = getattr(linclass, name)(max_iter=1, tol=1.0)
        estimator.fit(X[:100], y[:100])  # imports
        with Peak() as peak:
            estimator.fit(X, y, validation=(X, y)).predict(X)
            estimator.decision_function(X)
        assert peak.bytes < 4000 * 100, name  # labels by number, scores: 8 bytes each; half of the bytes of X


@pytest.mark.parametrize("dtype", IN_PLACE)
def test_models_read_every_type_as_its_numbers(dtype, made):
    X = (10 * blobs()[0]).round().clip(0, 1 if dtype == "bool" else 100)
    y = blobs()[1]
    given = np.asfortranarray(X.astype(dtype))
    model = linclass.fit(given, y, l2=0.1, scale=1)
    assert made == [(120,)] * (y.dtype != np.int64)
    assert model.dtype == (np.float64 if dtype in ("int32", "int64", "float64") else np.float32)
    np.testing.assert_array_equal(model.scores(given), model.scores(X.astype(model.dtype)))


@pytest.mark.parametrize("dtype", ["uint32", "uint64", ">f8", ">i2"])
def test_other_types_are_copied(dtype, made):
    X, y = np.abs(10 * blobs()[0]).round(), blobs()[1].astype(np.int64)
    model = linclass.fit(X.astype(dtype), y, l2=0.1)
    assert made == [X.shape]
    np.testing.assert_array_equal(model.scores(X.astype(dtype)), model.scores(X.astype(model.dtype)))


def test_long_doubles_are_for_estimators():
    X, y = blobs()
    with pytest.raises(TypeError, match="float128|longdouble"):
        linclass.fit(X.astype(np.longdouble), y)
    pytest.importorskip("sklearn")
    dense, found = (linclass.SoftmaxRegression().fit(given, y) for given in (X, X.astype(np.longdouble)))
    np.testing.assert_array_equal(found.coef_, dense.coef_)


def test_bfloat16_is_read_in_place(made):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    X, y = blobs()
    X = X.astype(ml_dtypes.bfloat16)
    model = linclass.fit(X, y.astype(np.int64), l2=0.1)
    assert made == []
    assert model.dtype == np.float32
    np.testing.assert_array_equal(model.scores(X), model.scores(X.astype(np.float32)))
    np.testing.assert_allclose(
        linclass.logits(X, model.theta, model.bias), model.scores(X), rtol=1e-5, atol=1e-5
    )
    pytest.importorskip("sklearn")
    assert linclass.SoftmaxRegression().fit(X, y).score(X, y) > 0.9


MAPPED = """
import sys, numpy, linclass

def own():
    \"\"\"Bytes of memory that are not pages of files.\"\"\"
    lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return 1024 * int(lines["RssAnon"].split()[0])

X = numpy.memmap(sys.argv[1], numpy.dtype(sys.argv[2]), "r", shape=(20000, 500))
y = numpy.arange(20000) % 2
linclass.fit(X[:500], y[:500], loss="logistic", solver="lbfgs", max_iterations=3)
before, seen = own(), []
linclass.fit(X, y, loss="logistic", solver="lbfgs", max_iterations=3, l2=1e-3,
             on_iteration=lambda progress: seen.append(own())).predict(X)
print(max(seen) - before, own() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc/self/status")
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_mapped_files_are_not_loaded(tmp_path, dtype):
    path = tmp_path / "X"
    np.random.default_rng(0).normal(size=(20000, 500)).astype(dtype).tofile(path)
    done = subprocess.run(
        [sys.executable, "-c", MAPPED, path, dtype], capture_output=True, text=True, check=True
    )
    assert max(map(int, done.stdout.split())) < path.stat().st_size / 2  # 10 MB at least; work space 5 MB
