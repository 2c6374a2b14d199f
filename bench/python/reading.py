"""How fast text files are read: by the library, and by others where they are installed. See README.md beside
this file."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import importlib
import importlib.metadata
import os
import pathlib
import tempfile
import time

import numpy as np
from figures_file import figures_of, write_figures

from linclass._capi import abi
from linclass._capi.library import lib

TRIALS = 5


class Read:
    """A data set of a file, read by the library."""

    def __init__(self, path, threads, label=None):
        options = abi.ContextOptions()
        lib.linclass_context_options_init(ctypes.byref(options), ctypes.sizeof(options))
        options.threads = threads
        self.context, self.dataset = ctypes.c_void_p(), ctypes.c_void_p()
        lib.linclass_context_create(ctypes.byref(options), ctypes.byref(self.context))
        given = abi.ReadOptions()
        lib.linclass_read_options_init(ctypes.byref(given), ctypes.sizeof(given))
        given.label = label
        if lib.linclass_dataset_read(
            self.context, os.fsencode(path), ctypes.byref(given), ctypes.byref(self.dataset)
        ):
            raise SystemExit(lib.linclass_context_message(self.context).decode())

    def shape(self):
        view = abi.Matrix()
        lib.linclass_dataset_matrix(self.dataset, ctypes.byref(view), ctypes.sizeof(view))
        return view.rows, view.cols

    def close(self):
        lib.linclass_dataset_destroy(self.dataset)
        lib.linclass_context_destroy(self.context)


def lines_until(size, make):
    """Lines of about `size` bytes together: a thousand of them, repeated."""
    lines = [make() for _ in range(1000)]
    return "".join(lines * (size // sum(map(len, lines)) + 1))


def write_files(folder, size):
    """{what: (path, shape, delimiter; None: LIBSVM)}."""
    random = np.random.default_rng(0)

    def sparse(values):
        columns = np.cumsum(random.integers(1, 1200, 73)) + 1
        elements = " ".join(f"{c}:{v}" for c, v in zip(columns, values, strict=True))
        return f"{random.integers(2)} {elements}\n"

    makes = {
        "LIBSVM, 73 elements a row": lambda: sparse([f"{v:.6g}" for v in random.random(73)]),
        "LIBSVM, all values 1": lambda: sparse([1] * 73),
        "CSV, 30 columns of 6 digits": lambda: ",".join(f"{v:.6g}" for v in random.random(30)) + "\n",
        "CSV, 784 columns of bytes": lambda: ",".join(map(str, random.integers(0, 256, 784))) + "\n",
        "CSV, 20 columns of 17 digits": lambda: ",".join(map(repr, random.normal(size=20).tolist())) + "\n",
    }
    files = {}
    for number, (what, make) in enumerate(makes.items()):
        path = pathlib.Path(folder) / f"{number}.txt"
        text = lines_until(size, make)
        path.write_text(text)
        files[what] = path, text.count("\n"), None if what.startswith("LIBSVM") else ","
    return files


def readers(path, delimiter):
    """{name: a function that returns the number of rows}, of what is installed."""

    def ours(threads):
        def read():
            data = Read(path, threads)
            rows, _ = data.shape()
            data.close()
            return rows

        return read

    found = {"linclass, 1 thread": ours(1), "linclass, all threads": ours(0)}

    def add(name, module, make):
        with contextlib.suppress(ImportError):
            found[name] = make(importlib.import_module(module))

    if delimiter is None:
        add("scikit-learn", "sklearn.datasets", lambda m: lambda: m.load_svmlight_file(str(path))[0].shape[0])
        return found
    found["numpy"] = lambda: np.loadtxt(path, delimiter=delimiter, dtype=np.float32).shape[0]
    add("pandas", "pandas", lambda m: lambda: m.read_csv(path, header=None).to_numpy(np.float32).shape[0])
    add("polars", "polars", lambda m: lambda: m.read_csv(path, has_header=False).to_numpy().shape[0])
    return found


def measure_file(what, path, rows, delimiter, budget):
    """Rows of the table: the least times of repetitions in turn."""
    contestants = readers(path, delimiter)
    least = {name: (float("inf"), float("inf")) for name in contestants}
    began = time.monotonic()
    for trial in range(TRIALS):
        for name, read in contestants.items():
            spent = time.monotonic() - began
            if trial > 0 and spent > budget:
                continue
            wall, processor = time.perf_counter(), time.process_time()
            if read() != rows:
                raise SystemExit(f"{name} reads another number of rows from {what}")
            taken = time.perf_counter() - wall, time.process_time() - processor
            least[name] = tuple(map(min, least[name], taken))
    size = path.stat().st_size
    ours = least["linclass, 1 thread"][1]
    return [
        {
            "file": what,
            "reader": name,
            "speed": size / wall,
            "speed a core": size / processor,
            "CPU time/linclass": processor / ours,
        }
        for name, (wall, processor) in least.items()
    ]


def versions(*names):
    """{name: version} of those that are installed."""
    found = {}
    for name in names:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--size", type=float, default=50, help="of a file, in MB")
    parser.add_argument("--json", metavar="FILE", help="write the figures to FILE")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="linclass-bench-") as folder:
        files = write_files(folder, int(arguments.size * 1e6))
        for what, (path, count, delimiter) in files.items():
            rows += measure_file(what, path, count, delimiter, arguments.seconds / len(files))
    for row in rows:
        print(
            f"{row['file']:32} {row['reader']:24} {row['speed'] / 1e6:7.0f} MB/s "
            f"{row['speed a core'] / 1e6:7.0f} MB/s a core   {row['CPU time/linclass']:6.2f}"
        )
    table = {
        "name": "reading",
        "title": "Reading text files",
        "units": {"speed": "B/s", "speed a core": "B/s", "CPU time/linclass": "1"},
        "rows": rows,
    }
    libraries = versions("scikit-learn", "pandas", "polars")
    write_figures(arguments.json, figures_of("reading", libraries, [table]))


if __name__ == "__main__":
    main()
