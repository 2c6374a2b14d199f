"""One sweep over sparse rows, loss and gradient, by linclass and by scipy: the sections of Debian packages.

    sparse_sweep.py DIRECTORY [--threads T] [--repeat N]

DIRECTORY is where scripts/sections has written. By scipy a sweep is its two products, X @ theta and X.T @ R, and the
softmax between them by NumPy, in arrays that are used again where NumPy can; scipy's products take one thread. All 58
sections, then the most frequent one against the others, in single and double precision. The answers are compared first;
then both run in turns. Printed: medians by the clock in milliseconds, their ratio, elements of X by the second, and
what reading X and the labels once, theta once and writing the gradient once comes to in bytes by the second: beside the
bandwidth of the memory the bound of a sweep that finds all else in its caches. What the caches move is not counted; with
many classes that is far more.
"""

import argparse
import os
import pathlib
import statistics
import time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=15)
    return parser.parse_args()


OPTIONS = arguments()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = str(OPTIONS.threads)

import numpy  # noqa: E402

import linclass  # noqa: E402


def softmax_by_scipy(X, y, theta, bias):
    H = X @ theta
    H += bias
    rows = numpy.arange(len(y))
    own = H[rows, y].copy()
    largest = H.max(axis=1, keepdims=True)
    H -= largest
    numpy.exp(H, out=H)
    total = H.sum(axis=1, keepdims=True)
    loss = float(numpy.mean(numpy.log(total[:, 0]) + largest[:, 0] - own, dtype=float))
    H /= total
    H[rows, y] -= 1
    H /= len(y)
    return loss, X.T @ H


def logistic_by_scipy(X, y, theta, bias):
    h = X @ theta + bias
    loss = float(numpy.mean(numpy.logaddexp(0, h) - y * h, dtype=float))
    r = (1 / (1 + numpy.exp(-h)) - y) / len(y)
    return loss, X.T @ r.astype(theta.dtype)


def in_turns(*functions):
    times = [[] for _ in functions]
    for _ in range(OPTIONS.repeat):
        for own, function in zip(times, functions, strict=True):
            begin = time.perf_counter()
            function()
            own.append(time.perf_counter() - begin)
    return [1e3 * statistics.median(own) for own in times]


def race(X, y, k):
    dtype = X.dtype
    random = numpy.random.default_rng(0)
    shape = (X.shape[1], k) if k > 1 else X.shape[1]
    theta = (0.1 * random.standard_normal(shape)).astype(dtype)
    bias = random.standard_normal(k).astype(dtype) if k > 1 else dtype.type(0.1)
    G = numpy.empty_like(theta)
    function = linclass.softmax_loss_gradient if k > 1 else linclass.logistic_loss_gradient
    theirs = softmax_by_scipy if k > 1 else logistic_by_scipy

    def ours():
        return function(X, y, theta, bias, out=G, threads=OPTIONS.threads)

    loss = ours()[0]
    known, gradient = theirs(X, y, theta, bias)
    epsilon = numpy.finfo(dtype).eps
    # Sums of up to m terms, in any order, at random.
    allowed = epsilon * X.shape[0] ** 0.5 * abs(gradient).max()
    assert abs(loss - known) <= 100 * epsilon * abs(known), (loss, known)
    assert abs(G - gradient).max() <= allowed, (abs(G - gradient).max(), allowed)
    own, other = in_turns(ours, lambda: theirs(X, y, theta, bias))
    # Row starts have 8 bytes in the library, whatever they have here.
    moved = X.indices.nbytes + X.data.nbytes + 8 * len(X.indptr) + y.nbytes + theta.nbytes + G.nbytes
    print(f"{k:4} {dtype.name:8} {own:9.2f} {other:9.2f} {other / own:7.2f} {X.nnz / own / 1e6:9.3f} "
          f"{moved / own / 1e6:7.2f}")


def main():
    data = linclass.read(OPTIONS.directory / "sections.libsvm")
    labels = data.y - data.y.min()
    frequent = (labels == numpy.bincount(labels).argmax()).astype(numpy.int64)
    print(f"{data.X.shape[0]} x {data.X.shape[1]}, {data.X.nnz} elements, linclass with {OPTIONS.threads} threads")
    print(f"{'k':>4} {'type':8} {'linclass':>9} {'scipy':>9} {'ratio':>7} {'10^9 / s':>9} {'GB / s':>7}")
    for dtype in (numpy.float32, numpy.float64):
        X = data.X.astype(dtype)
        race(X, labels, int(labels.max()) + 1)
        race(X, frequent, 1)


main()
