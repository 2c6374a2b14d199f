#!/usr/bin/python3
"""Put the figures of a run into docs/benchmarks.md.

    document.py RESULTS DOCUMENT

Between a line `<!-- figures NAME -->` and the next `<!-- end -->` the document is written anew; all
else is text and stays. A section whose program has not run stays as well.
"""

import pathlib
import re
import statistics
import sys

from figures import Figures, three_digits, with_unit

# NAME: (program, table, columns of the document in their order)
SECTIONS = {
    "memory": ("jacobian", "memory",
               ["B", "n", "k", "approach 1", "predicted 1", "approach 2", "predicted 2", "ratio", "predicted",
                "ratio/predicted"]),
    "time": ("jacobian", "time",
             ["B", "n", "k", "built", "multiplied", "structure", "ratio built", "ratio", "ratio/k", "J in", "G in",
              "ratio/k at equal bandwidth"]),
    "step": ("step", "step",
             ["m", "n", "k", "threads", "linclass", "spread", "speed", "plain", "bare", "plain/linclass",
              "linclass/bare", "peak RSS", "in rows of H", "error"]),
    "limits": ("roofline", "limits", ["threads", "peak", "clock", "FMA a cycle", "reading L1", "reading L2", "reading L3",
                                      "reading memory", "writing L2", "writing memory", "triad"]),
    "roofline": ("roofline", "roofline",
                 ["regime", "m", "n", "k", "threads", "time", "p99", "speed", "bound is", "by", "of bound",
                  "linclass/bare", "verdict"]),
    "epochs": ("train", "epochs",
               ["data", "threads", "training", "spread", "an epoch", "test error", "test loss", "peak RSS"]),
    "iteration": ("train", "iteration",
                  ["data", "threads", "evaluation", "iteration", "iteration/evaluation", "whole fit", "iterations",
                   "evaluations", "fit/its evaluations", "data held", "peak RSS"]),
    "time_to": ("train", "time_to", None),
    "busy": ("busy", "busy",
             ["what", "m", "n", "k", "busy processes", "threads", "one thread", "all threads", "all/one", "worst",
              "turns"]),
    "isolated": ("busy", "isolated",
                 ["m", "n", "k", "busy processes", "threads", "in a row", "isolated", "90 % below", "isolated/in a row",
                  "two sgemm", "isolated/two sgemm", "calls"]),
    "peers": ("peers", "peers", None),
    "race": ("peers", "race", None),
    "calls": ("python", "calls", None),
    "fit": ("python", "fit", None),
    "reading": ("reading", "reading", ["file", "reader", "speed a core", "CPU time/linclass"]),
}
SHARES = {"spread", "share", "of bound", "test error", "others' load"}


def cell(row, name, unit):
    value = row.get(name)
    if value is None:
        return "–"
    if isinstance(value, str) or isinstance(value, int) and not unit:
        return str(value)
    if name in SHARES:
        return f"{100 * value:.1f} %" if value < 0.0995 else f"{100 * value:.0f} %"
    if unit in ("", "1"):
        return f"{value:.1e}" if abs(value) < 1e-3 and value else three_digits(value)
    return with_unit(value, unit)


def table(figures, program, name, columns):
    rows, units = figures.rows(program, name), figures.units(program, name)
    columns = columns or list(dict.fromkeys(key for row in rows for key in row))
    lines = ["| " + " | ".join(columns) + " |",
             "|" + "|".join("---" if isinstance(rows[0].get(key), str) else "--:" for key in columns) + "|"]
    lines += ["| " + " | ".join(cell(row, key, units.get(key, "")) for key in columns) + " |" for row in rows]
    return lines


def problems(document):
    """As items of a list; files without the directory they happened to be in."""
    return [f"  - {re.sub(r'[^ ]*/(?=[^/ ]+:[0-9])', '', problem)}" for problem in document["problems"]]


def machine(figures):
    lines = []
    for program, document in figures.documents.items():
        about = document["machine"]
        if "processor" not in about:
            compared = ", ".join(f"{name} {version}" for name, version in about["libraries"].items())
            lines.append(f"- `{program}`: revision `{document['revision']}`, {document['started']}; {compared}")
            lines += problems(document)
            continue
        cache, libraries = about["cache"], about["libraries"]
        line = (f"{about['processor']}, {about['threads']} threads, L1 {cache['L1d'] >> 10} KiB, "
                f"L2 {cache['L2'] >> 10} KiB, L3 {cache['L3'] >> 20} MiB, memory {about['memory'] / 2**30:.0f} GiB, "
                f"kernel {about['kernel']}, compiler {about['compiler']}; linclass {libraries['linclass']}, "
                f"{libraries['blas']}")
        if line not in lines:
            warning = libraries.get("blas_warning")
            lines[:0] = [line, "", *([f"{warning}.", ""] if warning else [])]
        lines.append(f"- `{program}`: revision `{document['revision']}`, {document['started']}")
        lines += problems(document)
    loads = [row["others' load"] for document in figures.documents.values() for entry in document["tables"]
             for row in entry["rows"] if row.get("others' load") is not None]
    if loads:
        lines += ["", f"Others used {100 * statistics.median(loads):.0f} % of the machine meanwhile (median over the "
                      f"rows; at most {100 * max(loads):.0f} %)."]
    return lines


def body(figures, name):
    if name == "machine":
        return machine(figures)
    program, source, columns = SECTIONS[name]
    if not figures.rows(program, source):
        return None
    lines = table(figures, program, source, columns)
    if name in ("memory", "time"):
        words = "memory" if name == "memory" else "time ratio", "quotient"
        lines += [""] + [s + "." for s in figures.sentences(program) if any(word in s.lower() for word in words)]
    return lines


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    figures, path = Figures(sys.argv[1]), pathlib.Path(sys.argv[2])

    def replace(match):
        lines = body(figures, match.group(1))
        if lines is None:
            return match.group(0)
        return f"<!-- figures {match.group(1)} -->\n" + "\n".join(lines) + "\n<!-- end -->"

    text = path.read_text()
    path.write_text(re.sub(r"<!-- figures (\w+) -->\n.*?<!-- end -->", replace, text, flags=re.S))


main()
