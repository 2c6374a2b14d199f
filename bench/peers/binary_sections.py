"""One section of Debian packages against all others: linclass on one and two threads and LIBLINEAR, in turns.

    binary_sections.py DIRECTORY [--l2 L] [--gap G] [--rounds R] [--dtype float32|float64]

DIRECTORY is where scripts/sections has written; the section is the most frequent one. All minimise

    F = mean of log(1 + exp(-s_i x_i' theta)) + (l2 / 2) |theta|^2, s_i = +-1, l2 = 1e-5

without an intercept, which LIBLINEAR would penalise: -s 0 (Newton's method) and -s 7 (the dual problem), C = 1 / (l2 m).
LIBLINEAR's data is converted before the clock starts, and its time is that of `train` alone; linclass's is that of the
whole fit, its proof included. LIBLINEAR has one thread.

Equal objectives: F is recomputed in double by NumPy and SciPy, and beside it a lower bound of its minimum, which is the
value of the dual problem at the residuals of LIBLINEAR -s 0 -e 1e-8. -e of each solver is the loosest of those tried
whose gap, F less the bound relative to the bound, is at most G; linclass is asked for G. Each run's gap is computed
anew. Printed: -e, median and least seconds, the largest gap of all rounds, and how many times as long as linclass each
solver takes, the median over the rounds.
"""

import argparse
import pathlib
import statistics
import time

import numpy
from liblinear.liblinearutil import parameter, train
from liblinear.liblinearutil import problem as liblinear_problem
from scipy import special
from sklearn.datasets import load_svmlight_file

import linclass

EPSILONS = (0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--l2", type=float, default=1e-5)
    parser.add_argument("--gap", type=float, default=1e-6)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--dtype", choices=("float32", "float64"), default="float32")
    return parser.parse_args()


class Sections:
    """The rows, as each library takes them, and the judge of what they return."""

    def __init__(self, options):
        X, y = load_svmlight_file(str(options.directory / "sections.libsvm"), dtype=numpy.float32)
        self.X = X.tocsr().astype(options.dtype)
        self.X.indices, self.X.indptr = self.X.indices.astype(numpy.int32), self.X.indptr.astype(numpy.int32)
        y = y.astype(numpy.int64)
        self.y = (y == numpy.bincount(y).argmax()).astype(numpy.int64)
        self.l2 = options.l2
        self.plain = self.X.astype(float)
        self.described = liblinear_problem(2.0 * self.y - 1, self.plain)

    def objective(self, theta):
        margins = (2 * self.y - 1) * (self.plain @ theta)
        return numpy.logaddexp(0, -margins).mean() + self.l2 / 2 * (theta @ theta)

    def lower_bound(self, theta):
        """The value of the dual problem at the residuals of theta, the probabilities of the other class."""
        margins = (2 * self.y - 1) * (self.plain @ theta)
        share = special.expit(-margins)
        along = self.plain.T @ ((2 * self.y - 1) * share) / len(self.y)
        return (special.entr(share) + special.entr(special.expit(margins))).mean() - along @ along / (2 * self.l2)

    def by_linclass(self, threads, gap):
        model = linclass.fit(self.X, self.y, loss="logistic", l2=self.l2, fit_bias=False, gap_tolerance=gap,
                             dtype=self.X.dtype.name, threads=threads)
        theta = numpy.asarray(model.theta, float)
        return theta[:, 1] - theta[:, 0]

    def by_liblinear(self, solver, epsilon):
        model = train(self.described, parameter(f"-s {solver} -c {1 / (self.l2 * len(self.y))} -e {epsilon} -q"))
        return numpy.array(model.w[: self.X.shape[1]]) * (1 if model.get_labels()[0] == 1 else -1)


def main():
    options = arguments()
    sections = Sections(options)
    bound = sections.lower_bound(sections.by_liblinear(0, 1e-8))

    def gap(theta):
        return (sections.objective(theta) - bound) / bound

    def loosest(solver):
        for epsilon in EPSILONS:
            if gap(sections.by_liblinear(solver, epsilon)) <= options.gap:
                return epsilon
        raise SystemExit(f"LIBLINEAR -s {solver} does not come within {options.gap:g} with -e {EPSILONS[-1]:g}")

    entrants = {}
    for threads in (1, 2):
        entrants[f"linclass, threads {threads}"] = lambda threads=threads: sections.by_linclass(threads, options.gap)
    for solver in (0, 7):
        epsilon = loosest(solver)
        entrants[f"LIBLINEAR -s {solver} -e {epsilon:g}"] = (
            lambda solver=solver, epsilon=epsilon: sections.by_liblinear(solver, epsilon))
    seconds = {name: [] for name in entrants}
    gaps = {name: [] for name in entrants}
    for _ in range(options.rounds):
        for name, fit in entrants.items():
            begin = time.perf_counter()
            theta = fit()
            seconds[name].append(time.perf_counter() - begin)
            gaps[name].append(gap(theta))
    print(f"{sections.X.shape[0]} x {sections.X.shape[1]}, {sections.X.nnz} elements, {options.dtype}, "
          f"l2 = {options.l2:g}, bound {bound:.9f}, {options.rounds} rounds")
    ours = [name for name in entrants if name.startswith("linclass")]
    print(f"{'':24} {'median':>8} {'least':>8} {'gap / F':>9} {'1 thread':>9} {'2 threads':>9}")
    for name, own in seconds.items():
        ratios = [statistics.median(theirs / mine for theirs, mine in zip(own, seconds[base], strict=True))
                  for base in ours]
        print(f"{name:24} {statistics.median(own):8.3f} {min(own):8.3f} {max(gaps[name]):9.1e} "
              + " ".join(f"{ratio:9.2f}" for ratio in ratios))
    late = [name for name, found in gaps.items() if max(found) > options.gap]
    if late:
        raise SystemExit(f"not within {options.gap:g} in every round: {', '.join(late)}")


main()
