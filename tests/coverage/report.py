"""Print what a JSON report of gcovr says of lib/, folder by folder, and the branches of parsers that no test
takes.

    report.py COVERAGE.json UNREACHABLE

UNREACHABLE: lines `FILE NAME: SOURCE TEXT   # reason`, branches that nothing can take; the text is what the
line of the source holds, so that it is found when lines move; an entry is for one line.
"""

import collections
import json
import pathlib
import sys

PARSERS = ("idx.c", "idx_format.c", "byte_reader.c", "claimed_bytes.c", "safetensors_read.c", "json_read.c", "json_string.c",
           "decimal.c", "labels.c", "metadata_read.c", "description.c", "file_fields.c", "load.c",
           "encoding_parse.c", "npy.c", "npy_header.c", "npz.c", "npz_sparse.c", "sparse.c", "zip.c", "zip_member.c",
           "safetensors.c", "arrow.c", "arrow_column.c",
           "csv.c", "csv_cells.c", "csv_preamble.c", "csv_rows.c", "csv_sniff.c", "csv_texts.c", "libsvm.c", "libsvm_rows.c",
           "number_text.c", "text_block.c", "text_pieces.c", "read.c")  # fmt: skip
LEAST_LINES = 95.0


def share(done, all_of_them):
    return 100.0 * done / all_of_them if all_of_them else 100.0


def counts_of(file):
    """(lines run, lines, branches taken, branches) of a file, a line of two compilations being one."""
    lines, branches = {}, {}
    for line in file["lines"]:
        if line.get("gcovr/noncode"):
            continue
        number = line["line_number"]
        lines[number] = lines.get(number, 0) + line["count"]
        for index, branch in enumerate(line.get("branches", ())):
            key = number, index
            branches[key] = branches.get(key, 0) + branch["count"]
    return lines, branches


def read_unreachable(path):
    """{(file name, text of the line): how many such lines}; an entry without a reason is an error."""
    known = collections.Counter()
    for line in path.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        entry, mark, reason = line.partition("  # ")
        name, colon, text = entry.partition(": ")
        if not (mark and colon and reason.strip()):
            sys.exit(f"{path}: no reason in {line!r}")
        known[name, text.strip()] += 1
    return known


def print_folders(folders):
    print(f"{'folder':24} {'lines':>14} {'':>7} {'branches':>14}")
    total = [0, 0, 0, 0]
    for name in sorted(folders):
        counts = folders[name]
        total = [a + b for a, b in zip(total, counts, strict=False)]
        print_row(name, counts)
    print_row("lib", total)
    return share(total[0], total[1])


def print_row(name, counts):
    run, lines, taken, branches = counts
    print(
        f"{name:24} {run:6} / {lines:5} {share(run, lines):6.1f} % {taken:6} / {branches:5} {share(taken, branches):6.1f} %"
    )


def main():
    report, unreachable = map(pathlib.Path, sys.argv[1:])
    known = read_unreachable(unreachable)
    folders, left, excused = {}, [], 0
    for file in json.loads(report.read_text())["files"]:
        path = pathlib.Path(file["file"])
        lines, branches = counts_of(file)
        counts = [
            sum(c > 0 for c in lines.values()),
            len(lines),
            sum(c > 0 for c in branches.values()),
            len(branches),
        ]
        before = folders.get(str(path.parent), [0, 0, 0, 0])
        folders[str(path.parent)] = [a + b for a, b in zip(before, counts, strict=False)]
        if path.name not in PARSERS:
            continue
        source = path.read_text().splitlines()
        for number in sorted({number for (number, _), count in branches.items() if count == 0}):
            text = source[number - 1].strip()
            if known[path.name, text] > 0:
                known[path.name, text] -= 1
                excused += 1
            else:
                left.append(f"{path}:{number}: {text}")
    percent = print_folders(folders)
    print(f"\nbranches of parsers that no test takes: {len(left)} lines, and {excused} that cannot be")
    print("\n".join(left))
    sys.exit(1 if left or percent < LEAST_LINES else 0)


main()
