"""Level 1 against the formulas in NumPy, over types, strides, sizes; and what it refuses."""

import numpy as np
import pytest

import linclass
from data import ARRANGEMENTS, arranged

TOLERANCE = {np.float32: 2e-5, np.float64: 1e-12}  # sums of at most 20 terms of size about 1


def softmax(H):
    Z = np.exp(H - H.max(axis=1, keepdims=True))
    return Z / Z.sum(axis=1, keepdims=True)


def problem(dtype, m=7, n=5, k=3, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, n)).astype(dtype)
    y = rng.integers(0, k, m)
    theta = rng.normal(size=(n, k)).astype(dtype)
    bias = rng.normal(size=k).astype(dtype)
    return X, y, theta, bias


def one_hot(y, k):
    return np.eye(k)[y]


@pytest.fixture(params=[np.float32, np.float64], ids=["f32", "f64"])
def dtype(request):
    return request.param


@pytest.fixture(params=ARRANGEMENTS)
def arrange(request):
    return lambda array: arranged(array, request.param)


def test_logits(dtype, arrange):
    X, _, theta, bias = problem(dtype)
    H = linclass.logits(arrange(X), arrange(theta), bias)
    assert H.dtype == dtype
    np.testing.assert_allclose(H, X @ theta + bias, atol=TOLERANCE[dtype])
    np.testing.assert_allclose(linclass.logits(arrange(X), theta), X @ theta, atol=TOLERANCE[dtype])


def test_softmax(dtype, arrange):
    H = problem(dtype)[0]
    Z = linclass.softmax(arrange(H))
    assert Z.dtype == dtype
    np.testing.assert_allclose(Z, softmax(H), atol=TOLERANCE[dtype])


def test_softmax_in_place(dtype):
    H = problem(dtype)[0]
    expected = softmax(H)
    assert linclass.softmax(H, out=H) is H
    np.testing.assert_allclose(H, expected, atol=TOLERANCE[dtype])


def test_cross_entropy_and_residual(dtype, arrange):
    H, y, *_ = problem(dtype, n=3)
    expected = -np.log(softmax(H)[np.arange(len(y)), y]).mean()
    assert linclass.cross_entropy(arrange(H), y) == pytest.approx(expected, abs=TOLERANCE[dtype])
    before = H.copy()
    loss, R = linclass.softmax_residual(arrange(H), y)
    assert loss == pytest.approx(expected, abs=TOLERANCE[dtype])
    np.testing.assert_allclose(R, softmax(H) - one_hot(y, 3), atol=TOLERANCE[dtype])
    np.testing.assert_array_equal(H, before)


def test_gradient(dtype, arrange):
    X, y, theta, bias = problem(dtype)
    R = (softmax(X @ theta + bias) - one_hot(y, 3)).astype(dtype)
    G, g_bias = linclass.gradient(arrange(X), arrange(R))
    np.testing.assert_allclose(G, X.T @ R / 7, atol=TOLERANCE[dtype])
    np.testing.assert_allclose(g_bias, R.mean(axis=0), atol=TOLERANCE[dtype])
    np.testing.assert_allclose(linclass.gradient(X, R, 2).theta, 2 * X.T @ R, atol=10 * TOLERANCE[dtype])


def test_softmax_loss_gradient(dtype, arrange):
    X, y, theta, bias = problem(dtype)
    Z = softmax(X @ theta + bias)
    loss, G, g_bias = linclass.softmax_loss_gradient(arrange(X), y, arrange(theta), bias)
    assert loss == pytest.approx(-np.log(Z[np.arange(7), y]).mean(), abs=TOLERANCE[dtype])
    np.testing.assert_allclose(G, X.T @ (Z - one_hot(y, 3)) / 7, atol=TOLERANCE[dtype])
    np.testing.assert_allclose(g_bias, (Z - one_hot(y, 3)).mean(axis=0), atol=TOLERANCE[dtype])


