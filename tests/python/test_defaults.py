"""Where no option is given, C and Python make the same model of the same data, to the bit.

C is called with nothing but what its _init functions set; tests/cli/test_defaults.py has the program.
"""

import warnings
from ctypes import byref, c_int32, c_int64, c_size_t, c_void_p, sizeof

import numpy as np
import pytest

import data
import linclass
from linclass._capi import abi
from linclass._capi.arrays import CODES
from linclass._capi.contexts import borrowed
from linclass._capi.library import lib
from linclass._functions.model_memory import model_handle

M, N, K = 120, 5, 3


def rows(dtype=np.uint8):
    X, y = data.blobs(M, N, K)
    spread = X.max() - X.min()
    pixels = np.round(255 * (X - X.min()) / spread).astype(np.uint8)
    return (pixels if dtype == np.uint8 else (pixels / 255).astype(dtype)), y.astype(np.int64)


def by_c(X, y):
    """A fit of C without options."""
    view = abi.Matrix()
    dtype, place = c_int32(CODES[X.dtype]), c_void_p(X.ctypes.data)
    sizes = c_int64(X.shape[0]), c_int64(X.shape[1]), place, c_int64(X.shape[1])
    assert lib.linclass_matrix_init(byref(view), c_size_t(sizeof(view)), dtype, *sizes) == 0
    made = c_void_p()
    with borrowed(0) as context:
        assert lib.linclass_fit(context.pointer, byref(view), y.ctypes.data, None, None, byref(made)) == 0
    return linclass.Model(model_handle(made))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_c_and_python_make_the_same_model(dtype):
    X, y = rows(dtype)
    model = linclass.fit(X, y)
    assert model.to_bytes() == by_c(X, y).to_bytes()
    assert model.l2 == 1 / M
    assert model.scale == (1 / 255 if dtype == np.uint8 else 1)
    assert model.report.stopped_because == "ok"
    assert model.verify(X, y).agrees


def test_estimators_have_them_too():
    X, y = rows()
    model = linclass.fit(X, y)
    for estimator in (linclass.SoftmaxRegression(), linclass.LogisticRegression()):
        estimator.fit(X, y)
        np.testing.assert_array_equal(estimator.model_.theta, model.theta)
        assert (estimator.model_.l2, estimator.model_.scale) == (1 / M, 1 / 255)
        np.testing.assert_array_equal(estimator.predict(X), model.predict(X))


def test_weights_count_in_the_default_penalty():
    X, y = rows(np.float64)
    weights = np.linspace(0.5, 2, M)
    assert linclass.fit(X, y, sample_weight=weights).l2 == pytest.approx(1 / weights.sum(), rel=1e-15)
    assert linclass.fit_parts([(X, y, weights)]).l2 == pytest.approx(1 / weights.sum(), rel=1e-15)


@pytest.mark.parametrize("weight", [5e-324, 1.7e308])
def test_a_sum_of_weights_without_a_reciprocal_is_refused(weight):
    X, y = np.eye(4), [0, 1, 0, 1]
    with pytest.raises(ValueError, match="options.l2 is LINCLASS_AUTOMATIC"):
        linclass.fit(X, y, sample_weight=np.full(4, weight))
    linclass.fit(X, y, sample_weight=np.full(4, weight), l2=0.1)


def test_nothing_is_not_automatic():
    X, y = rows(np.float64)
    assert linclass.fit(X, y, l2=0, max_iterations=5).l2 == 0
    assert linclass.fit(X, y, l1=0.01).l2 == 0
    assert linclass.fit(X, y, loss="perceptron").l2 == 0
    for wrong in (-1, -0.5, np.nan):
        with pytest.raises(ValueError, match="l2"):
            linclass.fit(X, y, l2=wrong)
    with pytest.raises(ValueError, match="scale is 0"):
        linclass.fit(X, y, scale=0)
    with pytest.raises(ValueError, match="sum of the weights"):
        linclass.fit(X, y, sample_weight=np.full(M, 1e-320))


def test_parts_agree_on_a_scale():
    """A part whose bytes are all 0 or 1 says nothing; the others do."""
    X, y = rows()
    X[:40] &= 1
    parts = [(X[i : i + 40], y[i : i + 40]) for i in range(0, M, 40)]
    model = linclass.fit_parts(parts)
    assert (model.l2, model.scale) == (1 / M, 1 / 255)
    whole = linclass.fit(X, y)
    np.testing.assert_allclose(model.theta, whole.theta, atol=2e-5)
    assert linclass.evaluate_parts(model, parts).loss == pytest.approx(model.evaluate(X, y).loss, rel=1e-6)
    flags = [(X & 1, y) for X, y in parts]
    assert linclass.fit_parts(flags).scale == 1
    mixed = [parts[0], parts[1], (parts[2][0].astype(np.float32), parts[2][1])]
    with pytest.raises(ValueError, match="X.scale is"):
        linclass.fit_parts(mixed)
    with pytest.raises(ValueError, match="validation parts leave X.scale"):
        linclass.fit_parts(parts, validation=[(X / 255, y)])


def test_validation_rows_are_scaled_as_the_training_rows():
    X, y = rows()
    model = linclass.fit(X, y, validation=(X & 1, y), max_iterations=3)
    assert model.report.validation_loss == pytest.approx(model.evaluate(X & 1, y).loss, rel=1e-6)
    with pytest.raises(ValueError, match=r"validation_X.scale is 0, automatic"):
        linclass.fit(X, y, validation=(X / 255, y))


@pytest.mark.parametrize("kind", [linclass.Model, linclass.SoftmaxRegression])
def test_rows_that_are_no_bytes_are_warned_of(kind):
    """A model of bytes gave 5.46 instead of 0.348 for the loss on digits whose scale it was not told."""
    X, y = rows()
    model = linclass.fit(X, y) if kind is linclass.Model else kind().fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        right = model.predict(X)
    with pytest.warns(UserWarning, match="holds no bytes"):
        np.testing.assert_array_equal(model.predict(X.astype(np.float32)), right)


def test_coefficients_that_are_written_keep_the_scale():
    X, y = rows()
    estimator = linclass.SoftmaxRegression().fit(X, y)
    scores = estimator.decision_function(X)
    estimator.coef_ = 2 * estimator.coef_
    estimator.intercept_ = 2 * estimator.intercept_
    np.testing.assert_allclose(estimator.decision_function(X), 2 * scores, rtol=1e-6)


def test_training_on_keeps_the_scale():
    X, y = rows()
    estimator = linclass.SoftmaxRegression().partial_fit(X, y, classes=[0, 1, 2])
    assert estimator.partial_fit(X & 1, y).model_.scale == 1 / 255
