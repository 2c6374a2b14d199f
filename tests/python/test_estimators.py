"""The estimators as their users call them."""

import copy
import dataclasses
import json
import pickle
import sys
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import linclass
from data import blobs, single

#: All but the searches over penalties, which test_penalty_search.py is about.
ESTIMATORS = single(linclass._ESTIMATORS)


@pytest.fixture(params=ESTIMATORS)
def estimator(request):
    return getattr(linclass, request.param)()


LABELS = {
    "integers": np.array([-5, 0, 7]),
    "strings": np.array(["ant", "bee", "cow"]),
    "objects": np.array(["ant", "bee", "cow"], dtype=object),
    "unsigned": np.array([1, 2, 2**64 - 1], dtype=np.uint64),
    "small integers": np.array([0, 1, 2], dtype=np.int8),
    "whole floats": np.array([0.0, 1.0, 2.0]),
    "single precision": np.array([-1, 0, 2.0**20], dtype=np.float32),
}


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_any_labels(estimator, labels):
    X, y = blobs()
    estimator.fit(X, labels[y])
    assert (estimator.classes_ == labels).all()
    predicted = estimator.predict(X)
    assert predicted.dtype == labels.dtype
    assert (predicted == labels[y]).mean() > 0.9
    assert estimator.score(X, labels[y]) == (predicted == labels[y]).mean()


def test_two_classes_of_bools(estimator):
    X, y = blobs(k=2)
    estimator.fit(X, y == 1)
    assert estimator.predict(X).dtype == bool
    assert estimator.decision_function(X).shape == (len(X),)
    assert ((estimator.decision_function(X) > 0) == estimator.predict(X)).all()


def test_shapes_and_attributes(estimator):
    X, y = blobs()
    assert estimator.fit(X, y) is estimator
    assert estimator.coef_.shape == (3, 5)
    assert estimator.intercept_.shape == (3,)
    assert estimator.n_features_in_ == 5
    assert not hasattr(estimator, "feature_names_in_")
    assert estimator.n_iter_ == estimator.report_.iterations == len(estimator.history_)
    assert estimator.history_[-1].objective == estimator.report_.objective
    scores = X @ estimator.coef_.T + estimator.intercept_
    np.testing.assert_allclose(estimator.decision_function(X), scores, atol=1e-10)
    assert estimator.predict(X).shape == (120,)


@pytest.mark.parametrize("k", [2, 3])
def test_what_is_written_to_parameters_changes_the_model(estimator, k):
    """Two classes with one row: a write to the difference of the model's columns was lost without a word."""
    X, y = blobs(k=k)
    estimator.fit(X, y)
    estimator.coef_[:] *= 2
    estimator.intercept_[:] = 0.5
    expected = X @ estimator.coef_.T + 0.5
    margin = expected[:, 0] if expected.shape[1] == 1 else expected[:, 1] - expected[:, 0]
    found = estimator.decision_function(X)
    np.testing.assert_allclose(found, margin if k == 2 else expected, atol=1e-9)
    coef = estimator.coef_
    coef[0, 0] = 7
    again = pickle.loads(pickle.dumps(estimator))
    assert again.coef_[0, 0] == copy.deepcopy(estimator).coef_[0, 0] == 7
    coef[0, 1] = np.nan
    with pytest.raises(ValueError, match=r"coef_\[0, 1\] is nan"):
        estimator.predict(X)
    estimator.fit(X, y)
    assert np.isfinite(estimator.predict(X)).all()


def test_a_sparse_view_of_the_weights(estimator):
    sparse = pytest.importorskip("scipy.sparse")
    X, y = blobs()
    expected = estimator.fit(X, y).decision_function(X)
    dense = estimator.coef_.copy()
    assert estimator.sparsify() is estimator
    assert sparse.issparse(estimator.coef_)
    assert (estimator.coef_.toarray() == dense).all()
    assert (pickle.loads(pickle.dumps(estimator)).coef_ != estimator.coef_).nnz == 0
    estimator.coef_ = 2 * estimator.coef_
    assert (estimator.densify().coef_ == 2 * dense).all()
    estimator.coef_ = dense
    np.testing.assert_allclose(estimator.decision_function(X), expected)


