"""LogisticRegressionCV and LinearSVMCV: against fits by hand, and against scikit-learn's."""

import pickle
import warnings

import numpy as np
import pytest
import sklearn
from sklearn import linear_model, model_selection
from sklearn.exceptions import ConvergenceWarning

import linclass
from data import blobs

KINDS = {"LogisticRegressionCV": "LogisticRegression", "LinearSVMCV": "LinearSVM"}
CS = [1.0, 1e-3, 0.03]  # in no order


def folds_of(y):
    return list(model_selection.StratifiedKFold(3).split(y, y))


@pytest.mark.parametrize(("search", "single"), KINDS.items())
@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_scores_and_paths_are_those_of_single_fits(search, single, k, class_weight):
    X, y = blobs(k=k, spread=0.4)
    y[: len(y) // 3] = 0
    names = np.array(["ant", "bee", "cow"])[y]
    w = np.linspace(0.5, 2, len(y))
    options = {"tol": 1e-9, "class_weight": class_weight}
    found = getattr(linclass, search)(Cs=CS, cv=folds_of(y), **options).fit(X, names, w)
    if class_weight == "balanced":  # of all rows, as scikit-learn has it
        sums = np.bincount(y, w)
        options["class_weight"] = dict(zip(found.classes_, w.sum() / (k * sums), strict=True))
    for i, (train, test) in enumerate(folds_of(y)):
        for c, C in enumerate(CS):
            one = getattr(linclass, single)(C=C, **options).fit(X[train], names[train], w[train])
            expected = np.c_[one.coef_, one.intercept_]
            np.testing.assert_allclose(found.coefs_paths_[i, 0, c], expected, rtol=1e-5, atol=1e-6)
            assert found.scores_[i, 0, c] == pytest.approx(
                one.score(X[test], names[test], w[test]), abs=1e-12
            )
    best = CS[found.scores_[:, 0].sum(axis=0).argmax()]
    assert best == found.C_
    one = getattr(linclass, single)(C=best, **options).fit(X, names, w)
    np.testing.assert_allclose(found.coef_, one.coef_, rtol=1e-5, atol=1e-6)
    assert (found.predict(X) == one.predict(X)).all()


@pytest.mark.parametrize("scoring", ["neg_log_loss", "accuracy", "roc_auc", "neg_brier_score"])
def test_the_choice_of_scikit_learn(scoring):
    old = int(sklearn.__version__.split(".")[1]) < 5 and sklearn.__version__.startswith("1.")
    if old and scoring == "accuracy":
        pytest.skip(
            "its fits with C = 1e-4, whose scores are nearly tied, end before the intercepts converge"
        )
    X, y = blobs(k=2, spread=0.2, m=300)
    options = {"Cs": [1e-4, 1e-2, 1.0], "cv": 3, "scoring": scoring, "fit_intercept": True}
    ours = linclass.LogisticRegressionCV(tol=1e-8, **options).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what changes in scikit-learn's later releases
        theirs = linear_model.LogisticRegressionCV(tol=1e-8, max_iter=1000, **options).fit(X, y)
    np.testing.assert_allclose(ours.scores_[:, 0], theirs.scores_[1].reshape(3, 3), atol=1e-6)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-4, atol=1e-5)
    assert theirs.C_[0] == ours.C_
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y), abs=1e-6)


def test_shares_of_the_l1_norm():
    X, y = blobs(k=3, spread=0.4)
    found = linclass.LogisticRegressionCV(Cs=3, l1_ratios=[0, 0.5, 1], cv=2, refit=False).fit(X, y)
    assert found.scores_.shape == found.n_iter_.shape == (2, 3, 3)
    assert found.coefs_paths_.shape == (2, 3, 3, 3, 6)
    assert (found.coefs_paths_[0, 2, 1] == 0).any()
    best = [divmod(int(scores.argmax()), 3) for scores in found.scores_]
    mean = np.mean([found.coefs_paths_[i, r, c] for i, (r, c) in enumerate(best)], axis=0)
    np.testing.assert_allclose(found.coef_, mean[:, :5])
    np.testing.assert_allclose(found.intercept_, mean[:, 5])
    assert linclass.LogisticRegressionCV(Cs=2, cv=2, penalty="l1").fit(X, y).l1_ratio_ == 1
    with pytest.raises(ValueError, match="for two classes LinearSVMCV offers 0 and 1"):
        linclass.LinearSVMCV(l1_ratios=[0.5]).fit(X[y < 2], y[y < 2])


def test_the_old_form_of_the_attributes():
    X, y = blobs(k=3)
    found = linclass.LogisticRegressionCV(Cs=2, cv=2, use_legacy_attributes=True).fit(X, y)
    assert set(found.scores_) == set(found.coefs_paths_) == {0, 1, 2}
    assert found.scores_[0].shape == (2, 2)
    assert found.coefs_paths_[2].shape == (2, 2, 6)
    assert (found.n_iter_.shape, found.C_.shape) == ((1, 2, 2), (3,))


@pytest.mark.parametrize("kind", KINDS)
def test_a_class_that_a_fold_lacks(kind):
    X, y = blobs()
    order = np.argsort(y, kind="stable")
    found = getattr(linclass, kind)(Cs=[0.1, 1], cv=model_selection.KFold(3)).fit(X[order], y[order])
    assert (found.scores_ == 0).all()
    assert np.isfinite(found.coefs_paths_).all()


@pytest.mark.parametrize("kind", KINDS)
def test_files_pickles_and_sparse_rows(kind, tmp_path):
    sparse = pytest.importorskip("scipy.sparse")
    X, y = blobs()
    found = getattr(linclass, kind)(Cs=2, cv=2).fit(sparse.csr_matrix(X), y)
    assert (pickle.loads(pickle.dumps(found)).predict(X) == found.predict(X)).all()
    found.save(tmp_path / "model")
    assert (type(found).load(tmp_path / "model").predict(X) == found.predict(X)).all()


def test_folds_that_did_not_converge():
    X, y = blobs(spread=0.3)
    with pytest.warns(ConvergenceWarning, match="of 6 fits on folds 6 did not converge"):
        linclass.LogisticRegressionCV(Cs=2, cv=3, max_iter=1, tol=1e-12).fit(X, y)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"Cs": [0.0]}, "Cs is"),
        ({"Cs": []}, "Cs is"),
        ({"l1_ratios": [2]}, "l1_ratios"),
        ({"penalty": "elasticnet"}, "penalty is 'elasticnet' and l1_ratios None"),
        ({"penalty": "l3"}, "penalty is 'l3'"),
        ({"patience": 3}, "patience is 3"),
        ({"warm_start": True}, "warm_start is True"),
        ({"cv": 1}, "at least one train/test split"),
    ],
)
def test_searches_that_are_refused(options, sentence):
    X, y = blobs()
    with pytest.raises(ValueError, match=sentence):
        linclass.LogisticRegressionCV(**options).fit(X, y)


def test_metadata_is_refused():
    X, y = blobs()
    with pytest.raises(ValueError, match="groups: passing metadata"):
        linclass.LogisticRegressionCV().fit(X, y, groups=y)
    assert not hasattr(linclass.LogisticRegressionCV(), "partial_fit")
