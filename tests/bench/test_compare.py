"""bench/ratios.py and bench/compare.py: what made-up times show, and turns with processes that only pretend.

    test_compare.py BENCH_FOLDER
"""

import pathlib
import random
import subprocess
import sys
import tempfile

bench = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(bench))
from ratios import interval, median, ratios_of_turns, verdict  # noqa: E402


def medians():
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 3, 2]) == 2.5
    assert ratios_of_turns([1.0, 2.0], [2.0, 1.0]) == [2.0, 0.5]


def intervals_worked_by_hand():
    # P(fewer than 1 of 6 heads) = 1/64: twice that is 3.1 %; of 5, 6.2 %.
    assert interval(range(6), 0.95) == (0, 5)
    assert interval(range(5), 0.95) is None
    # Of 10: 1/1024 below the least, 11/1024 below the second: 0.2 % and 2.1 %.
    assert interval(range(10), 0.95) == (1, 8)
    assert interval(range(10), 0.99) == (0, 9)
    assert interval([], 0.95) is None


def intervals_hold_the_median_as_often_as_they_say():
    """Of lopsided times, as those of a disturbed machine are: a median of 1, a long upper tail."""
    numbers = random.Random(1)
    missed = 0
    for _ in range(4000):
        low, high = interval([1 + numbers.choice((-0.01, 1)) * numbers.random() for _ in range(21)], 0.95)
        missed += not low <= 1 <= high
    # Binomial: at most 5 % of 4000, and four standard deviations.
    assert missed <= 200 + 56, missed


def verdicts():
    assert verdict((0.90, 0.95)) == "faster"
    assert verdict((1.05, 1.30)) == "slower"
    assert verdict((0.90, 1.05)) == "no difference shown"
    assert verdict((0.980, 0.995)) == "no difference shown", "within what the place of arrays makes"
    assert verdict(None) == "too few turns"


# Takes the place of bench-turns: its times depend on the library, a folder's name here, as they would.
PRETENDER = """#!/usr/bin/python3
import os, sys
factor = float(os.path.basename(os.environ["LD_LIBRARY_PATH"]))
turn = 0
for line in sys.stdin:
    if line.startswith("sgd") and factor != 1:
        sys.exit("no such function")
    turn += line == "go\\n"
    print(f"{factor * (1 + 0.001 * (turn % 3))}" if line == "go\\n" else "ready", flush=True)
"""


def compare(directory, old, new):
    program, shapes = directory / "turns", directory / "shapes"
    program.write_text(PRETENDER)
    program.chmod(0o755)
    shapes.write_text("# m n k name\n10 20 5 step\n1 20 5 sgd\n")
    return subprocess.run([sys.executable, bench / "compare.py", program, directory / old, directory / new, shapes, "0.1"],
                          capture_output=True, text=True)


def comparisons_of_pretended_builds():
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        for new, status, word in (("1.5", 1, "slower"), ("0.5", 0, "faster")):
            result = compare(directory, "1", new)
            assert result.returncode == status, result
            rows = [line for line in result.stdout.splitlines() if line.startswith("step")]
            assert rows and all(row.endswith(f"  {word}") for row in rows), result.stdout
            assert "sgd            1    20      5       1 not in both builds" in result.stdout, result.stdout
        result = compare(directory, "1", "1")
        assert result.returncode == 0 and "no difference shown" in result.stdout, result.stdout


medians()
intervals_worked_by_hand()
intervals_hold_the_median_as_often_as_they_say()
verdicts()
comparisons_of_pretended_builds()
