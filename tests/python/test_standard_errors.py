"""standard_errors of models and estimators: against NumPy's inverse Hessian, and statsmodels where it is."""

import numpy as np
import pytest

import linclass
from data import blobs
from linclass._capi import abi

EXACT = {"solver": "newton", "tol": 1e-10}


def covariance_of(estimator, X, weights=None):
    """The inverse Hessian of the summed loss, with the first class as the reference."""
    Z = estimator.predict_proba(X)[:, 1:]
    X = np.column_stack([X, np.ones(len(X))])
    c, P = Z.shape[1], Z.shape[1] * X.shape[1]
    A = np.zeros((P, P))
    for i, (x, z) in enumerate(zip(X, Z, strict=True)):
        w = 1 if weights is None else weights[i]
        A += w * np.kron(np.outer(x, x), np.diag(z) - np.outer(z, z))
    return np.linalg.inv(A).reshape(len(X[0]), c, len(X[0]), c)


@pytest.mark.parametrize("k", [2, 4])
def test_they_are_those_of_the_inverse_hessian(k):
    X, y = blobs(k=k, spread=0.4, m=200)
    weights = np.arange(200) % 3
    for estimator, given in (
        (linclass.LogisticRegression(penalty=None, **EXACT), weights),
        (linclass.SoftmaxRegression(l2=0, **EXACT), None),
    ):
        estimator.fit(X, y, given)
        errors = estimator.standard_errors(X, y, given)
        expected = covariance_of(estimator, X, given)
        flat = expected.reshape(errors.covariance.shape)
        np.testing.assert_allclose(errors.covariance, flat, rtol=1e-9, atol=1e-12)
        deviations = np.sqrt(np.diag(flat)).reshape(6, k - 1)
        np.testing.assert_allclose(errors.theta_error[:, 1:], deviations[:5], rtol=1e-10)
        np.testing.assert_allclose(errors.bias_error[1:], deviations[5], rtol=1e-10)
        theta = estimator.model_.theta
        np.testing.assert_allclose(errors.theta, theta - theta[:, :1], rtol=1e-13, atol=1e-13)
        assert errors.score_step < 1e-6


def test_labels_weights_and_scale_are_the_estimators():
    X, y = blobs(k=3, spread=0.4, m=200)
    names = np.array(["ant", "bee", "cow"])
    images = np.clip(128 + 30 * X, 0, 255).astype(np.uint8)
    classifier = linclass.SoftmaxRegression(l2=0, scale=1 / 64, dtype=np.float64, ignore_label="cow", **EXACT)
    classifier.fit(images, names[y])
    kept = y < 2
    other = linclass.SoftmaxRegression(l2=0, **EXACT).fit(images[kept] / 64, names[y[kept]])
    errors = classifier.standard_errors(images, names[y])
    expected = other.standard_errors(images[kept] / 64, names[y[kept]])
    np.testing.assert_allclose(errors.theta_error, expected.theta_error, rtol=1e-8)


def test_there_are_none_of_penalised_singular_and_separated_fits():
    X, y = blobs(k=2, spread=0.4)
    with pytest.raises(ValueError, match="unpenalised"):
        linclass.LogisticRegression().fit(X, y).standard_errors(X, y)
    X[:, 2] = 0
    classifier = linclass.LogisticRegression(penalty=None, **EXACT).fit(X, y)
    with pytest.raises(FloatingPointError, match="coefficient of feature 2 for label 1"):
        classifier.standard_errors(X, y)
    X[:, 2] = y
    classifier = linclass.LogisticRegression(penalty=None).fit(X, y)
    with pytest.raises(FloatingPointError, match="separated"):
        classifier.standard_errors(X, y)


@pytest.mark.parametrize("k", [2, 3])
def test_they_are_those_of_statsmodels(k):
    api = pytest.importorskip("statsmodels.api")
    X, y = blobs(k=k, spread=0.4, m=300)
    theirs = api.MNLogit(y, api.add_constant(X)).fit(method="newton", disp=0, tol=1e-12, maxiter=100)
    classifier = linclass.SoftmaxRegression(l2=0, **EXACT).fit(X, y)
    errors = classifier.standard_errors(X, y)
    np.testing.assert_allclose(errors.theta[:, 1:], theirs.params[1:], atol=1e-7)
    np.testing.assert_allclose(errors.theta_error[:, 1:], theirs.bse[1:], rtol=1e-7)
    np.testing.assert_allclose(errors.bias_error[1:], theirs.bse[0], rtol=1e-7)


def test_every_member_of_the_struct_is_there():
    unseen = ("size", "sample_weight", "parameters")
    members = [name for name, _ in abi.StandardErrors._fields_ if name not in unseen]
    assert list(linclass.StandardErrors.__dataclass_fields__) == members
