"""regularization_path against fits one by one."""

import numpy
import pytest

import linclass


@pytest.fixture(scope="module")
def rows():
    generator = numpy.random.default_rng(7)
    X = generator.normal(size=(150, 6))
    theta = generator.normal(size=(6, 3))
    y = numpy.argmax(X @ theta + generator.gumbel(size=(150, 3)), axis=1) * 10
    return X, y


def test_every_model_is_the_fit_of_its_penalties(rows):
    path = linclass.regularization_path(*rows, count=5, l1_ratio=0.5, gradient_tolerance=1e-9)
    assert path.complete
    assert path.best is None
    assert path.fold_losses is None
    assert numpy.all(numpy.diff(path.lambdas) < 0)
    for i, model in enumerate(path.models):
        single = linclass.fit(*rows, l1=path.l1[i], l2=path.l2[i], gradient_tolerance=1e-9)
        # Half the square of the tolerance, of what there was to gain.
        assert path.objective[i] == pytest.approx(single.report.objective, abs=1e-12)
        assert model.l1 == path.l1[i] == path.lambdas[i] / 2
        assert path.nonzero[i] == numpy.count_nonzero(model.theta)
    assert path.nonzero[0] == 0


def test_folds_are_those_of_the_library(rows):
    X, y = rows
    fold = linclass.folds(len(y), 4, y=y, seed=3)
    options = {"lambdas": [1, 0.1, 0.01], "gradient_tolerance": 1e-9}
    counted = linclass.regularization_path(X, y, cv=4, seed=3, **options)
    given = linclass.regularization_path(X, y, cv=fold, **options)
    assert numpy.array_equal(counted.fold_losses, given.fold_losses)
    for i in range(3):
        for f in range(4):
            outside = fold != f
            single = linclass.fit(X[outside], y[outside], l2=path_l2(given, i), gradient_tolerance=1e-9)
            found = single.evaluate(X[~outside], y[~outside])
            # A gradient 1e-9 of its start leaves about as much of the way to the optimum.
            assert given.fold_losses[i, f] == pytest.approx(found.loss, abs=1e-7)
            assert given.fold_errors[i, f] == pytest.approx(found.error)
    assert given.best == numpy.argmin(given.mean_loss)
    limit = given.mean_loss[given.best] + given.loss_standard_error[given.best]
    assert given.one_standard_error == numpy.argmax(given.mean_loss <= limit)


def path_l2(path, index):
    assert path.l2[index] == path.lambdas[index]
    return path.l2[index]


def test_validation_rows_tell_the_best(rows):
    X, y = rows
    path = linclass.regularization_path(X[:100], y[:100], validation=(X[100:], y[100:]))
    assert path.best == numpy.argmin(path.validation_loss)
    assert path.one_standard_error is None


def test_it_is_stopped_with_what_is_finished(rows):
    seen = []

    def stop(progress):
        seen.append(progress)
        return len(seen) == 20

    path = linclass.regularization_path(*rows, cv=3, on_iteration=stop)
    assert not path.complete
    assert len(seen) == 20
    assert len(path.models) <= 20
    assert path.best is None
    assert not linclass.regularization_path(*rows, max_seconds=1e-9).complete


def test_an_exception_in_a_callback_is_raised(rows):
    def fail(progress):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        linclass.regularization_path(*rows, on_iteration=fail)


def test_models_outlive_the_path(rows):
    model = linclass.regularization_path(*rows, count=2).models[1]
    assert model.predict(rows[0]).shape == (150,)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lambdas": [1, -1]}, r"lambdas\[1\] is -1"),
        ({"lambdas": [1, 2]}, r"lambdas\[1\] is 2, not less"),
        ({"count": 0}, "count"),
        ({"ratio": 2}, "ratio is 2"),
        ({"l1_ratio": -1}, "l1_ratio is -1"),
        ({"cv": 1}, "cv"),
        ({"cv": 100}, "every fold must hold one"),
        ({"cv": numpy.zeros(150, int)}, "folds is 1"),
        ({"cv": [0, 1]}, "cv"),
        ({"select_by": "f1"}, "select_by"),
    ],
)
def test_wrong_options_are_refused(rows, options, words):
    with pytest.raises(ValueError, match=words):
        linclass.regularization_path(*rows, **options)


def test_penalties_and_unknown_options_are_refused(rows):
    with pytest.raises(TypeError, match="no option 'l2'"):
        linclass.regularization_path(*rows, l2=1.0)
    with pytest.raises(TypeError, match="no option 'penalty'"):
        linclass.regularization_path(*rows, penalty=1.0)


def test_labels_that_are_texts(rows, tmp_path):
    """They were refused: y is of <U5; labels are integers."""
    X, y = rows
    names = numpy.array(["cow", "ant", "bee"])[y // 10]
    options = {"count": 4, "l1_ratio": 0.5, "cv": 3, "validation": (X[:20], names[:20])}
    path = linclass.regularization_path(X, names, **options)
    codes = numpy.searchsorted(["ant", "bee", "cow"], names)
    by_number = linclass.regularization_path(X, codes, **options | {"validation": (X[:20], codes[:20])})
    assert path.classes.tolist() == ["ant", "bee", "cow"]
    assert by_number.classes is None
    assert (path.fold_losses == by_number.fold_losses).all()
    assert (path.validation_error == by_number.validation_error).all()
    assert all((a.theta == b.theta).all() for a, b in zip(path.models, by_number.models, strict=True))
    pytest.importorskip("sklearn")
    path.models[-1].save(tmp_path / "model")
    again = linclass.SoftmaxRegression.load(tmp_path / "model")
    assert (again.predict(X) == path.classes[path.models[-1].predict(X)]).all()


def test_a_text_to_ignore(rows):
    X, y = rows
    names = numpy.where(y == 0, "?", numpy.array(["?", "ant", "bee"])[y // 10]).astype(object)
    path = linclass.regularization_path(X, names, count=3, loss="logistic", ignore_label="?")
    kept = linclass.regularization_path(X[y > 0], names[y > 0], count=3, loss="logistic")
    assert path.classes.tolist() == kept.classes.tolist() == ["ant", "bee"]
    numpy.testing.assert_allclose(path.objective, kept.objective, rtol=1e-6)
    with pytest.raises(ValueError, match=r"validation y\[0\] is 'cow', which is not among the classes"):
        linclass.regularization_path(X, names, count=3, validation=(X[:1], ["cow"]))
