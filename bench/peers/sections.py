"""The race on sparse data: the sections of Debian packages, by linclass and by other libraries.

    sections.py DIRECTORY [--threads T] [--l2 L] [--problem softmax|logistic] [--only NAME,...]

DIRECTORY is where scripts/sections has written. Each fits, from zero,

    F = mean loss + (l2 / 2) |theta|^2, l2 = 1e-5

softmax: all sections, the bias free; logistic: the most frequent one against the others, without a bias, which
LIBLINEAR penalises. Printed: seconds by the clock and of processor time, and the gap to the lowest F of all,
relative to it, F recomputed in double from the parameters. Of each its seconds and F are printed when it ends, and
the table at last. One process for all of them, one after the other; BLAS of the others is held to the same number of
threads.
"""

import argparse
import os
import pathlib
import time
import warnings


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--l2", type=float, default=1e-5)
    parser.add_argument("--problem", choices=("softmax", "logistic"), default="logistic")
    parser.add_argument("--only", default="", help="the libraries to run, separated by commas")
    return parser.parse_args()


OPTIONS = arguments()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = str(OPTIONS.threads)

import numpy  # noqa: E402
from sklearn.datasets import load_svmlight_file  # noqa: E402
from sklearn.linear_model import LogisticRegression, SGDClassifier  # noqa: E402

import linclass  # noqa: E402


def read():
    X, y = load_svmlight_file(str(OPTIONS.directory / "sections.libsvm"), dtype=numpy.float32)
    y = y.astype(numpy.int64)
    if OPTIONS.problem == "logistic":
        y = (y == numpy.bincount(y).argmax()).astype(numpy.int64)
    X = X.tocsr()
    # LIBLINEAR takes no indices of 64 bits.
    X.indices, X.indptr = X.indices.astype(numpy.int32), X.indptr.astype(numpy.int32)
    return X, y


def objective(X, y, theta, bias):
    """F in double; theta: n x k, or n x 1 for two classes told apart by one score."""
    theta = numpy.asarray(theta, float)
    H = X.astype(float) @ theta + bias
    if H.shape[1] == 1:
        h = H[:, 0]
        losses = numpy.logaddexp(0, h) - y * h
    else:
        largest = H.max(axis=1)
        losses = numpy.log(numpy.exp(H - largest[:, None]).sum(axis=1)) + largest - H[numpy.arange(len(y)), y]
    return losses.mean() + OPTIONS.l2 / 2 * (theta**2).sum()


def by_linclass(dtype):
    def fit(X, y):
        kind = linclass.SoftmaxRegression if OPTIONS.problem == "softmax" else linclass.LogisticRegression
        penalty = {"l2": OPTIONS.l2} if OPTIONS.problem == "softmax" else {"C": 1 / (OPTIONS.l2 * X.shape[0])}
        free = OPTIONS.problem == "softmax"
        model = kind(**penalty, fit_intercept=free, dtype=dtype, threads=OPTIONS.threads).fit(X, y)
        return model.coef_.T, model.intercept_

    return fit


def by_sklearn(solver, **more):
    def fit(X, y):
        model = LogisticRegression(C=1 / (OPTIONS.l2 * X.shape[0]), solver=solver, max_iter=3000,
                                   fit_intercept=OPTIONS.problem == "softmax", **more).fit(X, y)
        return model.coef_.T, model.intercept_

    return fit


def by_sgd(X, y):
    model = SGDClassifier(loss="log_loss", alpha=OPTIONS.l2, fit_intercept=False, random_state=0).fit(X, y)
    return model.coef_.T, model.intercept_


def entrants():
    """(name, fit); a fit returns theta and bias."""
    shared = [
        ("linclass-f32", by_linclass("float32")),
        ("linclass-f64", by_linclass("float64")),
        ("scikit-learn-lbfgs", by_sklearn("lbfgs", tol=1e-4)),
        ("scikit-learn-lbfgs-tol-1e-6", by_sklearn("lbfgs", tol=1e-6)),
        ("scikit-learn-saga", by_sklearn("saga", tol=1e-4)),
    ]
    if OPTIONS.problem == "softmax":
        return shared
    return [
        *shared,
        ("scikit-learn-newton-cg", by_sklearn("newton-cg", tol=1e-6)),
        ("LIBLINEAR-0-eps-1e-2", by_sklearn("liblinear", tol=1e-2)),
        ("LIBLINEAR-0-eps-1e-4", by_sklearn("liblinear", tol=1e-4)),
        ("LIBLINEAR-7-eps-1e-4", by_sklearn("liblinear", tol=1e-4, dual=True)),
        ("SGDClassifier", by_sgd),
    ]


def main():
    X, y = read()
    wanted = [name for name in OPTIONS.only.split(",") if name]
    results = []
    for name, fit in entrants():
        if wanted and name not in wanted:
            continue
        wall, cpu = time.perf_counter(), time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theta, bias = fit(X, y)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        results.append((name, wall, cpu, objective(X, y, theta, bias)))
        print(f"{name}: {wall:.3f} s, {cpu:.3f} s CPU, F = {results[-1][-1]:.9f}", flush=True)
    lowest = min(F for _, _, _, F in results)
    print(f"{X.shape[0]} x {X.shape[1]}, {X.nnz} elements, {OPTIONS.problem}, l2 = {OPTIONS.l2:g}, "
          f"{OPTIONS.threads} threads")
    print(f"{'':28} {'seconds':>9} {'CPU':>9} {'gap / F':>9}")
    for name, wall, cpu, F in results:
        print(f"{name:28} {wall:9.3f} {cpu:9.3f} {(F - lowest) / lowest:9.1e}")


main()
