"""The estimators over DataFrames of Spark, in one process of Java."""

import importlib
import os
import signal
import threading
import time

import numpy as np
import pytest

import linclass
from spark_session import M, N, chunks, frame_of, make_rows, places, same, spark

engine = importlib.import_module("linclass.spark")
sparse = pytest.importorskip("scipy.sparse")


def dense(row):
    from pyspark.ml.linalg import Vectors

    return Vectors.dense(row.tolist())


def thinned(row):
    """A sparse vector; of every fourth row a dense one."""
    from pyspark.ml.linalg import Vectors

    places = np.flatnonzero(row)
    return dense(row) if row[0] > 1 else Vectors.sparse(len(row), places.tolist(), row[places].tolist())


@pytest.fixture(scope="module")
def session():
    with spark("local[2]") as made:
        yield made


@pytest.fixture(scope="module")
def rows():
    return make_rows()


@pytest.fixture(scope="module")
def frame(session, rows):
    made = frame_of(session, rows, dense).cache()
    made.count()
    return made


@pytest.mark.parametrize("name", engine.__all__)
def test_the_fit_is_that_of_all_rows(rows, frame, name):
    penalty = {"l2": 0.1} if name == "SoftmaxRegression" else {"C": 10 / M}
    local = getattr(linclass, name)(tol=1e-8, **penalty).fit(*rows)
    fitted = getattr(engine, name)(tol=1e-8, **penalty).fit(frame)
    np.testing.assert_allclose(fitted.coef_, local.coef_, atol=1e-7)  # of both tolerances
    assert fitted.classes_.tolist() == local.classes_.tolist()
    assert fitted.n_features_in_ == N
    assert fitted.report_.samples == M


def test_the_bits_are_those_of_one_process(rows, frame):
    fitted = engine.SoftmaxRegression(l2=0.1).fit(frame)
    assert same(fitted.model_, linclass.fit_parts(chunks(places(rows)), l2=0.1))
    assert same(engine.SoftmaxRegression(l2=0.1).fit(frame).model_, fitted.model_)


def test_replies_merged_on_the_executors(rows, frame, monkeypatch):
    parts = importlib.import_module("linclass._engines.spark_parts")
    want = engine.SoftmaxRegression(l2=0.1, max_iter=3).fit(frame)
    monkeypatch.setattr(parts, "_COLLECTED", 0)
    assert same(engine.SoftmaxRegression(l2=0.1, max_iter=3).fit(frame).model_, want.model_)


def test_columns_of_numbers_and_arrays(session, rows, frame):
    functions = importlib.import_module("pyspark.sql.functions")
    of_ml = importlib.import_module("pyspark.ml.functions")
    arrays = frame.withColumn("features", of_ml.vector_to_array("features"))
    names = [f"x.{j}" for j in range(N)]
    columns = arrays.select("label", *[functions.col("features")[j].alias(names[j]) for j in range(N)])
    want = engine.SoftmaxRegression(l2=0.1).fit(frame)
    assert same(engine.SoftmaxRegression(l2=0.1).fit(arrays).model_, want.model_)
    named = engine.SoftmaxRegression(features_col=names, l2=0.1).fit(columns)
    assert same(named.model_, want.model_)
    assert named.feature_names_in_.tolist() == names
    assert named.predict(columns).head(5) == want.predict(frame).head(5)


def test_sparse_vectors_among_dense_ones(session, rows):
    thin = np.where(np.abs(rows[0]) > 0.7, rows[0], 0)
    fitted = engine.SoftmaxRegression(l2=0.1).fit(frame_of(session, (thin, rows[1]), thinned))
    parts = [(sparse.csr_matrix(X), y) for X, y in chunks(places((thin, rows[1])))]
    whole = linclass.fit_parts(parts, l2=0.1, gradient_tolerance=1e-8)
    np.testing.assert_allclose(fitted.model_.theta, whole.theta, atol=1e-4)
    predicted = fitted.predict(frame_of(session, (thin, rows[1]), thinned))
    assert [row[0] for row in predicted.collect()] == fitted.predict(thin).tolist()


