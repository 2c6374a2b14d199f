#!/usr/bin/env python3
"""A linear probe: softmax regression on float16 embeddings, under a descending list of l2 penalties.

    embeddings.py --library liblinclass.so [--rows M] [--features N] [--classes K] [--threads T] ...

Writes synthetic embeddings (a mean for each class plus noise, always the same) as .npy files, maps them, and
fits under every penalty from the fit before, with default options: the data stay float16. Then, on a part that
they can hold, one penalty by scikit-learn and by PyTorch in float32, until they reach the same objective. Each
in a process of its own. docs/benchmarks.md describes the figures.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DISTANCE = 5.0  # of a class's mean from 0; the noise has deviation 1 in each feature
TEST_SHARE = 8  # one row to test for so many to train
GAP = 1e-4  # to our objective: where another library has reached it
TYPES = ("float32", "float16", "bfloat16", "int8", "int16", "uint16")


def write_part(folder, name, rows, means, rng, numpy):
    """NAME.npy and NAME-labels.npy; rows of all classes in random order, made a block at a time."""
    classes, features = means.shape
    y = rng.permutation(numpy.arange(rows) % classes)
    numpy.save(folder / f"{name}-labels.npy", y)
    X = numpy.lib.format.open_memmap(folder / f"{name}.npy", "w+", numpy.float16, (rows, features))
    for first in range(0, rows, 4096):
        labels = y[first:first + 4096]
        X[first:first + 4096] = means[labels] + rng.standard_normal((len(labels), features), numpy.float32)


def make(task):
    import numpy

    rng = numpy.random.default_rng(1)
    means = rng.standard_normal((task["classes"], task["features"]), numpy.float32)
    means *= DISTANCE / numpy.linalg.norm(means, axis=1, keepdims=True)
    folder = pathlib.Path(task["folder"])
    write_part(folder, "train", task["rows"], means, rng, numpy)
    write_part(folder, "test", max(task["rows"] // TEST_SHARE, task["classes"]), means, rng, numpy)
    return {}


def load(folder, name, numpy):
    folder = pathlib.Path(folder)
    return numpy.load(folder / f"{name}.npy", mmap_mode="r"), numpy.load(folder / f"{name}-labels.npy")


def memory(name):
    """VmRSS, what is resident now, or VmHWM, the most there was, in bytes."""
    with open("/proc/self/status") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith(f"{name}:"))


class Measured:
    """Seconds, CPU seconds and peak memory of what runs within; the peak is counted from here on."""

    def __enter__(self):
        import ctypes
        import time

        self.clock = time
        ctypes.CDLL(None).prctl(41, 1, 0, 0, 0)  # PR_SET_THP_DISABLE: huge pages count whole
        pathlib.Path("/proc/self/clear_refs").write_text("5")
        self.before = memory("VmRSS")
        self.start, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *error):
        self.seconds = self.clock.perf_counter() - self.start
        self.cpu = self.clock.process_time() - self.cpu
        self.peak = memory("VmHWM")

    def figures(self):
        return {"time": self.seconds, "CPU time": self.cpu, "peak RSS": self.peak,
                "taken": self.peak - self.before}


def objective(X, y, theta, bias, l2, numpy):
    """F in double precision, by blocks of rows."""
    theta, loss = numpy.asarray(theta, float), 0.0
    for first in range(0, len(X), 4096):
        H = X[first:first + 4096].astype(float) @ theta + bias
        labels = y[first:first + 4096]
        H -= H.max(axis=1, keepdims=True)
        loss += (numpy.log(numpy.exp(H).sum(axis=1)) - H[numpy.arange(len(H)), labels]).sum()
    return loss / len(X) + l2 / 2 * float((theta**2).sum())


def sweep(task):
    """A path of penalties; a row for each of its fits."""
    import linclass
    import numpy

    X, y = load(task["folder"], "train", numpy)
    lambdas = numpy.geomspace(task["first"], task["last"], task["count"])

    def report(progress):
        print(f"  iteration {progress.iteration}, objective {progress.objective:.6f}, error {progress.error:.4f}, "
              f"{progress.seconds:.1f} s", file=sys.stderr)

    with Measured() as measured:
        path = linclass.regularization_path(X, y, lambdas=lambdas, threads=task["threads"],
                                            max_seconds=task["seconds"], on_iteration=report)
    test_X, test_y = load(task["folder"], "test", numpy)
    rows = [{"lambda": float(value), "time": model.report.seconds, "iterations": model.report.iterations,
             "evaluations": model.report.evaluations, "objective": model.report.objective,
             "training error": model.report.error, "test error": model.evaluate(test_X, test_y).error}
            for value, model in zip(path.lambdas, path.models) if model is not None]
    return {"rows": rows, "complete": path.complete, **measured.figures(),
            "data": X.nbytes + y.nbytes, "documented": documented(task, X.shape, int(y.max()) + 1)}


def documented(task, shape, k):
    """What lib/README.md says of a path of fits by L-BFGS in single precision over converted rows, n k > 2^18."""
    (m, n), parameters = shape, (shape[1] + 1) * k
    chunk = min(m, 1024 if k < 8192 else 256)
    fit = 4 * 4 * n * k + 3 * 8 * n * k + 8 * m
    solver = (22 * 4 + (2 + 3 + 4) * 8) * parameters + 8 * (n + 1) * (6 + (n + 1 if n < 2048 else 0))
    judge = 7 * 8 * parameters + 6 * 8 * n
    path = 8 * parameters + task["count"] * (4 * parameters + 8 * k)
    return fit + 3 * 8 * n * k + max(solver, judge) + 4 * chunk * (n + k) + path


def of_type(task):
    """A short fit of elements of another type, which are mapped too: memory beyond the elements."""
    import linclass
    import numpy

    X, y = load(task["folder"], "typed", numpy)
    if task["type"] == "bfloat16":
        import ml_dtypes

        X = X.view(ml_dtypes.bfloat16)
    with Measured() as measured:
        model = linclass.fit(X, y, solver="lbfgs", max_iterations=3, l2=task["l2"], threads=task["threads"],
                             dtype=numpy.float32)
    return {"elements": task["type"], "data": X.nbytes, **measured.figures(), "error": model.report.error}


def write_typed(task):
    """The embeddings as elements of another type, integers as the nearest of 16 (uint16: plus 2^10) times them."""
    import numpy

    X, _ = load(task["folder"], "train", numpy)
    folder, kind = pathlib.Path(task["folder"]), task["type"]
    numpy.save(folder / "typed-labels.npy", numpy.load(folder / "train-labels.npy"))
    stored = {"bfloat16": numpy.uint16}.get(kind) or numpy.dtype(kind)
    made = numpy.lib.format.open_memmap(folder / "typed.npy", "w+", stored, X.shape)
    for first in range(0, len(X), 4096):
        rows = X[first:first + 4096].astype(numpy.float32)
        if kind == "bfloat16":
            made[first:first + 4096] = rows.view(numpy.uint32) >> 16
        elif numpy.issubdtype(stored, numpy.integer):
            made[first:first + 4096] = numpy.rint(16 * rows + (1024 if kind == "uint16" else 0)).clip(
                numpy.iinfo(stored).min, numpy.iinfo(stored).max)
        else:
            made[first:first + 4096] = rows
    return {}


def with_linclass(task, X, y, numpy):
    import linclass

    with Measured() as measured:
        model = linclass.fit(X, y, l2=task["l2"], threads=task["threads"])
    return measured, model.theta, model.bias, model.report.iterations, linclass.version()


def with_sklearn(task, X, y, numpy):
    import warnings

    import sklearn
    from sklearn.linear_model import LogisticRegression

    warnings.simplefilter("ignore")
    X = X.astype(numpy.float32)
    estimator = LogisticRegression(C=1 / (task["l2"] * len(X)), tol=1e-10, max_iter=task["iterations"])
    with Measured() as measured:
        estimator.fit(X, y)
    return measured, estimator.coef_.T, estimator.intercept_, int(estimator.n_iter_.max()), sklearn.__version__


def with_torch(task, X, y, numpy):
    import torch

    torch.set_num_threads(task["threads"])
    X, y = torch.from_numpy(X.astype(numpy.float32)), torch.from_numpy(y)
    layer = torch.nn.Linear(X.shape[1], task["classes"])
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    solver = torch.optim.LBFGS(layer.parameters(), max_iter=task["iterations"], history_size=10,
                               tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe")

    def closure():
        solver.zero_grad()
        loss = torch.nn.functional.cross_entropy(layer(X), y) + task["l2"] / 2 * (layer.weight**2).sum()
        loss.backward()
        return loss

    with Measured() as measured:
        solver.step(closure)
    state = solver.state[solver._params[0]]
    return (measured, layer.weight.detach().numpy().T, layer.bias.detach().numpy(), state["n_iter"],
            torch.__version__)


def fit(task):
    """A fit by a library; peers are given float32 made of the float16 before the clock starts."""
    import numpy

    X, y = load(task["folder"], "train", numpy)
    measured, theta, bias, iterations, version = globals()[f"with_{task['by']}"](task, X, y, numpy)
    test_X, test_y = load(task["folder"], "test", numpy)
    wrong = (test_X.astype(numpy.float32) @ theta + bias).argmax(axis=1) != test_y
    return {"library": f"{task['by']} {version}", "iterations": iterations, **measured.figures(),
            "objective": objective(X, y, theta, bias, task["l2"], numpy), "test error": float(wrong.mean())}


def in_process(what, options, **task):
    """One of the functions above in a process of its own, which ends when the time is up; None after a failure."""
    pinned = {name: str(options.threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    environment = {**os.environ, **pinned, "LINCLASS_LIBRARY": str(options.library.resolve()),
                   "PYTHONPATH": str(HERE.parents[1] / "python")}
    task = {"threads": options.threads, "count": options.count, "first": options.first, "last": options.last, **task}
    try:
        ended = subprocess.run([sys.executable, __file__, "--task", what, json.dumps(task)], stdout=subprocess.PIPE,
                               text=True, env=environment, timeout=2 * options.seconds + 60)
    except subprocess.TimeoutExpired:
        print(f"{what} {task.get('by', '')}: not done in time", file=sys.stderr)
        return None
    return json.loads(ended.stdout) if ended.returncode == 0 else None


def to_objective(options, by, target, **task):
    """The shortest fit of doubling length that comes within GAP of the target; the last tried where none did."""
    iterations, found = 25, None
    while iterations <= 3200:
        tried = in_process("fit", options, by=by, iterations=iterations, **task)
        if tried is None:
            return found
        found = tried
        if found["objective"] <= target * (1 + GAP) or 2 * found["time"] > options.seconds:
            return found
        iterations *= 2
    return found


def show(title, rows):
    print(f"\n{title}", flush=True)
    cells = [list(rows[0])] + [[f"{v:.4g}" if isinstance(v, float) else str(v) for v in row.values()] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    for line in cells:
        print("  ".join(text.rjust(width) for text, width in zip(line, widths)), flush=True)


def run_sweep(options, folder):
    shape = {"rows": options.rows, "features": options.features, "classes": options.classes}
    in_process("make", options, folder=folder, **shape)
    found = in_process("sweep", options, folder=folder, seconds=options.seconds)
    if found is None:
        return None
    title = f"{options.count} penalties, {options.rows} x {options.features} x {options.classes}, float16"
    show(title + ("" if found["complete"] else ": ended by the limit of time"), found["rows"])
    total = {name: found[name] for name in ("time", "CPU time", "peak RSS", "taken", "data", "documented")}
    show("The whole path", [total])
    return {"sweep": found["rows"], "whole": [total]}


def run_types(options, folder):
    """Fits to the same rows as elements of each type: what a copy of them would cost shows."""
    shape = {"rows": options.peer_rows, "features": options.features, "classes": options.peer_classes}
    in_process("make", options, folder=folder, **shape)
    rows = []
    for kind in TYPES:
        in_process("write_typed", options, folder=folder, type=kind)
        found = in_process("of_type", options, folder=folder, type=kind, l2=options.l2)
        if found is not None:
            rows.append({**found, "beyond the data": found["taken"] - found["data"]})
    show("Three iterations of L-BFGS over mapped elements of each type", rows)
    return {"types": rows}


def run_peers(options, folder):
    shape = {"rows": options.peer_rows, "features": options.features, "classes": options.peer_classes}
    in_process("make", options, folder=folder, **shape)
    task = {"folder": folder, "classes": options.peer_classes, "l2": options.l2}
    ours = in_process("fit", options, by="linclass", iterations=0, **task)
    if ours is None:
        return None
    others = [to_objective(options, by, ours["objective"], **task) for by in ("torch", "sklearn")]
    rows = [{**row, "gap": row["objective"] / ours["objective"] - 1, "ratio": row["time"] / ours["time"]}
            for row in [ours, *others] if row is not None]
    show(f"One fit, {options.peer_rows} x {options.features} x {options.peer_classes}, l2 = {options.l2:g}", rows)
    return {"peers": rows}


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--task":
        reply = globals()[sys.argv[2]](json.loads(sys.argv[3]))
        print(json.dumps(reply))
        return
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--library", required=True, type=pathlib.Path, help="liblinclass.so to measure")
    parser.add_argument("--rows", type=int, default=131072)
    parser.add_argument("--features", type=int, default=768)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--count", type=int, default=8, help="penalties (8)")
    parser.add_argument("--first", type=float, default=1e-2, help="the largest penalty (1e-2)")
    parser.add_argument("--last", type=float, default=1e-5, help="the smallest (1e-5)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seconds", type=float, default=1200, help="limit of the whole path (1200)")
    parser.add_argument("--peer-rows", type=int, default=16384)
    parser.add_argument("--peer-classes", type=int, default=100)
    parser.add_argument("--l2", type=float, default=1e-3, help="of the fits by other libraries")
    parser.add_argument("--parts", nargs="+", choices=("sweep", "types", "peers"), default=("sweep", "types", "peers"))
    parser.add_argument("--json", type=pathlib.Path, help="write the figures to this file")
    options = parser.parse_args()
    parts = {"sweep": run_sweep, "types": run_types, "peers": run_peers}
    found = {}
    with tempfile.TemporaryDirectory(prefix="linclass-embeddings-") as folder:
        for name in options.parts:
            found.update(parts[name](options, folder) or {})
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
