"""What Python costs over C, and how a fit compares with scikit-learn's. See README.md beside this file."""

from __future__ import annotations

import argparse
import ctypes
import importlib.metadata
import multiprocessing
import os
import subprocess
import sys
import time
import warnings

import numpy as np
from figures_file import figures_of, write_figures

import linclass
from linclass._capi import contexts
from linclass._capi.arrays import address
from linclass._capi.library import lib
from linclass._capi.names import LOSSES
from linclass._capi.views import matrix

SHAPED = "linclass_loss_gradient_f32"  # what softmax_loss_gradient calls
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
        self.context = contexts.take()
        arrays = (self.X, self.y, self.theta, self.G, self.g_bias)
        X, y, theta, G, g_bias = map(address, arrays)
        self.arguments = (self.context.pointer, LOSSES["softmax"], m, n, k, X, n, y, theta, k, None)
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
        calls = []
        setattr(lib, SHAPED, lambda *arguments: calls.append(0) or 0)
        try:
            self.in_python()
            if not calls:
                raise SystemExit(f"the package does not call {SHAPED}")
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
    view, _ = matrix(row)
    label = np.empty(1, np.int64)
    context, place, reference = contexts.take(), address(label), ctypes.byref(view)
    pointer = model.handle.pointer
    if lib.linclass_model_predict(context.pointer, pointer, reference, place) or label != model.predict(row):
        raise SystemExit("the two predictions do not agree")
    return {
        "python_seconds": least(lambda: model.predict(row), 30, 2000),
        "c_seconds": least(
            lambda: lib.linclass_model_predict(context.pointer, pointer, reference, place), 30, 2000
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
    return {"linclass": ours, "sklearn": theirs}


def calls_table(gradient, predict, imported):
    rows = [
        {
            "call": "softmax_loss_gradient, 60000 x 784 x 10",
            "in C": gradient["c_seconds"],
            "Python adds": gradient["python_adds_seconds"],
            "share": gradient["overhead"],
        },
        {
            "call": "Model.predict, 1 x 784 x 10",
            "in C": predict["c_seconds"],
            "Python adds": predict["python_seconds"] - predict["c_seconds"],
            "share": None,
        },
        {
            "call": "import linclass, beyond NumPy",
            "in C": None,
            "Python adds": imported["seconds"],
            "share": None,
        },
    ]
    return {
        "name": "calls",
        "title": "What Python adds to a call",
        "units": {"in C": "s", "Python adds": "s", "share": "1"},
        "rows": rows,
    }


def fit_table(sklearn, found):
    rows = [
        {
            "library": library,
            "time": fit["seconds"],
            "CPU time": fit["processor_seconds"],
            "objective": fit["objective"],
            "peak RSS": fit["peak_bytes"],
            "beyond the data": fit["peak_bytes_beyond_data"],
        }
        for library, fit in (("linclass", found["linclass"]), (f"scikit-learn {sklearn}", found["sklearn"]))
    ]
    return {
        "name": "fit",
        "title": "LogisticRegression().fit on Fashion-MNIST, to the objective of scikit-learn's",
        "units": {"time": "s", "CPU time": "s", "objective": "1", "peak RSS": "B", "beyond the data": "B"},
        "rows": rows,
    }


def measure(with_fit, problems):
    """The tables; what was left out is told in problems."""
    tables = [calls_table(loss_gradient_overhead(), predict_latency(), import_time())]
    if not with_fit:
        problems.append("the fit against scikit-learn takes a minute and more: left out")
    elif not os.path.isdir(FASHION):
        problems.append(f"no {FASHION}: the fit is left out")
    else:
        try:
            sklearn = importlib.metadata.version("scikit-learn")
        except importlib.metadata.PackageNotFoundError:
            problems.append("scikit-learn is not installed: the fit is left out")
        else:
            tables.append(fit_table(sklearn, fit_against_sklearn()))
    return tables


def show(table):
    print(table["title"])
    for row in table["rows"]:
        print("  " + "  ".join(f"{key} {value}" for key, value in row.items() if value is not None))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="less than 60 leave out the fit")
    parser.add_argument("--json", metavar="FILE", help="write the figures to FILE")
    arguments = parser.parse_args()
    problems: list[str] = []
    tables = measure(arguments.seconds >= 60, problems)
    for table in tables:
        show(table)
    for problem in problems:
        print(problem, file=sys.stderr)
    write_figures(arguments.json, figures_of("python", {}, tables, problems))
    sys.exit(3 if problems else 0)


if __name__ == "__main__":
    main()
