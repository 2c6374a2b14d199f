"""The estimators over dask collections, on threads and on a cluster of processes."""

import importlib
import os
import signal

import numpy as np
import pytest

import linclass

REASON = "scripts/test-engines installs it"
dask = pytest.importorskip("dask", reason=REASON)
da = pytest.importorskip("dask.array", reason=REASON)
distributed = pytest.importorskip("distributed", reason=REASON)
engine = importlib.import_module("linclass.dask")

M, N = 1200, 6


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(8)
    y = random.integers(0, 3, M)
    names = np.array(["ash", "beech", "oak"])
    return (random.normal(size=(M, N)) + y[:, None] * 0.8).astype(np.float32), names[y]


@pytest.fixture(scope="module")
def cluster():
    with (
        distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
        ) as workers,
        distributed.Client(workers) as client,
    ):
        yield client


def collections(rows, size=150):
    return da.from_array(rows[0], chunks=(size, 4)), da.from_array(rows[1], chunks=size)


def same(one, other):
    return np.array_equal(one.coef_, other.coef_) and np.array_equal(one.intercept_, other.intercept_)


@pytest.mark.parametrize("name", engine.__all__)
def test_the_fit_is_that_of_all_rows(rows, name):
    local = getattr(linclass, name)(tol=1e-8).fit(*rows)
    fitted = getattr(engine, name)(tol=1e-8).fit(*collections(rows))
    np.testing.assert_allclose(fitted.coef_, local.coef_, atol=1e-4)  # of float32
    assert fitted.classes_.tolist() == local.classes_.tolist()
    assert fitted.n_features_in_ == N


def test_predictions_are_lazy(rows):
    X, y = collections(rows)
    fitted = engine.SoftmaxRegression().fit(X, y)
    predicted = fitted.predict(X)
    assert isinstance(predicted, da.Array)
    assert predicted.shape == (M,)
    assert predicted.compute().tolist() == fitted.predict(rows[0]).tolist()
    probabilities = fitted.predict_proba(X)
    assert probabilities.shape == (M, 3)
    np.testing.assert_array_equal(probabilities.compute(), fitted.predict_proba(rows[0]))
    np.testing.assert_array_equal(fitted.decision_function(X).compute(), fitted.decision_function(rows[0]))


def test_two_classes_have_one_score(rows):
    keep = rows[1] != "oak"
    X, y = collections((rows[0][keep], rows[1][keep]))
    fitted = engine.LogisticRegression().fit(X, y)
    assert fitted.decision_function(X).compute().shape == (keep.sum(),)


def test_weights_classes_and_labels_to_ignore(rows):
    weights = np.linspace(0, 1, M)
    options = {"tol": 1e-8, "class_weight": "balanced", "ignore_label": "beech", "C": 0.5}
    X, y = collections(rows)
    local = linclass.LogisticRegression(**options).fit(*rows, weights)
    fitted = engine.LogisticRegression(**options).fit(X, y, da.from_array(weights, chunks=150))
    np.testing.assert_allclose(fitted.coef_, local.coef_, atol=1e-4)
    assert fitted.classes_.tolist() == ["ash", "oak"]


def test_delayed_parts(rows):
    parts = [
        dask.delayed((X, y))
        for X, y in zip(np.array_split(rows[0], 8), np.array_split(rows[1], 8), strict=True)
    ]
    fitted = engine.SoftmaxRegression().fit(parts, None)
    assert same(fitted, engine.SoftmaxRegression().fit(*collections(rows)))


def test_data_frames(rows):
    pandas = pytest.importorskip("pandas")
    frames = pytest.importorskip("dask.dataframe")
    table = pandas.DataFrame(rows[0], columns=list("abcdef"))
    X = frames.from_pandas(table, npartitions=4)
    y = frames.from_pandas(pandas.Series(rows[1]), npartitions=4)
    fitted = engine.SoftmaxRegression().fit(X, y)
    assert fitted.feature_names_in_.tolist() == list("abcdef")
    assert fitted.predict(X).compute().tolist() == fitted.predict(table).tolist()


def test_partitions_without_rows(rows):
    X, y = collections(rows)
    keep = da.from_array(np.arange(M) >= 300, chunks=150)
    fitted = engine.SoftmaxRegression().fit(X.rechunk((150, N))[keep], y[keep])
    assert fitted.report_.samples == M - 300


def test_a_part_with_nan_is_named(rows):
    X = rows[0].copy()
    X[700, 2] = np.nan
    with pytest.raises(ValueError, match=r"part 4: .*NaN|part 4: X\[100, 2\] is nan"):
        engine.SoftmaxRegression().fit(*collections((X, rows[1])))


def test_early_stopping_needs_rows(rows):
    with pytest.raises(ValueError, match="patience needs validation"):
        engine.SoftmaxRegression(patience=2).fit(*collections(rows))
    X, y = collections(rows)
    fitted = engine.SoftmaxRegression(patience=2).fit(X[:600], y[:600], validation=(X[600:], y[600:]))
    assert np.isfinite(fitted.report_.validation_loss)


def test_a_cluster_gives_the_same_bits(rows, cluster):
    fitted = engine.SoftmaxRegression().fit(*collections(rows))
    with dask.config.set(scheduler="synchronous"):
        assert same(fitted, engine.SoftmaxRegression().fit(*collections(rows)))


def test_a_worker_that_dies_changes_nothing(rows, cluster):
    want = engine.SoftmaxRegression(tol=1e-6).fit(*collections(rows))
    killed = []

    def kill(progress):
        if not killed:
            pid = next(iter(cluster.run(os.getpid).values()))
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)

    fitted = engine.SoftmaxRegression(tol=1e-6, on_iteration=kill).fit(*collections(rows))
    assert killed
    assert same(fitted, want)
