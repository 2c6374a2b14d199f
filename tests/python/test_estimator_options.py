"""What estimators pass on to the fit: soft targets, validation and early stopping, SGD, labels to ignore."""

import inspect

import numpy as np
import pytest

import linclass
from data import blobs, single

NAMES = np.array(["ant", "bee", "cow"])
EVERY = single(linclass._ESTIMATORS)


@pytest.fixture(params=EVERY)
def kind(request):
    return getattr(linclass, request.param)


def noisy(m=60, seed=3):
    """Classes that overlap: a fit without penalty overfits."""
    return blobs(m=m, n=20, seed=seed, spread=0.3)


def test_every_option_of_a_fit_is_a_parameter():
    """Of SoftmaxRegression, under scikit-learn's names where those differ."""
    renamed = {
        "fit_bias": "fit_intercept",
        "gradient_tolerance": "tol",
        "max_iterations": "max_iter",
        "seed": "random_state",
    }
    of_fit = {"X", "y", "sample_weight", "validation", "target_probabilities"}
    implied = {"loss", "initial"}  # by the class; by warm_start
    implied |= {"offset", "validation_offset"}  # base scores of rows are for the functions
    options = set(inspect.signature(linclass.fit).parameters) - implied
    wanted = {renamed.get(name, name) for name in options - of_fit}
    assert wanted <= set(inspect.signature(linclass.SoftmaxRegression).parameters)
    assert of_fit <= set(inspect.signature(linclass.SoftmaxRegression.fit).parameters)


def test_constructors_keep_their_arguments(kind):
    signature = inspect.signature(kind)
    marks = {name: object() for name in signature.parameters}
    made = kind(**marks)
    assert vars(made) == marks
    if "C" in marks:
        assert kind(2.5).C == 2.5
    with pytest.raises(TypeError):
        kind(1.0, 2.0)


def test_options_of_sgd_reach_the_fit(kind):
    X, y = blobs(m=90)
    options = {"solver": "sgd", "max_iter": 4, "learning_rate": 0.05, "batch_size": 9}
    changes = [
        {},
        {"momentum": 0.9},
        {"learning_rate_schedule": "step", "learning_rate_period": 2},
        {"learning_rate_schedule": "step", "learning_rate_period": 2, "learning_rate_decay": 0.25},
        {"learning_rate_schedule": "inverse_time"},
        {"shuffle": False},
        {"random_state": 7},
    ]
    fits = [kind(**options, **change).fit(X, y) for change in changes]
    assert len({fitted.coef_.tobytes() for fitted in fits}) == len(changes)
    assert fits[2].report_.learning_rate == pytest.approx(0.05 / 2)
    assert fits[3].report_.learning_rate == pytest.approx(0.05 / 4)


@pytest.mark.parametrize("labels", [np.arange(3), NAMES], ids=["integers", "strings"])
def test_validation_rows_are_measured(kind, labels):
    X, y = blobs()
    weights = np.arange(30) % 3
    fitted = kind().fit(X, labels[y], validation=(X[:30], labels[y[:30]], weights))
    found = fitted.model_.evaluate(
        X[:30], np.searchsorted(fitted.classes_, labels[y[:30]]), sample_weight=weights
    )
    assert fitted.report_.validation_loss == pytest.approx(found.loss, rel=1e-9)
    assert fitted.history_[-1].validation_error == pytest.approx(found.error)


def test_early_stopping_keeps_the_best(kind):
    X, y = noisy(200)
    fitted = kind(solver="sgd", learning_rate=0.05, max_iter=300, patience=2)
    fitted.fit(X[:40], NAMES[y[:40]], validation=(X[40:], NAMES[y[40:]]))
    losses = [progress.validation_loss for progress in fitted.history_]
    assert fitted.report_.stopped_because == "early stopped"
    assert fitted.report_.validation_loss == min(losses)
    assert losses[fitted.report_.best_iteration - 1] == min(losses)
    assert len(losses) < 300


def test_validation_rows_are_set_apart_for_early_stopping():
    X, y = noisy(100)
    options = {"solver": "gradient_descent", "l2": 0, "random_state": 5}
    fitted = linclass.SoftmaxRegression(patience=3, validation_fraction=0.3, **options).fit(X, y)
    part = linclass.split(100, [0.7, 0.3], y=y, seed=5)
    assert np.bincount(part).tolist() == [70, 30]
    by_hand = linclass.SoftmaxRegression(patience=3, **options)
    by_hand.fit(X[part == 0], y[part == 0], validation=(X[part == 1], y[part == 1]))
    assert (fitted.coef_ == by_hand.coef_).all()
    assert not np.isnan(fitted.report_.validation_loss)
    assert np.isnan(linclass.SoftmaxRegression(**options).fit(X, y).report_.validation_loss)


@pytest.mark.parametrize("fraction", [0, 1, -0.5, float("nan"), 0.001])
def test_a_fraction_that_leaves_no_rows(kind, fraction):
    X, y = blobs(m=30)
    with pytest.raises(ValueError, match=f"validation_fraction is {fraction}"):
        kind(patience=1, validation_fraction=fraction).fit(X, y)


@pytest.mark.parametrize(
    ("validation", "sentence"),
    [
        ((np.zeros((2, 5)),), "validation is not"),
        (np.zeros((2, 5)), "validation is not"),
        ((np.zeros((2, 5)), [0, 9]), r"validation y\[1\] is 9"),
        ((np.zeros((2, 4)), [0, 1]), "validation_X has 4 columns"),
        ((np.zeros((2, 5)), [0]), "inconsistent numbers of samples"),
        ((np.full((2, 5), np.nan), [0, 1]), r"validation_X\[0, 0\] is nan"),
    ],
)
def test_validation_rows_that_are_refused(kind, validation, sentence):
    X, y = blobs()
    with pytest.raises(ValueError, match=sentence):
        kind().fit(X, y, validation=validation)


