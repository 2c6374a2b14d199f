"""The same parts give the same bits, whoever holds them; other forms of the rows give the same optimum."""

import hashlib
import importlib.util

import numpy as np
import pytest

import linclass

M, N, PARTS = 1500, 7, 6
OPTIONS = {"l2": 0.05}


def rows():
    random = np.random.default_rng(12)
    y = random.integers(0, 3, M)
    return random.normal(size=(M, N)) + y[:, None] * 0.6, y


def cut(X, y):
    size = M // PARTS
    return [(X[i : i + size], y[i : i + size]) for i in range(0, M, size)]


def digest(model):
    return hashlib.sha256(model.theta.tobytes() + model.bias.tobytes()).hexdigest()


@pytest.fixture(scope="module")
def one():
    """The hash of one process with one thread."""
    return digest(linclass.fit_parts(cut(*rows()), **OPTIONS, threads=1))


@pytest.mark.parametrize("threads", [2, 3, 5, 8, 16])
def test_threads_of_one_process(one, threads):
    assert digest(linclass.fit_parts(cut(*rows()), **OPTIONS, threads=threads)) == one


def test_any_order_of_answers(one):
    class Shuffled:
        random = np.random.default_rng(1)

        def ask(self, request):
            parts = cut(*rows())
            replies = [
                linclass.part_answer(request, *parts[number], number=number)
                for number in self.random.permutation(PARTS).tolist()
            ]
            while len(replies) > 1:
                a, b = (replies.pop(int(self.random.integers(len(replies)))) for _ in range(2))
                replies.append(linclass.reply_merge(a, b))
            return replies[0]

    assert digest(linclass.fit_parts(Shuffled(), **OPTIONS)) == one


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_workers_of_dask(one, workers):
    reason = "scripts/test-engines installs it"
    array = pytest.importorskip("dask.array", reason=reason)
    distributed = pytest.importorskip("distributed", reason=reason)
    from linclass.dask import SoftmaxRegression

    X, y = rows()
    parts = array.from_array(X, chunks=(M // PARTS, N)), array.from_array(y, chunks=M // PARTS)
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(n_workers=workers, **options) as cluster, distributed.Client(cluster):
        assert digest(SoftmaxRegression(**OPTIONS).fit(*parts).model_) == one


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="scripts/test-engines installs it")
def test_spark(one):
    from linclass.spark import SoftmaxRegression
    from spark_session import frame_of, spark
    from test_spark import dense

    with spark("local[2]") as session:
        frame = frame_of(session, rows(), dense, PARTS)
        assert digest(SoftmaxRegression(**OPTIONS).fit(frame).model_) == one


@pytest.fixture(scope="module")
def coarse():
    """Rows that float16 holds, every third element 0, and their optimum."""
    X, y = rows()
    X = np.round(X * 8) / 8
    X[:, ::3] = 0
    return X, y, linclass.fit(X, y, **OPTIONS, gradient_tolerance=1e-10)


def fits_as_well(coarse, parts):
    found = linclass.fit_parts(parts, **OPTIONS, gradient_tolerance=1e-10, dtype="float64")
    np.testing.assert_allclose(found.theta, coarse[2].theta, atol=1e-8)  # of both tolerances


def test_parts_in_memory(coarse):
    fits_as_well(coarse, cut(*coarse[:2]))


def test_parts_in_half_precision(coarse):
    fits_as_well(coarse, cut(coarse[0].astype(np.float16), coarse[1]))


def test_parts_in_mapped_files(coarse, tmp_path):
    np.save(tmp_path / "X.npy", coarse[0])
    fits_as_well(coarse, cut(np.load(tmp_path / "X.npy", mmap_mode="r"), coarse[1]))


def test_sparse_parts(coarse):
    sparse = pytest.importorskip("scipy.sparse")
    fits_as_well(coarse, [(sparse.csr_matrix(X), y) for X, y in cut(*coarse[:2])])


def test_parts_of_different_forms(coarse):
    sparse = pytest.importorskip("scipy.sparse")
    forms = [np.asarray, sparse.csr_matrix, np.float16, np.float32, np.asfortranarray, np.asarray]
    fits_as_well(coarse, [(form(X), y) for form, (X, y) in zip(forms, cut(*coarse[:2]), strict=True)])