def test_small_integers_are_kept_as_bytes(session, rows):
    values = np.clip(rows[0] * 20 + 100, 0, 255).round()
    table = frame_of(session, (values, rows[1]), dense)
    fitted = engine.SoftmaxRegression(l2=0.1, scale=1 / 255).fit(table)
    parts = chunks(places((values.astype(np.uint8), rows[1])))
    assert same(fitted.model_, linclass.fit_parts(parts, l2=0.1, dtype="float64", scale=1 / 255))
    assert engine.SoftmaxRegression(l2=0.1, max_iter=1).fit(table).model_.scale == 1


def test_weights_classes_and_labels_to_ignore(session, rows):
    weights = np.linspace(0, 1, M)
    options = {"tol": 1e-8, "class_weight": "balanced", "ignore_label": "beech", "C": 0.02}
    local = linclass.LogisticRegression(**options).fit(*rows, weights)
    weighted = frame_of(session, (*rows, weights), dense)
    fitted = engine.LogisticRegression(**options, weight_col="weight").fit(weighted)
    np.testing.assert_allclose(fitted.coef_, local.coef_, atol=1e-7)
    assert fitted.classes_.tolist() == ["ash", "oak"]


def test_predictions_are_columns(rows, frame):
    fitted = engine.SoftmaxRegression(l2=0.1).fit(frame)
    table = fitted.transform(frame)
    assert table.columns == ["features", "label", "prediction", "probability"]
    found = table.collect()
    assert [row.prediction for row in found] == fitted.predict(rows[0]).tolist()
    np.testing.assert_allclose([row.probability for row in found], fitted.predict_proba(rows[0]), rtol=1e-12)
    scores = [row[0] for row in fitted.decision_function(frame).collect()]
    np.testing.assert_allclose(scores, fitted.decision_function(rows[0]), rtol=1e-12)
    assert fitted.score(frame) == pytest.approx(fitted.score(*rows))


def test_numbers_as_labels(session, rows):
    numbers = places(rows)[1].astype(float)
    table = frame_of(session, (rows[0], numbers), dense)
    fitted = engine.LinearSVM(C=10 / M).fit(table)
    assert fitted.classes_.tolist() == [0.0, 1.0, 2.0]
    assert [row[0] for row in fitted.predict(table).collect()] == fitted.predict(rows[0]).tolist()


def test_partitions_without_rows(session, rows, frame):
    functions = importlib.import_module("pyspark.sql.functions")
    first = frame.rdd.zipWithIndex().map(lambda pair: (*pair[0], pair[1])).toDF(["features", "label", "row"])
    fitted = engine.SoftmaxRegression(l2=0.1).fit(first.where(functions.col("row") >= 150))
    assert fitted.report_.samples == M - 150


def test_early_stopping_by_another_frame(session, rows, frame):
    with pytest.raises(ValueError, match="patience needs validation"):
        engine.SoftmaxRegression(patience=2, l2=0.1).fit(frame)
    fitted = engine.SoftmaxRegression(patience=2, l2=0.1).fit(frame, validation=frame)
    assert np.isfinite(fitted.report_.validation_loss)
    unknown = frame_of(session, (rows[0][:9], np.array(["elm"] * 9)), dense, 2)
    with pytest.raises(ValueError, match=r"validation part 0: y\[0\] is 'elm', which is not among"):
        engine.SoftmaxRegression(l2=0.1).fit(frame, validation=unknown)


def test_a_part_with_nan_is_named(session, rows):
    X = rows[0].copy()
    X[400, 2] = np.nan
    with pytest.raises(ValueError, match=r"part 2: X\[100, 2\] is nan"):
        engine.SoftmaxRegression(l2=0.1).fit(frame_of(session, (X, rows[1]), dense))


def test_a_part_with_other_columns_is_named(session, rows):
    def shorter(row):
        return dense(row[:-1] if row[0] == rows[0][400, 0] else row)

    with pytest.raises(ValueError, match="part 2: features has 4 values in row 100, 5 in row 0"):
        engine.SoftmaxRegression(l2=0.1).fit(frame_of(session, rows, shorter))


def test_nulls_and_columns_of_no_numbers_are_named(session, rows):
    table = session.createDataFrame([(1.0, "a"), (None, "b"), (2.0, "a")], ["x", "label"]).coalesce(1)
    with pytest.raises(ValueError, match="part 0: x is null in row 1"):
        engine.SoftmaxRegression(features_col=["x"]).fit(table)
    with pytest.raises(ValueError, match="part 0: label is of string, not of numbers"):
        engine.SoftmaxRegression(features_col=["label"]).fit(table)


