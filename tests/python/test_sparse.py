"""Sparse matrices: the results of the dense ones, from the arrays where they lie."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

import copies
import linclass
from linclass._capi.views import sparse_matrix
from linclass._functions.losses import Loss

sparse = pytest.importorskip("scipy.sparse")

FORMS = ["csr", "csc", "coo", "lil", "dok", "bsr", "dia"]
INTEGERS = [bool, np.int8, np.uint8, np.int16, np.uint16, np.int32, np.int64]
DTYPES = [*INTEGERS, np.float16, np.float32, np.float64]


def counts(m=300, n=40, seed=0):
    """Word counts, most of them 0, and three classes that differ in their words: X (m, n), y (m,)."""
    rng = np.random.default_rng(seed)
    y = np.arange(m) % 3
    rates = rng.gamma(0.2, size=(3, n))
    return rng.poisson(rates[y]).astype(float), y


def in_csr(X, dtype=np.float64, index=np.int32, kind=sparse.csr_matrix):
    """The same matrix with values and indices of those types."""
    rows = kind(X.astype(np.float64))
    rows.data = rows.data.astype(dtype)  # of float16 scipy makes none itself
    rows.indices, rows.indptr = rows.indices.astype(index), rows.indptr.astype(index)
    return rows


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("index", [np.int32, np.int64])
@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csr_array])
def test_values_and_columns_are_read_where_they_lie(monkeypatch, dtype, index, kind):
    X = in_csr(counts()[0], dtype, index, kind)
    made = copies.count(monkeypatch)
    view, rows = sparse_matrix(X)
    assert made == ([(301,)] if index == np.int32 else [])
    assert np.shares_memory(rows.values, X.data)
    assert np.shares_memory(rows.columns, X.indices)
    assert np.shares_memory(rows.row_starts, X.indptr) == (index == np.int64)
    assert (view.rows, view.cols) == X.shape


@pytest.mark.filterwarnings("ignore:Constructing a DIA matrix")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("array", [False, True])
def test_every_form_gives_the_scores_of_the_dense_matrix(form, array):
    X, _ = counts()
    theta = np.random.default_rng(1).normal(size=(X.shape[1], 3))
    given = getattr(sparse, f"{form}_{'array' if array else 'matrix'}")(X)
    np.testing.assert_allclose(linclass.logits(given, theta), X @ theta, rtol=1e-13, atol=1e-13)
    model = linclass.Model.from_parameters(theta)
    np.testing.assert_array_equal(model.predict(given), (X @ theta).argmax(axis=1))


@pytest.mark.parametrize("dtype", DTYPES)
def test_level_1_of_values_of_any_type(dtype):
    X, y = counts()
    X = X.astype(dtype)
    precision = np.float32 if dtype not in (np.int32, np.int64, np.float64) else np.float64
    theta = np.random.default_rng(1).normal(size=(X.shape[1], 3)).astype(np.float32)
    bias = np.array([1, 0, -1], np.float32)
    close = {"rtol": 1e-4, "atol": 1e-4} if precision == np.float32 else {"rtol": 1e-12, "atol": 1e-12}
    H = linclass.logits(in_csr(X, dtype), theta, bias)
    assert H.dtype == precision
    np.testing.assert_allclose(H, X.astype(float) @ theta + bias, **close)
    R = linclass.softmax_residual(H, y).residual
    found = linclass.gradient(in_csr(X, dtype), R)
    np.testing.assert_allclose(found.theta, X.astype(float).T @ R / len(y), **close)
    np.testing.assert_allclose(found.bias, R.mean(axis=0), **close)


@pytest.mark.parametrize("loss", linclass.LOSSES)
def test_loss_gradients_are_those_of_the_dense_matrix(loss):
    X, y = counts()
    function = getattr(linclass, f"{loss}_loss_gradient")
    rng = np.random.default_rng(1)
    if not Loss(loss).several:
        y, theta, bias = (y == 1).astype(int), rng.normal(size=X.shape[1]), 0.5
    else:
        theta, bias = rng.normal(size=(X.shape[1], 3)), np.array([1.0, 0, -1])
    dense, found = function(X, y, theta, bias), function(in_csr(X), y, theta, bias)
    for ours, theirs in zip(found, dense, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)


def test_sgd_epochs_of_level_1_need_dense_rows():
    X, y = counts()
    with pytest.raises(TypeError, match="X is sparse; dense data is required"):
        linclass.softmax_sgd_epoch(in_csr(X), y, np.zeros((X.shape[1], 3)), batch=10, learning_rate=0.1)


def test_targets_are_dense():
    X, y = counts()
    with pytest.raises(TypeError, match="target_probabilities is sparse"):
        linclass.fit(X, None, target_probabilities=in_csr(np.eye(3)[y]))


@pytest.mark.parametrize("loss", linclass.LOSSES)
@pytest.mark.parametrize("solver", ["auto", "sgd"])
def test_fits_are_those_of_the_dense_matrix(loss, solver):
    X, y = counts()
    y = y if Loss(loss).several else y == 1
    options = {"loss": loss, "solver": solver, "l2": 0.01, "gradient_tolerance": 1e-6}
    if solver == "sgd":
        options.update(max_iterations=3, learning_rate=0.01)
    dense, found = linclass.fit(X, y, **options), linclass.fit(in_csr(X), y, **options)
    assert found.dtype == np.float64
    assert found.report.objective == pytest.approx(dense.report.objective, rel=1e-9)


def test_all_a_model_does_with_rows():
    X, y = counts()
    rows = in_csr(X)
    model = linclass.fit(rows, y, l2=0.01, validation=(rows, y), sample_weight=np.ones(len(y)))
    close = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(model.scores(rows), model.scores(X), **close)
    np.testing.assert_allclose(model.probabilities(rows), model.probabilities(X), **close)
    np.testing.assert_array_equal(model.predict(rows), model.predict(X))
    for ours, theirs in zip(model.top_k(rows, 2), model.top_k(X, 2), strict=True):
        np.testing.assert_allclose(ours, theirs, **close)
    assert model.evaluate(rows, y).loss == pytest.approx(model.evaluate(X, y).loss, rel=1e-12)
    certificate = model.verify(rows, y)
    assert certificate.agrees
    assert certificate.at_minimum
    assert certificate.objective == pytest.approx(model.verify(X, y).objective, rel=1e-12)


def test_scale_multiplies_the_elements():
    X, y = counts()
    model = linclass.fit(in_csr(X, np.uint8), y, l2=0.01, scale=0.5, dtype="float64")
    assert model.report.objective == pytest.approx(linclass.fit(X / 2, y, l2=0.01).report.objective, rel=1e-9)
    np.testing.assert_allclose(model.scores(in_csr(X)), model.scores(X / 2, scale=1), rtol=1e-12, atol=1e-12)


def test_paths_begin_at_the_null_model_without_elements():
    X, y = counts()
    options = {"loss": "logistic", "l1_ratio": 1, "count": 4, "cv": 3, "gradient_tolerance": 1e-7}
    dense = linclass.regularization_path(X, y == 1, **options)
    found = linclass.regularization_path(in_csr(X), y == 1, **options)
    np.testing.assert_allclose(found.lambdas, dense.lambdas, rtol=1e-9)
    np.testing.assert_allclose(found.objective, dense.objective, rtol=1e-9)
    np.testing.assert_allclose(found.mean_loss, dense.mean_loss, rtol=1e-5)


def test_standard_errors():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 4)) * (rng.random((600, 4)) < 0.5)
    y = X[:, 0] + rng.logistic(size=600)
    options = {"loss": "logistic", "l2": 0, "gradient_tolerance": 1e-8}
    dense = linclass.fit(X, y > 0, **options).standard_errors(X, y > 0)
    found = linclass.fit(in_csr(X), y > 0, **options).standard_errors(in_csr(X), y > 0)
    np.testing.assert_allclose(found.theta_error, dense.theta_error, rtol=1e-6)


def shuffled():
    """A matrix whose columns do not ascend, and one with elements that occur twice; both as dense."""
    X = in_csr(counts()[0])
    backwards = X.copy()
    for i in range(X.shape[0]):
        of_row = slice(*X.indptr[i : i + 2])
        backwards.indices[of_row], backwards.data[of_row] = X.indices[of_row][::-1], X.data[of_row][::-1]
    fresh = sparse.csr_matrix((backwards.data, backwards.indices, X.indptr), X.shape)
    twice = sparse.csr_matrix(
        (np.repeat(X.data / 2, 2), np.repeat(X.indices, 2), 2 * X.indptr.astype(np.int64)), X.shape
    )
    return X.toarray(), fresh, twice


def test_columns_out_of_order_or_twice_are_sorted_and_summed_in_a_copy():
    X, backwards, twice = shuffled()
    theta = np.random.default_rng(1).normal(size=(X.shape[1], 2))
    for given in (backwards, twice):
        before = given.indices.copy()
        np.testing.assert_allclose(linclass.logits(given, theta), X @ theta, rtol=1e-12, atol=1e-12)
        np.testing.assert_array_equal(given.indices, before)


def test_no_rows_and_no_elements():
    theta = np.ones((4, 2))
    assert linclass.logits(sparse.csr_matrix((0, 4)), theta).shape == (0, 2)
    np.testing.assert_array_equal(linclass.logits(sparse.csr_matrix((3, 4)), theta), np.zeros((3, 2)))


def test_damaged_matrices_are_refused():
    def damaged(indptr=(0, 1, 2), indices=(0, 1)):
        X = sparse.csr_matrix((np.ones(2), [0, 1], [0, 1, 2]), (2, 3))
        X.has_canonical_format = True  # what is not looked at twice
        X.indptr, X.indices = np.array(indptr, np.int64), np.array(indices, np.int64)
        return X

    theta = np.zeros((3, 2))
    with pytest.raises(ValueError, match="indptr"):
        linclass.logits(damaged(indptr=(0, 1, 10**9)), theta)
    with pytest.raises(ValueError, match="indptr"):
        linclass.logits(damaged(indptr=(0, 1)), theta)
    with pytest.raises(ValueError, match="row_starts"):
        linclass.logits(damaged(indptr=(0, 10**12, 2)), theta)
    with pytest.raises(ValueError, match="row_starts"):
        linclass.logits(damaged(indptr=(-1, 1, 2)), theta)
    with pytest.raises(ValueError, match=r"columns\[1\].* is 3"):
        linclass.logits(damaged(indices=(0, 3)), theta)
    with pytest.raises(ValueError, match=r"columns\[1\].* is 1, after 1"):
        linclass.logits(damaged(indptr=(0, 2, 2), indices=(1, 1)), theta)


@pytest.mark.parametrize("index", ["i4", "i8"])
def test_columns_out_of_range_are_named_by_their_place_before_sorting(index):
    X = sparse.csr_matrix(np.ones((4, 3)))
    X.indices, X.indptr = X.indices.astype(index), X.indptr.astype(index)
    for wrong in (99, -1, 3):
        for place in (0, 6):
            damaged = X.copy()
            damaged.indices[place] = wrong
            words = rf"^X\.columns\[{place}\], in row {place // 3}, is {wrong}, not in 0\.\.2$"
            with pytest.raises(linclass.InvalidArgumentError, match=words):
                linclass.logits(damaged, np.zeros((3, 2)))
            with pytest.raises(linclass.InvalidArgumentError, match=words):
                linclass.fit(damaged, range(4))


def test_damaged_row_starts_are_refused_before_scipy_reads_by_them():
    theta = np.zeros((3, 2))
    for indptr in ((0, 10**9, 2), (-(10**9), 1, 2)):
        X = sparse.csr_matrix((np.ones(2), [0, 1], [0, 1, 2]), (2, 3))
        X.indptr = np.array(indptr)
        with pytest.raises(ValueError, match="row_starts"):
            linclass.logits(X, theta)
        with pytest.raises(ValueError, match="row_starts"):
            linclass.fit(X, [0, 1], l2=1.0)


def test_values_that_are_not_finite_are_named():
    X, y = counts()
    X[7, 3] = np.nan
    with pytest.raises(linclass.NonFiniteError, match="7"):
        linclass.fit(in_csr(X), y)


def test_complex_values_are_refused():
    with pytest.raises(TypeError, match="complex"):
        linclass.logits(sparse.csr_matrix(np.eye(2) * 1j), np.ones((2, 2)))


@pytest.mark.parametrize("dtype", [np.uint32, np.uint64])
def test_values_of_other_types_are_copied(monkeypatch, dtype):
    X, _ = counts()
    made = copies.count(monkeypatch)
    H = linclass.logits(in_csr(X, dtype, np.int64), np.ones((X.shape[1], 1)))
    assert made == [(np.count_nonzero(X),)]
    np.testing.assert_array_equal(H[:, 0], X.sum(axis=1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("index", [np.int32, np.int64])
def test_fit_and_predict_take_no_memory_for_their_input(dtype, index):
    """NumPy, and so scipy, tells tracemalloc how much memory it asked for."""
    y = np.arange(2000) % 2
    X = sparse.random(2000, 500, 0.2, "csr", np.float64, np.random.default_rng(0))
    X = in_csr(X, dtype, index)
    linclass.fit(X[:100], y[:100], max_iterations=1)
    tracemalloc.start()
    model = linclass.fit(X, y, max_iterations=2, validation=(X, y))
    model.predict(X)
    linclass.logits(X, model.theta)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2000 * 60  # labels, scores, 8 bytes of indptr a row: X has 1.6 MB or more


WITHOUT_SCIPY = """
import sys
sys.modules["scipy"] = None
import numpy, linclass

