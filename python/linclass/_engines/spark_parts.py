"""Rows of a Spark DataFrame, as the parts of a fit.

Each partition is a part, whose number is that of the partition. A first job converts them, by Arrow, where
they are: the rows become files on the executor (``spark_files``), and a summary of each part is what Spark
keeps. A sweep is a job over the summaries, which Spark runs where they are, next to the files. An executor
that is lost takes its summaries with it, which Spark then recomputes from the DataFrame: files and all.
Where Spark sends a task to an executor without the files, because that which has them is busy, the task says
so, and a job over the DataFrame answers for its part.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import functions as F

from linclass._engines.prepared import Classes, Labelling, Summary
from linclass._engines.spark_predictions import quoted
from linclass._engines.spark_tasks import Answer, Columns, Convert, Forget, Reply, first_column, merged

_COLLECTED = 1 << 26  # bytes of replies that the driver merges by itself
_REMEMBERED = 100  # fits whose files later ones remove, where an executor was not there at their end

_ended: list[str] = []


class SparkParts:
    """The partitions of a DataFrame."""

    def __init__(self, frame: Any, columns: Columns, labelling: Labelling) -> None:
        self.key = uuid.uuid4().hex
        self.context = frame.sparkSession.sparkContext
        names = [*columns.features, columns.label, *([columns.weight] if columns.weight else [])]
        # By place: names may have dots in them, which mapInArrow does not quote, and may be given twice.
        given = [F.col(quoted(name)).alias(f"c{place}") for place, name in enumerate(names)]
        convert = Convert(self.key, tuple(_ended), columns, labelling)
        converted = frame.select(*given).mapInArrow(convert, "summary binary").rdd
        self.rows = converted.map(first_column)
        self.kept = converted.map(first_column).persist(StorageLevel.MEMORY_AND_DISK)

    def run(self, job: Callable[[], Any]) -> Any:
        """The result of a job, which Ctrl-C cancels on the executors as well."""
        tag = f"linclass-{self.key}"
        self.context.addJobTag(tag)
        try:
            return job()
        except BaseException as error:
            if _is_interrupt(error):
                with contextlib.suppress(Exception):  # the connection may have broken
                    self.context.cancelJobsWithTag(tag)
            raise
        finally:
            self.context.removeJobTag(tag)

    def summaries(self) -> Sequence[Summary]:
        """What is known of each part."""
        return [pickle.loads(pickled) for pickled in self.run(self.kept.collect)]

    def engine(self, classes: Classes, scale: float | None, threads: int) -> Engine:
        """What has requests answered by Spark.

        Bytes here are numbers of any type that bytes hold: they have no factor of their own.
        """
        return Engine(self, classes, 1.0 if scale is None else scale, threads)

    def close(self, ended_well: bool) -> None:
        """Let Spark and the executors forget the parts."""
        if ended_well:
            self.run(self.kept.mapPartitions(Forget(self.key)).count)
        self.kept.unpersist()
        _ended.append(self.key)
        del _ended[:-_REMEMBERED]


class Engine:
    """Have requests answered by Spark."""

    def __init__(self, parts: SparkParts, classes: Classes, scale: float | None, threads: int) -> None:
        self._parts = parts
        self._options = (classes, scale, threads or 1)  # an executor runs a task for each core

    def ask(self, request: bytes) -> bytes:
        """Return the merged answers of all parts."""
        reply, missing = self._parts.run(lambda: self._asked(request))
        if missing:
            job = Answer(self._parts.key, request, *self._options)
            found = self._parts.run(
                lambda: self._parts.context.runJob(self._parts.rows, job, sorted(missing))
            )
            for each in found:
                reply, lost = merged((reply, []), each)
                if lost:
                    raise RuntimeError(f"the files of part {lost[0]} are not where they were written")
        if reply is None:
            raise ValueError("the DataFrame has no partitions with rows")
        return bytes(reply)

    def _asked(self, request: bytes) -> Reply:
        answers = self._parts.kept.mapPartitions(Answer(self._parts.key, request, *self._options))
        total: Reply = (None, [])
        if len(request) * answers.getNumPartitions() > _COLLECTED:
            return answers.treeReduce(merged)  # type: ignore[no-any-return]
        for each in answers.collect():
            total = merged(total, each)
        return total


def _is_interrupt(error: BaseException | None) -> bool:
    """Whether Ctrl-C is the error, or what Spark was handling when it came."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C reach the fit. Spark's own handler would cancel the jobs of others as well.

    In the middle of an answer of the virtual machine it breaks the connection, so that what Spark does on its
    way out fails: KeyboardInterrupt all the same.
    """
    handler = signal.getsignal(signal.SIGINT)
    of_spark = getattr(handler, "__module__", "").startswith("pyspark.")
    ours = of_spark and threading.current_thread() is threading.main_thread()
    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except Exception as error:
        if _is_interrupt(error):
            raise KeyboardInterrupt from error
        raise
    finally:
        if ours:
            signal.signal(signal.SIGINT, handler)
