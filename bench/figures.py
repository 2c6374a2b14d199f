"""The figures of the benchmark programs, as their JSON documents hold them: base units throughout."""

import json
import math
import pathlib


class Figures:
    """The documents of a directory, one a program: NAME.json."""

    def __init__(self, directory):
        self.documents = {}
        for path in sorted(pathlib.Path(directory).glob("*.json")):
            document = json.loads(path.read_text())
            if document.get("format") == "linclass-benchmark-1":
                self.documents[path.stem] = document

    def rows(self, program, table):
        """All rows of the tables of that name; [] when the program has not run."""
        tables = self.documents.get(program, {}).get("tables", [])
        return [row for entry in tables if entry["name"] == table for row in entry["rows"]]

    def units(self, program, table):
        units = {}
        for entry in self.documents.get(program, {}).get("tables", []):
            if entry["name"] == table:
                units.update(entry["units"])
        return units

    def sentences(self, program):
        return [figure["sentence"] for figure in self.documents.get(program, {}).get("figures", {}).values()]


PREFIXES = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n")]


def three_digits(value):
    if value == 0:
        return "0"
    value = float(f"{value:.3g}")
    decimals = max(0, 2 - math.floor(math.log10(abs(value)) + 1e-9))
    return f"{value:.{decimals}f}"


def with_unit(value, unit):
    """12.3 ms, 4.00 GB: three digits and a prefix."""
    smallest = 1 if unit in ("B", "B/s", "FLOP/s") else 0
    for factor, prefix in PREFIXES:
        if abs(value) >= 0.9995 * factor and factor >= smallest:
            return f"{three_digits(value / factor)} {prefix}{unit}"
    return f"0 {unit}"
