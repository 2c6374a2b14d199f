"""Model.leave_one_out and regularization_path(leave_one_out=True) against fits that leave rows out."""

import numpy
import pytest

import linclass


@pytest.fixture
def data():
    rng = numpy.random.default_rng(3)
    y = rng.integers(0, 3, 50)
    X = rng.normal(size=(50, 4))
    X[numpy.arange(50), y] += 1
    return X, y


def without(X, y, row, l2):
    """Scores of the row by the model without it; the penalty of the summed loss stays."""
    kept = numpy.arange(len(y)) != row
    fitted = linclass.fit(X[kept], y[kept], l2=l2 * len(y) / (len(y) - 1), gradient_tolerance=1e-9)
    return fitted.scores(X[[row]])[0]


def test_scores_are_near_those_of_fits_without_the_row(data):
    X, y = data
    model = linclass.fit(X, y, l2=0.1, gradient_tolerance=1e-9)
    found = model.leave_one_out(X, y)
    exact = numpy.array([without(X, y, row, 0.1) for row in range(50)])
    moved = abs(exact - model.scores(X)).max()
    assert abs(found.scores - exact).max() < moved / 5  # the estimate leaves what is of second order
    shifted = found.scores - found.scores.max(1, keepdims=True)
    losses = numpy.log(numpy.exp(shifted).sum(1)) - shifted[numpy.arange(50), y]
    assert found.loss == pytest.approx(losses.mean(), rel=1e-12)
    assert found.loss_standard_error == pytest.approx(losses.std(ddof=1) / 50**0.5, rel=1e-9)
    assert found.error == pytest.approx((found.scores.argmax(1) != y).mean())


def test_the_loss_is_that_of_the_temperature(data):
    X, y = data
    found = linclass.fit(X, y, l2=0.1).with_temperature(2.0).leave_one_out(X, y)
    cooled = found.scores / 2
    losses = numpy.log(numpy.exp(cooled).sum(1)) - cooled[numpy.arange(50), y]
    assert found.loss == pytest.approx(losses.mean(), rel=1e-12)


def test_a_path_chooses_by_it(data):
    X, y = data
    path = linclass.regularization_path(X, y, count=5, leave_one_out=True)
    assert path.best == path.left_out_loss.argmin()
    assert path.one_standard_error <= path.best
    assert path.models[2].leave_one_out(X, y).loss == path.left_out_loss[2]


def test_a_path_without_it_has_none(data):
    X, y = data
    assert numpy.isnan(linclass.regularization_path(X, y, count=2).left_out_loss).all()


def test_losses_without_estimates_are_refused(data):
    X, y = data
    with pytest.raises(linclass.UnsupportedError, match="not of the hinge loss"):
        linclass.fit(X, y, loss="hinge", solver="sgd").leave_one_out(X, y)
