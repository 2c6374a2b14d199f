"""What the tests of ranks share: running programs under mpirun, and shards of made rows.

LINCLASS_BUILD is a build directory with -Dmpi, LINCLASS_MPIRUN its mpirun.
"""

import os
import pathlib
import shlex
import subprocess

import numpy as np

BUILD = pathlib.Path(os.environ["LINCLASS_BUILD"])
MPIRUN = shlex.split(os.environ["LINCLASS_MPIRUN"])
PROGRAM = BUILD / "mpi" / "linclass-mpi"
SECONDS = 120  # by then a run has ended, however busy the machine is

OK, USAGE, DATA, IO, INTERRUPTED = 0, 2, 3, 4, 130

ENVIRONMENT = {
    **os.environ,
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def start(ranks, *command):
    """A program begun on so many ranks, in a session of its own."""
    return subprocess.Popen(
        [*MPIRUN, "-n", str(ranks), *map(str, command)],
        env=ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def run(ranks, *command):
    with start(ranks, *command) as process:
        output, errors = process.communicate(timeout=SECONDS)
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def rows(m, n=20, k=4, seed=0):
    """X of bytes and the labels of a linear rule with noise."""
    random = np.random.default_rng(seed)
    X = random.integers(0, 256, (m, n), dtype=np.uint8)
    scores = X / 255 @ random.normal(size=(n, k)) + 0.3 * random.normal(size=(m, k))
    return X, scores.argmax(axis=1)


def write_shards(folder, X, y, lengths):
    """shard-0.npy, labels-0.npy and so on, of so many rows each."""
    begin = 0
    for number, length in enumerate(lengths):
        np.save(folder / f"shard-{number}.npy", X[begin : begin + length])
        np.save(folder / f"labels-{number}.npy", y[begin : begin + length])
        begin += length


def train(ranks, folder, *options, model="model.safetensors"):
    return run(ranks, *training(folder, *options, model=model))


def training(folder, *options, model="model.safetensors"):
    """The command that trains on the shards of a folder."""
    return (
        PROGRAM,
        "train",
        "--data",
        folder / "shard-%d.npy",
        "--labels",
        folder / "labels-%d.npy",
        "--model",
        folder / model,
        "--quiet",
        *options,
    )
