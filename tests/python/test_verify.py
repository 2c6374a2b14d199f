"""Model.verify: against the level-1 functions; what differs; what the fit was told."""

import numpy as np
import pytest

import linclass
from data import blobs
from linclass._capi import abi
from linclass._functions import verify


def test_the_figures_are_those_of_level_1():
    X, y = blobs(spread=0.5)
    model = linclass.fit(X, y, l2=0.02, max_iterations=3)
    found = model.verify(X, y)
    loss, G, g_bias = linclass.softmax_loss_gradient(X, y, model.theta, model.bias)
    gradient = np.append(G + 0.02 * model.theta, g_bias)
    assert found.loss == pytest.approx(loss, rel=1e-13)
    assert found.objective == pytest.approx(loss + 0.01 * (model.theta**2).sum(), rel=1e-13)
    assert found.gradient_norm == pytest.approx(np.linalg.norm(gradient), rel=1e-10)
    assert found.gradient_infinity_norm == pytest.approx(np.abs(gradient).max(), rel=1e-10)
    assert found.smooth_gradient_infinity_norm == found.gradient_infinity_norm
    assert (found.samples, found.total_weight, found.agrees, found.differs) == (len(y), len(y), True, ())


def test_what_the_fit_was_told_is_the_models():
    X, y = blobs(spread=0.5)
    images = np.clip(128 + 30 * X, 0, 255).astype(np.uint8)
    weights = np.linspace(0, 3, len(y))
    told = {"class_weight": "balanced", "label_smoothing": 0.1, "ignore_label": 1, "scale": 1 / 255}
    model = linclass.fit(images, y, sample_weight=weights, l1=1e-3, **told)
    assert model.verify(images, y, sample_weight=weights).agrees
    assert model.verify(images, y).differs == ("total_weight", "objective", "gradient", "gap")
    assert "objective" in model.verify(images, y, sample_weight=weights, scale=1.0).differs
    P = np.full((len(y), 3), 1 / 3)
    model = linclass.fit(X, None, target_probabilities=P)
    assert model.verify(X, None, target_probabilities=P).agrees
    with pytest.raises(ValueError, match="fitted to probabilities"):
        model.verify(X, y)
    with pytest.raises(ValueError, match="y is None"):
        model.verify(X, None)


def test_a_model_of_no_fit_agrees_with_nothing():
    X, y = blobs()
    found = linclass.Model.from_parameters(np.zeros((5, 3))).verify(X, y)
    assert (found.agrees, found.differs) == (None, ())
    assert found.objective == pytest.approx(np.log(3))
    assert found.at_minimum is False
    assert found.gap > found.gap_allowed


def test_whether_a_model_is_at_a_minimum():
    X, y = blobs()
    assert linclass.fit(X, y, l2=0.1).verify(X, y).at_minimum is True
    assert linclass.fit(X, y, l2=0.1, solver="sgd", max_iterations=1).verify(X, y).at_minimum is False
    hinge = linclass.fit(X, y, loss="hinge", l2=0.1).verify(X, y)
    assert hinge.at_minimum is None
    assert np.isnan(hinge.gap)


def test_every_member_of_the_struct_is_there():
    unseen = ("size", "sample_weight", "target_probabilities", "compared", "reserved")
    members = [name for name, _ in abi.Certificate._fields_ if name not in unseen]
    members.insert(members.index("differs"), "agrees")
    assert list(linclass.Certificate.__dataclass_fields__) == members
    assert list(verify.DIFFERENCES.values()) == [1, 2, 4, 8, 16]