class Rows:
    shape, nnz, dtype, has_canonical_format = (4, 2), 4, numpy.dtype("f4"), True
    data, indices, indptr = numpy.ones(4, "f4"), numpy.array([0, 0, 1, 1], "i4"), numpy.arange(5)
    def toarray(self): raise NotImplementedError
    def tocsr(self): return self

print(linclass.fit(Rows(), [0, 0, 1, 1], l2=0.1).predict(Rows()).tolist())
"""


def test_sparse_rows_of_another_make_without_scipy():
    done = subprocess.run([sys.executable, "-c", WITHOUT_SCIPY], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[0, 0, 1, 1]\n", "")


def test_a_sparse_matrix_that_cannot_become_csr_is_refused():
    class Sparse:
        shape, nnz = (2, 2), 0

        def toarray(self):
            raise NotImplementedError

    with pytest.raises(TypeError, match=r"X\.toarray\(\)"):
        linclass.logits(Sparse(), np.ones((2, 2)))


def test_an_l1_penalty_that_leaves_more_weights_than_newtons_model_holds():
    """Steps are those of blocks then. The lower bound of the minimum is computed here, from the residuals."""
    m, n, k, l1 = 6000, 200, 16, 6e-4
    rng = np.random.default_rng(1)
    X = sparse.random(m, n, density=0.25, random_state=rng, format="csr")
    X.data[:] = 1
    y = (X @ rng.normal(scale=0.5, size=(n, k)) + rng.gumbel(size=(m, k))).argmax(axis=1)
    model = linclass.fit(X, y, l1=l1, fit_bias=False)
    assert np.count_nonzero(model.theta) > 2048
    H = X @ model.theta
    log_Z = H - np.logaddexp.reduce(H, axis=1, keepdims=True)
    chosen = np.eye(k)[y]
    objective = -log_Z[np.arange(m), y].mean() + l1 * abs(model.theta).sum()
    residuals = np.exp(log_Z) - chosen
    point = chosen + min(1, l1 / abs(X.T @ residuals / m).max()) * residuals
    bound = -np.mean(np.sum(point * np.log(np.maximum(point, 1e-300)), axis=1))
    assert 0 <= objective - bound <= 1e-6 * np.log(k)
