"""What Python costs over C, and how a fit compares with scikit-learn's. See README.md beside this file."""

from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import os
import platform
import resource
import subprocess
import sys
import time

import numpy as np

import linclass
from linclass import _arrays, _contexts
from linclass._library import lib

FASHION = "/usr/share/datasets/fashion-mnist"


def seconds(work) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def alternate(first, second, times):
    """The least of each of two pieces of work, done in turns: what others do to the machine is left out."""
    first()
    second()
    pairs = [(seconds(first), seconds(second)) for _ in range(times)]
    return [min(column) for column in zip(*pairs, strict=True)]


def loss_gradient_overhead():
    """Seconds of softmax_loss_gradient from Python, and of the C call alone."""
    m, n, k = 60000, 784, 10
    rng = np.random.default_rng(0)
    X = rng.random((m, n), np.float32)
    y = rng.integers(0, k, m)
    theta = rng.normal(scale=0.01, size=(n, k)).astype(np.float32)
    G, g_bias, loss = np.empty_like(theta), np.empty(k, np.float32), ctypes.c_double()
    context = _contexts.take()
    places = [_arrays.address(array) for array in (X, y, theta, G, g_bias)]

    def in_c():
        lib.linclass_softmax_loss_gradient_f32(
            *(context.handle, m, n, k, places[0], n, places[1], places[2], k, None),
            *(ctypes.byref(loss), places[3], k, places[4]),
        )

    def in_python():
        return linclass.softmax_loss_gradient(X, y, theta)

    in_c()
    if in_python().loss != loss.value or not (in_python().theta == G).all():
        raise SystemExit("the two calls do not agree")
    of_python, of_c = alternate(in_python, in_c, 30)
    return {"python_seconds": of_python, "c_seconds": of_c, "overhead": of_python / of_c - 1}


def predict_latency():
    """Seconds of Model.predict of one row, and of the C call alone."""
    model = linclass.Model.from_parameters(np.random.default_rng(0).normal(size=(784, 10)).astype(np.float32))
    row = np.ones((1, 784), np.float32)
    view, _ = _arrays.matrix(row)
    label = np.empty(1, np.int64)
    context, place, reference = _contexts.take(), _arrays.address(label), ctypes.byref(view)
    pointer, calls = model.handle.pointer, 2000

    def in_c():
        for _ in range(calls):
            lib.linclass_model_predict(context.handle, pointer, reference, place)

    def in_python():
        for _ in range(calls):
            model.predict(row)

    of_python, of_c = alternate(in_python, in_c, 30)
    return {"python_seconds": of_python / calls, "c_seconds": of_c / calls}


def import_time():
    """Seconds `import linclass` takes beyond NumPy's, the least of ten processes."""
    program = "import time, numpy; t = time.perf_counter(); import linclass; print(time.perf_counter() - t)"
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True) for _ in range(10)
    ]
    return {"seconds": min(float(run.stdout) for run in runs)}


def fashion_mnist():
    """The training images as float64 in 0..1, as scikit-learn would be given them, and the labels."""
    data = linclass.read_idx(f"{FASHION}/train-images-idx3-ubyte.gz", f"{FASHION}/train-labels-idx1-ubyte.gz")
    return data.X / 255.0, np.array(data.y)


def objective(X, y, coef, intercept, C=1.0):
    """scikit-learn's objective, divided by C m."""
    loss = linclass.cross_entropy(linclass.logits(X, np.ascontiguousarray(coef.T), intercept), y)
    return loss + 0.5 / (C * len(y)) * float((coef**2).sum())


def _train(which, target, pipe):
    X, y = fashion_mnist()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if which == "sklearn":
        from sklearn.linear_model import LogisticRegression

        estimator = LogisticRegression()
    else:
        estimator = linclass.LogisticRegression(on_iteration=lambda progress: progress.objective <= target)
    taken = seconds(lambda: estimator.fit(X, y))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reached = objective(X, y, estimator.coef_, estimator.intercept_)
    pipe.send({"seconds": taken, "objective": reached, "extra_peak_bytes": 1024 * (peak - before)})


def _in_process(which, target=None):
    receiver, sender = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_train, args=(which, target, sender))
    process.start()
    found = receiver.recv()
    process.join()
    return found


def fit_against_sklearn():
    """scikit-learn's LogisticRegression with its defaults, then ours until its objective is reached."""
    theirs = _in_process("sklearn")
    ours = _in_process("linclass", theirs["objective"])
    if ours["objective"] > theirs["objective"] * (1 + 1e-9):
        raise SystemExit(f"not the same objective: {ours['objective']} above {theirs['objective']}")
    memory = theirs["extra_peak_bytes"] / max(ours["extra_peak_bytes"], 1)
    return {
        "linclass": ours,
        "sklearn": theirs,
        "time_ratio": theirs["seconds"] / ours["seconds"],
        "memory_ratio": memory,
    }


def show(name, figures, indent=""):
    print(f"{indent}{name}")
    for key, value in figures.items():
        if isinstance(value, dict):
            show(key, value, indent + "  ")
        else:
            print(f"{indent}  {key:18} {value:.6g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-fit", action="store_true", help="leave the fit against scikit-learn out")
    parser.add_argument("--json", metavar="FILE", help="write the figures to FILE")
    arguments = parser.parse_args()
    figures = {
        "softmax_loss_gradient, 60000 x 784 x 10": loss_gradient_overhead(),
        "predict, 1 x 784 x 10": predict_latency(),
        "import linclass, beyond NumPy": import_time(),
    }
    if not arguments.no_fit and os.path.isdir(FASHION):
        try:
            import sklearn  # noqa: F401 (whether it is there)
        except ImportError:
            print("scikit-learn is not installed: the fit is left out")
        else:
            figures["LogisticRegression().fit, Fashion-MNIST"] = fit_against_sklearn()
    for name, found in figures.items():
        show(name, found)
    if arguments.json:
        machine = {"machine": platform.node(), "processors": os.cpu_count(), "load": os.getloadavg()[0]}
        versions = {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "linclass": linclass.version(),
        }
        with open(arguments.json, "w") as file:
            json.dump({"figures": figures, **machine, **versions}, file, indent=2)


if __name__ == "__main__":
    main()