@pytest.mark.parametrize("loss", ["softmax", "squared_hinge", "hinge", "perceptron"])
@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.01), (0.01, 0.0), (0.01, 0.01)])
@pytest.mark.parametrize("fit_bias", [False, True])
def test_both_lower_bounds_are_below_every_objective(loss, l1, l2, fit_bias):
    X, y = blobs(spread=0.5)
    smooth = loss in ("softmax", "squared_hinge")
    if l1 > 0 and not smooth:
        pytest.skip("no solver for kinks with l1")
    fits = [
        linclass.fit(X, y, loss=loss, l1=l1, l2=l2, fit_bias=fit_bias, max_iterations=count)
        for count in (1, 3, 1000)
    ]
    found = [model.verify(X, y) for model in fits]
    lowest = min(certificate.objective for certificate in found)
    for model, certificate in zip(fits, found, strict=True):
        assert certificate.differs == ()
        assert certificate.duality_gap >= 0
        assert certificate.dual_objective <= lowest * (1 + 1e-12)
        assert model.report.dual_objective <= lowest * (1 + 1e-12)
    if smooth:
        k = len(np.unique(y))
        zero = np.log(k) if loss == "softmax" else k - 1
        assert fits[-1].report.gap <= 1e-6 * zero
        assert found[-1].duality_gap <= 1e-5 * zero


def test_no_bound_without_penalty_and_convexity():
    X, y = blobs(spread=0.5)
    y = y % 2
    for options in ({"loss": "softmax", "l2": 0.0}, {"loss": "sigmoid_squared", "l2": 0.1}):
        model = linclass.fit(X, y, **options)
        assert np.isnan(model.report.gap)
        assert np.isnan(model.verify(X, y).duality_gap)


@pytest.mark.parametrize("loss", ["hinge", "crammer_singer"])
@pytest.mark.parametrize(("spread", "l2"), [(0.2, 1e-3), (0.7, 3e-2)])
def test_of_kinks_as_much_is_proven_as_by_the_fit(loss, spread, l2):
    """The widths of its smoothed losses, of 246 parameters each half of the one before, are known."""
    X, y = blobs(m=400, n=40, k=6, spread=spread)
    model = linclass.fit(X, y, loss=loss, l2=l2, dtype=np.float64, solver="smoothing")
    assert model.verify(X, y).duality_gap <= 1.1 * model.report.gap


def test_what_is_proven_is_below_what_is_attained():
    """Scores so far out that one row's second derivative is all there is: what balances the others would give
    it a probability of 400."""
    X = np.array([[1.0], [2], [3]])
    y = np.array([0, 1, 1])
    offset = np.array([-66.0, -120, -120])
    weights = np.array([1.0, 200, 200])
    given = {"offset": offset, "sample_weight": weights}
    one_step = {"solver": "sgd", "learning_rate": 1e-12, "max_iterations": 1}
    model = linclass.fit(X, y, loss="logistic", l2=0.03, **given, **one_step)
    found = model.verify(X, y, **given)
    shifted = offset + 120
    attained = (weights * (np.logaddexp(0, shifted) - y * shifted)).sum() / weights.sum()
    assert attained < 1
    assert found.dual_objective <= attained


def test_a_proof_outweighs_the_estimate():
    """Of a feature that is nearly its mean the estimate is F; duality proves that the fit is at a minimum."""
    X = np.array([[999598], [999533]], np.int32)
    model = linclass.fit(X, [0, 1], l1=0.2876044368818542, group_l1=True, l2=0.001)
    found = model.verify(X, [0, 1])
    assert found.duality_gap <= found.gap_allowed
    assert found.gap <= found.duality_gap
    assert found.at_minimum is True


def test_sums_of_class_weights_and_targets_are_rounded():
    """The weights' sum is rounded in the fit and here; that of the targets, the same in every row, does not
    average."""
    elements = [
        (1, 0),
        (1, 2),
        (4, 2),
        (4, 5),
        (6, 4),
        (8, 1),
        (8, 4),
        (9, 3),
        (10, 3),
        (11, 3),
        (11, 4),
        (12, 0),
        (12, 2),
        (22, 4),
        (24, 0),
        (24, 4),
        (26, 1),
        (27, 2),
        (27, 5),
        (28, 2),
    ]
    X = np.zeros((30, 6))
    X[tuple(np.transpose(elements))] = 1000
    y = np.zeros(30, np.int64)
    y[15], y[21] = 1, 2
    model = linclass.fit(
        X,
        y,
        class_weight=[6.281615183457911, 49.12992011075939, 0.011685288095770128],
        fit_bias=False,
        label_smoothing=0.9,
        solver="newton",
    )
    assert model.verify(X, y).agrees
