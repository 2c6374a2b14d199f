"""Bounds on the weights: the minimum within them, by SciPy's L-BFGS-B; what keeps them, and what has none."""

import warnings

import numpy as np
import pytest

import linclass
from data import blobs

optimize = pytest.importorskip("scipy.optimize")
sparse = pytest.importorskip("scipy.sparse")

L2 = 1e-2
BOUNDS = [(0, None), (None, 0), (-0.1, 0.25), (0, 0.2)]


def mean_loss(scores, y, weights):
    """Of softmax rows, or, with one column, of logistic ones; and its gradient in the scores."""
    one = scores.shape[1] == 1
    rows = np.hstack([np.zeros_like(scores), scores]) if one else scores
    shifted = rows - rows.max(axis=1, keepdims=True)
    residuals = np.exp(shifted)
    sums = residuals.sum(axis=1)
    loss = np.log(sums) - shifted[np.arange(len(y)), y]
    residuals /= sums[:, None]
    residuals[np.arange(len(y)), y] -= 1
    share = weights / weights.sum()
    return share @ loss, share[:, None] * (residuals[:, 1:] if one else residuals)


def minimum_within(X, y, weights, columns, bounds, l1=0.0):
    """The least objective by L-BFGS-B; l1 is linear where one bound is 0."""
    n = X.shape[1]
    slope = l1 if bounds[0] == 0 else -l1

    def objective(parameters):
        theta, bias = parameters[: n * columns].reshape(n, columns), parameters[n * columns :]
        loss, residuals = mean_loss(X @ theta + bias, y, weights)
        gradient = X.T @ residuals + L2 * theta + slope
        value = loss + L2 / 2 * (theta**2).sum() + slope * theta.sum()
        return value, np.concatenate([gradient.ravel(), residuals.sum(axis=0)])

    found = optimize.minimize(
        objective,
        np.zeros((n + 1) * columns),
        jac=True,
        method="L-BFGS-B",
        bounds=[bounds] * (n * columns) + [(None, None)] * columns,
        options={"maxiter": 20000, "maxfun": 40000, "ftol": 1e-15, "gtol": 1e-9, "maxcor": 30},
    )
    return found.fun


def samples(k, in_csr):
    X, y = blobs(m=240, n=8, k=k, seed=k, spread=0.7)
    weights = np.random.default_rng(1).uniform(0.2, 3, len(y))
    if in_csr:
        X[np.abs(X) < 0.6] = 0
    return (sparse.csr_matrix(X) if in_csr else X), y, weights


def check_within(model, bounds):
    low, high = (-np.inf if bounds[0] is None else bounds[0]), (np.inf if bounds[1] is None else bounds[1])
    assert model.theta.min() >= low
    assert model.theta.max() <= high
    assert np.isin(model.theta, (low, high)).any()
    assert model.weight_bounds == (low, high)


