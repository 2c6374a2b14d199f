"""LogisticRegression and LinearSVM against scikit-learn's, at the same optimum; scikit-learn's tools."""

import warnings

import numpy as np
import pytest

import linclass
from data import blobs

sklearn = pytest.importorskip("sklearn")
linear_model = pytest.importorskip("sklearn.linear_model")
datasets = pytest.importorskip("sklearn.datasets")
model_selection = pytest.importorskip("sklearn.model_selection")
SelectFromModel = pytest.importorskip("sklearn.feature_selection").SelectFromModel

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
#: Its lbfgs ends where the objective no longer moves, 1e-3 off in the coefficients. Its tolerance is one of
#: the gradient of a sum, later releases' of a mean.
PRECISE = {"solver": "newton-cg", "max_iter": 1000, "tol": 1e-7 if VERSION < (1, 4) else 1e-10}
DATA = {"iris": datasets.load_iris, "wine": datasets.load_wine, "cancer": datasets.load_breast_cancer}


@pytest.fixture(params=DATA)
def data(request):
    """Columns of mean 0 and variance 1, and labels."""
    X, y = DATA[request.param](return_X_y=True)
    return (X - X.mean(axis=0)) / X.std(axis=0), y


def objective(estimator, X, y, C, weights=None):
    """C times the sum of the losses, plus half the squared norm."""
    Z = estimator.predict_proba(X)[np.arange(len(y)), np.searchsorted(estimator.classes_, y)]
    losses = -np.log(Z) if weights is None else -np.log(Z) * weights
    return C * losses.sum() + 0.5 * (estimator.coef_**2).sum()


@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_the_optimum_is_scikit_learns(data, C):
    X, y = data
    ours = linclass.LogisticRegression(C, tol=1e-9).fit(X, y)
    theirs = linear_model.LogisticRegression(C=C, **PRECISE).fit(X, y)
    assert ours.coef_.shape == theirs.coef_.shape
    assert objective(ours, X, y, C) <= objective(theirs, X, y, C) * (1 + 1e-9)

    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
    np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=1e-3)


def test_weights_are_scikit_learns(data):
    X, y = data
    weights = np.random.default_rng(0).uniform(0.1, 3, len(y))
    options = {"class_weight": {0: 2.0, 1: 0.5}}
    ours = linclass.LogisticRegression(tol=1e-9, **options).fit(X, y, weights)
    theirs = linear_model.LogisticRegression(**PRECISE, **options).fit(X, y, weights)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)
    balanced = linclass.LogisticRegression(class_weight="balanced", tol=1e-9).fit(X, y)
    theirs = linear_model.LogisticRegression(class_weight="balanced", **PRECISE).fit(X, y)
    np.testing.assert_allclose(balanced.coef_, theirs.coef_, atol=1e-4)


@pytest.mark.parametrize(("penalty", "l1_ratio"), [("l1", None), ("elasticnet", 0.3), ("l2", 0.3)])
def test_l1_and_elastic_net(data, penalty, l1_ratio):
    X, y = data
    ours = linclass.LogisticRegression(0.1, penalty=penalty, l1_ratio=l1_ratio, tol=1e-7).fit(X, y)
    share = 1.0 if l1_ratio is None else l1_ratio
    theirs = linear_model.LogisticRegression(
        C=0.1, penalty="elasticnet", l1_ratio=share, solver="saga", tol=1e-7, max_iter=20000
    ).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-3)
    assert (ours.model_.theta == 0).any()


@pytest.mark.parametrize(
    ("l1_ratio", "named"),
    [
        (0, {"penalty": "l2"}),
        (0.25, {"penalty": "elasticnet", "l1_ratio": 0.25}),
        (1, {"penalty": "l1"}),
        (1, {"penalty": "l1", "l1_ratio": 1}),
        (0.25, {"penalty": "l2", "l1_ratio": 0.25}),
    ],
)
def test_l1_ratio_alone_says_the_penalty(l1_ratio, named):
    """As from scikit-learn 1.8 on, where naming a penalty is deprecated."""
    X, y = blobs(spread=0.5)
    by_ratio = linclass.LogisticRegression(0.1, l1_ratio=l1_ratio).fit(X, y)
    by_name = linclass.LogisticRegression(0.1, **named).fit(X, y)
    assert (by_ratio.coef_ == by_name.coef_).all()
    assert by_ratio.model_.l1 == pytest.approx(l1_ratio / (0.1 * len(y)))
    assert by_ratio.model_.l2 == pytest.approx((1 - l1_ratio) / (0.1 * len(y)))
    without = linclass.LogisticRegression(penalty=None, l1_ratio=l1_ratio).fit(X, y)
    assert (without.model_.l1, without.model_.l2) == (0, 0)


