"""A Spark of the tests' own, and rows for it."""

import contextlib
import itertools
import os
import pathlib
import shutil
import sys

import numpy as np
import pytest

import linclass

pyspark = pytest.importorskip("pyspark", reason="scripts/test-engines installs it")
pytest.importorskip("pyarrow", reason="scripts/test-engines installs it")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("Spark needs a Java runtime: scripts/test-engines says which", allow_module_level=True)

M, N, PARTS = 600, 5, 4
QUICK = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"  # short runs: compiled code is not worth its making


@contextlib.contextmanager
def spark(master, **settings):
    """A session of that master, which is stopped at the end; its Python is this one."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).config("spark.ui.enabled", "false")
    python = {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    os.environ.update(python)
    package = str(pathlib.Path(linclass.__file__).resolve().parent.parent)
    passed = {"PYTHONPATH": package, "LINCLASS_LIBRARY": linclass.library_path}
    for name, value in passed.items():
        builder = builder.config(f"spark.executorEnv.{name}", value)
    for name, value in {
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": QUICK,
        "spark.executor.extraJavaOptions": QUICK,
        "spark.python.unix.domain.socket.enabled": "true",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": "2",
        **settings,
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    try:
        yield session
    finally:
        session.stop()


def make_rows():
    """Samples and labels that are texts."""
    random = np.random.default_rng(8)
    y = random.integers(0, 3, M)
    names = np.array(["ash", "beech", "oak"])
    return random.normal(size=(M, N)) + y[:, None] * 0.8, names[y]


def chunks(rows, count=PARTS):
    """Rows cut as ``parallelize`` cuts them."""
    m = len(rows[0])
    bounds = [i * m // count for i in range(count + 1)]
    return [tuple(array[a:b] for array in rows) for a, b in itertools.pairwise(bounds)]


def frame_of(session, rows, vector, count=PARTS):
    """A DataFrame of features, label and perhaps weight; vector: what makes features of a row."""
    from pyspark.sql import Row

    names = ("features", "label", "weight")[: len(rows)]
    cells = [
        Row(**dict(zip(names, (vector(row[0]), *(value.item() for value in row[1:])), strict=True)))
        for row in zip(*rows, strict=True)
    ]
    return session.sparkContext.parallelize(cells, count).toDF()


def places(rows):
    """Rows with the places of their labels among the classes."""
    return rows[0], np.unique(rows[1], return_inverse=True)[1].astype(np.int64), *rows[2:]


def same(one, other):
    """Whether the bits are."""
    return np.array_equal(one.theta, other.theta) and np.array_equal(one.bias, other.bias)


def executors(session):
    """The processes of the executors of this application."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        ours = session.sparkContext.applicationId.encode() in words
        if ours and b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in words:
            found.append(int(process.name))
    return found
