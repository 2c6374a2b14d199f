"""The race with an l1 penalty: one penalty, or a path of them, by linclass and by other libraries.

    l1.py fashion|sections|wide [DIRECTORY] [--l1 L] [--path COUNT] [--rows M] [--classes two] [--threads T]
          [--limit SECONDS] [--only NAME,...]

fashion: DIRECTORY has the IDX files of Fashion-MNIST, pixels / 255; sections: what scripts/sections has written; wide:
72 rows of 7129 correlated normal numbers, standardised, made here. Each minimises

    F = mean loss + l1 |theta|_1

softmax, the bias free; with --classes two the logistic loss of half of the classes (sections: of the most frequent one)
against the others. celer and skglm, which have no softmax, run then; celer has no intercept, and none of a single penalty
has then. A path has COUNT penalties from the largest that matters to 1e-3 of it, and its other entrant is glmnet, by R.

Printed: seconds by the clock, and the gap: F, recomputed in double from the parameters, less the lower bound that duality
proves, over F at zero parameters; of a path the largest of all. An entrant whose end is set by a tolerance runs with
smaller ones until its gap is 1e-6, and the time is that of the run that reached it. Each run has a process of its own,
which ends at the limit; what compiling takes does not count.
"""

import argparse
import multiprocessing
import os
import pathlib
import queue
import subprocess
import tempfile
import time
import warnings

GAP = 1e-6
LAST = 1e-3  # penalty of a path over its first


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", choices=("fashion", "sections", "wide"))
    parser.add_argument("directory", type=pathlib.Path, nargs="?")
    parser.add_argument("--l1", type=float, default=1e-3)
    parser.add_argument("--path", type=int, default=0)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--classes", choices=("all", "two"), default="all")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit", type=float, default=60)
    parser.add_argument("--only", default="", help="the libraries to run, separated by commas")
    return parser.parse_args()


OPTIONS = arguments()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = str(OPTIONS.threads)

import numpy  # noqa: E402
import scipy.sparse  # noqa: E402

import linclass  # noqa: E402


def read_wide():
    random = numpy.random.default_rng(0)
    y = (numpy.arange(72) % 3 == 0).astype(numpy.int64)
    X = random.normal(size=(72, 20)) @ (0.7 * random.normal(size=(20, 7129))) + random.normal(size=(72, 7129))
    X[:, :50] += 1.2 * y[:, None]
    return (X - X.mean(axis=0)) / X.std(axis=0), y


def read():
    if OPTIONS.data == "wide":
        return read_wide()
    if OPTIONS.data == "sections":
        from sklearn.datasets import load_svmlight_file

        X, y = load_svmlight_file(str(OPTIONS.directory / "sections.libsvm"), dtype=numpy.float32)
        X, y = X.tocsr(), y.astype(numpy.int64)
        y = (y == numpy.bincount(y).argmax()).astype(numpy.int64) if OPTIONS.classes == "two" else y
    else:
        images = OPTIONS.directory / "train-images-idx3-ubyte.gz"
        data = linclass.read_idx(images, OPTIONS.directory / "train-labels-idx1-ubyte.gz")
        X = numpy.asarray(data.X).reshape(len(data.y), -1).astype(numpy.float32) / numpy.float32(255)
        y = (data.y >= 5).astype(numpy.int64) if OPTIONS.classes == "two" else numpy.asarray(data.y)
    rows = OPTIONS.rows or X.shape[0]
    return X[:rows], y[:rows]


def objective(X, y, theta, bias, l1):
    """F in double; theta: n x k, or n x 1 for two classes told apart by one score."""
    theta = numpy.asarray(theta, float)
    H = X.astype(float) @ theta + bias
    if H.shape[1] == 1:
        h = H[:, 0]
        losses = numpy.logaddexp(0, h) - y * h
    else:
        largest = H.max(axis=1)
        losses = numpy.log(numpy.exp(H - largest[:, None]).sum(axis=1)) + largest - H[numpy.arange(len(y)), y]
    return losses.mean() + l1 * abs(theta).sum()


