#!/usr/bin/python3
"""Compare two builds of the library, regime by regime, in turns.

    compare.py TURNS OLD NEW SHAPES SECONDS

TURNS: the program bench-turns. OLD, NEW: folders with a liblinclass.so.0 each. SHAPES: lines `m n k name`. Each
build runs in a process of its own, which has its data ready and waits for its turn: old new, new old, old new, ...
The ratio new/old of neighbouring turns is summarised by its median and an interval that holds the median with
99 % confidence. Processes are started anew several times, so that where arrays happen to lie counts less.
"""

import os
import pathlib
import subprocess
import sys
import time

from ratios import interval, median, ratios_of_turns, verdict

STARTS = 4
LEAST_TURNS = 10  # in all; fewer have no interval


class Build:
    """A process of bench-turns with one build of the library."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            env={**os.environ, "LD_LIBRARY_PATH": str(folder)})

    def ask(self, line):
        """The answer, or "none" from a process that has ended: a library that lacks a function."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return "none"
        return self.process.stdout.readline().strip() or "none"

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait()


def shapes_of(path):
    for line in pathlib.Path(path).read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            yield words[3], words[:3]


def cases_of(path, processors):
    """(name, m n k, threads): on one thread, and on all where a regime uses them."""
    for name, sizes in shapes_of(path):
        alone = name in ("sgd", "gradient") or name == "predict" and sizes[0] == "1"
        for threads in sorted({1} if alone else {1, processors}):
            yield name, sizes, threads


def turns_of_one_start(program, folders, case, deadline, least):
    """Times of both builds, as many of each; None where one of them cannot do it."""
    name, sizes, threads = case
    builds = [Build(program, folder) for folder in folders]
    times = [[], []]
    try:
        if any(build.ask(f"{name} {' '.join(sizes)} {threads}") != "ready" for build in builds):
            return None
        while len(times[0]) < least or time.monotonic() < deadline:
            order = (0, 1) if len(times[0]) % 2 == 0 else (1, 0)
            for which in order:
                times[which].append(float(builds[which].ask("go")))
    finally:
        for build in builds:
            build.close()
    return times


def refuse_what_does_not_run(program, folders):
    """A library of another ABI does not start the program."""
    for folder in folders:
        done = subprocess.run([program], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env={**os.environ, "LD_LIBRARY_PATH": str(folder)})
        if done.returncode != 0:
            sys.exit(f"the library in {folder} does not run this tree's programs: {done.stderr.strip()}")


def compare_case(program, folders, case, seconds):
    old, new = [], []
    begin = time.monotonic()
    for start in range(STARTS):
        least = -(-LEAST_TURNS // STARTS)
        times = turns_of_one_start(program, folders, case, begin + seconds * (start + 1) / STARTS, least)
        if times is None:
            return None
        old += times[0]
        new += times[1]
    return old, new


def main():
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    program, folders, seconds = sys.argv[1], sys.argv[2:4], float(sys.argv[5])
    refuse_what_does_not_run(program, folders)
    cases = list(cases_of(sys.argv[4], len(os.sched_getaffinity(0))))
    print(f"{'regime':9} {'m':>6} {'n':>5} {'k':>6} {'threads':>7} {'old':>10} {'new':>10} {'new/old':>8} "
          f"{'99 % interval':>15} {'turns':>5}  verdict", flush=True)
    deadline = time.monotonic() + seconds
    slower = 0
    for number, case in enumerate(cases):
        name, (m, n, k), threads = case
        share = max(0, deadline - time.monotonic()) / (len(cases) - number)
        times = compare_case(program, folders, case, share)
        label = f"{name:9} {m:>6} {n:>5} {k:>6} {threads:>7}"
        if times is None:
            print(f"{label} not in both builds, or too large for the memory", flush=True)
            continue
        ratios = ratios_of_turns(*times)
        bounds = interval(ratios)
        shown = f"{bounds[0]:.3f} .. {bounds[1]:.3f}" if bounds else "-"
        print(f"{label} {median(times[0]):>10.3e} {median(times[1]):>10.3e} {median(ratios):>8.3f} {shown:>15} "
              f"{len(ratios):>5}  {verdict(bounds)}", flush=True)
        slower += verdict(bounds) == "slower"
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
