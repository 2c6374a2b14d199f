"""Base scores of rows: fits, predictions and diagnostics against NumPy, scipy and algebra."""

import numpy as np
import pytest

import linclass


def rows(k, m=200, n=4, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, n))
    y = np.concatenate([np.arange(k), rng.integers(0, k, m - k)])
    return X, y, rng.normal(size=(m, k))


def cross_entropy(H, y):
    shifted = H - H.max(axis=1, keepdims=True)
    return float((np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]).mean())


def test_the_minimum_is_scipys():
    optimize = pytest.importorskip("scipy.optimize")
    X, y, offset = rows(3)
    model = linclass.fit(X, y, offset=offset, l2=0.1, gradient_tolerance=1e-9)

    def objective(parameters):
        theta, bias = parameters[:12].reshape(4, 3), parameters[12:]
        H = X @ theta + bias + offset
        R = np.exp(H - H.max(axis=1, keepdims=True))
        R /= R.sum(axis=1, keepdims=True)
        R[np.arange(len(y)), y] -= 1
        gradient = np.concatenate([(X.T @ R / len(y) + 0.1 * theta).ravel(), R.mean(axis=0)])
        return cross_entropy(H, y) + 0.05 * (theta**2).sum(), gradient

    found = optimize.minimize(objective, np.zeros(15), jac=True, method="BFGS", options={"gtol": 1e-10})
    assert model.report.objective == pytest.approx(found.fun, abs=1e-12)
    np.testing.assert_allclose(model.theta, found.x[:12].reshape(4, 3), atol=1e-6)


@pytest.mark.parametrize("sparse", [False, True])
def test_predictions_add_it(sparse):
    X, y, offset = rows(3)
    if sparse:
        X = pytest.importorskip("scipy.sparse").csr_matrix(X)
    model = linclass.fit(X, y, offset=offset, validation=(X, y), validation_offset=offset)
    H = X @ model.theta + model.bias + offset
    np.testing.assert_allclose(model.scores(X, offset=offset), H, atol=1e-12)
    np.testing.assert_allclose(model.probabilities(X, offset=offset), linclass.softmax(H), atol=1e-12)
    np.testing.assert_array_equal(model.predict(X, offset=offset), H.argmax(axis=1))
    np.testing.assert_array_equal(model.top_k(X, 1, offset=offset)[0][:, 0], H.argmax(axis=1))
    loss = cross_entropy(H, y)
    assert model.evaluate(X, y, offset=offset).loss == pytest.approx(loss, rel=1e-12)
    assert model.report.validation_loss == pytest.approx(loss, rel=1e-12)
    assert model.verify(X, y, offset=offset).agrees
    assert model.verify(X, y).differs


def test_two_classes_take_a_vector():
    X, y, offset = rows(2)
    single = offset[:, 1] - offset[:, 0]
    logistic = linclass.fit(X, y, loss="logistic", l2=0, offset=single, gradient_tolerance=1e-9)
    softmax = linclass.fit(X, y, l2=0, offset=offset, gradient_tolerance=1e-9)
    assert logistic.report.loss == pytest.approx(softmax.report.loss, abs=1e-12)
    np.testing.assert_allclose(
        logistic.probabilities(X, offset=single), softmax.probabilities(X, offset=offset), atol=1e-6
    )
    errors = logistic.standard_errors(X, y, offset=single)
    others = softmax.standard_errors(X, y, offset=offset)
    np.testing.assert_allclose(errors.theta_error, others.theta_error, rtol=1e-6)


def test_rows_left_out_keep_theirs():
    X, y, offset = rows(3, m=40)
    model = linclass.fit(X, y, offset=offset, l2=0.1, gradient_tolerance=1e-9)
    losses = []
    for i in range(len(y)):
        kept = np.arange(len(y)) != i
        # The penalty weighs as much against the sum over one row fewer as it did.
        l2 = 0.1 * len(y) / (len(y) - 1)
        other = linclass.fit(X[kept], y[kept], offset=offset[kept], l2=l2, gradient_tolerance=1e-9)
        losses.append(other.evaluate(X[i : i + 1], y[i : i + 1], offset=offset[i : i + 1]).loss)
    # One step of Newton's method: an estimate. Without the base scores it is off by 0.2.
    assert model.leave_one_out(X, y, offset=offset).loss == pytest.approx(np.mean(losses), rel=0.02)


