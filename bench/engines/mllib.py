"""The race with MLlib: softmax regression over one DataFrame, by linclass.spark and by Spark's own.

    mllib.py [--rows M] [--iterations I] [--l2 L] [--master MASTER] [--partitions P]

Both minimise F = mean cross-entropy + (l2 / 2) |theta|^2, intercepts free, features not standardised, in
float64, over the same cached DataFrame of dense vectors on the same executors: pixels of Fashion-MNIST /
255 where it is installed, else synthetic bytes. MLlib makes its iterations; linclass.spark then fits until
its F is not larger, and once more as it stops by itself. Printed for each: seconds by the clock, of which
linclass's begin with the conversion of the rows; F and the norm of its gradient, recomputed in NumPy; and
seconds for each pass over the rows. MLlib runs between two fits of linclass, so that what the machine does
meanwhile would show.
"""

import argparse
import gzip
import os
import pathlib
import sys
import time

import numpy as np

FASHION = pathlib.Path("/usr/share/datasets/fashion-mnist")
ROOT = pathlib.Path(__file__).resolve().parents[2]
CLASSES = 10


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20000)
    parser.add_argument("--iterations", type=int, default=30, help="of MLlib's L-BFGS")
    parser.add_argument("--l2", type=float, default=1e-3)
    parser.add_argument("--master", default="local-cluster[2,1,2048]")
    parser.add_argument("--partitions", type=int, default=2)
    return parser.parse_args()


def data(m):
    """Bytes and labels."""
    if (FASHION / "train-images-idx3-ubyte.gz").exists():
        with gzip.open(FASHION / "train-images-idx3-ubyte.gz") as file:
            X = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
        with gzip.open(FASHION / "train-labels-idx1-ubyte.gz") as file:
            return X[:m], np.frombuffer(file.read(), np.uint8, offset=8)[:m].astype(np.int64)
    random = np.random.default_rng(1)
    y = random.integers(0, CLASSES, m)
    centres = random.integers(60, 200, (CLASSES, 784))
    return np.clip(centres[y] + random.normal(0, 60, (m, 784)), 0, 255).astype(np.uint8), y


def objective(X, y, theta, bias, l2):
    """F and the norm of its gradient, in float64."""
    H = X @ theta + bias
    H -= H.max(axis=1, keepdims=True)
    Z = np.exp(H)
    sums = Z.sum(axis=1)
    rows = np.arange(len(y))
    F = np.mean(np.log(sums) - H[rows, y]) + l2 / 2 * np.sum(theta * theta)
    R = Z / sums[:, None]
    R[rows, y] -= 1
    gradient = np.append(X.T @ R / len(y) + l2 * theta, R.mean(axis=0)[None], axis=0)
    return F, np.linalg.norm(gradient)


def session(options):
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "3g",
        "spark.executor.memory": options.master.rpartition(",")[2].rstrip("]") + "m"
        if options.master.startswith("local-cluster")
        else "1g",
        "spark.python.unix.domain.socket.enabled": "true",
        "spark.executorEnv.PYTHONPATH": str(ROOT / "python"),
        "spark.executorEnv.LINCLASS_LIBRARY": os.environ.get("LINCLASS_LIBRARY", ""),
    }
    builder = SparkSession.builder.master(options.master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("OFF")
    return made


def frame_of(spark, X, y, partitions):
    """A cached DataFrame of dense vectors in [0, 1] and labels."""
    from pyspark.ml.functions import array_to_vector
    from pyspark.sql import functions as F

    content = spark.sparkContext.broadcast((X, y))

    def rows(batches):
        import pyarrow as pa

        for batch in batches:
            chosen = batch.column(0).to_numpy()
            values = content.value[0][chosen] / 255.0
            starts = np.arange(0, values.size + 1, values.shape[1], dtype=np.int32)
            lists = pa.ListArray.from_arrays(starts, values.reshape(-1))
            labels = pa.array(content.value[1][chosen])
            yield pa.RecordBatch.from_arrays([lists, labels], ["features", "label"])

    ids = spark.range(0, len(y), 1, partitions)
    made = ids.mapInArrow(rows, "features array<double>, label bigint")
    made = made.select(array_to_vector("features").alias("features"), F.col("label")).cache()
    made.count()
    return made


def by_linclass(frame, l2, stop_at=None):
    """Seconds, parameters, passes over the rows."""
    from linclass._engines import spark_parts
    from linclass.spark import SoftmaxRegression

    passes = []
    ask = spark_parts.Engine.ask

    def counted(self, request):
        passes.append(time.monotonic())
        return ask(self, request)

    spark_parts.Engine.ask = counted
    begin = time.monotonic()
    tolerance = {} if stop_at is None else {"tol": 1e-12}
    fitted = SoftmaxRegression(
        l2=l2, on_iteration=lambda at: stop_at is not None and at.objective <= stop_at, **tolerance
    ).fit(frame)
    seconds = time.monotonic() - begin
    spark_parts.Engine.ask = ask
    print(f"{'':34} {passes[0] - begin:7.2f} s of them for converting the rows")
    return seconds, fitted.model_.theta, fitted.model_.bias, len(passes)


def by_mllib(frame, l2, iterations):
    from pyspark.ml.classification import LogisticRegression

    begin = time.monotonic()
    fitted = LogisticRegression(
        family="multinomial",
        regParam=l2,
        elasticNetParam=0.0,
        standardization=False,
        maxIter=iterations,
        tol=1e-9,
    ).fit(frame)
    seconds = time.monotonic() - begin
    theta = fitted.coefficientMatrix.toArray().T
    return seconds, theta, fitted.interceptVector.toArray(), fitted.summary.totalIterations


def main():
    options = arguments()
    X, y = data(options.rows)
    spark = session(options)
    frame = frame_of(spark, X, y, options.partitions)
    print(f"{len(y)} x {X.shape[1]} x {CLASSES}, float64, l2 {options.l2:g}, {options.master}, "
          f"{options.partitions} partitions", flush=True)  # fmt: skip
    dense = X / 255.0

    def show(name, found, unit):
        seconds, theta, bias, count = found
        F, norm = objective(dense, y, theta, bias, options.l2)
        print(f"{name:34} {seconds:7.2f} s, {count:3} {unit}, {seconds / count:.3f} s each; "
              f"F {F:.9f}, gradient {norm:.2e}", flush=True)  # fmt: skip
        return seconds, F

    show("linclass.spark, as it stops", by_linclass(frame, options.l2), "passes")
    theirs, F = show("MLlib", by_mllib(frame, options.l2, options.iterations), "iterations")
    ours, _ = show("linclass.spark, to MLlib's F", by_linclass(frame, options.l2, F), "passes")
    again, _ = show("linclass.spark, as it stops", by_linclass(frame, options.l2), "passes")
    print(f"MLlib / linclass.spark to the same F: {theirs / ours:.1f}; as it stops: {theirs / again:.1f}")
    spark.stop()


if __name__ == "__main__":
    main()