def test_no_iterations(estimator):
    X, y = blobs()
    with pytest.warns(ConvergenceWarning, match="was not fitted: max_iter is 0"):
        estimator.set_params(max_iter=0).fit(X, y)
    assert not estimator.coef_.any()
    assert estimator.n_iter_ == 0
    assert estimator.predict(X).shape == y.shape


def test_iterations_as_scikit_learn_has_them():
    X, y = blobs()
    assert type(linclass.LinearSVM().fit(X, y).n_iter_) is int
    for kind in (linclass.LogisticRegression, linclass.SoftmaxRegression):
        n_iter = kind().fit(X, y).n_iter_
        assert (n_iter.dtype, n_iter.shape) == (np.int32, (1,))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("newton-cg", "newton_cg"),
        ("newton-cholesky", "newton"),
        ("liblinear", "auto"),
        ("sag", "auto"),
        ("saga", "auto"),
    ],
)
def test_solvers_of_scikit_learn(theirs, ours):
    X, y = blobs(spread=0.5)
    one, other = (linclass.LogisticRegression(solver=name).fit(X, y) for name in (theirs, ours))
    assert one.report_.solver == other.report_.solver
    assert (one.coef_ == other.coef_).all()
    with pytest.raises(
        ValueError, match="solver is 'svd', not one of 'auto', .* scikit-learn's: 'newton-cg'"
    ):
        linclass.LogisticRegression(solver="svd").fit(X, y)


def test_jobs_are_threads(estimator):
    X, y = blobs()
    expected = estimator.fit(X, y).coef_
    for n_jobs in (1, 2, -1, -100):
        assert (estimator.set_params(n_jobs=n_jobs).fit(X, y).coef_ == expected).all()
        estimator.predict(X)
    for n_jobs in (0, 1.5, True, "all"):
        with pytest.raises(ValueError, match=f"n_jobs is {n_jobs!r}"):
            estimator.set_params(n_jobs=n_jobs).fit(X, y)
    with pytest.raises(ValueError, match="threads is 2 and n_jobs 3"):
        estimator.set_params(n_jobs=3, threads=2).fit(X, y)


def test_a_penalty_without_effect_is_said():
    X, y = blobs(k=2, spread=0.3)
    with pytest.warns(UserWarning, match="penalty is None: C, 4.0, has no effect"):
        linclass.LogisticRegression(penalty=None, C=4.0).fit(X, y)


def test_the_lasso_of_a_support_vector_machine():
    """Its objective at the minimum, against the definition; as scikit-learn's LinearSVC without intercept."""
    svm = pytest.importorskip("sklearn.svm")
    X, y = blobs(m=200, n=8, k=2, spread=0.3)
    ours = linclass.LinearSVM(C=0.012, penalty="l1", fit_intercept=False, tol=1e-8).fit(X, y)
    theirs = svm.LinearSVC(C=0.012, penalty="l1", dual=False, fit_intercept=False, tol=1e-10, max_iter=100000)
    theirs.fit(X, y)

    def objective(w):
        margins = np.maximum(0, 1 - (2 * y - 1) * (X @ w))
        return 0.012 * (margins**2).sum() + abs(w).sum()

    assert objective(ours.coef_[0]) == pytest.approx(objective(theirs.coef_[0]), rel=1e-6)
    assert 0 < (ours.coef_ == 0).sum() < 8


