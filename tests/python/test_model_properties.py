"""Properties of fits, models, files and metrics over drawn data: what holds, or else an exception."""

import tempfile

import hypothesis
import hypothesis.extra.numpy as drawn
import numpy as np
import pytest
from hypothesis import strategies as st

import linclass
from data import single

hypothesis.settings.register_profile("suite", deadline=None, max_examples=60, derandomize=True)
hypothesis.settings.load_profile("suite")

ERRORS = (ValueError, TypeError, FloatingPointError)
REAL = st.floats(-100, 100, width=32)
TYPES = st.sampled_from(
    [np.float32, np.float64, np.uint8, np.int16, bool, np.float16, np.complex64, "S2", "M8[s]"]
)


@st.composite
def problems(draw, classes=3):
    """X (m, n) of moderate numbers, y with at least two classes."""
    m, n = draw(st.integers(2, 12)), draw(st.integers(1, 5))
    X = draw(drawn.arrays(st.sampled_from([np.float32, np.float64]), (m, n), elements=REAL))
    y = draw(drawn.arrays(np.int64, m, elements=st.integers(0, classes - 1)))
    y[:2] = [0, 1]
    return X, y


@st.composite
def views(draw, X):
    """The same numbers, elsewhere in memory: rows and columns apart, backwards, column by column."""
    rows, cols = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    wide = np.zeros((X.shape[0] * rows, X.shape[1] * cols), X.dtype, order=draw(st.sampled_from("CF")))
    view = wide[::rows, ::cols]
    for axis in (0, 1):
        if draw(st.booleans()):
            view = np.flip(view, axis)
    view[...] = X
    view.flags.writeable = draw(st.booleans())
    return view


@hypothesis.given(problems(), st.data(), st.sampled_from(["sgd", "gradient_descent", "lbfgs", "newton"]))
def test_the_place_of_the_data_changes_no_bit(problem, data, solver):
    X, y = problem
    options = {"solver": solver, "l2": 0.1, "max_iterations": 3}
    model = linclass.fit(X, y, **options)
    view = data.draw(views(X))
    other = linclass.fit(view, y, **options)
    assert other.theta.tobytes() == model.theta.tobytes()
    assert other.scores(view).tobytes() == model.scores(X).tobytes()


@hypothesis.given(problems(), st.sampled_from(sorted(linclass.LOSSES)))
def test_what_a_model_says_fits_together(problem, loss):
    X, y = problem
    if loss in ("logistic", "sigmoid_squared"):
        y %= 2
    model = linclass.fit(X, 2 * y - 1, loss=loss, l2=0.1, max_iterations=5)
    H, labels = model.scores(X), model.predict(X)
    assert (labels == model.labels[H.argmax(axis=1)]).all()
    best, scores = model.top_k(X, model.n_classes)
    assert (best[:, 0] == labels).all()
    np.testing.assert_array_equal(scores.astype(H.dtype), -np.sort(-H, axis=1))
    found = model.evaluate(X, 2 * y - 1)
    assert found.confusion.sum() == found.support.sum() == len(y)
    assert found.error == np.float64((labels != 2 * y - 1).mean())
    assert np.isfinite(model.report.objective)
    assert model.report.objective >= 0


@hypothesis.given(
    drawn.arrays(TYPES, drawn.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)),
    drawn.arrays(
        st.sampled_from([np.int64, np.int8, np.uint64, np.float64, "U2", "S1"]),
        drawn.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=4),
    ),
    st.sampled_from([linclass.fit, *(getattr(linclass, name) for name in single(linclass._ESTIMATORS))]),
)
@pytest.mark.filterwarnings("ignore")
def test_any_input_gives_a_model_or_an_exception(X, y, trainer):
    try:
        if trainer is linclass.fit:
            theta = linclass.fit(X, y, max_iterations=2).theta
        else:
            theta = trainer(max_iter=2).fit(X, y).coef_
    except ERRORS:
        return
    assert np.isfinite(theta).all()


