"""read_idx: arrays over the library's memory."""

import gc
import gzip
import os
import pathlib

import numpy as np
import pytest

import linclass

DIGITS = pathlib.Path(os.environ["LINCLASS_SOURCE"], "data", "digits")


def test_the_digits():
    digits = linclass.read_idx(DIGITS / "train-images-idx3-ubyte.gz", DIGITS / "train-labels-idx1-ubyte.gz")
    assert digits.X.dtype == np.uint8
    assert digits.X.shape == (1437, 64)
    assert digits.sample_shape == (8, 8)
    assert digits.y.shape == (1437,)
    raw = gzip.decompress((DIGITS / "train-images-idx3-ubyte.gz").read_bytes())
    assert digits.X.tobytes() == raw[16:]
    assert not digits.X.flags.writeable


def test_arrays_keep_the_memory():
    X, y, *_ = linclass.read_idx(DIGITS / "test-images-idx3-ubyte.gz", DIGITS / "test-labels-idx1-ubyte.gz")
    total = int(X.sum())
    del y
    gc.collect()
    linclass.read_idx(DIGITS / "train-images-idx3-ubyte.gz")
    assert int(X.sum()) == total


def test_without_labels_and_floats(tmp_path):
    path = tmp_path / "floats"
    path.write_bytes(bytes([0, 0, 13, 1, 0, 0, 0, 2]) + np.array([1.5, -2], ">f4").tobytes())
    X, y, shape, *_ = linclass.read_idx(path)
    assert X.tolist() == [[1.5], [-2.0]]
    assert y is None
    assert shape == ()


def test_no_samples(tmp_path):
    path = tmp_path / "none"
    path.write_bytes(bytes([0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 3]))
    assert linclass.read_idx(path).X.shape == (0, 3)


def test_files_that_are_none(tmp_path):
    with pytest.raises(OSError, match="missing"):
        linclass.read_idx(tmp_path / "missing")
    path = tmp_path / "damaged"
    path.write_bytes(b"damaged")
    with pytest.raises(ValueError, match="damaged"):
        linclass.read_idx(path)
    with pytest.raises(ValueError, match="360"):
        linclass.read_idx(DIGITS / "train-images-idx3-ubyte.gz", DIGITS / "test-labels-idx1-ubyte.gz")
