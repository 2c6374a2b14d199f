"""Fits over engines while processes are killed at random moments.

    engine_faults.py dask|spark [--rounds R] [--seed N]

Each round fits the same parts, and at a random moment of it kills a worker (of Spark an executor, or one of
its Python processes), or interrupts the driver as Ctrl-C does, or has spoilt a part beforehand. Right is:
the bits of the fit that nothing disturbed; after Ctrl-C KeyboardInterrupt or those bits; of a spoilt part
the error that names part, row and column; and never a model after an error. A fit that takes longer than
five minutes is a hang: the program ends with the stacks of its threads. Ends with status 1 after a wrong
result.
"""

import argparse
import collections
import contextlib
import faulthandler
import logging
import os
import pathlib
import random
import re
import signal
import sys
import threading
import time
import traceback

import numpy as np

M, N, PARTS = 1600, 6, 8
HANG = 300.0  # seconds: a fit without faults takes a few
SPOILT = re.compile(r"part 5: X\[17, 3\] is nan")


def data():
    chance = np.random.default_rng(8)
    y = chance.integers(0, 3, M)
    return chance.normal(size=(M, N)) + y[:, None] * 0.8, y


def spoilt(X):
    """With a NaN in part 5, row 17, column 3."""
    copy = X.copy()
    copy[5 * M // PARTS + 17, 3] = np.nan
    return copy


class OverDask:
    """Three workers, each a process with one thread."""

    def __init__(self):
        import dask.array
        import distributed

        from linclass.dask import SoftmaxRegression

        self.estimator = SoftmaxRegression
        self._array = dask.array
        self._distributed = distributed
        self._open()

    def _open(self):
        self._cluster = self._distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        )
        self._client = self._distributed.Client(self._cluster)

    def rows(self, X, y):
        size = M // PARTS
        return self._array.from_array(X, chunks=(size, N)), self._array.from_array(y, chunks=size)

    def victims(self):
        """Processes that may be killed; a cluster that does not come to itself again is replaced."""
        try:
            self._client.wait_for_workers(3, timeout=20)
        except TimeoutError:
            self.close()
            self._open()
        # Not asked for by the client: a worker that was killed may still be known, and not answer.
        return [nanny.pid for nanny in self._cluster.workers.values() if nanny.pid]

    def close(self):
        self._client.close()
        self._cluster.close()


class OverSpark:
    """Two executors of one core each."""

    def __init__(self):
        from linclass.spark import SoftmaxRegression
        from spark_session import spark

        self.estimator = SoftmaxRegression
        forever = {"spark.deploy.maxExecutorRetries": "-1"}
        self._opened = spark("local-cluster[2,1,1024]", **forever)
        self._session = self._opened.__enter__()

    def rows(self, X, y):
        from spark_session import frame_of
        from test_spark import dense

        return (frame_of(self._session, (X, y), dense, PARTS),)

    def victims(self):
        """Executors and their Python processes."""
        from spark_session import executors

        while len(found := executors(self._session)) < 2:
            time.sleep(0.1)
        return [*found, *(child for pid in found for daemon in children(pid) for child in children(daemon))]

    def close(self):
        self._opened.__exit__(None, None, None)


def children(pid):
    """Processes that a process has started."""
    try:
        threads = list(pathlib.Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return []


def later(seconds, act, *arguments):
    timer = threading.Timer(seconds, act, arguments)
    timer.daemon = True
    timer.start()
    return timer


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def one_round(engine, chance, good, bad, want, duration):
    """What was done and what came of it; None: as it should."""
    fault = chance.choice(["kill"] * 6 + ["interrupt", "spoilt"])
    moment = chance.random() * duration
    fitted = engine.estimator(l2=0.05)
    timer = None
    try:
        if fault == "kill":
            timer = later(moment, kill, chance.choice(engine.victims()))
        elif fault == "interrupt":
            timer = later(moment, os.kill, os.getpid(), signal.SIGINT)
        faulthandler.dump_traceback_later(HANG, exit=True)
        try:
            fitted.fit(*(bad if fault == "spoilt" else good))
        finally:
            faulthandler.cancel_dump_traceback_later()
            if timer is not None:
                timer.cancel()
                timer.join()
    except KeyboardInterrupt:
        wrong = "interrupted" if fault != "interrupt" else None
    except ValueError as error:
        wrong = None if fault == "spoilt" and SPOILT.search(str(error)) else repr(error)
    except Exception as error:
        wrong = "".join(traceback.format_exception(error))
    else:
        same = np.array_equal(fitted.coef_, want.coef_) and np.array_equal(fitted.intercept_, want.intercept_)
        return fault, None if same and fault != "spoilt" else "a model with other bits"
    return fault, "a model after an error" if wrong is None and hasattr(fitted, "model_") else wrong


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("engine", choices=("dask", "spark"))
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # what Ctrl-C leaves of dask's coroutines
    chance = random.Random(options.seed)
    engine = {"dask": OverDask, "spark": OverSpark}[options.engine]()
    X, y = data()
    good, bad = engine.rows(X, y), engine.rows(spoilt(X), y)
    want = engine.estimator(l2=0.05).fit(*good)
    begin = time.monotonic()
    engine.estimator(l2=0.05).fit(*good)
    duration = time.monotonic() - begin
    done, found = collections.Counter(), 0
    while done.total() < options.rounds:
        fault, wrong = one_round(engine, chance, good, bad, want, duration)
        done[fault] += 1
        if wrong is not None:
            found += 1
            print(f"round {done.total()}, {fault}: {wrong}", flush=True)
    engine.close()
    counts = ", ".join(f"{count} {fault}" for fault, count in sorted(done.items()))
    print(f"{options.engine}: {done.total()} rounds ({counts}), {found} wrong, seed {options.seed}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
