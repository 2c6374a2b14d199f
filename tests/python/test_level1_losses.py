"""Level 1 of the losses besides softmax, against their formulas in NumPy; and what it refuses."""

import numpy as np
import pytest

import copies
import linclass
from data import ARRANGEMENTS, arranged
from linclass._capi.library import lib

TOLERANCE = {np.float32: 5e-5, np.float64: 1e-12}  # sums of at most 20 terms of size about 10
M, N, K = 9, 5, 4


def sigmoid(h):
    return 1 / (1 + np.exp(-h))


def logistic(h, y):
    return np.log1p(np.exp(np.where(y == 1, -h, h))), sigmoid(h) - y


def sigmoid_squared(h, y):
    p = sigmoid(h)
    return (p - y) ** 2 / 2, (p - y) * p * (1 - p)


def margins(margin, power):
    def of(H, y):
        rows = np.arange(len(y))
        V = np.maximum(0, H - H[rows, y][:, None] + margin)
        V[rows, y] = 0
        R = 2 * V if power == 2 else (V > 0).astype(V.dtype)
        R[rows, y] = -R.sum(axis=1)
        return (V**power).sum(axis=1), R

    return of


ONE_SCORE = {"logistic": logistic, "sigmoid_squared": sigmoid_squared}
SEVERAL = {"perceptron": margins(0, 1), "hinge": margins(1, 1), "squared_hinge": margins(1, 2)}
LOSSES = {**ONE_SCORE, **SEVERAL}


def function(name, kind):
    return getattr(linclass, f"{name}_{kind}")


def problem(name, dtype, seed=0):
    """X, y, theta, bias of a loss."""
    rng = np.random.default_rng(seed)
    one = name in ONE_SCORE
    X = rng.normal(size=(M, N)).astype(dtype)
    y = rng.integers(0, 2 if one else K, M)
    theta = rng.normal(size=N if one else (N, K)).astype(dtype)
    bias = np.float64(0.25) if one else rng.normal(size=K).astype(dtype)
    return X, y, theta, bias


@pytest.fixture(params=[np.float32, np.float64], ids=["f32", "f64"])
def dtype(request):
    return request.param


@pytest.fixture(params=LOSSES)
def name(request):
    return request.param


@pytest.fixture(params=ARRANGEMENTS)
def arrange(request):
    return lambda array: arranged(array, request.param)


@pytest.fixture
def made(monkeypatch):
    """The shapes of the arrays copied."""
    return copies.count(monkeypatch)


@pytest.mark.parametrize("shape", [(7,), (7, 3), (0,), (3, 0)])
def test_sigmoid(dtype, arrange, shape):
    H = np.random.default_rng(1).normal(size=shape).astype(dtype)
    Z = linclass.sigmoid(arrange(H))
    assert Z.dtype == dtype
    assert Z.shape == shape
    np.testing.assert_allclose(Z, sigmoid(H), rtol=TOLERANCE[dtype])
    assert linclass.sigmoid(H, out=H) is H
    np.testing.assert_array_equal(H, Z)


def test_sigmoid_of_any_finite_score():
    np.testing.assert_array_equal(linclass.sigmoid([-1e30, -800.0, 0, 800.0, 1e30]), [0, 0, 0.5, 1, 1])
    for score in (np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match=r"H\[1, 0\] is"):
            linclass.sigmoid([0.0, score])


def test_loss_and_residual(name, dtype, arrange):
    X, y, theta, bias = problem(name, dtype)
    H = X @ theta + bias.astype(dtype)
    losses, R = LOSSES[name](H, y)
    tolerance = {"rtol": TOLERANCE[dtype], "atol": TOLERANCE[dtype]}
    np.testing.assert_allclose(function(name, "loss")(arrange(H), y), losses.mean(), **tolerance)
    before = H.copy()
    loss, found = function(name, "residual")(arrange(H), y)
    np.testing.assert_allclose(loss, losses.mean(), **tolerance)
    np.testing.assert_allclose(found, R, **tolerance)
    np.testing.assert_array_equal(H, before)
    assert function(name, "residual")(H, y, out=H).residual is H
    np.testing.assert_array_equal(H, found)


