#!/usr/bin/env python3
"""Compare the library with others: one process each, in turns, on the same threads, answers checked.

    run.py --library liblinclass.so [--seconds S] [--threads T] [--json F]

Run by the Python of the environment that bench/peers/setup made. A library that is not there, fails, or
gives a wrong answer is reported, and the others are compared.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from race import GAPS, race  # noqa: E402

LIBRARIES = {"linclass": "with_linclass", "numpy": "with_numpy", "torch": "with_torch",
             "scikit-learn": "with_sklearn", "oneDAL": "with_onedal", "liblinear": "with_liblinear"}

# Work measured in turns: (what, ours, [(library, task)])
TURNS = [
    ("loss and gradient", "loss_gradient", [("numpy", "loss_gradient"), ("torch", "loss_gradient"),
                                            ("torch", "linear_cross_entropy")]),
    ("SGD epoch, B = 100", "sgd_epoch", [("numpy", "sgd_epoch"), ("torch", "sgd_epoch")]),
]
# Trainings, each with its numbers of iterations (for liblinear: 1 / tolerance), ours first.
FITS = [("linclass", "lbfgs", [3, 10, 20, 30, 35, 40, 60, 120]), ("linclass", "newton_cg", [1, 2, 4, 8]),
        ("linclass", "sgd", [1, 3, 10]), ("scikit-learn", "sgd", [5]), ("liblinear", "ovr", [100]),
        ("oneDAL", "lbfgs", [10, 30, 100, 300]), ("scikit-learn", "newton_cg", [1, 2, 4, 8, 12, 16]),
        ("scikit-learn", "lbfgs", [10, 30, 100, 200, 300, 400, 500])]
TOLERANCE = 1e-4  # of float32 losses and gradients against double


class Worker:
    """A library's process."""

    def __init__(self, name, threads, library):
        count = str(threads)
        pinned = {key: count for key in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), LIBRARIES[name], count], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=HERE,
            env={**os.environ, **pinned, "LINCLASS_LIBRARY": str(library)})
        hello = self.read()
        self.problem, self.version = hello.get("problem"), hello.get("version")

    def read(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"problem": f"ended with status {self.process.wait()}"}

    def do(self, task, iterations=None, answer=None):
        print(json.dumps({"task": task, "iterations": iterations, "answer": answer and str(answer)}),
              file=self.process.stdin)
        return self.read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Report:
    """The document, in the form of the other benchmark programs."""

    def __init__(self, options):
        revision = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
                                  capture_output=True, text=True, cwd=HERE).stdout.strip()
        self.document = {"format": "linclass-benchmark-1", "program": "peers", "revision": revision,
                         "started": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "machine": {"threads": options.threads, "libraries": {}}, "tables": [], "figures": {},
                         "problems": []}
        self.path = options.json

    def problem(self, sentence):
        print(sentence, file=sys.stderr)
        self.document["problems"].append(sentence)

    def table(self, name, title, units, rows, printed=True):
        self.document["tables"].append({"name": name, "title": title, "units": units, "rows": rows})
        if self.path:
            pathlib.Path(self.path).write_text(json.dumps(self.document, indent=1))
        if not printed or not rows:
            return
        print(f"\n{title}")
        cells = [list(rows[0])] + [[f"{v:.4g}" if isinstance(v, float) else "" if v is None else str(v)
                                    for v in row.values()] for row in rows]
        widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
        for line in cells:
            print("  ".join(text.ljust(width) for text, width in zip(line, widths)))


def relative(a, b):
    return abs(a - b) / abs(b)


