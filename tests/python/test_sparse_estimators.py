"""Sparse matrices in scikit-learn's pipelines: the fits of dense ones, without a copy."""

import pickle
import tracemalloc
import warnings

import numpy as np
import pytest

import linclass
from data import single
from test_sparse import counts, in_csr

sparse = pytest.importorskip("scipy.sparse")
pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.compose import ColumnTransformer  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_predict  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: E402

NAMES = single(linclass._ESTIMATORS)

HAM = ["see you at lunch tomorrow", "minutes of the meeting", "lunch with the team", "notes for tomorrow"]
SPAM = ["win money now", "free money, click now", "you win a free prize", "click to claim your prize"]
TEXTS, MAIL = HAM * 5 + SPAM * 5, ["ham"] * 20 + ["spam"] * 20


def an(name, **options):
    return getattr(linclass, name)(**options)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("two", [False, True])
def test_fits_are_those_of_the_dense_matrix(name, two):
    X, y = counts()
    y = y == 1 if two else y
    dense, found = an(name, tol=1e-6).fit(X, y), an(name, tol=1e-6).fit(in_csr(X), y)
    assert found.report_.objective == pytest.approx(dense.report_.objective, rel=1e-9)
    assert found.n_features_in_ == X.shape[1]
    np.testing.assert_allclose(
        found.decision_function(in_csr(X)), found.decision_function(X), rtol=1e-12, atol=1e-12
    )
    np.testing.assert_array_equal(found.predict(in_csr(X)), found.predict(X))
    if hasattr(found, "predict_proba"):
        np.testing.assert_allclose(
            found.predict_proba(in_csr(X)), found.predict_proba(X), rtol=1e-12, atol=1e-12
        )
    assert found.score(in_csr(X), y) == found.score(X, y)


@pytest.mark.parametrize("name", NAMES)
def test_partial_fits_are_those_of_the_dense_matrix(name):
    X, y = counts()
    rows = in_csr(X)
    dense, found = an(name, learning_rate=0.01), an(name, learning_rate=0.01)
    for part in (slice(0, 150), slice(150, 300)):
        dense.partial_fit(X[part], y[part], classes=[0, 1, 2])
        found.partial_fit(rows[part], y[part], classes=[0, 1, 2])
    np.testing.assert_allclose(found.coef_, dense.coef_, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csr_array, sparse.csc_matrix, sparse.coo_array])
def test_rows_are_set_apart_for_early_stopping(kind):
    X, y = counts()
    options = {"patience": 2, "solver": "sgd", "max_iter": 5, "learning_rate": 0.01}
    dense = linclass.SoftmaxRegression(**options).fit(X, y)
    found = linclass.SoftmaxRegression(**options).fit(kind(X), y)
    assert found.report_.validation_loss == pytest.approx(dense.report_.validation_loss, rel=1e-9)


def test_validation_rows_are_sparse():
    X, y = counts()
    found = linclass.SoftmaxRegression().fit(X[:200], y[:200], validation=(in_csr(X[200:]), y[200:]))
    dense = linclass.SoftmaxRegression().fit(X[:200], y[:200], validation=(X[200:], y[200:]))
    assert found.report_.validation_loss == pytest.approx(dense.report_.validation_loss, rel=1e-12)


def test_standard_errors_are_those_of_the_dense_matrix():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 4)) * (rng.random((600, 4)) < 0.5)
    y = X[:, 0] + rng.logistic(size=600) > 0
    classifier = linclass.LogisticRegression(penalty=None, tol=1e-8).fit(X, y)
    dense, found = classifier.standard_errors(X, y), classifier.standard_errors(in_csr(X), y)
    np.testing.assert_allclose(found.theta_error, dense.theta_error, rtol=1e-10)