def test_loss_gradient(name, dtype, arrange):
    X, y, theta, bias = problem(name, dtype)
    losses, R = LOSSES[name](X @ theta + bias.astype(dtype), y)
    loss, G, g_bias = function(name, "loss_gradient")(arrange(X), y, arrange(theta), bias)
    tolerance = {"rtol": TOLERANCE[dtype], "atol": TOLERANCE[dtype]}
    assert G.dtype == dtype
    np.testing.assert_allclose(loss, losses.mean(), **tolerance)
    np.testing.assert_allclose(G, X.T @ R / M, **tolerance)
    np.testing.assert_allclose(g_bias, R.mean(axis=0), **tolerance)
    without = function(name, "loss_gradient")(X, y, theta)
    losses, R = LOSSES[name](X @ theta, y)
    np.testing.assert_allclose(without.loss, losses.mean(), **tolerance)
    np.testing.assert_allclose(without.theta, X.T @ R / M, **tolerance)


def test_sgd_epoch(name, dtype):
    X, y, theta, bias = problem(name, dtype)
    bias = np.atleast_1d(bias).astype(dtype)
    expected, expected_bias = theta.copy(), bias.copy()
    for rows in (slice(0, 4), slice(4, 8), slice(8, 9)):
        _, G, g_bias = function(name, "loss_gradient")(
            X[rows], y[rows], expected, expected_bias.item() if name in ONE_SCORE else expected_bias
        )
        expected -= dtype(0.1) * G
        expected_bias -= dtype(0.1) * np.asarray(g_bias, dtype)
    assert function(name, "sgd_epoch")(X, y, theta, bias, batch=4, learning_rate=0.1) is None
    np.testing.assert_allclose(theta, expected, atol=TOLERANCE[dtype])
    np.testing.assert_allclose(bias, expected_bias, atol=TOLERANCE[dtype])


def test_columns_are_read_and_written_where_they_lie(dtype, made):
    X, y, theta, _ = problem("logistic", dtype)
    H = np.full((M, 3), 7, dtype)
    H[:, 1] = X @ theta
    weights = np.full((N, 2), 7, dtype)
    weights[:, 1] = theta
    scores = H[:, 1].copy()
    loss, r = linclass.logistic_residual(H[:, 1], y, out=H[:, 1])
    np.testing.assert_allclose(r, logistic(scores, y)[1], atol=TOLERANCE[dtype])
    G = np.full((N, 2), 7, dtype)
    assert linclass.logistic_loss_gradient(X, y, weights[:, 1], out=G[:, 1]).loss == pytest.approx(loss)
    np.testing.assert_allclose(G[:, 1], X.T @ r / M, atol=TOLERANCE[dtype])
    linclass.logistic_sgd_epoch(X, y, weights[:, 1], batch=M, learning_rate=1)
    np.testing.assert_allclose(weights[:, 1], theta - G[:, 1], atol=TOLERANCE[dtype])
    linclass.sigmoid(H[:, 1], out=H[:, 1])
    for array in (H, weights, G):
        assert (array[:, 0] == 7).all()
    assert (H[:, 2] == 7).all()
    assert made == []


def test_contiguous_input_is_not_copied(name, dtype, made):
    X, y, theta, bias = problem(name, dtype)
    H = X @ theta
    function(name, "loss")(H, y)
    function(name, "residual")(H, y)
    function(name, "loss_gradient")(X, y, theta, bias)
    function(name, "sgd_epoch")(X, y, theta, batch=2, learning_rate=0.1)
    assert made == []


def test_a_number_does_not_decide_the_precision():
    X, y, theta, _ = problem("logistic", np.float32)
    assert linclass.logistic_loss_gradient(X, y, theta, np.float64(0.5)).theta.dtype == np.float32
    one = linclass.logistic_loss_gradient(X, y, theta, 0.5)
    other = linclass.logistic_loss_gradient(X, y, theta, np.array([0.5]))
    assert (one.loss, one.bias) == (other.loss, other.bias)


def test_no_rows(name, dtype):
    X, y, theta, _ = problem(name, dtype)
    loss, G, g_bias = function(name, "loss_gradient")(X[:0], y[:0], theta)
    assert loss == 0
    assert not G.any()
    assert not np.any(g_bias)
    assert function(name, "loss")((X @ theta)[:0], y[:0]) == 0


def test_any_number_of_threads_gives_the_same_bits(name, dtype):
    X, y, theta, bias = problem(name, dtype)
    X, y = np.tile(X, (400, 1)), np.tile(y, 400)
    first, *others = (
        function(name, "loss_gradient")(X, y, theta, bias, threads=threads) for threads in (1, 2, 3)
    )
    for other in others:
        assert other.loss == first.loss
        assert (other.theta == first.theta).all()
        assert np.all(other.bias == first.bias)


