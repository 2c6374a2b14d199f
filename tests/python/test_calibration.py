"""Temperature scaling and prediction sets: against scipy, scikit-learn and definitions, on real data."""

import math
import pathlib
import pickle

import numpy as np
import pytest

import linclass

SOURCE = pathlib.Path(__file__).parents[2]
DIGITS = SOURCE / "data" / "digits"


@pytest.fixture(scope="module")
def digits():
    """All digits in a fixed random order, 900 to train on, and a model that is too sure of itself."""
    parts = [
        linclass.read_idx(DIGITS / f"{part}-images-idx3-ubyte.gz", DIGITS / f"{part}-labels-idx1-ubyte.gz")
        for part in ("train", "test")
    ]
    X = np.concatenate([np.asarray(part.X).reshape(len(part.y), -1) for part in parts]) / 16
    y = np.concatenate([part.y for part in parts])
    order = np.random.default_rng(5).permutation(len(y))
    X, y = X[order], y[order]
    return X, y, linclass.fit(X[:900], y[:900], l2=1e-6)


def cross_entropy(H, y, T):
    shifted = H / T - (H / T).max(axis=1, keepdims=True)
    return float((np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]).mean())


def expected_calibration_error(Z, y):
    confidence, right = Z.max(axis=1), Z.argmax(axis=1) == y
    bins = np.minimum((confidence * 15).astype(int), 14)
    return sum(abs(confidence[bins == b].sum() - right[bins == b].sum()) for b in range(15)) / len(y)


def test_the_temperature_is_scipys(digits):
    optimize = pytest.importorskip("scipy.optimize")
    X, y, model = digits
    held_out, labels = X[900:1300], y[900:1300]
    calibrated, found = model.calibrate(held_out, labels)
    H = model.scores(held_out)
    minimum = optimize.minimize_scalar(
        lambda log_T: cross_entropy(H, labels, math.exp(log_T)),
        bounds=(-5, 5),
        method="bounded",
        options={"xatol": 1e-9},
    )
    # The loss is flat at its minimum: scipy finds log T to the root of the rounding error.
    assert math.log(found.temperature) == pytest.approx(minimum.x, abs=1e-6)
    assert found.loss == pytest.approx(minimum.fun, rel=1e-12)
    assert found.uncalibrated_loss == pytest.approx(cross_entropy(H, labels, 1), rel=1e-12)
    assert calibrated.temperature == found.temperature
    for Z, error in (
        (model.probabilities(held_out), found.uncalibrated_calibration_error),
        (calibrated.probabilities(held_out), found.calibration_error),
    ):
        assert expected_calibration_error(Z, labels) == pytest.approx(error, rel=1e-9)


def test_the_temperature_is_scikit_learns(digits):
    calibration = pytest.importorskip("sklearn.calibration")
    frozen = pytest.importorskip("sklearn.frozen")
    X, y, _ = digits
    classifier = linclass.SoftmaxRegression(l2=1e-6).fit(X[:900], y[:900])
    try:
        theirs = calibration.CalibratedClassifierCV(
            frozen.FrozenEstimator(classifier), method="temperature", ensemble=False
        ).fit(X[900:1300], y[900:1300])
    except ValueError:
        pytest.skip("this scikit-learn has no temperature scaling")
    ours = classifier.calibrate(X[900:1300], y[900:1300])
    # scikit-learn minimises over log 1 / T with a tolerance of its own.
    np.testing.assert_allclose(ours.predict_proba(X[1300:]), theirs.predict_proba(X[1300:]), atol=1e-4)


def test_calibration_helps_on_rows_of_neither(digits):
    X, y, model = digits
    calibrated, found = model.calibrate(X[900:1300], y[900:1300])
    rest, labels = X[1300:], y[1300:]
    before = expected_calibration_error(model.probabilities(rest), labels)
    after = expected_calibration_error(calibrated.probabilities(rest), labels)
    assert found.temperature > 1.5
    assert after < before
    assert calibrated.evaluate(rest, labels).loss < model.evaluate(rest, labels).loss
    np.testing.assert_array_equal(calibrated.predict(rest), model.predict(rest))