class Comparison:
    def __init__(self, options, report):
        import numpy
        from problem import Problem
        self.numpy, self.options, self.report = numpy, options, report
        self.problem = Problem()
        self.begun = time.monotonic()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="linclass-peers-"))
        self.workers = {}
        for name in LIBRARIES:
            worker = Worker(name, options.threads, options.library)
            if worker.problem:
                report.problem(f"{name}: {worker.problem}: left out")
                worker.close()
            else:
                self.workers[name] = worker
                report.document["machine"]["libraries"][name] = worker.version

    def answer(self, name, task, iterations=None):
        """One untimed run; its reply and its arrays, or None after a problem."""
        path = self.directory / "answer.npz"
        reply = self.workers[name].do(task, iterations, path)
        if "problem" in reply:
            self.report.problem(f"{name} {task}: {reply['problem']}: left out")
            return None
        with self.numpy.load(path) as arrays:
            return reply, dict(arrays)

    def reference_epoch(self):
        from problem import BATCH, LEARNING_RATE
        theta = self.numpy.zeros(self.problem.theta.shape)
        for first in range(0, len(self.problem.X), BATCH):
            part = slice(first, first + BATCH)
            theta -= LEARNING_RATE * self.problem.loss_gradient(theta, 0.0, self.problem.X[part],
                                                                self.problem.y[part])[1]
        return theta

    def right(self, name, task, expected_loss, expected):
        found = self.answer(name, task)
        if found is None:
            return False
        arrays = found[1]
        norm = self.numpy.linalg.norm
        error = norm(arrays["theta"] - expected) / norm(expected)
        if expected_loss is not None:
            error = max(error, relative(float(arrays["loss"]), expected_loss))
        if not error < TOLERANCE:
            self.report.problem(f"{name} {task}: relative error {error:.1e}: wrong, so not timed")
        return error < TOLERANCE

    def take_turns(self, what, ours, others, expected_loss, expected, budget):
        """A B C A B C ...; a row of the table for each."""
        team = [(name, task) for name, task in [("linclass", ours)] + others
                if name in self.workers and self.right(name, task, expected_loss, expected)]
        replies = {member: [] for member in team}
        deadline = time.monotonic() + budget
        while team and (len(replies[team[0]]) < 3 or time.monotonic() < deadline) and len(replies[team[0]]) < 50:
            for name, task in team:
                replies[name, task].append(self.workers[name].do(task))
        rows = []
        for name, task in team:
            if ("linclass", ours) not in replies:
                break
            times = [reply["seconds"] for reply in replies[name, task]]
            ratios = [a / b["seconds"] for a, b in zip(times, replies["linclass", ours])]
            used = sum(r["cpu_seconds"] for r in replies[name, task]) / sum(times)
            if used > 1.15 * self.options.threads:
                self.report.problem(f"{name} {task}: used {used:.1f} threads, not {self.options.threads}")
            rows.append({"work": what, "library": name if task == ours else f"{name}, {task.replace('_', ' ')}",
                         "threads": self.options.threads, "time": statistics.median(times),
                         "ratio to linclass": statistics.median(ratios), "CPUs used": used,
                         "peak RSS": replies[name, task][-1]["peak_bytes"], "repeats": len(times)})
        return rows

    def all_turns(self, budget):
        loss, G = self.problem.loss_gradient(self.problem.theta)
        expected = {"loss_gradient": (loss, G), "sgd_epoch": (None, self.reference_epoch())}
        rows = []
        for what, ours, others in TURNS:
            rows += self.take_turns(what, ours, others, *expected[ours], budget / len(TURNS))
        units = {"time": "s", "ratio to linclass": "1", "CPUs used": "1", "peak RSS": "B"}
        self.report.table("peers", "The same work by other libraries", units, rows)

    def follow(self, name, task, settings, deadline, rows):
        """Trainings of growing length, as long as the next may be expected to end in time."""
        last, before = 0.0, 1
        for iterations in settings:
            if time.monotonic() + last * iterations / before > deadline:
                self.report.problem(f"{name} {task}: {iterations} iterations not tried, the time is used up")
                return
            found = self.answer(name, task, iterations)
            if found is None:
                return
            reply, arrays = found
            last, before = reply["seconds"], iterations
            objective = None if reply["other_loss"] else self.problem.objective(arrays["theta"], arrays["bias"])
            rows.append({"library": f"{name}, {task.replace('_', '-')}", "iterations": reply["iterations"],
                         "seconds": last, "objective": objective,
                         "test error": self.problem.test_error(arrays["theta"], arrays["bias"]),
                         "CPUs used": reply["cpu_seconds"] / last})

    def all_fits(self, deadline):
        rows = []
        fits = [fit for fit in FITS if fit[0] in self.workers]
        for index, (name, task, settings) in enumerate(fits):
            share = (deadline - time.monotonic()) / (len(fits) - index)
            self.follow(name, task, settings, time.monotonic() + share, rows)
        known = [row["objective"] for row in rows if row["objective"] is not None]
        for row in rows:
            row["gap"] = None if row["objective"] is None else row["objective"] / min(known) - 1
        units = {"seconds": "s", "objective": "1", "gap": "1", "test error": "1", "CPUs used": "1"}
        self.report.table("trajectory", "Trainings: objective in double precision after so many iterations",
                          units, rows)
        units = {f"{side} {gap:.0e}": "s" for gap in GAPS for side in ("above", "below")}
        self.report.table("race", "Seconds of the longest training above a gap of the objective, of the shortest below it",
                          {**units, **{f"times ours, {gap:.0e}": "1" for gap in GAPS}}, race(rows))

    def close(self):
        for worker in self.workers.values():
            worker.close()
        for path in self.directory.iterdir():
            path.unlink()
        self.directory.rmdir()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--library", required=True, type=pathlib.Path, help="liblinclass.so to compare")
    parser.add_argument("--seconds", type=float, default=170, help="time budget of the run")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", help="write the figures as one JSON document")
    options = parser.parse_args()
    options.library = options.library.resolve()
    report = Report(options)
    try:
        comparison = Comparison(options, report)
    except (ImportError, OSError) as error:
        sys.exit(f"nothing to compare with: {error}")
    comparison.all_turns(0.1 * options.seconds)
    comparison.all_fits(comparison.begun + options.seconds)
    comparison.close()
    sys.exit(3 if report.document["problems"] else 0)


main()