def test_softmax_sgd_epoch(dtype, arrange):
    X, y, theta, bias = problem(dtype)
    expected, expected_bias = theta.copy(), bias.copy()
    for rows in (slice(0, 3), slice(3, 6), slice(6, 7)):
        R = softmax(X[rows] @ expected + expected_bias) - one_hot(y[rows], 3)
        expected -= 0.1 / len(R) * (X[rows].T @ R).astype(dtype)
        expected_bias -= 0.1 * R.mean(axis=0).astype(dtype)
    linclass.softmax_sgd_epoch(arrange(X), y, theta, bias, batch=3, learning_rate=0.1)
    np.testing.assert_allclose(theta, expected, atol=TOLERANCE[dtype])
    np.testing.assert_allclose(bias, expected_bias, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("given", [np.int8, np.uint8, np.int64, bool, np.float16, ">f8"])
def test_other_types_are_converted(given):
    X = np.array([[1, 0], [0, 1]], dtype=given)
    theta = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float64)
    np.testing.assert_array_equal(linclass.logits(X, theta), [[1, 2, 3], [4, 5, 6]])


def test_small_types_stay_in_single_precision():
    X = np.ones((2, 2), np.uint8)
    assert linclass.logits(X, np.ones((2, 2), np.float32)).dtype == np.float32
    assert linclass.logits(X.astype(np.int64), np.ones((2, 2), np.float32)).dtype == np.float64


@pytest.mark.parametrize("shape", [(0, 3, 2), (4, 0, 2), (4, 3, 0), (0, 0, 0), (1, 1, 1)])
def test_empty_and_single(shape, dtype):
    m, n, k = shape
    X, theta = np.ones((m, n), dtype), np.ones((n, k), dtype)
    np.testing.assert_array_equal(linclass.logits(X, theta), X @ theta)
    G, g_bias = linclass.gradient(X, np.ones((m, k), dtype))
    assert G.shape == (n, k)
    assert g_bias.shape == (k,)


def test_outputs_are_written_where_they_lie(dtype):
    X, y, theta, bias = problem(dtype)
    wide = np.full((7, 8), 99, dtype)
    assert np.shares_memory(linclass.logits(X, theta, bias, out=wide[:, 2:5]), wide)
    np.testing.assert_allclose(wide[:, 2:5], X @ theta + bias, atol=TOLERANCE[dtype])
    assert (wide[:, :2] == 99).all()
    assert (wide[:, 5:] == 99).all()
    G, g_bias = np.empty((5, 3), dtype), np.empty(3, dtype)
    result = linclass.softmax_loss_gradient(X, y, theta, bias, out=G, out_bias=g_bias)
    assert result.theta is G
    assert result.bias is g_bias


def test_any_number_of_threads_gives_the_same_bits(dtype):
    X, y, theta, bias = problem(dtype, m=3000, n=20, k=4)
    results = [linclass.softmax_loss_gradient(X, y, theta, bias, threads=threads) for threads in (1, 2, 3)]
    for loss, G, g_bias in results[1:]:
        assert loss == results[0].loss
        assert (results[0].theta == G).all()
        assert (results[0].bias == g_bias).all()


