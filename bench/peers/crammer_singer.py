"""Crammer and Singer's loss: linclass and LIBLINEAR -s 4, in turns, on the first images of Fashion-MNIST, or on the
sections of Debian packages.

    crammer_singer.py [--rows M] [--sections DIRECTORY] [--gap G,...] [--epsilon E,...] [--rounds R]

DIRECTORY: where scripts/sections has written; all rows of it.

F = mean loss + |theta|^2 / (2 m), LIBLINEAR's objective with C = 1 over m, no intercepts, which it would penalise; one thread.
F is recomputed in double from each library's parameters. LIBLINEAR's data is converted before the clock starts. Its order
of rows is random: its F and its time differ from round to round. Printed: each run, and the medians.
"""

import argparse
import pathlib
import time

import numpy
from liblinear.liblinearutil import parameter, train
from liblinear.liblinearutil import problem as liblinear_problem
from problem import Problem
from scipy import sparse

import linclass


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--sections", type=pathlib.Path, metavar="DIRECTORY")
    parser.add_argument("--gap", default="1e-3,1e-4", help="relative gaps of linclass, separated by commas")
    parser.add_argument("--epsilon", default="0.1,0.01", help="LIBLINEAR's -e, separated by commas")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def read(options):
    if options.sections is None:
        X, y = Problem.part("train")
        return X[: options.rows], y[: options.rows]
    from sklearn.datasets import load_svmlight_file

    X, y = load_svmlight_file(str(options.sections / "sections.libsvm"), dtype=numpy.float32)
    return X, y.astype(int)


def objective(X, y, theta):
    H = X.astype(float) @ numpy.asarray(theta, float)
    rows = numpy.arange(len(y))
    margins = 1 + H - H[rows, y][:, None]
    margins[rows, y] = 0
    return margins.max(axis=1).mean() + (numpy.asarray(theta, float) ** 2).sum() / (2 * len(y))


def by_linclass(X, y, gap):
    loss = "crammer_singer"
    return linclass.fit(X, y, loss=loss, l2=1 / len(y), fit_bias=False, gap_tolerance=gap, threads=1).theta


def by_liblinear(described, shape, epsilon):
    model = train(described, parameter(f"-s 4 -c 1 -e {epsilon} -q"))
    n, k = shape
    theta = numpy.zeros(shape)
    theta[:, model.get_labels()] = numpy.array(model.w[: n * k]).reshape(shape)
    return theta


def main():
    options = arguments()
    X, y = read(options)
    shape = (X.shape[1], int(y.max()) + 1)
    described = liblinear_problem(y.astype(float), sparse.csr_matrix(X.astype(float)))
    entrants = {}
    for gap in options.gap.split(","):
        entrants[f"linclass, gap {gap}"] = lambda gap=gap: by_linclass(X, y, float(gap))
    for epsilon in options.epsilon.split(","):
        entrants[f"LIBLINEAR -s 4 -e {epsilon}"] = lambda epsilon=epsilon: by_liblinear(described, shape, epsilon)
    runs = {name: [] for name in entrants}
    for _ in range(options.rounds):
        for name, fit in entrants.items():
            begin = time.perf_counter()
            theta = fit()
            runs[name].append((time.perf_counter() - begin, objective(X, y, theta)))
            print(f"{name:28s} {runs[name][-1][0]:8.3f} s   F {runs[name][-1][1]:.6f}", flush=True)
    print()
    for name, results in runs.items():
        seconds, values = numpy.median(numpy.array(results), axis=0)
        print(f"{name:28s} {seconds:8.3f} s   F {values:.6f}   medians of {options.rounds}")


if __name__ == "__main__":
    main()
