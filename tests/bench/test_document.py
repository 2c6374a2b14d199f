"""bench/document.py: sections with figures are written anew, all else stays.

    test_document.py BENCH_FOLDER
"""

import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, sys.argv[1])
from figures import with_unit  # noqa: E402

TEXT = """before
<!-- figures limits -->
old
<!-- end -->
between
<!-- figures epochs -->
kept
<!-- end -->
"""
EXPECTED = """before
<!-- figures limits -->
| threads | peak | clock | FMA a cycle | reading L1 | reading L2 | reading L3 | reading memory | writing L2 | writing memory | triad |
|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
| 2 | 234 GFLOP/s | 3.39 GHz | 2.00 | 410 GB/s | 99.0 GB/s | 100 GB/s | 32.1 GB/s | 57.0 GB/s | 22.2 GB/s | – |
<!-- end -->
between
<!-- figures epochs -->
kept
<!-- end -->
"""
ROW = {"threads": 2, "peak": 2.34e11, "clock": 3.39e9, "FMA a cycle": 2.0, "reading L1": 4.1e11, "reading L2": 9.9e10,
       "reading L3": 9.996e10, "reading memory": 3.21e10, "writing L2": 5.7e10, "writing memory": 2.22e10, "triad": None}
UNITS = {name: "B/s" for name in ROW} | {"threads": "", "peak": "FLOP/s", "clock": "Hz", "FMA a cycle": "1"}
DOCUMENT = {"format": "linclass-benchmark-1", "program": "roofline", "figures": {}, "problems": [],
            "tables": [{"name": "limits", "title": "", "units": UNITS, "rows": [ROW]}]}


def expect(actual, expected):
    if actual != expected:
        sys.exit(f"expected\n{expected}\nfound\n{actual}")


for value, unit, text in ((0.0123, "s", "12.3 ms"), (4.004e9, "B", "4.00 GB"), (2.5e-7, "s", "250 ns"),
                          (0, "s", "0 s"), (999.6, "B", "1.00 kB"), (61.5, "s", "61.5 s")):
    expect(with_unit(value, unit), text)

with tempfile.TemporaryDirectory() as name:
    directory = pathlib.Path(name)
    (directory / "roofline.json").write_text(json.dumps(DOCUMENT))
    (directory / "other.json").write_text('{"format": "something else"}')
    document = directory / "document.md"
    document.write_text(TEXT)
    for _ in range(2):
        subprocess.run([sys.executable, f"{sys.argv[1]}/document.py", directory, document], check=True)
        expect(document.read_text(), EXPECTED)