def test_sample_weights_ignored_labels_and_warm_starts():
    X, y = counts()
    weights = np.linspace(0.5, 2, len(y))
    options = {"ignore_label": 2, "warm_start": True, "tol": 1e-6}
    dense, found = linclass.LogisticRegression(**options), linclass.LogisticRegression(**options)
    for _ in range(2):
        dense.fit(X, y, weights)
        found.fit(in_csr(X), y, weights)
    assert found.report_.objective == pytest.approx(dense.report_.objective, rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_texts(name, dtype):
    pipeline = make_pipeline(TfidfVectorizer(dtype=dtype), an(name)).fit(TEXTS, MAIL)
    assert pipeline[-1].coef_.dtype == dtype
    assert pipeline.predict(["free prize money", "lunch with notes"]).tolist() == ["spam", "ham"]
    assert pipeline.score(TEXTS, MAIL) == 1
    assert pipeline.decision_function(TEXTS).shape == (40,)
    if name != "LinearSVM":
        np.testing.assert_allclose(pipeline.predict_proba(TEXTS).sum(axis=1), 1, rtol=1e-6)
    again = pickle.loads(pickle.dumps(pipeline))
    np.testing.assert_array_equal(again.predict(TEXTS), pipeline.predict(TEXTS))


@pytest.mark.parametrize("name", NAMES)
def test_grid_search_slices_rows(name):
    pipeline = make_pipeline(TfidfVectorizer(), an(name))
    step = pipeline.steps[-1][0]
    parameter = f"{step}__{'l2' if name == 'SoftmaxRegression' else 'C'}"
    search = GridSearchCV(pipeline, {parameter: [1e-3, 1.0]}, cv=3).fit(TEXTS, MAIL)
    assert search.best_score_ > 0.5
    X = TfidfVectorizer().fit_transform(TEXTS)
    sliced = GridSearchCV(an(name), {parameter.partition("__")[2]: [1e-3, 1.0]}, cv=3).fit(X, MAIL)
    np.testing.assert_array_equal(sliced.cv_results_["mean_test_score"] >= 0, True)
    assert len(cross_val_predict(clone(sliced.best_estimator_), X, MAIL, cv=3)) == len(MAIL)


def test_one_hot_columns_beside_numbers():
    rng = np.random.default_rng(0)
    towns, ages = rng.choice(["Bonn", "Ulm", "Jena"], 200), rng.normal(40, 10, 200)
    X = np.array([towns, ages], dtype=object).T
    y = (towns == "Ulm") | (ages > 50)
    transform = ColumnTransformer(
        [("town", OneHotEncoder(), [0]), ("age", StandardScaler(), [1])], sparse_threshold=1.0
    )
    encoded = transform.fit_transform(X)
    assert sparse.issparse(encoded)
    found = make_pipeline(transform, linclass.LogisticRegression(tol=1e-6)).fit(X, y)
    dense = linclass.LogisticRegression(tol=1e-6).fit(encoded.toarray(), y)
    assert found[-1].report_.objective == pytest.approx(dense.report_.objective, rel=1e-9)
    np.testing.assert_array_equal(found.predict(X), dense.predict(encoded.toarray()))
    assert found.score(X, y) > 0.8


def test_one_hot_columns_alone():
    towns = np.array([["Bonn"], ["Ulm"], ["Jena"], ["Ulm"], ["Bonn"], ["Jena"]] * 5)
    pipeline = make_pipeline(OneHotEncoder(dtype=np.int8), linclass.SoftmaxRegression())
    assert pipeline.fit(towns, towns[:, 0]).predict([["Ulm"], ["Bonn"]]).tolist() == ["Ulm", "Bonn"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("index", [np.int32, np.int64])
def test_estimators_take_no_memory_for_their_input(name, dtype, index):
    y = np.arange(2000) % 2
    X = in_csr(sparse.random(2000, 500, 0.2, "csr", np.float64, np.random.default_rng(0)), dtype, index)
    estimator = an(name, max_iter=1, tol=1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator.fit(X[:100], y[:100])
        tracemalloc.start()
        estimator.fit(X, y, validation=(X, y)).predict(X)
        estimator.decision_function(X)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2000 * 100  # labels, scores, 8 bytes of indptr a row: X has 1.6 MB or more


def test_refusals_are_those_of_the_dense_matrix():
    X, y = counts()
    classifier = linclass.SoftmaxRegression().fit(in_csr(X), y)
    with pytest.raises(ValueError, match="X has 7 features, but SoftmaxRegression is expecting 40"):
        classifier.predict(in_csr(X[:, :7]))
    with pytest.raises(ValueError, match=r"0 sample\(s\)"):
        classifier.predict(in_csr(X[:0]))
    with pytest.raises(ValueError, match="Complex data not supported"):
        classifier.predict(sparse.csr_matrix(X * 1j))
    X[3, 5] = np.inf
    with pytest.raises(ValueError, match="NaN or infinity"):
        classifier.fit(in_csr(X), y)