def test_a_model_boosts_another():
    """The scores of a model as base scores: a further fit to the same rows has nothing to add."""
    X, y, _ = rows(3)
    first = linclass.fit(X, y, l2=0, gradient_tolerance=1e-10)
    second = linclass.fit(X, y, l2=0, offset=first.scores(X), gradient_tolerance=1e-10)
    assert np.ptp(second.theta, axis=1).max() < 1e-6
    assert second.report.loss == pytest.approx(first.report.loss, abs=1e-12)


def test_calibration_and_sets_take_it():
    X, y, offset = rows(3)
    model = linclass.fit(X, y, offset=offset)
    _, found = model.calibrate(X, y, offset=2 * offset)
    H = X @ model.theta + model.bias + 2 * offset
    assert found.uncalibrated_loss == pytest.approx(cross_entropy(H, y), rel=1e-12)
    sets = model.calibrate_sets(X, y, offset=offset).predict_sets(X, 0.9, offset=offset)
    assert sets[np.arange(len(y)), y].mean() >= 0.9


def test_paths_and_folds_have_it():
    X, y, offset = rows(3)
    folds = linclass.folds(len(y), 4, y=y)
    path = linclass.regularization_path(X, y, lambdas=[0.1], offset=offset, cv=folds, gradient_tolerance=1e-9)
    losses = []
    for fold in range(4):
        outside, inside = folds != fold, folds == fold
        model = linclass.fit(X[outside], y[outside], l2=0.1, offset=offset[outside], gradient_tolerance=1e-9)
        losses.append(model.evaluate(X[inside], y[inside], offset=offset[inside]).loss)
    np.testing.assert_allclose(np.ravel(path.fold_losses), losses, atol=1e-6)


def test_refusals():
    X, y, offset = rows(3)
    model = linclass.fit(X, y)
    for wrong in (offset[:, :2], offset[:-1], offset[:, 0]):
        with pytest.raises(ValueError, match="offset"):
            linclass.fit(X, y, offset=wrong)
        with pytest.raises(ValueError, match="offset"):
            model.predict(X, offset=wrong)
    offset[3, 1] = np.nan
    with pytest.raises(ValueError, match=r"X.offset\[3, 1\] is nan"):
        linclass.fit(X, y, offset=offset)
    with pytest.raises(ValueError, match="validation_offset"):
        linclass.fit(X, y, validation_offset=offset)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_that_base_scores_make_certain_and_wrong(dtype):
    """Their second derivatives are next to nothing: Newton's first direction is longer than any step, and its
    decrement than anything that tolerances may refer to."""
    X = np.array([[1.0], [2], [3]])
    y = np.array([0, 1, 1])
    offset = np.array([-66.0, -120, -120])
    weights = np.array([1.0, 200, 200])
    options = {"loss": "logistic", "l2": 0.03, "offset": offset, "sample_weight": weights}
    model = linclass.fit(X, y, solver="newton", dtype=dtype, **options)
    other = linclass.fit(X, y, solver="lbfgs", dtype=np.float64, **options)
    assert model.report.stopped_because == "ok"
    assert model.report.objective == pytest.approx(other.report.objective, abs=1e-6 * 120)
    assert model.report.gap <= 1e-6 * 120


def test_a_fit_that_begins_at_its_minimum_has_converged():
    """Nothing can be gained: what is proven is the rounding of F."""
    offset = np.array([-53.8459305565, -61.3184775204, 203.5964064011])
    X = np.zeros((3, 0))
    model = linclass.fit(X, [0, 1, 0], loss="logistic", l2=0.03, offset=offset, dtype=np.float32)
    assert model.report.stopped_because == "ok"
    assert model.report.objective == pytest.approx((61.3184775204 + 203.5964064011) / 3, rel=1e-12)


@pytest.mark.parametrize("penalty", [{"l1": 0.03}, {"l1": 0.03, "l2": 0.01}, {"l1": 0.03, "group_l1": True}])
def test_rows_that_are_certain_and_wrong_with_an_l1_penalty(penalty):
    """The first steps of proximal Newton's method promise more than F there, too."""
    X = np.array([[1.0], [2], [3]])
    y = np.array([0, 1, 1])
    offset = np.array([-66.0, -120, -120])
    weights = np.array([1.0, 200, 200])
    model = linclass.fit(X, y, loss="logistic", offset=offset, sample_weight=weights, **penalty)
    h = model.scores(X, offset=offset) @ [-1, 1]
    F = (weights * (np.logaddexp(0, h) - y * h)).sum() / 401 + model.l1 * abs(model.theta[0, 1])
    F += model.l2 / 2 * model.theta[0, 1] ** 2
    assert model.report.stopped_because == "ok"
    assert model.report.objective == pytest.approx(F, abs=1e-12)
    assert model.report.gap <= 1e-6 * 120