@pytest.mark.parametrize("k", [2, 3])
def test_parameters_that_are_assigned_change_the_model(estimator, k):
    X, y = blobs(k=k)
    labels = np.array(["ant", "bee", "cow"])[y]
    estimator.set_params(scale=0.5).fit(X, labels)
    coef, intercept = 2.0 * estimator.coef_ + 0.1, estimator.intercept_ - 1.0
    estimator.coef_ = coef
    estimator.intercept_ = intercept
    np.testing.assert_array_equal(estimator.coef_, coef)
    np.testing.assert_array_equal(estimator.intercept_, intercept)
    H = 0.5 * X @ coef.T + intercept
    expected = H[:, 0] if H.shape[1] == 1 else H[:, 1] - H[:, 0] if k == 2 else H
    np.testing.assert_allclose(estimator.decision_function(X), expected, atol=1e-9)
    best = (expected > 0).astype(int) if k == 2 else H.argmax(axis=1)
    assert (estimator.predict(X) == estimator.classes_[best]).all()
    assert not hasattr(estimator, "report_")
    again = pickle.loads(pickle.dumps(estimator))
    assert (again.coef_ == coef).all()


def test_a_file_cannot_hold_another_scale_than_the_models(estimator, tmp_path):
    X, y = blobs()
    estimator.set_params(scale=0.5).fit(X, y).save(tmp_path / "model")
    expected = estimator.decision_function(X)
    estimator.coef_ = estimator.coef_.copy()
    assert hasattr(estimator, "report_")  # the same parameters are the same model
    estimator.coef_ = 2 * estimator.coef_
    with pytest.raises(ValueError, match="scale is 0.5, but the model has 1.0"):
        estimator.save(tmp_path / "model")
    estimator.coef_ = 0.25 * estimator.coef_
    estimator.set_params(scale=1.0).save(tmp_path / "model")
    back = type(estimator).load(tmp_path / "model")
    np.testing.assert_allclose(back.decision_function(X), expected, atol=1e-9)


@pytest.mark.parametrize("labels", [[0, 1, 2], ["ant", "bee", "cow"]])
def test_an_estimator_made_of_parameters(estimator, labels):
    """As scikit-learn's users do: classes_, coef_ and intercept_ assigned, no fit."""
    X, y = blobs()
    fitted = type(estimator)().fit(X, np.array(labels)[y])
    with pytest.raises(ValueError, match="assign classes_ first"):
        estimator.coef_ = fitted.coef_
    estimator.classes_ = np.array(labels)
    with pytest.raises(ValueError, match="assign classes_ first, then coef_"):
        estimator.intercept_ = fitted.intercept_
    estimator.coef_ = fitted.coef_
    estimator.intercept_ = fitted.intercept_
    assert (estimator.predict(X) == fitted.predict(X)).all()
    assert (estimator.n_features_in_, estimator.n_iter_) == (5, 0)
    assert estimator.set_params(warm_start=True).fit(X, np.array(labels)[y]).n_iter_ <= fitted.n_iter_


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("coef_", np.zeros((3, 4)), r"coef_ has the shape \(3, 4\), not \(3, 5\)"),
        ("coef_", np.zeros(5), r"coef_ has the shape \(5,\)"),
        ("coef_", np.diag([1, np.nan, 1, 1, 1])[:3], r"coef_\[1, 1\] is nan, not a finite number"),
        ("intercept_", [0, 0, -np.inf], r"intercept_\[2\] is -inf"),
        ("intercept_", 0.0, r"intercept_ has the shape \(\), not \(3,\)"),
    ],
)
def test_parameters_that_cannot_be_assigned(estimator, name, values, sentence):
    X, y = blobs()
    estimator.fit(X, y)
    before = estimator.coef_.copy()
    with pytest.raises(ValueError, match=sentence):
        setattr(estimator, name, values)
    assert (estimator.coef_ == before).all()


def probabilistic():
    return [name for name in ESTIMATORS if hasattr(getattr(linclass, name)(), "predict_proba")]