def fit_options(two):
    free = OPTIONS.path > 0 or not two
    return {"loss": "logistic" if two else "softmax", "fit_bias": free, "threads": OPTIONS.threads}


def parameters_of(model, two):
    theta = numpy.asarray(model.theta, float)
    bias = numpy.zeros(theta.shape[1]) if model.bias is None else numpy.asarray(model.bias, float)
    return (theta[:, 1:] - theta[:, :1], bias[1:] - bias[:1]) if two else (theta, bias)


def by_linclass(dtype):
    def run(X, y, penalties, tolerance):
        two = y.max() == 1
        X = X.astype(dtype)
        began = time.perf_counter()
        if OPTIONS.path:
            models = linclass.regularization_path(X, y, lambdas=penalties, l1_ratio=1, **fit_options(two)).models
        else:
            models = [linclass.fit(X, y, l1=float(penalties[0]), l2=0.0, **fit_options(two))]
        seconds = time.perf_counter() - began
        return seconds, [parameters_of(model, two) for model in models]

    return run


def by_saga(X, y, penalties, tolerance):
    from sklearn.linear_model import LogisticRegression

    two = y.max() == 1
    began = time.perf_counter()
    model = LogisticRegression(C=1 / (penalties[0] * X.shape[0]), penalty="l1", solver="saga", max_iter=10**6,
                               tol=tolerance, fit_intercept=not two, random_state=0).fit(X, y)
    seconds = time.perf_counter() - began
    return seconds, [(model.coef_.T, model.intercept_ if not two else numpy.zeros(1))]


def by_skglm(X, y, penalties, tolerance):
    from skglm import SparseLogisticRegression

    def fit(rows, labels):
        return SparseLogisticRegression(alpha=penalties[0], tol=tolerance, max_iter=1000, max_epochs=10**5,
                                        fit_intercept=False).fit(rows, labels)

    X = columns_of(X)
    fit(X[:200], y[:200])  # compiles
    began = time.perf_counter()
    model = fit(X, y)
    return time.perf_counter() - began, [(model.coef_.T, numpy.zeros(1))]


def by_celer(X, y, penalties, tolerance):
    from celer import LogisticRegression

    X = columns_of(X)
    began = time.perf_counter()
    model = LogisticRegression(C=1 / (penalties[0] * X.shape[0]), tol=tolerance, max_iter=1000, max_epochs=10**5,
                               fit_intercept=False).fit(X, y)
    return time.perf_counter() - began, [(model.coef_.T, numpy.zeros(1))]


def columns_of(X):
    """In double, by columns, as both want it."""
    return X.astype(float).tocsc() if scipy.sparse.issparse(X) else numpy.asfortranarray(X, float)


GLMNET = """
arguments <- commandArgs(TRUE)
suppressMessages(library(glmnet))
glmnet.control(fdev = 0, devmax = 1)
shape <- scan("shape", quiet = TRUE)
X <- matrix(readBin("X", "double", shape[1] * shape[2]), shape[1], shape[2])
y <- factor(readBin("y", "integer", shape[1]))
lambdas <- readBin("lambdas", "double", shape[3])
two <- nlevels(y) == 2
began <- proc.time()[["elapsed"]]
fit <- glmnet(X, y, family = if (two) "binomial" else "multinomial", standardize = FALSE, lambda = lambdas,
              thresh = as.numeric(arguments[1]), maxit = 1e9)
seconds <- proc.time()[["elapsed"]] - began
beta <- if (two) list(fit$beta) else fit$beta
for (class in seq_along(beta)) writeBin(as.vector(as.matrix(beta[[class]])), paste0("theta", class - 1))
writeBin(as.vector(fit$a0), "bias")
writeBin(c(seconds, length(fit$lambda)), "seconds")
"""


