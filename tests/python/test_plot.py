"""Pictures: what is drawn, and what is refused."""

import numpy as np
import pytest

import linclass
from data import blobs
from linclass import plot

mpl = pytest.importorskip("matplotlib")
mpl.use("Agg")


@pytest.fixture(autouse=True)
def close():
    yield
    pytest.importorskip("matplotlib.pyplot").close("all")


def fitted(**options):
    X, y = blobs(n=2)
    return X, y, linclass.SoftmaxRegression(**options).fit(X, y)


def test_loss_curves():
    X, y = blobs()
    history = []
    linclass.fit(X, y, max_iterations=4, validation=(X, y), on_iteration=history.append)
    ax = plot.loss_curves(history)
    assert [line.get_label() for line in ax.lines] == ["training", "validation"]
    assert ax.lines[0].get_ydata().tolist() == [report.loss for report in history]
    ax = plot.loss_curves({"first": fitted()[2].history_, "second": history})
    assert [line.get_label() for line in ax.lines] == [
        "first training",
        "second training",
        "second validation",
    ]
    estimator = fitted()[2]
    (line,) = plot.loss_curves(estimator).lines
    assert line.get_ydata().tolist() == [report.loss for report in estimator.history_]
    with pytest.raises(TypeError, match="a Model keeps no history"):
        plot.loss_curves(estimator.model_)
    with pytest.raises(ValueError, match="empty"):
        plot.loss_curves([])


def test_templates():
    X, y = blobs(n=6)
    estimator = linclass.SoftmaxRegression().fit(X, np.array(["ant", "bee", "cow"])[y])
    figure = plot.templates(estimator, (2, 3))
    shown = [ax for ax in figure.axes if ax.images and ax.get_title()]
    assert [ax.get_title() for ax in shown] == ["ant", "bee", "cow"]
    np.testing.assert_array_equal(shown[1].images[0].get_array().reshape(-1), estimator.model_.theta[:, 1])
    plot.templates(estimator.model_, (3, 2))
    with pytest.raises(ValueError, match="the model has 6 features"):
        plot.templates(estimator)


def test_confusion():
    X, y, estimator = fitted()
    ax = plot.confusion(estimator.model_.evaluate(X, y), names=["a", "b", "c"])
    assert sum(int(text.get_text()) for text in ax.texts) == len(y)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
    with pytest.raises(TypeError, match="confusion of a SoftmaxRegression needs the rows"):
        plot.confusion(estimator)
    with pytest.raises(TypeError, match="estimators, models and evaluations, not dict"):
        plot.confusion({})


def cells(ax):
    return [text.get_text() for text in ax.texts]


def test_confusion_of_estimators():
    """It was refused: 'SoftmaxRegression' object has no attribute 'labels'."""
    X, y, estimator = fitted(scale=0.5)
    expected = cells(plot.confusion(estimator.model_.evaluate(X, y)))
    assert cells(plot.confusion(estimator, X, y)) == expected
    assert cells(plot.confusion(estimator.model_, X, y)) == expected
    names = np.array(["ant", "bee", "cow"])
    ax = plot.confusion(linclass.SoftmaxRegression(scale=0.5).fit(X, names[y]), X, names[y])
    assert cells(ax) == expected
    assert [label.get_text() for label in ax.get_xticklabels()] == names.tolist()


def test_decision_boundary():
    X, y, estimator = fitted()
    ax = plot.decision_boundary(estimator, X, y, resolution=20)
    assert len(ax.collections) > 3
    plot.decision_boundary(estimator.model_, X, resolution=5)
    with pytest.raises(ValueError, match="not \\(m, 2\\)"):
        plot.decision_boundary(estimator, X[:, :1])


def test_the_names_that_a_model_has():
    """A model of texts is drawn with them, though it predicts their numbers."""
    X, y, classifier = fitted()
    model = classifier.model_.with_class_names(["ant", "bee", "cow"])
    assert [ax.get_title() for ax in plot.templates(model, (2, 1)).axes[:3]] == ["ant", "bee", "cow"]
    ax = plot.confusion(model, X, y)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["ant", "bee", "cow"]
    ax = plot.decision_boundary(model, X, y)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["ant", "bee", "cow"]
    assert len(ax.collections[-1].get_offsets()) == np.sum(y == 2)