THEIRS = {
    "defaults": ({}, 0.0),
    "l2": ({"penalty": "l2"}, 0.0),
    "l1": ({"penalty": "l1", "solver": "saga"}, 1.0),
    "elasticnet": ({"penalty": "elasticnet", "l1_ratio": 0.3, "solver": "saga"}, 0.3),
    "ratio": ({"l1_ratio": 0.3, "solver": "saga"}, 0.3),
}


@pytest.mark.parametrize(("parameters", "share"), THEIRS.values(), ids=THEIRS)
def test_the_penalty_of_a_model_taken_from_scikit_learn(parameters, share):
    """Their l1_ratio counts with "elasticnet" alone until 1.7, and without a penalty from 1.8 on."""
    X, y = blobs(spread=0.5)
    theirs = linear_model.LogisticRegression(max_iter=1000, **parameters)
    if parameters.get("l1_ratio") and "penalty" not in parameters and VERSION < (1, 8):
        share = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        taken = linclass.LogisticRegression.from_sklearn(theirs.fit(X, y)).fit(X, y)
    assert taken.model_.l1 == pytest.approx(share / len(y))
    assert taken.model_.l2 == pytest.approx((1 - share) / len(y))


def test_without_penalty():
    X, y = blobs(k=2, spread=0.3)
    ours = linclass.LogisticRegression(penalty=None, tol=1e-9).fit(X, y)
    assert ours.model_.l2 == 0
    assert (linclass.LogisticRegression(np.inf, tol=1e-9).fit(X, y).coef_ == ours.coef_).all()
    theirs = linear_model.LogisticRegression(C=1e12, tol=1e-9, max_iter=10000).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)


def test_the_svm_is_scikit_learns():
    X, y = blobs(k=2, spread=0.5)
    ours = linclass.LinearSVM(0.3, tol=1e-9).fit(X, y)
    svm = pytest.importorskip("sklearn.svm")
    # LinearSVC penalises the intercept unless it is scaled out of the penalty's sight.
    theirs = svm.LinearSVC(C=0.3, tol=1e-9, dual=False, intercept_scaling=1e4, max_iter=100000).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-3)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-2)


@pytest.mark.parametrize("loss", ["squared_hinge", "hinge", "perceptron"])
def test_the_losses_of_the_svm(loss):
    X, y = blobs()
    assert linclass.LinearSVM(loss=loss).fit(X, y).score(X, y) > 0.9


def test_models_to_and_from_scikit_learn(data):
    X, y = data
    names = np.array(["ant", "bee", "cow"])
    for labels in (y, names[y]):
        theirs = linear_model.LogisticRegression(max_iter=1000).fit(X, labels)
        taken = linclass.LogisticRegression.from_sklearn(theirs)
        np.testing.assert_allclose(taken.predict_proba(X), theirs.predict_proba(X), atol=1e-12)
        assert (taken.predict(X) == theirs.predict(X)).all()
        given = linclass.LogisticRegression().fit(X, labels).to_sklearn()
        ours = linclass.LogisticRegression().fit(X, labels)
        np.testing.assert_allclose(given.predict_proba(X), ours.predict_proba(X), atol=1e-12)
        assert (given.predict(X) == ours.predict(X)).all()
    with pytest.raises(ValueError, match="not fitted"):
        linclass.LogisticRegression.from_sklearn(linear_model.LogisticRegression())
    with pytest.raises(ValueError, match="Ridge is no classifier"):
        linclass.LogisticRegression.from_sklearn(linear_model.Ridge().fit(X, y))