def by_glmnet(X, y, penalties, tolerance):
    k = 1 if y.max() == 1 else int(y.max()) + 1
    n = X.shape[1]
    with tempfile.TemporaryDirectory() as directory:
        place = pathlib.Path(directory)
        (place / "X").write_bytes(numpy.asarray(X, float).tobytes(order="F"))
        (place / "y").write_bytes(y.astype(numpy.int32).tobytes())
        (place / "lambdas").write_bytes(penalties.tobytes())
        (place / "shape").write_text(f"{X.shape[0]} {n} {len(penalties)}")
        subprocess.run(["Rscript", "-e", GLMNET, str(tolerance)], cwd=place, check=True, timeout=OPTIONS.limit)
        seconds, count = numpy.fromfile(place / "seconds")
        count = int(count)
        theta = [numpy.fromfile(place / f"theta{c}").reshape(count, n) for c in range(k)]
        bias = numpy.fromfile(place / "bias").reshape(count, k)
    return seconds, [(numpy.stack([of[i] for of in theta], axis=1), bias[i]) for i in range(count)]


def entrants(two):
    """(name, run, tolerances)."""
    shared = [("linclass-f32", by_linclass(numpy.float32), [0]), ("linclass-f64", by_linclass(numpy.float64), [0])]
    if OPTIONS.path:
        return [*shared, ("glmnet", by_glmnet, [1e-7, 1e-9, 1e-11, 1e-13])]
    tolerances = [10.0**-i for i in range(2, 10)]
    peers = [("scikit-learn-saga", by_saga, tolerances)]
    if two:
        peers += [("skglm", by_skglm, tolerances), ("celer", by_celer, tolerances)]
    return [*shared, *peers]


def run_apart(run, X, y, penalties, tolerance, seconds):
    """What a run returns, or None where it takes longer or fails."""
    answers = multiprocessing.Queue()

    def work():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answers.put(run(X, y, penalties, tolerance))

    process = multiprocessing.Process(target=work)
    process.start()
    ends = time.perf_counter() + seconds
    found = None
    while found is None and time.perf_counter() < ends and (process.is_alive() or not answers.empty()):
        try:
            found = answers.get(timeout=0.1)
        except queue.Empty:
            continue
    process.terminate()
    process.join()
    return found


def race(name, run, tolerances, X, y, penalties, bounds):
    zero = numpy.log(y.max() + 1)
    best = numpy.inf
    for tolerance in tolerances:
        found = run_apart(run, X, y, penalties, tolerance, OPTIONS.limit)
        if found is None:
            break
        seconds, models = found
        gaps = [objective(X, y, *model, l1) - bound for model, l1, bound in zip(models, penalties, bounds)]
        best = min(best, max(gaps) / zero) if len(models) == len(penalties) else best
        if best <= GAP:
            print(f"{name:20} {seconds:9.3f} s   gap {best:.1e}   tolerance {tolerance:g}", flush=True)
            return
    print(f"{name:20} did not reach {GAP:g} within {OPTIONS.limit:g} s; best gap {best:.1e}", flush=True)


def lower_bounds(X, y, penalties):
    two = y.max() == 1
    if OPTIONS.path:
        path = linclass.regularization_path(X.astype(float), y, lambdas=penalties, l1_ratio=1, **fit_options(two))
        return [model.report.dual_objective for model in path.models]
    return [linclass.fit(X.astype(float), y, l1=OPTIONS.l1, l2=0.0, **fit_options(two)).report.dual_objective]


def main():
    X, y = read()
    two = y.max() == 1
    penalties = numpy.array([OPTIONS.l1])
    if OPTIONS.path:
        first = linclass.regularization_path(X, y, count=1, l1_ratio=1, **fit_options(two)).lambdas[0]
        penalties = numpy.geomspace(first, LAST * first, OPTIONS.path)
    print(f"{OPTIONS.data}: {X.shape[0]} x {X.shape[1]}, {y.max() + 1} classes, {len(penalties)} penalties to l1 = "
          f"{penalties[-1]:.2g}, {OPTIONS.threads} threads", flush=True)
    bounds = lower_bounds(X, y, penalties)
    wanted = [name for name in OPTIONS.only.split(",") if name]
    for name, run, tolerances in entrants(two):
        if not wanted or name in wanted:
            race(name, run, tolerances, X, y, penalties, bounds)


main()
