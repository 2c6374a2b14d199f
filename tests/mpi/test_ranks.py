"""Fits over the ranks of MPI: one result whatever their number, and one error on all of them."""

import re
import signal
import time

import numpy as np
import pytest
import support

RANKS = (1, 2, 3, 5, 8)
FAULTS = {
    "nan": "training part 40: X[3, 5] is nan",
    "columns": "training part 40: X has 16 columns, that of part 0 has 17",
    "dtype": "training part 40: X.dtype is 77",
    "missing": "training part 40: shard-40.npy: no such file",
    "lacking": "the reply lacks part",
    "twice": "part 0 has answered twice",
    "rows": "rank 2: rows.parts[0] is NULL",
    "options": "options.l2 is",
    "stopped": "",
}


def ended(ranks, *command):
    """What a program that must end well has printed."""
    found = support.run(ranks, *command)
    assert found.returncode == support.OK, found.stderr
    return found.stdout.splitlines()


@pytest.mark.parametrize("ranks", [1, 2, 3, 4])
def test_messages(ranks):
    ended(ranks, support.BUILD / "tests" / "mpi" / "test_channel")


@pytest.mark.parametrize("kind", ["f32", "f64", "half", "bytes", "sparse", "weighted"])
def test_the_bits_of_one_process(kind):
    """The program compares with linclass_fit_parts in one process itself."""
    found = {
        line for ranks in RANKS for line in ended(ranks, support.BUILD / "tests" / "mpi" / "fit_ranks", kind)
    }
    assert len(found) == 1
    assert re.fullmatch(r"hash [0-9a-f]{16}", found.pop())


@pytest.mark.parametrize("fault", FAULTS)
def test_all_ranks_report_the_same(fault):
    lines = ended(3, support.BUILD / "tests" / "mpi" / "fit_ranks", "fault", fault)
    assert sorted(line[:7] for line in lines) == ["rank 0:", "rank 1:", "rank 2:"]
    said = {line[7:] for line in lines}
    assert len(said) == 1
    assert FAULTS[fault] in said.pop()


def test_a_rank_without_memory():
    """Wherever it happens: all ranks say so, or none."""
    failed = 0
    for allocations in (0, 1, 2, 3, 5, 8, 13, 40, 100, 400):
        lines = ended(3, support.BUILD / "tests" / "mpi" / "fit_ranks", "fault", f"memory{allocations}")
        assert len({line[7:] for line in lines}) == 1, lines
        failed += "rank 2: out of memory" in lines[0]
    assert failed >= 8


HEADS = 512  # bytes of a message besides its numbers, at most


@pytest.mark.parametrize("columns", [17, 784])
def test_bytes_of_a_sweep(columns):
    """docs/scale.md: 8 (P + k) bytes and a head down to a rank, 8 P and a head up, whatever the rows."""
    classes = 4
    parameters = (columns + 1) * classes
    sweeps = 20
    counted = []
    for iterations in (10, 10 + sweeps):
        lines = ended(
            4, support.BUILD / "tests" / "mpi" / "fit_ranks", "traffic", str(columns), str(iterations)
        )
        counted.append({int(line.split()[0]): np.array(line.split()[1:], dtype=int) for line in lines})
    for rank in range(4):
        requests, request_bytes, sent, merged = counted[1][rank] - counted[0][rank]
        assert requests == sweeps
        assert 0 < request_bytes / sweeps - 8 * (parameters + classes) < HEADS
        assert (sent == 0) == (rank == 0)
        up = sent if rank > 0 else merged / 2
        assert 0 < up / sweeps - 8 * parameters < HEADS
        assert merged == {0: 2, 1: 0, 2: 1, 3: 0}[rank] * up


@pytest.fixture
def shards(tmp_path):
    X, y = support.rows(3000)
    support.write_shards(tmp_path, X, y, (1000, 700, 1300))
    return tmp_path


