"""Metrics against their definitions in NumPy, and against scikit-learn where it is there."""

import numpy as np
import pytest

import linclass
from data import blobs
from linclass._capi import abi


def drawn(m=200, k=4, seed=0):
    """Classes, predictions, weights, some of them 0."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, k, m), rng.integers(0, k, m), np.round(rng.exponential(size=m), 1)


@pytest.mark.parametrize("weighted", [False, True])
def test_against_the_definitions(weighted):
    y, predicted, weights = drawn()
    w = weights if weighted else np.ones(len(y))
    given = weights if weighted else None
    assert linclass.error_rate(y, predicted, weights=given) == pytest.approx(
        w[y != predicted].sum() / w.sum()
    )
    C = linclass.confusion(y, predicted, 4, weights=given)
    expected = [[w[(y == a) & (predicted == b)].sum() for b in range(4)] for a in range(4)]
    np.testing.assert_allclose(C, expected)
    found = linclass.class_metrics(C)
    np.testing.assert_allclose(found.support, C.sum(axis=1))
    np.testing.assert_allclose(found.precision, C.diagonal() / C.sum(axis=0))
    np.testing.assert_allclose(found.recall, C.diagonal() / C.sum(axis=1))
    np.testing.assert_allclose(found.f1, 2 * C.diagonal() / (C.sum(axis=0) + C.sum(axis=1)))
    averages = linclass.confusion_averages(C)
    assert averages.accuracy == averages.micro_f1 == pytest.approx(C.trace() / C.sum())
    assert averages.error == pytest.approx(1 - averages.accuracy)
    assert averages.macro_f1 == pytest.approx(found.f1.mean())
    assert averages.macro_recall == pytest.approx(found.recall.mean())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("weighted", [False, True])
def test_area_under_the_curve_by_pairs(dtype, weighted):
    rng = np.random.default_rng(1)
    scores, y = rng.integers(0, 9, 80).astype(dtype), rng.integers(0, 2, 80)
    w = rng.exponential(size=80) if weighted else np.ones(80)
    s, t = scores[y == 1][:, None], scores[y == 0]
    pairs = w[y == 1][:, None] * w[y == 0] * ((s > t) + 0.5 * (s == t))
    expected = pairs.sum() / (w[y == 1].sum() * w[y == 0].sum())
    assert linclass.roc_auc(scores, y, weights=w if weighted else None) == pytest.approx(expected)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_against_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    y, predicted, weights = drawn(k=3)
    C = linclass.confusion(y, predicted, 3, weights=weights)
    np.testing.assert_allclose(C, metrics.confusion_matrix(y, predicted, sample_weight=weights))
    theirs = metrics.precision_recall_fscore_support(y, predicted, sample_weight=weights)
    for ours, other in zip(linclass.class_metrics(C), theirs, strict=True):
        np.testing.assert_allclose(ours, other)
    averages = linclass.confusion_averages(C)
    assert averages.macro_recall == pytest.approx(
        metrics.balanced_accuracy_score(y, predicted, sample_weight=weights)
    )
    scores = np.random.default_rng(0).normal(size=len(y))
    assert linclass.roc_auc(scores, y > 0, weights=weights) == pytest.approx(
        metrics.roc_auc_score(y > 0, scores, sample_weight=weights)
    )


def test_no_rows():
    none = np.empty(0, int)
    assert linclass.error_rate(none, none) == 0
    assert linclass.confusion([], [], 2).tolist() == [[0, 0], [0, 0]]
    assert linclass.confusion([], [], 0).shape == (0, 0)
    assert linclass.class_metrics(np.zeros((2, 2))).f1.tolist() == [0, 0]


def test_any_memory_of_a_confusion_matrix():
    C = np.arange(9.0).reshape(3, 3)
    wide = np.zeros((3, 5))
    wide[:, :3] = C
    for other in (np.asfortranarray(C), wide[:, :3], C.astype(int), C.tolist()):
        for ours, expected in zip(linclass.class_metrics(other), linclass.class_metrics(C), strict=True):
            np.testing.assert_array_equal(ours, expected)


@pytest.mark.parametrize(
    ("work", "exception", "sentence"),
    [
        (lambda: linclass.error_rate([1, 2], [1]), ValueError, "predicted has 1 elements, not 2"),
        (lambda: linclass.error_rate([1.5], [1]), TypeError, "y is of float64"),
        (lambda: linclass.error_rate(1, [1]), ValueError, "y has 0 dimensions"),
        (lambda: linclass.error_rate([1], [1], weights=[-1]), ValueError, r"weights\[0\] is -1"),
        (lambda: linclass.error_rate([1], [1], weights=[1, 2]), ValueError, "weights has 2 elements"),
        (lambda: linclass.confusion([0, 3], [0, 1], 2), ValueError, r"y\[1\] is 3"),
        (lambda: linclass.confusion([0], [-1], 2), ValueError, r"predicted\[0\] is -1"),
        (lambda: linclass.confusion([0], [0], -1), ValueError, "k is -1"),
        (lambda: linclass.class_metrics([[1, 2]]), ValueError, "not square"),
        (lambda: linclass.class_metrics([[np.nan]]), ValueError, "nan"),
        (lambda: linclass.confusion_averages([[-1.0]]), ValueError, "-1"),
        (lambda: linclass.roc_auc([1, np.nan], [0, 1]), ValueError, r"scores\[1\] is nan"),
        (lambda: linclass.roc_auc([1.0, 2.0], [1, 1]), ValueError, "the area is not defined"),
        (lambda: linclass.roc_auc([1.0, 2.0], [0, 2]), ValueError, r"y\[1\] is 2"),
        (lambda: linclass.roc_auc([[1.0, 2.0]], [0, 1]), ValueError, "scores has 2 dimensions"),
    ],
)
def test_bad_input(work, exception, sentence):
    with pytest.raises(exception, match=sentence):
        work()


def test_an_evaluation_has_every_figure_of_the_struct():
    """Every member that is found, or an array filled; not what is asked for."""
    asked = {"size", "reserved", "classes", "sample_weight", "ignore_label", "has_ignore_label"}
    members = {
        name for name, _ in abi.Evaluation._fields_ if name not in asked and not name.startswith("with_")
    }
    assert set(linclass.Evaluation.__dataclass_fields__) - {"labels"} == members
    members = {name for name, _ in abi.Averages._fields_ if name != "size"}
    assert set(linclass.Averages.__dataclass_fields__) == members


@pytest.mark.parametrize("k", [2, 3])
def test_an_evaluation_is_made_of_the_metrics(k):
    X, y = blobs(m=150, k=k, spread=0.3)
    weights = np.random.default_rng(4).exponential(size=150)
    model = linclass.fit(X, y + 5, l2=1e-2)
    found = model.evaluate(X, y + 5, sample_weight=weights)
    predicted = model.predict(X) - 5
    C = linclass.confusion(y, predicted, k, weights=weights)
    np.testing.assert_allclose(found.weighted_confusion, C)
    np.testing.assert_array_equal(found.confusion, linclass.confusion(y, predicted, k))
    assert found.weight == pytest.approx(weights.sum())
    for name, values in linclass.class_metrics(C)._asdict().items():
        if name != "support":
            np.testing.assert_allclose(getattr(found, name), values)
    averages = linclass.confusion_averages(C)
    for name in linclass.Averages.__dataclass_fields__:
        assert getattr(found, name) == pytest.approx(getattr(averages, name)), name
    if k == 2:
        H = model.scores(X)
        assert found.roc_auc == pytest.approx(linclass.roc_auc(H[:, 1] - H[:, 0], y, weights=weights))
    else:
        assert np.isnan(found.roc_auc)


def test_ignored_rows_are_left_out_of_an_evaluation():
    X, y = blobs(spread=0.3)
    model = linclass.fit(X, y, l2=1e-2)
    some = y.copy()
    some[::4] = -7
    kept = some != -7
    one, other = model.evaluate(X, some, ignore_label=-7), model.evaluate(X[kept], y[kept])
    assert one.samples == other.samples == kept.sum()
    assert (one.confusion == other.confusion).all()
    assert one.loss == pytest.approx(other.loss)