class DLPackOnly:
    """An array another library might have: it speaks DLPack and nothing else."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **arguments):
        return self.array.__dlpack__(**arguments)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_dlpack():
    X, _, theta, bias = problem(np.float64)
    np.testing.assert_allclose(linclass.logits(DLPackOnly(X), DLPackOnly(theta), bias), X @ theta + bias)


def good():
    X, y, theta, bias = problem(np.float64)
    return {"X": X, "y": y, "theta": theta, "bias": bias}


def changed(name, value):
    arguments = good()
    arguments[name] = value
    return arguments


def with_element(name, index, value):
    arguments = good()
    arguments[name] = arguments[name].copy()
    arguments[name][index] = value
    return arguments


REFUSED = {
    "X of one dimension": (changed("X", np.ones(5)), ValueError, "X has 1 dimensions, not 2"),
    "X of three dimensions": (changed("X", np.ones((1, 1, 1))), ValueError, "X has 3 dimensions, not 2"),
    "X of other width": (
        changed("X", np.ones((7, 4))),
        ValueError,
        "theta is 5, the number of columns of X is 4",
    ),
    "y too short": (changed("y", np.zeros(6, int)), ValueError, "y has 6 elements, not 7"),
    "y of two dimensions": (changed("y", np.zeros((7, 1), int)), ValueError, "y has 2 dimensions"),
    "y of floats": (changed("y", np.zeros(7)), TypeError, "labels are integers"),
    "y of strings": (changed("y", ["a"] * 7), TypeError, "labels are integers"),
    "y too large for int64": (changed("y", np.full(7, 2**63, np.uint64)), ValueError, "9223372036854775808"),
    "label above": (with_element("y", 4, 3), ValueError, r"y\[4\] is 3, outside 0\.\.2"),
    "label below": (with_element("y", 2, -1), ValueError, r"y\[2\] is -1"),
    "bias too long": (changed("bias", np.ones(4)), ValueError, "bias has 4 elements, not 3"),
    "NaN in X": (with_element("X", (3, 1), np.nan), ValueError, r"X\[3, 1\] is nan"),
    "infinity in X": (with_element("X", (6, 4), np.inf), ValueError, r"X\[6, 4\] is inf"),
    "NaN in theta": (with_element("theta", (2, 1), np.nan), ValueError, r"theta\[2, 1\]"),
    "NaN in bias": (with_element("bias", 1, np.nan), ValueError, r"bias\[1\]"),
    "complex X": (changed("X", np.ones((7, 5), complex)), TypeError, "complex128"),
    "longdouble X": (changed("X", np.ones((7, 5), np.longdouble)), TypeError, "longdouble|float128"),
    "objects": (changed("X", np.full((7, 5), None)), TypeError, "object"),
    "strings": (changed("X", np.full((7, 5), "1")), TypeError, "real numbers"),
    "ragged X": (changed("X", [[1.0], [1.0, 2.0]]), ValueError, "inhomogeneous"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_bad_input_is_an_exception(case):
    arguments, exception, sentence = REFUSED[case]
    with pytest.raises(exception, match=sentence):
        linclass.softmax_loss_gradient(**arguments)
    linclass.softmax_loss_gradient(**good())


def test_overlapping_output_is_refused():
    A = np.eye(4)
    with pytest.raises(ValueError, match="overlaps"):
        linclass.logits(A, np.eye(4), out=A)


@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        (np.empty((2, 3)), r"shape \(2, 3\), not \(2, 2\)"),
        (np.empty((2, 2), np.float32), "float32, not float64"),
        (np.empty((2, 2), order="F"), "row-major"),
        (np.empty((2, 4))[:, ::2], "row-major"),
        (np.broadcast_to(np.float64(0), (2, 2)), "read-only"),
    ],
)
def test_unfit_output_is_refused(out, sentence):
    with pytest.raises(ValueError, match=sentence):
        linclass.softmax(np.zeros((2, 2)), out=out)


def test_overflow_is_an_arithmetic_error():
    with pytest.raises(FloatingPointError):
        linclass.logits(np.full((1, 2), 1e300), np.full((2, 1), 1e300))


def test_an_exception_has_the_status():
    with pytest.raises(linclass.LinclassError) as caught:
        linclass.cross_entropy([[0.0, 0.0]], [2])
    assert caught.value.status == -4


def test_sparse_input_is_refused_with_advice():
    class Sparse:
        nnz = 0

        def toarray(self):
            return np.eye(2)

    with pytest.raises(TypeError, match=r"toarray\(\)"):
        linclass.softmax(Sparse())


@pytest.mark.parametrize("threads", [-1, 1025, 10**30])
def test_impossible_numbers_of_threads(threads):
    with pytest.raises(ValueError, match="threads"):
        linclass.softmax(np.zeros((1, 2)), threads=threads)


@pytest.mark.parametrize("threads", [1.5, "2", None])
def test_threads_that_are_no_numbers(threads):
    with pytest.raises(TypeError, match="threads"):
        linclass.softmax(np.zeros((1, 2)), threads=threads)


@pytest.mark.parametrize(
    "arguments",
    [
        {"batch": 0, "learning_rate": 0.1},
        {"batch": 1, "learning_rate": np.nan},
        {"batch": 2**64 + 5, "learning_rate": 0.1},
    ],
)
def test_sgd_options_out_of_range(arguments):
    X, y, theta, bias = problem(np.float64)
    with pytest.raises(ValueError):
        linclass.softmax_sgd_epoch(X, y, theta, bias, **arguments)


@pytest.mark.parametrize("theta", [np.zeros((5, 3), int), np.zeros((5, 3), np.float16), [[0.0] * 3] * 5])
def test_sgd_needs_parameters_it_can_change(theta):
    X, y, _, bias = problem(np.float64)
    if isinstance(theta, list):
        theta = np.broadcast_to(np.float64(0), (5, 3))
    with pytest.raises((TypeError, ValueError)):
        linclass.softmax_sgd_epoch(X, y, theta, bias, batch=1, learning_rate=0.1)