def dealt(lengths, parts):
    """The rows of each part: one part for each shard, then one more for the shard whose parts are longest."""
    counts = [1] * len(lengths)
    while sum(counts) < parts:
        longest = max(range(len(lengths)), key=lambda s: (lengths[s] / counts[s], -s))
        counts[longest] += 1
    begin = 0
    for length, count in zip(lengths, counts, strict=False):
        yield from np.array_split(np.arange(begin, begin + length), count)
        begin += length


def trained(ranks, folder, *options):
    found = support.train(ranks, folder, *options)
    assert found.returncode == support.OK, found.stderr
    return (folder / "model.safetensors").read_bytes()


def test_the_model_of_the_program(shards):
    """The same for any number of ranks and threads, and that of the parts in one process."""
    linclass = pytest.importorskip("linclass")
    options = ("--l2", "1e-3", "--scale", "0.25", "--dtype", "float64")
    models = {trained(ranks, shards, *options) for ranks in RANKS}
    models.add(trained(2, shards, *options, "--threads", "3"))
    assert len(models) == 1
    X, y = support.rows(3000)
    chunks = [(X[rows], y[rows]) for rows in dealt((1000, 700, 1300), 64)]
    assert len(chunks) == 64
    expected = linclass.fit_parts(chunks, l2=1e-3, scale=0.25, dtype="float64")
    model = linclass.Model.load(shards / "model.safetensors")
    assert np.array_equal(model.theta, expected.theta)
    assert np.array_equal(model.bias, expected.bias)
    assert len({trained(ranks, shards, "--parts", "3") for ranks in (1, 4)}) == 1


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_types_of_elements(tmp_path, dtype):
    X, y = support.rows(900)
    support.write_shards(tmp_path, (X / 4).astype(dtype), y, (400, 500))
    assert len({trained(ranks, tmp_path, "--l2", "1e-2") for ranks in (1, 2, 5)}) == 1


def test_sparse_shards_and_weights(tmp_path):
    """LIBSVM files, of which the second has more columns than the first."""
    X, y = support.rows(600)
    for number, begin in enumerate((0, 300)):
        lines = (
            " ".join(
                [
                    str(y[i]),
                    *(f"{j + 1}:{X[i, j]}" for j in range(20) if X[i, j] > 128 and (number or j < 15)),
                ]
            )
            for i in range(begin, begin + 300)
        )
        (tmp_path / f"shard-{number + 1}.svm").write_text("\n".join(lines) + "\n")
        (tmp_path / f"weights-{number + 1}.txt").write_text("\n".join(str(1 + i % 3) for i in range(300)))
    models = set()
    for ranks in (1, 2, 3):
        found = support.run(
            ranks,
            support.PROGRAM,
            "train",
            "--data",
            tmp_path / "shard-%d.svm",
            "--sample-weights",
            tmp_path / "weights-%d.txt",
            "--scale",
            "0.01",
            "--l2",
            "1e-2",
            "--quiet",
            "--model",
            tmp_path / "m",
        )
        assert found.returncode == support.OK, found.stderr
        models.add((tmp_path / "m").read_bytes())
    assert len(models) == 1


def test_path_by_validation_shards(shards):
    held_out = ("--validation-data", shards / "shard-%d.npy", "--validation-labels", shards / "labels-%d.npy")
    assert len({trained(ranks, shards, "--path=5", *held_out) for ranks in (1, 3)}) == 1


def test_one_file_and_no_ranks_to_spare(shards):
    """More ranks than parts, and a file that all ranks open."""
    data = ("--data", shards / "shard-0.npy", "--labels", shards / "labels-0.npy", "--l2", "1e-2", "--quiet")
    for ranks in (1, 3):
        found = support.run(
            ranks, support.PROGRAM, "train", *data, "--parts", "2", "--model", shards / f"m{ranks}"
        )
        assert found.returncode == support.OK, found.stderr
    assert (shards / "m1").read_bytes() == (shards / "m3").read_bytes()


