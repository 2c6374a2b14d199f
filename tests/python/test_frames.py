"""Data frames of numbers as samples of the estimators: pandas', polars', pyarrow's."""

import warnings

import numpy as np
import pytest

import linclass
from data import blobs

pytest.importorskip("sklearn")

X, Y = blobs(n=3)
NAMES = ["width", "height", "weight"]


def pandas_frame(names=NAMES):
    return pytest.importorskip("pandas").DataFrame(X, columns=names)


def polars_frame(names=NAMES):
    return pytest.importorskip("polars").DataFrame(X, schema=names)


def pyarrow_table(names=NAMES):
    return pytest.importorskip("pyarrow").table({name: X[:, j] for j, name in enumerate(names)})


@pytest.mark.parametrize("make", [pandas_frame, polars_frame, pyarrow_table])
def test_frames_of_numbers(make):
    expected = linclass.SoftmaxRegression().fit(X, Y)
    classifier = linclass.SoftmaxRegression().fit(make(), Y)
    assert classifier.feature_names_in_.tolist() == NAMES
    assert classifier.feature_names_in_.dtype == object
    np.testing.assert_array_equal(classifier.coef_, expected.coef_)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(classifier.predict(make()), expected.predict(X))
    with pytest.raises(ValueError, match="same order"):
        classifier.predict(make(NAMES[::-1]))
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        classifier.predict(X)


def test_a_column_of_an_awkward_name():
    frame = pandas_frame(["width", "height", "column_names"])
    classifier = linclass.SoftmaxRegression().fit(frame, Y)
    assert classifier.feature_names_in_.tolist() == ["width", "height", "column_names"]


def test_columns_of_several_types():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": X[:, 0], "b": X[:, 1].round().astype(int), "c": X[:, 2] > 0})
    classifier = linclass.SoftmaxRegression().fit(frame, Y)
    expected = linclass.SoftmaxRegression().fit(frame.to_numpy(float), Y)
    np.testing.assert_array_equal(classifier.coef_, expected.coef_)


def test_sparse_columns_of_pandas_become_sparse_rows():
    pandas = pytest.importorskip("pandas")
    sparse = pytest.importorskip("scipy.sparse")
    rows = sparse.csr_matrix(np.where(abs(X) > 1, X, 0))
    frame = pandas.DataFrame.sparse.from_spmatrix(rows, columns=NAMES)
    classifier = linclass.SoftmaxRegression(tol=1e-6).fit(frame.sparse.to_coo(), Y)
    expected = linclass.SoftmaxRegression(tol=1e-6).fit(rows.toarray(), Y)
    assert classifier.report_.objective == pytest.approx(expected.report_.objective, rel=1e-9)