@pytest.mark.parametrize("bounds", BOUNDS)
@pytest.mark.parametrize("in_csr", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize(("loss", "k"), [("softmax", 4), ("logistic", 2)])
def test_the_minimum_is_that_of_another_solver(loss, k, in_csr, bounds):
    X, y, weights = samples(k, in_csr)
    model = linclass.fit(
        X,
        y,
        loss=loss,
        l2=L2,
        weight_bounds=bounds,
        sample_weight=weights,
        gap_tolerance=1e-8,
        dtype=np.float64,
    )
    assert model.report.stopped_because == "ok"
    assert model.report.solver == "projected_newton"
    check_within(model, bounds)
    least = minimum_within(X, y, weights, 1 if loss == "logistic" else k, bounds)
    assert model.report.objective == pytest.approx(least, rel=1e-6)
    assert model.verify(X, y, sample_weight=weights).agrees


@pytest.mark.parametrize("bounds", [(0, 0.4), (-0.4, 0)])
def test_an_l1_penalty_has_a_bound_that_is_0(bounds):
    X, y, weights = samples(4, False)
    options = {"l1": 5e-3, "l2": L2, "sample_weight": weights, "gap_tolerance": 1e-8, "dtype": np.float64}
    model = linclass.fit(X, y, weight_bounds=bounds, **options)
    check_within(model, bounds)
    least = minimum_within(X, y, weights, 4, bounds, l1=5e-3)
    assert model.report.objective == pytest.approx(least, rel=1e-6)
    with pytest.raises(ValueError, match="with an l1 penalty within bounds on the weights"):
        linclass.fit(X, y, weight_bounds=(-1, 1), **options)


def test_a_model_keeps_its_bounds():
    X, y, _ = samples(3, False)
    model = linclass.fit(X, y, l2=L2, weight_bounds=[0, None], dtype=np.float64)
    assert model.weight_bounds == (0, np.inf)
    assert linclass.Model.from_bytes(model.to_bytes()).weight_bounds == (0, np.inf)
    assert linclass.fit(X, y, l2=L2).weight_bounds is None
    free = linclass.fit(X, y, l2=L2, weight_bounds=(None, None), dtype=np.float64)
    assert free.weight_bounds is None
    assert free.to_bytes() == linclass.fit(X, y, l2=L2, dtype=np.float64).to_bytes()


def test_what_is_no_pair_of_bounds_is_refused():
    X, y, _ = samples(3, False)
    for bounds in (0, "ab", (0,), (0, 1, 2), ("a", 1)):
        with pytest.raises(TypeError, match="weight_bounds"):
            linclass.fit(X, y, weight_bounds=bounds)
    with pytest.raises(ValueError, match="weight_min is 0.5"):
        linclass.fit(X, y, weight_bounds=(0.5, 1))
    with pytest.raises(ValueError, match="weight_max is nan"):
        linclass.fit(X, y, weight_bounds=(0, np.nan))
    for options in ({"loss": "hinge"}, {"solver": "lbfgs"}):
        with pytest.raises(ValueError, match="within bounds on the weights"):
            linclass.fit(X, y, weight_bounds=(0, 1), **options)


def test_fits_over_parts_have_none():
    X, y, _ = samples(3, False)
    with pytest.raises(ValueError, match="a fit over parts has no bounds"):
        linclass.fit_parts([(X, y)], weight_bounds=(0, None))


@pytest.mark.parametrize("l1_ratio", [0, 0.5, 1])
def test_paths_and_their_folds_are_within(l1_ratio):
    X, y, weights = samples(3, False)
    options = {
        "weight_bounds": (0, 0.5),
        "dtype": np.float64,
        "gap_tolerance": 1e-8,
        "sample_weight": weights,
    }
    path = linclass.regularization_path(X, y, count=5, l1_ratio=l1_ratio, cv=3, **options)
    for model in path.models:
        alone = linclass.fit(X, y, l1=model.l1, l2=model.l2, **options)
        assert model.theta.min() >= 0
        assert model.theta.max() <= 0.5
        assert model.report.objective == pytest.approx(alone.report.objective, rel=1e-6)


def test_estimates_that_do_not_know_bounds_refuse_them():
    X, y, _ = samples(3, False)
    model = linclass.fit(X, y, l2=L2, weight_bounds=(0, None), dtype=np.float64)
    with pytest.raises(ValueError, match="within bounds on the weights"):
        model.leave_one_out(X, y)
    with pytest.raises(ValueError, match="without bounds on the weights"):
        linclass.regularization_path(X, y, count=3, leave_one_out=True, weight_bounds=(0, None))
    unpenalised = linclass.fit(X, y, l2=0, weight_bounds=(-0.1, 0.1), dtype=np.float64)
    with pytest.raises(ValueError, match="within bounds on the weights"):
        unpenalised.standard_errors(X, y)


def test_estimators_have_them():
    pytest.importorskip("sklearn")
    X, y, weights = samples(2, False)
    fitted = linclass.LogisticRegression(C=0.1, weight_bounds=(0, None), dtype=np.float64).fit(X, y, weights)
    assert fitted.coef_.min() == 0
    assert fitted.report_.solver == "projected_newton"
    assert fitted.model_.verify(X, y, sample_weight=weights).agrees
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for estimator in (linclass.SoftmaxRegression, linclass.LinearSVM):
            fitted = estimator(weight_bounds=(-0.2, 0.2)).fit(X, y)
            assert np.abs(fitted.model_.theta).max() <= 0.2
    searched = linclass.LogisticRegressionCV(Cs=3, cv=3, weight_bounds=(0, None)).fit(X, y)
    assert searched.coef_.min() >= 0