OPTIONS = {
    "l1": st.floats(),
    "l2": st.floats(),
    "loss": st.sampled_from([*linclass.LOSSES, "other"]),
    "solver": st.sampled_from([*linclass.SOLVERS, None]),
    "max_iterations": st.integers(-1, 3) | st.integers(),
    "gradient_tolerance": st.floats(),
    "batch_size": st.integers(),
    "learning_rate": st.floats(),
    "momentum": st.floats(-0.5, 1.5),
    "learning_rate_schedule": st.sampled_from([*linclass.SCHEDULES, 0]),
    "learning_rate_decay": st.floats(),
    "learning_rate_period": st.integers(),
    "seed": st.integers(),
    "label_smoothing": st.floats(),
    "patience": st.integers(),
    "ignore_label": st.integers(),
    "scale": st.floats(),
    "sample_weight": drawn.arrays(np.float64, st.integers(0, 12)),
    "class_weight": drawn.arrays(np.float64, st.integers(0, 4)) | st.just("balanced"),
    "threads": st.integers(-2, 3),
}


@hypothesis.given(problems(), st.fixed_dictionaries({}, optional=OPTIONS))
@hypothesis.settings(max_examples=200)
def test_any_options_give_a_model_or_an_exception(problem, options):
    X, y = problem
    options["max_seconds"] = 0.05
    try:
        model = linclass.fit(X, y, **options)
    except ERRORS:
        return
    assert np.isfinite(model.theta).all()
    assert np.isfinite(model.report.loss)


@hypothesis.given(problems(), st.data())
def test_bytes_that_were_changed_are_refused_or_a_model(problem, data):
    content = bytearray(linclass.Model.from_parameters(problem[0].T).to_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    value = data.draw(st.integers(0, 255))
    hypothesis.assume(content[place] != value)
    content[place] = value
    with pytest.raises(ValueError):
        linclass.Model.from_bytes(content)
    with pytest.raises(ValueError):
        linclass.Model.from_bytes(content[:place])


KEYS = st.text([chr(code) for code in range(32, 127) if chr(code) not in '"\\'], min_size=1, max_size=48)
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=200)


@hypothesis.given(st.dictionaries(KEYS, TEXTS, max_size=8))
def test_any_texts_come_back(texts):
    model = linclass.Model.from_parameters(np.eye(2)).with_metadata(texts)
    assert model.metadata == texts
    assert linclass.Model.from_bytes(model.to_bytes()).metadata == texts


LABELS = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=5, unique=True),
    st.lists(TEXTS, min_size=2, max_size=5, unique=True),
    st.lists(st.integers(-(2**50), 2**50).map(float), min_size=2, max_size=5, unique=True),
    st.just([False, True]),
)


@hypothesis.given(LABELS, st.sampled_from(single(linclass._ESTIMATORS)))
@pytest.mark.filterwarnings("ignore")
def test_any_labels_come_back_from_a_file(labels, name):
    classes = np.array(labels)
    y = classes[np.arange(10) % len(classes)]
    X = np.arange(20.0).reshape(10, 2)
    estimator = getattr(linclass, name)(max_iter=2).fit(X, y)
    with tempfile.NamedTemporaryFile() as file:
        estimator.save(file.name)
        back = type(estimator).load(file.name)
    assert back.classes_.tolist() == sorted(labels)
    assert back.classes_.dtype == estimator.classes_.dtype
    assert (back.predict(X) == estimator.predict(X)).all()


@hypothesis.given(st.integers(0, 60), st.integers(1, 5), st.integers(0, 2**64 - 1), st.data())
def test_a_split_deals_out_every_row(m, parts, seed, data):
    shares = np.array(data.draw(st.lists(st.integers(0, 9), min_size=parts, max_size=parts))) + 1e-3
    part = linclass.split(m, shares / shares.sum(), seed=seed)
    sizes = np.bincount(part, minlength=parts)
    assert sizes.sum() == m
    assert (np.abs(sizes - m * shares / shares.sum()) < 1).all()
    if m >= 2:
        fold = linclass.folds(m, min(m, parts + 1), seed=seed)
        sizes = np.bincount(fold)
        assert sizes.max() - sizes.min() <= 1


@hypothesis.given(
    drawn.arrays(np.float64, st.integers(0, 20), elements=st.floats(-5, 5).map(round)), st.data()
)
def test_the_area_under_the_curve_is_antisymmetric(scores, data):
    y = data.draw(drawn.arrays(np.int64, len(scores), elements=st.integers(0, 1)))
    hypothesis.assume(len(set(y)) == 2)
    area = linclass.roc_auc(scores, y)
    assert 0 <= area <= 1
    assert linclass.roc_auc(-scores, y) == pytest.approx(1 - area)
    assert linclass.roc_auc(scores, 1 - y) == pytest.approx(1 - area)
    assert linclass.roc_auc(2 * scores + 1, y) == area
