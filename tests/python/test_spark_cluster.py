"""The estimators over DataFrames on a cluster of two executors, of which one is killed."""

import importlib
import os
import pathlib
import signal

import pytest

import linclass
from spark_session import chunks, executors, frame_of, make_rows, places, same, spark
from test_spark import dense

engine = importlib.import_module("linclass.spark")


@pytest.fixture(scope="module")
def session():
    with spark("local-cluster[2,1,1024]") as made:
        yield made


@pytest.mark.skipif(not pathlib.Path("/proc/self/cmdline").exists(), reason="processes are found in /proc")
def test_an_executor_that_dies_changes_nothing(session):
    rows = make_rows()
    frame = frame_of(session, rows, dense)
    want = linclass.fit_parts(chunks(places(rows)), l2=1e-2)
    killed = []

    def kill(progress):
        if not killed:
            assert len(executors(session)) == 2
            killed.append(executors(session)[0])
            os.kill(killed[0], signal.SIGKILL)

    fitted = engine.SoftmaxRegression(l2=1e-2, on_iteration=kill).fit(frame)
    assert killed
    assert same(fitted.model_, want)
    assert same(engine.SoftmaxRegression(l2=1e-2).fit(frame).model_, want)