@pytest.mark.parametrize("name", probabilistic())
@pytest.mark.parametrize("k", [2, 3])
def test_probabilities(name, k):
    X, y = blobs(k=k)
    estimator = getattr(linclass, name)().fit(X, y)
    Z = estimator.predict_proba(X)
    assert Z.shape == (len(X), k)
    np.testing.assert_allclose(Z.sum(axis=1), 1)
    np.testing.assert_allclose(estimator.predict_log_proba(X), np.log(Z))
    assert (estimator.classes_[Z.argmax(axis=1)] == estimator.predict(X)).all()


def test_before_a_fit(estimator):
    X = blobs()[0]
    for use in (estimator.predict, estimator.decision_function, lambda X: estimator.coef_):
        with pytest.raises(ValueError, match="not fitted"):
            use(X)
    assert not hasattr(estimator, "coef_")
    with pytest.raises(ValueError, match="not fitted"):
        estimator.save("nowhere")


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_every_way_out_and_back(estimator, labels, tmp_path):
    X, y = blobs()
    estimator.fit(X, labels[y])
    expected = estimator.predict(X)
    estimator.save(tmp_path / "model")
    ways = {
        "pickle": pickle.loads(pickle.dumps(estimator)),
        "deepcopy": copy.deepcopy(estimator),
        "copy": copy.copy(estimator),
        "file": type(estimator).load(tmp_path / "model"),
    }
    for way, back in ways.items():
        assert (back.predict(X) == expected).all(), way
        assert back.predict(X).dtype == expected.dtype, way
        assert (back.coef_ == estimator.coef_).all(), way
        assert back.n_iter_ == estimator.n_iter_, way
    other = type(estimator).load(tmp_path / "model", ["x", "y", "z"])
    assert (other.predict(X) == np.array(["x", "y", "z"])[y]).mean() > 0.9
    with pytest.raises(ValueError, match="classes has the shape"):
        type(estimator).load(tmp_path / "model", [0, 1])


def test_a_file_keeps_names_and_says_them_in_json(estimator, tmp_path):
    X, y = blobs(n=2)
    estimator.fit(
        Frame(X, ["largeur", '\u00e9paisseur "e"']), np.array(["abeille", "fourmi\n", "\U0001f40c"])[y]
    )
    estimator.save(tmp_path / "model")
    back = type(estimator).load(str(tmp_path / "model"))
    assert back.classes_.tolist() == estimator.classes_.tolist()
    assert back.feature_names_in_.tolist() == ["largeur", '\u00e9paisseur "e"']
    content = (tmp_path / "model").read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
    assert json.loads(header["user.classes"]) == {"dtype": "str", "values": estimator.classes_.tolist()}
    assert json.loads(header["user.feature_names"]) == estimator.feature_names_in_.tolist()
    estimator.fit(X, y).save(tmp_path / "model")
    assert linclass.Model.load(tmp_path / "model").metadata == {}


@pytest.mark.parametrize(
    "text",
    [
        "", "7", "[]", "{}", '{"dtype": "str"}', '{"dtype": "str", "values": ["a", "b"]}',
        '{"dtype": "str", "values": ["a", "b", 3]}', '{"dtype": "str", "values": ["a", "b", "b"]}',
        '{"dtype": "int8", "values": [1, 2, 300]}', '{"dtype": "int8", "values": ["a", "b", "c"]}',
        '{"dtype": "V8", "values": [1, 2, 3]}', '{"dtype": "nothing", "values": [1, 2, 3]}',
        '{"dtype": "object", "values": [1, 2, 3]}', '{"dtype": "float64", "values": [1, 2, null]}',
    ],
)  # fmt: skip
def test_labels_another_program_wrote_wrongly(text, tmp_path):
    model = linclass.Model.from_parameters(np.eye(3)).with_metadata({"classes": text})
    model.save(tmp_path / "model")
    with pytest.raises(ValueError, match="metadata 'classes' is not what an estimator writes"):
        linclass.SoftmaxRegression.load(tmp_path / "model")
    linclass.SoftmaxRegression.load(tmp_path / "model", [0, 1, 2])
    model.with_metadata({"classes": None, "feature_names": '["a", "b"]'}).save(tmp_path / "model")
    with pytest.raises(ValueError, match="metadata 'feature_names' is not a list of 3 names"):
        linclass.SoftmaxRegression.load(tmp_path / "model")