IGNORED = {
    "integers": (np.array([3, 5, 9]), -1),
    "strings": (NAMES, "?"),
    "objects": (NAMES.astype(object), "?"),
    "the least": (np.array([3, 5, 9]), 3),
    "unsigned": (np.array([1, 2, 3], np.uint64), 2**64 - 1),
}


@pytest.mark.parametrize(("labels", "ignored"), IGNORED.values(), ids=IGNORED)
def test_ignored_rows_count_nothing(kind, labels, ignored):
    X, y = blobs(spread=0.5)
    y = np.resize(labels, 120)
    y = y.astype(object) if y.dtype.kind == "U" else y
    y[::7] = ignored
    kept = y != ignored
    y = np.array(y.tolist(), labels.dtype if labels.dtype.kind != "U" else None)
    weights = np.linspace(0.5, 2, 120)
    options = {"tol": 1e-9, "class_weight": "balanced"}
    one = kind(ignore_label=ignored, **options).fit(X, y, weights)
    other = kind(**options).fit(X[kept], y[kept], weights[kept])
    assert one.classes_.tolist() == other.classes_.tolist()
    np.testing.assert_allclose(one.coef_, other.coef_, rtol=1e-6, atol=1e-8)
    assert one.report_.error == pytest.approx(other.report_.error)


def test_ignored_rows_of_validation_and_partial_fit(kind):
    X, y = blobs()
    y[::5] = -1
    fitted = kind(ignore_label=-1).fit(X, y, validation=(X, y))
    assert fitted.report_.validation_error == fitted.report_.error
    kind(ignore_label=-1).partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match="the data has none"):
        kind(ignore_label=1).fit(X[:4], [1, 1, 1, 1])


def test_label_smoothing_is_a_mixture_of_targets():
    X, y = blobs(spread=0.5)
    smoothed = linclass.SoftmaxRegression(label_smoothing=0.3, tol=1e-10).fit(X, NAMES[y])
    targets = 0.7 * np.eye(3)[y] + 0.1
    by_hand = linclass.SoftmaxRegression(tol=1e-10).fit(X, NAMES[y], target_probabilities=targets)
    np.testing.assert_allclose(smoothed.coef_, by_hand.coef_, atol=1e-8)
    assert by_hand.classes_.tolist() == NAMES.tolist()
    with pytest.raises(ValueError, match="label_smoothing is 1"):
        linclass.SoftmaxRegression(label_smoothing=1).fit(X, y)


def test_targets_without_labels(monkeypatch):
    rng = np.random.default_rng(2)
    X, P = rng.normal(size=(50, 4)), rng.dirichlet(np.ones(3), 50)
    fitted = linclass.SoftmaxRegression(tol=1e-10).fit(X, None, target_probabilities=np.asfortranarray(P))
    assert fitted.classes_.tolist() == [0, 1, 2]
    R = fitted.predict_proba(X) - P  # at the optimum X^T R / m = - l2 theta
    np.testing.assert_allclose(X.T @ R / 50, -fitted.coef_.T / 50, atol=1e-7)
    weighted = linclass.SoftmaxRegression(tol=1e-10)
    weighted.fit(X, None, np.repeat([1.0, 0.0], 25), target_probabilities=P)
    half = linclass.SoftmaxRegression(tol=1e-10).fit(X[:25], None, target_probabilities=P[:25])
    np.testing.assert_allclose(weighted.coef_, half.coef_, atol=1e-6)


@pytest.mark.parametrize(
    ("targets", "sentence"),
    [
        (np.full((120, 3), 0.5), "row 0 of options.target_probabilities sums to 1.5"),
        (np.full((120, 4), 0.25), "4 columns for 3 classes"),
        (np.full((119, 3), 1 / 3), "119 x 3"),
        (np.full(120, 1.0), "target_probabilities has 1 dimensions"),
        (np.full((120, 3), np.nan), r"\[0, 0\] is nan"),
    ],
)
def test_targets_that_are_refused(targets, sentence):
    X, y = blobs()
    with pytest.raises(ValueError, match=sentence):
        linclass.SoftmaxRegression().fit(X, y, target_probabilities=targets)


def test_fit_takes_targets_and_smoothing():
    X, y = blobs(spread=0.5)
    options = {"l2": 1e-2, "gradient_tolerance": 1e-10}
    smoothed = linclass.fit(X, y, label_smoothing=0.3, **options)
    targets = 0.7 * np.eye(3)[y] + 0.1
    np.testing.assert_allclose(
        smoothed.theta, linclass.fit(X, None, target_probabilities=targets, **options).theta, atol=1e-8
    )
    with pytest.raises(ValueError, match="y is None"):
        linclass.fit(X, None)


def test_n_jobs_bounds_every_call():
    """Calibration and prediction sets took the threads that `threads` says, whatever n_jobs did."""
    X, y = blobs(m=90)
    classifier = linclass.SoftmaxRegression(n_jobs=1).fit(X, y).calibrate_sets(X, y)
    classifier.set_params(threads=2)
    for call in (
        lambda: classifier.calibrate(X, y),
        lambda: classifier.calibrate_sets(X, y),
        lambda: classifier.predict_sets(X),
        lambda: classifier.predict(X),
    ):
        with pytest.raises(ValueError, match="threads is 2 and n_jobs 1"):
            call()
