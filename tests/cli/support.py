"""What the tests of the program share: running it, and small data sets in IDX files.

LINCLASS_PROGRAM names the program to test.
"""

import csv
import gzip
import io
import json
import os
import pathlib
import pty
import random
import struct
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["LINCLASS_PROGRAM"]

UINT8, INT16, INT32, FLOAT32, FLOAT64 = 0x08, 0x0B, 0x0C, 0x0D, 0x0E
FORMATS = {UINT8: "B", INT16: "h", INT32: "i", FLOAT32: "f", FLOAT64: "d"}

OK, INTERNAL, USAGE, DATA, IO, NOT_CONVERGED, DIFFERS, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130

COMMANDS = ("train", "predict", "evaluate", "info", "verify", "convert", "calibrate", "export", "import")

TRAIN_KEYS = {
    "schema", "version", "validation_samples", "features", "classes", "scale", "threads",
    "loss_function", "l1", "l2", "bias",
}  # fmt: skip
REPORT_KEYS = {
    "solver", "dtype", "stopped_because", "iterations", "best_iteration", "evaluations", "objective",
    "loss", "error", "gradient_norm", "gradient_infinity_norm", "learning_rate", "validation_loss",
    "validation_error", "seconds", "smooth_gradient_infinity_norm", "samples", "total_weight", "label_smoothing",
    "ignore_label", "sample_weights", "target_probabilities", "dual_objective", "gap",
}  # fmt: skip


def open_terminal():
    """A terminal's two ends; skips the test where none can be had, as in a chroot without /dev/pts."""
    try:
        return pty.openpty()
    except OSError as error:
        raise unittest.SkipTest(f"no terminal can be opened (is /dev/pts mounted?): {error}") from None


def idx_bytes(kind, shape, values):
    """An IDX file: big-endian magic, dimensions, elements."""
    header = struct.pack(">BBBB", 0, 0, kind, len(shape)) + struct.pack(f">{len(shape)}I", *shape)
    return header + struct.pack(f">{len(values)}{FORMATS[kind]}", *values)


def write_idx(path, kind, shape, values, compress=False):
    content = idx_bytes(kind, shape, values)
    path.write_bytes(gzip.compress(content) if compress else content)
    return path


def blobs(samples, classes, side=4, seed=1):
    """Noisy images of side x side bytes around a bright patch whose place is the class."""
    generator = random.Random(seed)
    pixels = side * side
    labels = [i % classes for i in range(samples)]
    images = []
    for label in labels:
        for j in range(pixels):
            bright = 150 if j * classes // pixels == label else 0
            images.append(bright + generator.randrange(100))
    return images, labels


def environment(**changes):
    """This process's environment without what would change the program's output."""
    kept = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "ARGP_HELP_FMT"}}
    return kept | changes


def run(*arguments, **options):
    """Run the program; stdout and stderr are text unless text=False."""
    settings = {"capture_output": True, "text": True, "timeout": 300, "env": environment()}
    if "stdout" in options:
        settings |= {"capture_output": False, "stderr": subprocess.PIPE}
    return subprocess.run([PROGRAM, *map(str, arguments)], **(settings | options), check=False)


def rows_of(text):
    """CSV text as a list of dictionaries."""
    return list(csv.DictReader(io.StringIO(text)))


class ProgramTest(unittest.TestCase):
    """A folder with a data set of three classes of 4 x 4 bytes, and a model trained on it."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="linclass-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.pixels, cls.classes = blobs(300, 3)
        cls.images = write_idx(cls.folder / "images", UINT8, (300, 4, 4), cls.pixels)
        cls.labels = write_idx(cls.folder / "labels", UINT8, (300,), cls.classes)
        cls.data = ("--images", cls.images, "--labels", cls.labels)
        cls.model = cls.folder / "model"
        cls.trained = run("train", *cls.data, "--model", cls.model, "--epochs=5")

    def assert_status(self, result, status):
        self.assertEqual(result.returncode, status, f"standard error: {result.stderr}")

    def succeed(self, *arguments, **options):
        """Run, expect exit status 0, and return standard output."""
        result = run(*arguments, **options)
        self.assert_status(result, OK)
        return result.stdout

    def refuse(self, status, words, *arguments, **options):
        """Run, expect this exit status, nothing on standard output, and an error message with the words."""
        result = run(*arguments, **options)
        self.assert_status(result, status)
        self.assertFalse(result.stdout)
        for word in [words] if isinstance(words, str) else words:
            self.assertIn(word, result.stderr)
        return result

    def data_but_for(self, arguments):
        """The options of the data set that are not among the arguments: each may be given once."""
        given = {str(argument).partition("=")[0] for argument in arguments}
        pairs = zip(self.data[::2], self.data[1::2])
        return [part for pair in pairs if pair[0] not in given for part in pair]

    def train_json(self, *arguments):
        model = self.folder / "other-model"
        data = self.data_but_for(arguments)
        return json.loads(self.succeed("train", *data, "--model", model, "--json", *arguments))