def test_labels_no_file_can_hold(tmp_path):
    X, y = blobs(k=2)
    estimator = linclass.LogisticRegression().fit(X, np.array([b"a", b"b"])[y])
    with pytest.raises(TypeError, match="labels of dtype .S1"):
        estimator.save(tmp_path / "model")
    assert pickle.loads(pickle.dumps(estimator)).predict(X).dtype == "S1"


def test_pickles_name_classes_where_users_import_them(estimator):
    X, y = blobs()
    assert b"linclass._" not in pickle.dumps(estimator.fit(X, y))


def without_mark(state):
    del state["_linclass"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (without_mark, "was not written by linclass: its state has no '_linclass'"),
        (lambda state: state.update(_linclass="1"), "was not written by linclass"),
        (
            lambda state: state.update(_linclass=(2, "7.0.0")),
            rf"was written by linclass 7.0.0, in a form that linclass {linclass.__version__} does not read",
        ),
        (lambda state: state.pop("tol"), r"was written by linclass [\d.]+ and lacks tol, which"),
        (lambda state: state.update(model_="theta"), "has no Model as its model_, but str"),
        (lambda state: state.update(classes_=np.arange(4)), "has a model of other classes or features"),
        (lambda state: state.pop("n_features_in_"), "has a model of other classes or features"),
    ],
)
def test_a_pickle_of_another_version_or_of_something_else(estimator, change, sentence):
    X, y = blobs()
    state = estimator.fit(X, y).__getstate__()
    change(state)
    with pytest.raises(ValueError, match=f"the pickle of a {type(estimator).__name__} {sentence}"):
        type(estimator)().__setstate__(state)
    with pytest.raises(ValueError, match="was not written by linclass"):
        type(estimator)().__setstate__("no state")


def test_the_same_twice(estimator):
    X, y = blobs()
    first = estimator.fit(X, y).coef_.tobytes()
    assert estimator.fit(X, y).coef_.tobytes() == first
    estimator.set_params(threads=3)
    assert estimator.fit(X, y).coef_.tobytes() == first


def test_a_callback_stops_the_fit(estimator):
    X, y = blobs()
    estimator.set_params(on_iteration=lambda progress: progress.iteration == 2)
    assert estimator.fit(X, y).n_iter_ <= 2


@pytest.mark.parametrize(
    ("options", "end"),
    [({"max_iter": 1}, "iteration limit after 1 iterations"), ({"max_seconds": 1e-9}, "time limit after")],
)
def test_a_limit_reached_is_warned_of(options, end):
    X, y = blobs(spread=0.5)
    with pytest.warns(ConvergenceWarning, match=f"SoftmaxRegression did not converge: {end}") as caught:
        linclass.SoftmaxRegression(solver="lbfgs", **options).fit(X, y)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    "end",
    ["iteration limit", "time limit", "line search stalled", "not converged", "no minimum", "unknown status"],
)
def test_every_end_that_is_no_convergence_is_warned_of(estimator, end, monkeypatch):
    """Those of a later library too."""
    X, y = blobs()
    report = dataclasses.replace(estimator.fit(X, y).report_, stopped_because=end)
    monkeypatch.setattr(linclass.Model, "report", report)
    with pytest.warns(ConvergenceWarning, match=f"did not converge: {end}"):
        estimator.fit(X, y)


