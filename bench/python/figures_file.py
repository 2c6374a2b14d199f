"""The figures of a program, in the form of the other benchmark programs (bench/report.h)."""

from __future__ import annotations

import json
import os
import pathlib
import platform
import subprocess
import time

import numpy as np

import linclass


def figures_of(program, libraries, tables, problems=()):
    """A document; libraries: {name: version} of others than the library, Python and NumPy."""
    revision = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
        capture_output=True, text=True, cwd=pathlib.Path(__file__).parent,
    )  # fmt: skip
    return {
        "format": "linclass-benchmark-1",
        "program": program,
        "revision": revision.stdout.strip(),
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": {
            "threads": len(os.sched_getaffinity(0)),
            "libraries": {
                "linclass": linclass.version(),
                "python": platform.python_version(),
                "numpy": np.__version__,
                **libraries,
            },
        },
        "tables": tables,
        "figures": {},
        "problems": list(problems),
    }


def write_figures(path, document):
    """To the file that --json names; None: nowhere."""
    if path:
        pathlib.Path(path).write_text(json.dumps(document, indent=1))