def spoil_gap(folder):
    (folder / "shard-1.npy").rename(folder / "shard-3.npy")
    (folder / "shard-2.npy").rename(folder / "shard-4.npy")


def spoil_nan(folder):
    X = np.load(folder / "shard-2.npy").astype(np.float32)
    X[7, 3] = np.nan
    for number in (0, 1):
        np.save(folder / f"shard-{number}.npy", np.load(folder / f"shard-{number}.npy").astype(np.float32))
    np.save(folder / "shard-2.npy", X)


def spoil_columns(folder):
    np.save(folder / "shard-1.npy", np.load(folder / "shard-1.npy")[:, :19])


def spoil_type(folder):
    np.save(folder / "shard-1.npy", np.load(folder / "shard-1.npy").astype(complex))


def spoil_types(folder):
    np.save(folder / "shard-1.npy", np.load(folder / "shard-1.npy").astype(np.float32))


def spoil_end(folder):
    whole = (folder / "shard-2.npy").read_bytes()
    (folder / "shard-2.npy").write_bytes(whole[:-1])


def spoil_labels(folder):
    np.save(folder / "labels-2.npy", np.load(folder / "labels-2.npy")[:-1])


def spoil_no_labels(folder):
    (folder / "labels-1.npy").unlink()


SPOILT = [
    (spoil_gap, support.IO, "shard-1.npy is missing"),
    (spoil_nan, support.DATA, r"training part \d+: X\[7, 3\] is nan.*\n.*rows 0 to \d+ of .*shard-2.npy"),
    (spoil_columns, support.DATA, "19 columns|columns of"),
    (spoil_type, support.USAGE, "shard-1.npy.* complex numbers"),
    (spoil_types, support.DATA, "shard-1.npy has elements of type float32, the first file of type uint8"),
    (spoil_end, support.DATA, "shard-2.npy"),
    (spoil_labels, support.DATA, "2.npy"),
    (spoil_no_labels, support.IO, "labels-1.npy"),
]


@pytest.mark.parametrize(
    ("spoil", "status", "message"), SPOILT, ids=lambda value: getattr(value, "__name__", None)
)
def test_faults_of_shards(shards, spoil, status, message):
    """All ranks end, the message says where, and the model that is there stays."""
    (shards / "model.safetensors").write_text("an older model")
    spoil(shards)
    found = support.train(3, shards, "--l2", "1e-2")
    assert found.returncode == status, found.stderr
    assert re.search(message, found.stderr), found.stderr
    assert (shards / "model.safetensors").read_text() == "an older model"


def test_usage(shards):
    for options, message in (
        (("--standardize",), "--standardize is not offered over parts"),
        (("--parts", "0"), "--parts"),
        (("--sample-weights", "w.txt"), "one has a %d and one has none"),
        (("--solver", "sgd"), "SGD|sgd"),
        (("--nonsense",), "nonsense"),
    ):
        found = support.train(2, shards, *options)
        assert found.returncode == support.USAGE, found.stderr
        assert re.search(message, found.stderr), found.stderr
        assert found.stderr.count("linclass") < 8, found.stderr
    found = support.train(2, shards, model="shard-1.npy")
    assert found.returncode == support.USAGE
    assert "would replace" in found.stderr
    assert np.load(shards / "shard-1.npy").shape == (700, 20)


def test_interrupt(shards):
    """Ctrl-C at mpirun ends all ranks soon; the model is whole or not there."""
    with support.start(
        2,
        *support.training(
            shards,
            "--solver",
            "gd",
            "--learning-rate",
            "1e-9",
            "--tolerance",
            "0",
            "--iterations",
            "100000000",
            "--l2",
            "1",
        ),
    ) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode != support.OK
    model = shards / "model.safetensors"
    assert (
        not model.exists()
        or support.run(1, support.BUILD / "tools" / "linclass", "info", model).returncode == 0
    )