@pytest.mark.parametrize("method", ["lac", "aps"])
@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95, 0.99])
def test_sets_cover_real_rows_as_often_as_promised(digits, method, coverage):
    stats = pytest.importorskip("scipy.stats")
    X, y, model = digits
    m, rest = 400, slice(1300, None)
    made = model.calibrate_sets(X[900:1300], y[900:1300], method)
    sets = made.predict_sets(X[rest], coverage)
    covered = int(sets[np.arange(len(sets)), y[rest]].sum())
    rank = math.ceil(round((m + 1) * coverage, 9))
    # Without ties the coverage of new rows is beta-binomial; ties only add to it.
    distribution = stats.betabinom(len(sets), rank, m + 1 - rank)
    assert covered >= distribution.ppf(1e-4)
    if method == "lac":
        assert covered <= distribution.ppf(1 - 1e-4)
    else:
        assert sets.any(axis=1).all()


def test_sets_are_of_the_scores_of_held_out_rows(digits):
    X, y, model = digits
    made = model.calibrate_sets(X[900:1300], y[900:1300])
    s = np.sort(1 - model.probabilities(X[900:1300])[np.arange(400), y[900:1300]])
    assert made.sets_threshold(0.9) == s[361 - 1]
    Z = model.probabilities(X[1300:])
    np.testing.assert_array_equal(made.predict_sets(X[1300:], 0.9), s[360] >= 1 - Z)
    assert (made.sets, made.sets_samples, model.sets, model.sets_samples) == ("lac", 400, None, 0)
    assert made.sets_threshold(0.999) == math.inf
    assert made.predict_sets(X[1300:], 0.999).all()
    assert math.isnan(model.sets_threshold(0.9))


def test_files_and_pickles_keep_the_calibration(digits, tmp_path):
    X, y, model = digits
    made = model.with_temperature(3.5).calibrate_sets(X[900:1300], y[900:1300], "aps")
    made.save(tmp_path / "model")
    for copy in (linclass.Model.load(tmp_path / "model"), pickle.loads(pickle.dumps(made))):
        assert (copy.temperature, copy.sets, copy.sets_samples) == (3.5, "aps", 400)
        np.testing.assert_array_equal(copy.predict_sets(X[1300:], 0.9), made.predict_sets(X[1300:], 0.9))
    assert made.with_temperature(2).sets is None


def test_refusals(digits):
    X, y, model = digits
    with pytest.raises(ValueError, match="not calibrated"):
        model.predict_sets(X, 0.9)
    with pytest.raises(ValueError, match="'lac', 'aps'"):
        model.calibrate_sets(X, y, "raps")
    with pytest.raises(ValueError, match="temperature is 0"):
        model.with_temperature(0)
    with pytest.raises(FloatingPointError, match="no temperature"):
        linclass.Model.from_parameters([[0.0, 1.0]]).calibrate([[1.0]], [1])
    hinge = linclass.Model.from_parameters([[0.0, 1.0]], loss="hinge")
    with pytest.raises(ValueError, match="no probabilities"):
        hinge.calibrate([[1.0]], [1])


def test_estimators_calibrate_with_their_own_labels(digits):
    pytest.importorskip("sklearn")
    X, y, _ = digits
    names = np.array([f"digit {j}" for j in range(10)])
    classifier = linclass.SoftmaxRegression(l2=1e-6).fit(X[:900], names[y[:900]])
    assert classifier.calibrate(X[900:1100], names[y[900:1100]]) is classifier
    assert classifier.model_.temperature > 1.1
    classifier.calibrate_sets(X[1100:1300], names[y[1100:1300]], "aps")
    sets = classifier.predict_sets(X[1300:], 0.9)
    assert sets.dtype == bool
    assert sets[np.arange(len(sets)), y[1300:]].mean() > 0.85
    unpickled = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(unpickled.predict_sets(X[1300:], 0.9), sets)
    assert classifier.fit(X[:900], names[y[:900]]).model_.temperature == 1
