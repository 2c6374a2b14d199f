"""Gap and true distance from the minimum against seconds: what fits prove, and where they are.

    gaps.py LIBRARY RESULTS [SERIES ...]

Fits of the first rows of Fashion-MNIST with l2 = 1 / rows (C = 1 of scikit-learn), ended after more and more iterations:
the seconds of the whole fit, F of its model in double precision less F*, both over F at zero parameters, and the gap that
it proves, which the peers have none of. F* is of a fit in double precision to a gap of 1e-12. One thread each.
RESULTS/gaps.json gets the rows of the series that are named, all by default, beside those that are there.
"""

import json
import os
import pathlib
import sys
import time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
os.environ["LINCLASS_LIBRARY"] = sys.argv[1] if len(sys.argv) > 1 else ""
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python"))

import linclass  # noqa: E402
import numpy  # noqa: E402
import with_sklearn  # noqa: E402
from problem import Problem  # noqa: E402

ROWS = 10000
SECONDS = 8  # for all fits of a series
OURS, PEERS = ("lbfgs", "newton_cg"), ("lbfgs", "newton-cg", "saga")


class Minimum:
    """The problem, F in double precision, and its minimum."""

    def __init__(self):
        whole = Problem()
        whole.X, whole.y = whole.X[:ROWS], whole.y[:ROWS]
        self.problem, self.l2, self.zero = whole, 1 / ROWS, numpy.log(10)
        best = linclass.fit(whole.X.astype(float), whole.y, solver="newton_cg", l2=self.l2, threads=1,
                            dtype=numpy.float64, gradient_tolerance=1e-9, gap_tolerance=1e-12)
        self.least = self.objective(best.theta, best.bias)
        assert best.report.gap <= 1e-12 * self.zero

    def objective(self, theta, bias):
        loss, _ = self.problem.loss_gradient(theta.astype(float), bias.astype(float))
        return loss + self.l2 / 2 * float((theta.astype(float) ** 2).sum())

    def row(self, series, iterations, seconds, theta, bias, gap=None):
        distance = (self.objective(theta, bias) - self.least) / self.zero
        return {"series": series, "iterations": iterations, "seconds": seconds, "distance": distance,
                "gap": None if gap is None else gap / self.zero}


def our_fit(minimum, solver, iterations):
    data = minimum.problem
    begun = time.perf_counter()
    model = linclass.fit(data.X, data.y, solver=solver, l2=minimum.l2, max_iterations=iterations, threads=1,
                         dtype=numpy.float32)
    seconds = time.perf_counter() - begun
    return minimum.row(f"linclass, {solver}", iterations, seconds, model.theta, model.bias, model.report.gap)


def peer_fit(minimum, solver, iterations):
    data = minimum.problem
    model = with_sklearn.LogisticRegression(C=1 / (minimum.l2 * ROWS), solver=solver, tol=1e-9, max_iter=iterations)
    begun = time.perf_counter()
    model.fit(data.X, data.y)
    seconds = time.perf_counter() - begun
    return minimum.row(f"scikit-learn, {solver}", iterations, seconds, model.coef_.T, model.intercept_)


def series(fit, minimum, solver):
    """Fits of 1, 2, 3, 4, 6, 9, ... iterations, while there is time; none that does what the one before did."""
    fit(minimum, solver, 1)
    rows, iterations, begun = [], 1, time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        row = fit(minimum, solver, iterations)
        if rows and row["distance"] == rows[-1]["distance"]:
            break
        rows.append(row)
        iterations = max(iterations + 1, iterations * 4 // 3)
    return rows


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    minimum = Minimum()
    path = pathlib.Path(sys.argv[2]) / "gaps.json"
    known = json.loads(path.read_text())["tables"][0]["rows"] if path.exists() else []
    jobs = [("linclass", our_fit, solver) for solver in OURS] + [("scikit-learn", peer_fit, solver) for solver in PEERS]
    for library, fit, solver in jobs:
        name = f"{library}, {solver}"
        if not sys.argv[3:] or name in sys.argv[3:]:
            known = [row for row in known if row["series"] != name] + series(fit, minimum, solver)
    table = {"name": "gaps", "units": {"seconds": "s"}, "rows": known}
    path.write_text(json.dumps({"format": "linclass-benchmark-1", "program": "gaps", "tables": [table]}, indent=1))


main()
