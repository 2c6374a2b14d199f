"""An l1 penalty of the rows of theta: the minimum by proximal steps, paths, estimators, and what has none."""

import numpy as np
import pytest

import linclass
from data import blobs

sparse = pytest.importorskip("scipy.sparse")

L1 = 0.03


def samples(in_csr=False):
    X, y = blobs(m=160, n=12, k=4, seed=4, spread=3)
    weights = np.random.default_rng(1).uniform(0.2, 3, len(y))
    if in_csr:
        X[np.abs(X) < 0.6] = 0
    return (sparse.csr_matrix(X) if in_csr else X), y, weights


def minimum(X, y, weights, l2):
    """Accelerated proximal gradient steps, begun again where the momentum leads up."""
    X = np.hstack([X.toarray() if sparse.issparse(X) else X, np.ones((len(y), 1))])
    n, k = X.shape[1] - 1, y.max() + 1
    share = (weights / weights.sum())[:, None]
    step = 1 / (np.linalg.norm(np.sqrt(share) * X, 2) ** 2 / 2 + l2)

    def probabilities(theta):
        scores = X @ theta
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)

    theta = at = np.zeros((n + 1, k))
    t = 1.0
    for _ in range(6000):
        gradient = X.T @ (share * (probabilities(at) - np.eye(k)[y]))
        gradient[:n] += l2 * at[:n]
        after = at - step * gradient
        size = np.maximum(np.linalg.norm(after[:n], axis=1, keepdims=True), 1e-300)
        after[:n] *= np.maximum(1 - step * L1 / size, 0)
        up = ((at - after) * (after - theta)).sum() > 0
        following = 1.0 if up else (1 + np.sqrt(1 + 4 * t * t)) / 2
        at = after if up else after + (t - 1) / following * (after - theta)
        theta, t = after, following
    loss = -(share[:, 0] * np.log(probabilities(theta)[np.arange(len(y)), y])).sum()
    return loss + L1 * np.linalg.norm(theta[:n], axis=1).sum() + l2 / 2 * (theta[:n] ** 2).sum()


def counts(theta):
    """How many weights of each feature are not 0."""
    return np.unique((theta != 0).sum(axis=1))


@pytest.mark.parametrize("l2", [0.0, 0.02])
@pytest.mark.parametrize("in_csr", [False, True], ids=["dense", "sparse"])
def test_the_minimum_is_that_of_proximal_gradient_steps(in_csr, l2):
    X, y, weights = samples(in_csr)
    model = linclass.fit(
        X, y, l1=L1, l2=l2, group_l1=True, sample_weight=weights, gap_tolerance=1e-8, dtype=np.float64
    )
    assert model.report.stopped_because == "ok"
    assert model.group_l1
    assert set(counts(model.theta)) <= {0, 4}
    assert model.report.objective == pytest.approx(minimum(X, y, weights, l2), rel=1e-7)
    assert model.verify(X, y, sample_weight=weights).agrees
    assert linclass.Model.from_bytes(model.to_bytes()).group_l1


def test_a_path_begins_where_the_first_feature_enters():
    X, y, _ = samples()
    path = linclass.regularization_path(X, y, l1_ratio=1, count=12, group_l1=True, dtype=np.float64)
    largest = path.lambdas[0]
    assert not linclass.fit(X, y, l1=1.0001 * largest, group_l1=True, dtype=np.float64).theta.any()
    assert linclass.fit(X, y, l1=0.999 * largest, group_l1=True, dtype=np.float64).theta.any()
    for model in path.models:
        assert model.report.stopped_because == "ok"
        assert model.report.gap <= 1e-6 * np.log(4)
        assert model.group_l1
        assert set(counts(model.theta)) <= {0, 4}


def test_folds_too():
    X, y, _ = samples()
    path = linclass.regularization_path(X, y, l1_ratio=0.5, count=5, cv=3, group_l1=True)
    assert np.isfinite(path.mean_loss).all()


def test_estimators_have_it():
    X, y, _ = samples()
    fitted = linclass.SoftmaxRegression(l1=L1, group_l1=True).fit(X, y)
    assert set(counts(fitted.coef_.T)) <= {0, 4}
    direct = linclass.fit(X, y, l1=L1, group_l1=True)
    assert np.array_equal(fitted.model_.theta, direct.theta)


def test_losses_of_two_classes_have_one_weight_a_feature():
    X, y, _ = samples()
    options = {"loss": "logistic", "l1": L1, "dtype": np.float64}
    grouped = linclass.fit(X, y > 1, group_l1=True, **options)
    assert not grouped.group_l1
    assert np.array_equal(grouped.theta, linclass.fit(X, y > 1, **options).theta)


def test_what_has_none():
    X, y, _ = samples()
    for options in ({"loss": "hinge"}, {"solver": "lbfgs"}, {"weight_bounds": (0, None)}):
        with pytest.raises(ValueError, match="with an l1 penalty of rows"):
            linclass.fit(X, y, l1=L1, group_l1=True, **options)
    with pytest.raises(ValueError, match="over parts"):
        linclass.fit_parts([(X, y)], l1=L1, group_l1=True)
    with pytest.raises(ValueError, match="single weights"):
        linclass.regularization_path(X, y, l1_ratio=1, count=3, leave_one_out=True, group_l1=True)
    with pytest.raises(ValueError, match="rows of theta"):
        linclass.fit(X, y, l1=L1, group_l1=True, dtype=np.float64).leave_one_out(X, y)