@pytest.mark.parametrize(
    ("call", "exception", "sentence"),
    [
        (lambda: linclass.logistic_loss([0.0, 0.0], [0, 2]), ValueError, r"y\[1\] is 2, outside 0\.\.1"),
        (lambda: linclass.hinge_loss([[0.0, 0.0]], [2]), ValueError, r"y\[0\] is 2, outside 0\.\.1"),
        (lambda: linclass.logistic_loss([0.0, np.inf], [0, 1]), ValueError, r"h\[1\] is inf"),
        (lambda: linclass.perceptron_loss([[0.0, np.nan]], [0]), ValueError, r"H\[0, 1\] is nan"),
        (lambda: linclass.hinge_loss([[0.0, -np.inf]], [1]), FloatingPointError, "row 0"),
        (lambda: linclass.logistic_loss([[0.0]], [0]), ValueError, "h has 2 dimensions, not 1"),
        (lambda: linclass.hinge_loss([0.0], [0]), ValueError, "H has 1 dimensions, not 2"),
        (lambda: linclass.sigmoid(np.zeros((1, 1, 1))), ValueError, "H has 3 dimensions"),
        (
            lambda: linclass.logistic_loss_gradient(np.ones((2, 3)), [0, 1], np.ones(2)),
            ValueError,
            "theta is 2, the number of columns of X is 3",
        ),
        (
            lambda: linclass.logistic_loss_gradient(np.ones((1, 1)), [0], [1.0], "x"),
            TypeError,
            "bias must be a number",
        ),
        (
            lambda: linclass.logistic_loss_gradient(np.ones((1, 1)), [0], [1.0], np.nan),
            ValueError,
            r"bias\[0\] is nan",
        ),
        (
            lambda: linclass.logistic_residual(np.zeros(2), [0, 1], out=np.zeros(3)),
            ValueError,
            r"shape \(3,\), not \(2,\)",
        ),
        (
            lambda: linclass.logistic_residual(np.zeros(2), [0, 1], out=np.zeros(2)[::-1]),
            ValueError,
            "not row-major",
        ),
        (
            lambda: linclass.logistic_sgd_epoch(
                np.ones((1, 1)), [0], np.zeros(1), 0.5, batch=1, learning_rate=1
            ),
            ValueError,
            "bias has the shape",
        ),
        (
            lambda: linclass.hinge_sgd_epoch(
                np.ones((1, 1)), [0], np.zeros((1, 2)), batch=0, learning_rate=1
            ),
            ValueError,
            "batch is 0",
        ),
        (
            lambda: linclass.squared_hinge_residual(np.array([[0, 2e38]], np.float32), [0]),
            FloatingPointError,
            "overflow",
        ),
    ],
)
def test_bad_input_is_an_exception(call, exception, sentence):
    with pytest.raises(exception, match=sentence):
        call()


@pytest.mark.parametrize("name", [name for name in linclass.LOSSES if name != "softmax"])
def test_every_loss_of_the_library_has_its_functions(name):
    """Also one that this package has no texts for: residual and gradient are those of the mean loss."""
    one = lib.linclass_loss_columns(linclass.LOSSES[name], K) == 1
    assert one == (name in ONE_SCORE)
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(M, N)), rng.integers(0, 2 if one else K, M)
    theta = rng.normal(size=N if one else (N, K))
    H, step = X @ theta, 1e-6
    R = function(name, "residual")(H, y).residual
    for place in np.ndindex(H.shape):
        up, down = H.copy(), H.copy()
        up[place] += step
        down[place] -= step
        slope = function(name, "loss")(up, y) - function(name, "loss")(down, y)
        assert R[place] == pytest.approx(M * slope / (2 * step), abs=1e-6)
    found = function(name, "loss_gradient")(X, y, theta)
    assert found.loss == pytest.approx(function(name, "loss")(H, y), rel=1e-12)
    np.testing.assert_allclose(found.theta, X.T @ R / M, atol=1e-12)
    moved = theta.copy()
    function(name, "sgd_epoch")(X, y, moved, batch=M, learning_rate=0.5)
    np.testing.assert_allclose(moved, theta - 0.5 * found.theta, atol=1e-12)
