"""What dask adds to a sweep: two workers of one thread each against linclass.fit on two threads.

    dask_sweeps.py [--rows M] [--partitions P] [--iterations I]

M x 784 synthetic bytes of 10 classes, 600000 if not given: 470 MB. The same iterations of L-BFGS, in turns:
dask, fit, dask, fit. Printed: seconds of each fit and, the median, of an iteration, which evaluates F and
its gradient once; the ratio of the iterations; and F of both, which after so few iterations must agree to
three digits: preconditioners are made of other rows where these lie in parts. Each fit of dask must give
the same bits.
"""

import argparse
import statistics

import dask.array
import distributed
import numpy as np

import linclass
import linclass.dask

FEATURES, CLASSES = 784, 10


def block(rows, block_id):
    """Samples and, in the last column, labels of one partition, the same each time."""
    random = np.random.default_rng(block_id[0])
    y = random.integers(0, CLASSES, rows, dtype=np.uint8)
    centres = np.random.default_rng(0).integers(0, 120, (CLASSES, FEATURES), dtype=np.uint8)
    X = centres[y] + random.integers(0, 120, (rows, FEATURES), dtype=np.uint8)
    return np.concatenate([X, y[:, None]], axis=1)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=600000)
    parser.add_argument("--partitions", type=int, default=64)
    parser.add_argument("--iterations", type=int, default=9)
    options = parser.parse_args()
    size = options.rows // options.partitions
    chunks = ((size,) * options.partitions, (FEATURES + 1,))
    table = np.concatenate([block(size, (i,)) for i in range(options.partitions)])
    X, y = np.ascontiguousarray(table[:, :-1]), table[:, -1].astype(np.int64)
    del table
    given = {"solver": "lbfgs", "max_iter": options.iterations, "l2": 1e-3, "tol": 1e-12, "scale": 1 / 255}

    def local():
        return linclass.SoftmaxRegression(threads=2, **given).fit(X, y)

    workers = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**workers) as cluster, distributed.Client(cluster):
        held = dask.array.map_blocks(
            block, size, chunks=chunks, dtype=np.uint8, meta=np.zeros((0, 0), np.uint8)
        )
        held = held.persist()
        distributed.wait(held)

        def spread():
            return linclass.dask.SoftmaxRegression(**given).fit(held[:, :-1], held[:, -1])

        print(f"{len(y)} x {FEATURES} x {CLASSES}, {options.partitions} partitions", flush=True)
        bits = set()
        for _ in range(3):
            fitted = {"dask": spread(), "fit": local()}
            each = {}
            for name, one in fitted.items():
                each[name] = statistics.median(np.diff([at.seconds for at in one.history_]).tolist())
                print(f"{name:5} {one.report_.seconds:6.2f} s, an iteration {each[name]:.3f} s; "
                      f"F {one.report_.objective:.9f}")  # fmt: skip
            print(f"dask / fit, an iteration: {each['dask'] / each['fit']:.2f}", flush=True)
            difference = fitted["dask"].report_.objective / fitted["fit"].report_.objective - 1
            assert abs(difference) < 1e-3
            bits.add(fitted["dask"].model_.to_bytes())
        assert len(bits) == 1


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    main()