@pytest.mark.parametrize(
    "penalty",
    [{"penalty": "l1", "C": 0.1}, {"penalty": "elasticnet", "l1_ratio": 0.5, "C": 0.1}, {"penalty": None}],
)
def test_a_model_given_to_scikit_learn_keeps_its_penalty(penalty):
    """Fitted again, it minimises what it minimised here."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(200, 3))
    y = (X[:, 0] + rng.logistic(size=200) > 0).astype(int)
    ours = linclass.LogisticRegression(**penalty, tol=1e-8).fit(X, y)
    theirs = ours.to_sklearn().set_params(max_iter=5000).fit(X, y)
    np.testing.assert_allclose(theirs.coef_, ours.coef_, atol=1e-4)
    taken = linclass.LogisticRegression.from_sklearn(theirs).set_params(tol=1e-8).fit(X, y)
    np.testing.assert_allclose(taken.coef_, ours.coef_, atol=1e-6)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"C": 0}, "C is 0, not a number above 0"),
        ({"penalty": "l3"}, "penalty is 'l3'"),
        ({"penalty": "elasticnet"}, "l1_ratio must be given"),
        ({"penalty": "elasticnet", "l1_ratio": 1.5}, "l1_ratio is 1.5, not in 0..1"),
        ({"penalty": None, "l1_ratio": -1}, "l1_ratio is -1, not in 0..1"),
        ({"penalty": "l3", "C": np.inf}, "penalty is 'l3'"),
        (
            {"penalty": "l1", "l1_ratio": 0.5},
            "penalty is 'l1', which is an l1_ratio of 1, but .* is 0.5",
        ),
        ({"solver": "simplex"}, "solver is 'simplex', not one of 'auto'"),
    ],
)
def test_parameters_out_of_range(parameters, sentence):
    X, y = blobs()
    with pytest.raises(ValueError, match=sentence):
        linclass.LogisticRegression(**parameters).fit(X, y)


@pytest.mark.parametrize("name", sorted(linclass._ESTIMATORS))
def test_tools_of_scikit_learn(name):
    pipeline = pytest.importorskip("sklearn.pipeline")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    X, y = blobs()
    estimator = getattr(linclass, name)()
    parameter = "l2" if name == "SoftmaxRegression" else "tol" if name.endswith("CV") else "C"
    chain = pipeline.make_pipeline(preprocessing.StandardScaler(), estimator)
    grid = {f"{name.lower()}__{parameter}": [1e-3, 1.0]}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search = model_selection.GridSearchCV(chain, grid, cv=3, n_jobs=2).fit(X, y)
    assert search.best_score_ > 0.9
    assert model_selection.cross_val_score(sklearn.base.clone(estimator), X, y, cv=3).mean() > 0.9


def test_an_estimator_without_penalty_looks_for_the_minimum_of_many_data():
    rng = np.random.default_rng(3)
    X = rng.standard_normal((2**17, 129), np.float32)
    y = (X[:, :3].sum(1) + rng.standard_normal(len(X)) > 0).astype(int)
    fitted = linclass.LogisticRegression(penalty=None, max_iter=200).fit(X, y)
    assert fitted.report_.solver == "lbfgs"
    assert fitted.report_.stopped_because == "ok"


@pytest.mark.parametrize("estimator", [linclass.LogisticRegression, linclass.LinearSVM])
@pytest.mark.parametrize("C", [None, "a", 0.0, float("nan")])
def test_an_impossible_C_is_named(estimator, C):
    with pytest.raises(ValueError, match="C is .*, not a number above 0"):
        estimator(C=C).fit([[0.0], [1.0]], [0, 1])


@pytest.mark.parametrize("kind", ["LogisticRegression", "SoftmaxRegression", "LinearSVM"])
def test_features_are_selected_by_the_weights(data, kind):
    """A default of None for l1_ratio, which scikit-learn compares with 1, made this a TypeError."""
    X, y = data
    selection = SelectFromModel(getattr(linclass, kind)()).fit(X, y)
    assert 0 < selection.get_support().sum() < X.shape[1]


def test_a_strong_l1_penalty_selects_features(data):
    X, y = data
    selection = SelectFromModel(linclass.LogisticRegression(0.01, penalty="l1")).fit(X, y)
    weights = selection.estimator_.coef_
    assert selection.get_support().tolist() == (abs(weights).max(axis=0) > 1e-5).tolist()
