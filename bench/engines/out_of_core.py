"""Train on a Parquet file that is three times as large as the memory allowed, by its row groups.

    out_of_core.py [MEGABYTES]

MEGABYTES: of the file, 900 if not given. It is written to $TMPDIR or /tmp, uncompressed, and removed again.
A process that may have a third of it, in a control group for memory where one can be made (as root), else
by RLIMIT_DATA, fits by linclass.fit_parts until it converges. Printed: passes over the file and seconds for
each, why the fit stopped, its proven gap, and the largest resident set of the process, libraries and
interpreter included.
"""

import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

FEATURES, GROUP_ROWS, CLASSES, MEGABYTE = 100, 20000, 5, 1000000
GROUPS = {"/sys/fs/cgroup/memory": "memory.limit_in_bytes", "/sys/fs/cgroup": "memory.max"}


def write(path, megabytes):
    """Groups of random rows, each different; their number."""
    import numpy
    import pyarrow
    from pyarrow import parquet

    random = numpy.random.default_rng(3)
    theta = random.normal(size=(FEATURES, CLASSES))
    groups = megabytes * MEGABYTE // (4 * FEATURES * GROUP_ROWS)
    names = [f"x{j}" for j in range(FEATURES)]
    schema = pyarrow.schema([*((name, pyarrow.float32()) for name in names), ("label", pyarrow.int8())])
    with parquet.ParquetWriter(path, schema, compression="none", use_dictionary=False) as writer:
        for _ in range(groups):
            X = random.normal(size=(GROUP_ROWS, FEATURES)).astype(numpy.float32)
            H = X @ theta / 4 + random.gumbel(size=(GROUP_ROWS, CLASSES))
            columns = [*X.T, H.argmax(axis=1).astype(numpy.int8)]
            writer.write_table(pyarrow.table(columns, schema=schema), row_group_size=GROUP_ROWS)
    return groups * GROUP_ROWS


def fit(path, limit):
    """In a process of its own."""
    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    import numpy
    import pyarrow
    from pyarrow import parquet

    import linclass

    pyarrow.set_cpu_count(1)
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    names = [f"x{j}" for j in range(FEATURES)]

    def chunks():
        with parquet.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                group = file.read_row_group(number, use_threads=False)
                X = numpy.empty((group.num_rows, FEATURES), numpy.float32)
                for j, name in enumerate(names):
                    X[:, j] = group[name].to_numpy()
                yield X, group["label"].to_numpy()

    sweeps = []
    begin = time.monotonic()
    model = linclass.fit_parts(chunks, l2=1e-3, on_sweep=sweeps.append, threads=1)
    seconds = time.monotonic() - begin
    report = model.report
    print(f"{len(sweeps)} passes over {sweeps[-1].rows} rows in {sweeps[-1].parts} row groups, "
          f"{seconds:.1f} s, {seconds / len(sweeps):.2f} s each")  # fmt: skip
    print(f"stopped: {report.stopped_because}; F {report.objective:.9f}, proven gap {report.gap:.1e}, "
          f"gradient {report.gradient_norm:.1e}")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"largest resident set {peak / MEGABYTE:.0f} MB")


def make_group(limit):
    """A control group that holds its processes to so much memory; None where none can be made."""
    for parent, file in GROUPS.items():
        group = pathlib.Path(parent) / f"linclass-{os.getpid()}"
        try:
            group.mkdir()
            (group / file).write_text(str(limit))
            return group
        except OSError:
            if group.is_dir():
                group.rmdir()
    return None


def main():
    if len(sys.argv) == 4:
        return fit(sys.argv[2], int(sys.argv[3]))
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 900
    with tempfile.TemporaryDirectory(prefix="linclass-") as folder:
        if shutil.disk_usage(folder).free < 2 * megabytes * MEGABYTE:
            sys.exit("no room for the file")
        path = pathlib.Path(folder) / "rows.parquet"
        rows = write(path, megabytes)
        limit = megabytes * MEGABYTE // 3
        group = make_group(limit)
        print(
            f"{rows} x {FEATURES} float32, {path.stat().st_size / MEGABYTE:.0f} MB; "
            f"memory {limit / MEGABYTE:.0f} MB, limited by {'a control group' if group else 'RLIMIT_DATA'}",
            flush=True,
        )

        def enter():
            if group:
                (group / "cgroup.procs").write_text(str(os.getpid()))

        command = [sys.executable, __file__, "fit", str(path), str(0 if group else limit)]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        status = subprocess.run(command, preexec_fn=enter, env=environment).returncode
        if group:
            group.rmdir()
        sys.exit(status)


if __name__ == "__main__":
    main()
