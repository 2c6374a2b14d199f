"""The benchmark programs on bad input: a sentence, the rest still runs, the exit status says so.

    test_programs.py JACOBIAN ROOFLINE
"""

import json
import pathlib
import subprocess
import sys
import tempfile


def run(program, *arguments):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)


def expect(condition, sentence, result):
    if not condition:
        sys.exit(f"{sentence}\nexit status {result.returncode}\n{result.stdout}\n{result.stderr}")


def bad_line_and_small_budget(jacobian, directory):
    shapes = directory / "shapes.txt"
    document = directory / "figures.json"
    shapes.write_text("1 20 ten bad\n1 2000 600 large\n1 50 4 good\n")
    result = run(jacobian, "--shapes", shapes, "--memory", "100M", "--seconds", 0.2, "--json", document)
    expect(result.returncode == 3, "something skipped: status 3", result)
    expect(f'{shapes}:1: k is "ten"' in result.stderr, "the bad line is named", result)
    expect(f"{shapes}:2: large" in result.stderr and "--memory" in result.stderr,
           "the shape over the budget is named", result)
    figures = json.loads(document.read_text())
    expect(figures["format"] == "linclass-benchmark-1" and len(figures["problems"]) == 2,
           "both problems are in the document", result)
    for table in figures["tables"]:
        expect([row["shape"] for row in table["rows"]] == ["good"], "the good shape was measured", result)
        expect(set(table["rows"][0]) >= {"B", "n", "k"}, "rows name their shape", result)


def tables_fit_a_terminal(jacobian, directory):
    """Of 221 columns, the table of times could be read in no terminal."""
    shapes = directory / "good.txt"
    shapes.write_text("1 50 4 good\n")
    result = run(jacobian, "--shapes", shapes, "--seconds", 0.2)
    rows = [line for line in result.stdout.splitlines() if line.startswith(("shape", "good"))]
    expect(len(rows) >= 4, "there are tables", result)
    expect(max(map(len, rows)) <= 80, "no row is longer than 80 characters", result)


def unknown_regime(roofline, directory):
    shapes = directory / "regimes.txt"
    shapes.write_text("10 20 5 sleep\n10 20 5 step\n")
    result = run(roofline, "--shapes", shapes, "--seconds", 0.5, "--threads", 1)
    expect(result.returncode == 3, "something skipped: status 3", result)
    expect('"sleep" is not a regime' in result.stderr, "the regime is named", result)


def wrong_usage(program):
    for arguments in (["--seconds", "soon"], ["--memory", "6 apples"], ["--threads", "0"], ["--cheese"]):
        result = run(program, *arguments)
        expect(result.returncode == 2, f"{arguments}: status 2", result)
        expect(arguments[0] in result.stderr, f"{arguments}: the option is named", result)


jacobian, roofline = sys.argv[1:]
with tempfile.TemporaryDirectory() as name:
    bad_line_and_small_budget(jacobian, pathlib.Path(name))
    tables_fit_a_terminal(jacobian, pathlib.Path(name))
    unknown_regime(roofline, pathlib.Path(name))
wrong_usage(jacobian)