def test_what_a_task_raises_is_raised(session, frame):
    functions = importlib.import_module("pyspark.sql.functions")
    errors = importlib.import_module("pyspark.errors")
    broken = frame.withColumn(
        "label", functions.raise_error(functions.lit("the disk is gone")).cast("string")
    )
    with pytest.raises(errors.PySparkException, match="the disk is gone"):
        engine.SoftmaxRegression(l2=0.1).fit(broken)
    with pytest.raises(errors.PySparkException, match="absent"):
        engine.SoftmaxRegression(features_col="absent").fit(frame)


def test_files_that_are_gone_are_written_again(rows, frame):
    want = engine.SoftmaxRegression(l2=0.1).fit(frame)
    session = frame.sparkSession
    removed = []

    def remove(progress):
        if not removed:
            removed.append(progress)
            session.sparkContext.parallelize(range(2), 2).foreach(lambda _: remove_parts())

    def remove_parts():
        import pathlib
        import shutil

        local = pathlib.Path(os.environ["SPARK_LOCAL_DIRS"].split(",")[0])
        for folder in local.glob("linclass-*/[02]"):
            shutil.rmtree(folder, ignore_errors=True)

    fitted = engine.SoftmaxRegression(l2=0.1, on_iteration=remove).fit(frame)
    assert removed
    assert same(fitted.model_, want.model_)


def test_nothing_is_left_of_a_fit(session, frame):
    engine.SoftmaxRegression(l2=0.1).fit(frame)

    def left(_):
        import pathlib

        local = pathlib.Path(os.environ["SPARK_LOCAL_DIRS"].split(",")[0])
        return [str(folder) for folder in local.glob("linclass-*/*")]

    assert session.sparkContext.parallelize(range(2), 2).flatMap(left).collect() == []


def test_ctrl_c_ends_a_fit(session, frame):
    handler = signal.getsignal(signal.SIGINT)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    slow = engine.SoftmaxRegression(on_iteration=lambda progress: time.sleep(0.05), tol=1e-14, l2=1e-8)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        slow.fit(frame)
    assert not hasattr(slow, "model_")
    assert signal.getsignal(signal.SIGINT) is handler
    assert frame.count() == M  # the session goes on


def test_an_interrupt_that_breaks_the_connection_is_one():
    """Spark's error on the way out does not take the place of KeyboardInterrupt; without one it remains."""
    parts_of_spark = importlib.import_module("linclass._engines.spark_parts")

    class Context:
        cancelled = 0

        def addJobTag(self, tag):
            pass

        removeJobTag = addJobTag

        def cancelJobsWithTag(self, tag):
            self.cancelled += 1
            raise ConnectionError("broken")

    parts = parts_of_spark.SparkParts.__new__(parts_of_spark.SparkParts)
    parts.key, parts.context = "", Context()

    def interrupted():
        try:
            raise KeyboardInterrupt
        finally:
            raise ConnectionError("no answer")

    def broken():
        raise ConnectionError("no answer")

    with pytest.raises(KeyboardInterrupt), parts_of_spark.interruptible():
        parts.run(interrupted)
    assert parts.context.cancelled == 1
    with pytest.raises(ConnectionError, match="no answer"), parts_of_spark.interruptible():
        parts.run(broken)
    assert parts.context.cancelled == 1


def test_a_stream_that_breaks_fails_its_task(monkeypatch):
    """A stream cut off by the death of its process is no fault of the rows, which would be final."""
    pa = importlib.import_module("pyarrow")
    tasks = importlib.import_module("linclass._engines.spark_tasks")
    prepared = importlib.import_module("linclass._engines.prepared")

    def cut_off():
        yield pa.RecordBatch.from_pydict({"x": [1.0, 2.0], "label": ["a", "b"]})
        raise pa.ArrowInvalid("Tried reading schema message, was null or length 0")

    class Task:
        def partitionId(self):
            return 5

    monkeypatch.setattr(tasks.TaskContext, "get", classmethod(lambda cls: Task()))
    columns = tasks.Columns(("x",), "label", None)
    convert = tasks.Convert("key", (), columns, prepared.Labelling("SoftmaxRegression", None))
    with pytest.raises(RuntimeError, match="stream of rows broke"):
        next(convert(cut_off()))
