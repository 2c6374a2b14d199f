"""What Python costs over C, and how a fit compares with scikit-learn's. See README.md beside this file."""

from __future__ import annotations

import argparse
import ctypes
import importlib.metadata
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import time
import warnings

import numpy as np

import linclass
from linclass import _arrays, _contexts
from linclass._library import lib

SHAPED = "linclass_softmax_loss_gradient_f32"
FASHION = "/usr/share/datasets/fashion-mnist"


def seconds(work) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def least(work, times, calls=1) -> float:
    """The least time of one call, from so many repetitions of some calls: a busy machine only adds."""
    work()

    def repeated():
        for _ in range(calls):
            work()

    return min(seconds(repeated) for _ in range(times)) / calls


class Problem:
    """softmax_loss_gradient over m x n x k: by the package, and by C at addresses that are ready."""

    def __init__(self, m, n, k):
        rng = np.random.default_rng(0)
        self.X = rng.random((m, n), np.float32)
        self.y = rng.integers(0, k, m)
        self.theta = rng.normal(scale=0.01, size=(n, k)).astype(np.float32)
        self.G, self.g_bias, self.loss = (
            np.empty((n, k), np.float32),
            np.empty(k, np.float32),
            ctypes.c_double(),
        )
        self.context = _contexts.take()
        arrays = (self.X, self.y, self.theta, self.G, self.g_bias)
        X, y, theta, G, g_bias = map(_arrays.address, arrays)
        self.arguments = (self.context.handle, m, n, k, X, n, y, theta, k, None)
        self.arguments += (ctypes.byref(self.loss), G, k, g_bias)
        self.function = getattr(lib, SHAPED)

    def in_c(self):
        self.function(*self.arguments)

    def in_python(self):
        return linclass.softmax_loss_gradient(self.X, self.y, self.theta)

    def check(self):
        self.in_c()
        found = self.in_python()
        if found.loss != self.loss.value or not (found.theta == self.G).all():
            raise SystemExit("the two calls do not agree")

    def without_c(self, times):
        """Seconds of all the package does around the call, with a function that does nothing in its place."""
        setattr(lib, SHAPED, lambda *arguments: 0)
        try:
            return least(self.in_python, times, 100)
        finally:
            setattr(lib, SHAPED, self.function)


def loss_gradient_overhead():
    """What Python adds to softmax_loss_gradient, as a share of the time of C.

    It is measured by itself: beside a call of milliseconds, microseconds drown in what the machine does.
    The package's own work at the full shape, and a call through ctypes that has next to nothing to compute.
    """
    whole, tiny = Problem(60000, 784, 10), Problem(1, 1, 1)
    whole.check()
    around = whole.without_c(30)
    through = least(tiny.in_c, 30, 1000)
    of_c = least(whole.in_c, 30)
    return {
        "c_seconds": of_c,
        "python_adds_seconds": around + through,
        "overhead": (around + through) / of_c,
        "python_seconds": least(whole.in_python, 30),
    }


def predict_latency():
    """Seconds of Model.predict of one row, and of the C call alone."""
    model = linclass.Model.from_parameters(np.random.default_rng(0).normal(size=(784, 10)).astype(np.float32))
    row = np.ones((1, 784), np.float32)
    view, _ = _arrays.matrix(row)
    label = np.empty(1, np.int64)
    context, place, reference = _contexts.take(), _arrays.address(label), ctypes.byref(view)
    pointer = model.handle.pointer
    if lib.linclass_model_predict(context.handle, pointer, reference, place) or label != model.predict(row):
        raise SystemExit("the two predictions do not agree")
    return {
        "python_seconds": least(lambda: model.predict(row), 30, 2000),
        "c_seconds": least(
            lambda: lib.linclass_model_predict(context.handle, pointer, reference, place), 30, 2000
        ),
    }


IMPORT = """
import time, numpy
wall, processor = time.perf_counter(), time.process_time()
import linclass
print(time.perf_counter() - wall, time.process_time() - processor)
"""


def import_time():
    """Seconds `import linclass` takes beyond NumPy's, the least of ten processes; bytecode is there."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    runs = [
        subprocess.run([sys.executable, "-c", IMPORT], env=environment, capture_output=True, check=True)
        for _ in range(11)
    ]
    found = [[float(word) for word in run.stdout.split()] for run in runs[1:]]
    return dict(zip(("seconds", "processor_seconds"), map(min, zip(*found, strict=True)), strict=True))


def fashion_mnist():
    """The training images as float64 in 0..1, as scikit-learn would be given them, and the labels."""
    data = linclass.read_idx(f"{FASHION}/train-images-idx3-ubyte.gz", f"{FASHION}/train-labels-idx1-ubyte.gz")
    return data.X / 255.0, np.array(data.y)


def objective(X, y, coef, intercept, C=1.0):
    """scikit-learn's objective, divided by C m."""
    loss = linclass.cross_entropy(linclass.logits(X, np.ascontiguousarray(coef.T), intercept), y)
    return loss + 0.5 / (C * len(y)) * float((coef**2).sum())


def forget_peak():
    """Let the peak of the process's memory begin anew."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def memory(name):
    """VmRSS, what is resident now, or VmHWM, the most there was, in bytes."""
    with open("/proc/self/status") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith(f"{name}:"))


def _train(which, target, pipe):
    """Fit, and send what it took."""
    X, y = fashion_mnist()
    if which == "sklearn":
        from sklearn.linear_model import LogisticRegression

        warnings.simplefilter("ignore")  # it ends by its default limit of iterations
        estimator = LogisticRegression()
    else:
        estimator = linclass.LogisticRegression(on_iteration=lambda progress: progress.objective <= target)
    forget_peak()
    before, processor = memory("VmRSS"), time.process_time()
    taken, processor = seconds(lambda: estimator.fit(X, y)), time.process_time() - processor
    peak = memory("VmHWM")
    found = {
        "seconds": taken,
        "processor_seconds": processor,
        "objective": objective(X, y, estimator.coef_, estimator.intercept_),
        "peak_bytes": peak,
        "peak_bytes_beyond_data": peak - before,
    }
    pipe.send(found)


def _in_process(which, target=None):
    """The figures of a fit in a process of its own."""
    receiver, sender = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_train, args=(which, target, sender))
    process.start()
    sender.close()  # so that a process that died is an end of the file
    found = receiver.recv()
    process.join()
    return found


def fit_against_sklearn():
    """scikit-learn's LogisticRegression with its defaults, then ours until its objective is reached."""
    theirs = _in_process("sklearn")
    ours = _in_process("linclass", theirs["objective"])
    if ours["objective"] > theirs["objective"] * (1 + 1e-9):
        raise SystemExit(f"not the same objective: {ours['objective']} above {theirs['objective']}")
    ratios = {f"ratio_{name}": theirs[name] / max(ours[name], 1e-9) for name in ours if name != "objective"}
    return {"linclass": ours, "sklearn": theirs, **ratios}


def show(name, figures, indent=""):
    print(f"{indent}{name}")
    for key, value in figures.items():
        if isinstance(value, dict):
            show(key, value, indent + "  ")
        else:
            print(f"{indent}  {key:28} {value:.6g}")


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
            sklearn = importlib.metadata.version("scikit-learn")
        except importlib.metadata.PackageNotFoundError:
            print("scikit-learn is not installed: the fit is left out")
        else:
            figures[f"LogisticRegression().fit, Fashion-MNIST, scikit-learn {sklearn}"] = (
                fit_against_sklearn()
            )
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