def test_an_end_that_was_asked_for_is_not_warned_of(estimator):
    X, y = blobs(m=200, n=20, spread=0.3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimator.fit(X, y)
        estimator.partial_fit(X, y)
        estimator.set_params(on_iteration=lambda progress: True).fit(X, y)
        options = {"on_iteration": None, "solver": "sgd", "learning_rate": 0.05, "max_iter": 300}
        estimator.set_params(patience=2, **options).fit(X[:40], y[:40], validation=(X[40:], y[40:]))
    assert estimator.report_.stopped_because == "early stopped"


def test_verbose_without_tqdm_writes_lines(estimator, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    X, y = blobs()
    estimator.set_params(verbose=True).fit(X, y)
    assert len(capsys.readouterr().err.splitlines()) == len(estimator.history_)


def test_verbose_with_tqdm_shows_a_bar(estimator, capsys):
    pytest.importorskip("tqdm")
    X, y = blobs()
    estimator.set_params(verbose=True).fit(X, y)
    assert f"{type(estimator).__name__}: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "exception", "sentence"),
    [
        ({"tol": -1}, ValueError, "gradient_tolerance is -1"),
        ({"max_iter": 0.5}, TypeError, "max_iterations must be an integer"),
        ({"class_weight": "even"}, ValueError, "class_weight is 'even'"),
        ({"class_weight": {9: 1.0}}, ValueError, "class_weight has 9, which is no class"),
        ({"class_weight": [1.0, 2.0]}, ValueError, r"class_weight is \[1.0, 2.0\], not None"),
        ({"dtype": "int8"}, ValueError, "dtype is int8, not float32 or float64"),
        ({"threads": -1}, ValueError, "threads is -1"),
        ({"random_state": "x"}, ValueError, "invalid literal"),
    ],
)
def test_bad_parameters(estimator, change, exception, sentence):
    X, y = blobs()
    with pytest.raises(exception, match=sentence):
        estimator.set_params(**change).fit(X, y)


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_bad_sample_weights(estimator, wrong):
    """The sentence is of the weight, not of the penalty that their sum gives."""
    X, y = blobs()
    weights = np.ones(len(y))
    weights[2] = wrong
    with pytest.raises(ValueError, match=rf"^sample_weight\[2\] is {wrong:g}, not finite and >= 0"):
        estimator.fit(X, y, sample_weight=weights)


@pytest.mark.parametrize(
    ("X", "y", "sentence"),
    [
        (np.full((4, 2), np.nan), [0, 1, 0, 1], "Input X contains NaN or infinity: X.0, 0. is nan"),
        (np.zeros((4, 2)), [1, 1, 1, 1], "1 class"),
        (np.zeros((4, 2)), [0, 1, 0], r"inconsistent numbers of samples: \[4, 3\]"),
        (np.zeros((4, 2)), [0.5, 1, 0, 1], "Unknown label type"),
        (np.zeros((4, 2)), [np.nan, 1, 0, 1], "Input y contains NaN"),
        (np.zeros((4, 2)), [[0, 1]] * 4, "should be a 1d array"),
        (np.zeros((4, 0)), [0, 1, 0, 1], r"0 feature\(s\)"),
        (np.zeros((0, 4)), [], r"0 sample\(s\)"),
        (np.zeros(4), [0, 1, 0, 1], "Reshape your data"),
        (np.zeros((4, 2)), None, "the target y is None"),
        (np.full((4, 2), "x"), [0, 1, 0, 1], "could not convert"),
    ],
)
def test_bad_input(estimator, X, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        estimator.fit(X, y)


def test_column_vectors_are_taken_with_a_warning(estimator):
    X, y = blobs()
    with pytest.warns(UserWarning, match="column-vector"):
        estimator.fit(X, y[:, None])


class Frame:
    """What the package knows of data frames."""

    def __init__(self, values, columns):
        self.values, self.columns, self.shape = values, columns, values.shape

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)


def test_feature_names(estimator):
    X, y = blobs(n=2)
    estimator.fit(Frame(X, ["a", "b"]), y)
    assert estimator.feature_names_in_.tolist() == ["a", "b"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimator.predict(Frame(X, ["a", "b"]))
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        estimator.predict(X)
    with pytest.raises(ValueError, match="same order"):
        estimator.predict(Frame(X, ["b", "a"]))
    with pytest.raises(ValueError, match="unseen at fit time:\n- c\n.*now missing:\n- b\n"):
        estimator.predict(Frame(X, ["a", "c"]))
    estimator.fit(X, y)
    with pytest.warns(UserWarning, match="fitted without feature names"):
        estimator.predict(Frame(X, ["a", "b"]))


def test_scaled_bytes(estimator):
    X, y = blobs()
    pixels = np.clip(X * 20 + 128, 0, 255).astype(np.uint8)
    estimator.set_params(scale=1 / 255, dtype="float64", tol=1e-8).fit(pixels, y)
    whole = copy.copy(estimator).set_params(scale=1.0).fit(pixels / 255, y)
    np.testing.assert_allclose(estimator.coef_, whole.coef_, rtol=1e-6, atol=1e-6)
    assert (estimator.predict(pixels) == whole.predict(pixels / 255)).all()


def test_class_weight_is_sample_weight(estimator):
    X, y = blobs(spread=0.5)
    weights = {0: 1.0, 1: 3.0, 2: 0.5}
    by_row = copy.copy(estimator).fit(X, y, np.array([weights[label] for label in y]))
    by_class = estimator.set_params(class_weight=weights).fit(X, y)
    np.testing.assert_allclose(by_class.coef_, by_row.coef_, rtol=1e-6, atol=1e-8)


def test_warm_start_goes_on_where_the_last_fit_ended(estimator):
    X, y = blobs()
    cold = estimator.fit(X, y).n_iter_
    estimator.set_params(warm_start=True)
    if estimator.report_.solver == "sgd":
        objective = estimator.report_.objective
        assert estimator.fit(X, y).report_.objective < objective
    else:
        assert estimator.fit(X, y).n_iter_ < max(cold, 2)
    estimator.fit(X, y + 1)  # other classes: from zero
    estimator.fit(X[:, :3], y + 1)  # other features: from zero
    assert estimator.coef_.shape[1] == 3


def test_partial_fit_learns_from_parts(estimator):
    X, y = blobs(m=900)
    labels = np.array(["ant", "bee", "cow"])
    for _ in range(5):
        for part in (slice(0, 300, 3), slice(300, 600), slice(600, 900)):  # the first has one class
            estimator.partial_fit(X[part], labels[y[part]], classes=labels[::-1])
    assert estimator.classes_.tolist() == labels.tolist()
    assert (estimator.predict(X) == labels[y]).mean() > 0.9
    assert estimator.n_iter_ == 1


def test_partial_fit_of_parts_is_an_epoch_of_the_whole():
    X, y = blobs(m=300)
    options = {"solver": "sgd", "shuffle": False, "learning_rate": 0.1, "batch_size": 50, "l2": 1e-4}
    whole = linclass.SoftmaxRegression(max_iter=1, **options).fit(X, y)
    parts = linclass.SoftmaxRegression(**options)
    for first in (0, 100, 200):
        parts.partial_fit(X[first : first + 100], y[first : first + 100], [0, 1, 2])
    np.testing.assert_allclose(parts.coef_, whole.coef_, atol=1e-12)


def test_partial_fit_refuses(estimator):
    X, y = blobs()
    with pytest.raises(ValueError, match="classes must be passed"):
        estimator.partial_fit(X, y)
    with pytest.raises(ValueError, match=r"y\[2\] is 2, which is not among the classes"):
        estimator.partial_fit(X, y, classes=[0, 1])
    estimator.partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match="not those of the first call"):
        estimator.partial_fit(X, y, classes=[0, 1, 3])
    with pytest.raises(ValueError, match="X has 3 features, but .* is expecting 5"):
        estimator.partial_fit(X[:, :3], y)
