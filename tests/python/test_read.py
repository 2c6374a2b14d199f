"""read: files of every format, against what NumPy, scipy and Python wrote to them."""

import bz2
import gc
import gzip
import json
import lzma
import os
import pathlib
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

import linclass
from data import blobs

DIGITS = pathlib.Path(os.environ["LINCLASS_SOURCE"], "data", "digits")
FRUIT = "weight,colour,fruit\n150,red,apple\n120,green,pear\n170,green,apple\n"


@pytest.fixture
def file(tmp_path):
    """Write a file of that content; its path."""

    def write(content, name="file"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def without_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)


def tensors(**arrays):
    """A safetensors file of arrays, or of (dtype, shape, bytes)."""
    header, body = {}, b""
    kinds = {"float32": "F32", "float64": "F64", "float16": "F16", "int64": "I64"}
    for name, array in arrays.items():
        if not isinstance(array, tuple):
            array = (kinds[array.dtype.name], array.shape, array.tobytes())
        dtype, shape, content = array
        header[name] = {
            "dtype": dtype,
            "shape": list(shape),
            "data_offsets": [len(body), len(body) + len(content)],
        }
        body += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 64)
    return len(text).to_bytes(8, "little") + text + body


def test_idx_with_labels():
    images, labels = DIGITS / "train-images-idx3-ubyte.gz", DIGITS / "train-labels-idx1-ubyte.gz"
    found, expected = linclass.read(images, labels=labels), linclass.read_idx(images, labels)
    np.testing.assert_array_equal(found.X, expected.X)
    np.testing.assert_array_equal(found.y, expected.y)
    assert found.sample_shape == (8, 8)
    assert (found.feature_names, found.class_names, found.encoding) == (None, None, None)


DTYPES = ["int8", "uint8", "int16", "uint16", "int32", "int64", "float16", "float32", "float64"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ["C", "F"])
def test_npy_of_every_type(tmp_path, dtype, order):
    X = np.asarray(np.arange(60).reshape(12, 5), dtype, order=order)
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", np.arange(12) % 3)
    found = linclass.read(tmp_path / "X.npy", labels=tmp_path / "y.npy")
    np.testing.assert_array_equal(found.X, X)
    assert found.X.dtype == X.dtype
    assert found.X.strides == X.strides
    assert not found.X.flags.writeable
    assert found.y.tolist() == (np.arange(12) % 3).tolist()


MAPPED = """
import sys, linclass
before = dict(line.split(":", 1) for line in open("/proc/self/status"))["RssAnon"]
X = linclass.read(sys.argv[1]).X
total = X.sum()
after = dict(line.split(":", 1) for line in open("/proc/self/status"))["RssAnon"]
print(1024 * (int(after.split()[0]) - int(before.split()[0])))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc/self/status")
def test_npy_is_mapped(tmp_path):
    path = tmp_path / "X.npy"
    np.save(path, np.zeros((20000, 500), np.float32))
    done = subprocess.run([sys.executable, "-c", MAPPED, path], capture_output=True, text=True, check=True)
    assert int(done.stdout) < path.stat().st_size / 4


def test_a_mapped_file_outlives_its_name_and_its_data_set(tmp_path):
    path = tmp_path / "X.npy"
    np.save(path, np.arange(40.0).reshape(8, 5))
    X = linclass.read(path).X
    path.unlink()
    gc.collect()
    assert X.sum() == 780


def test_npz(tmp_path):
    X, y = blobs(dtype=np.float32)
    np.savez(tmp_path / "two.npz", X=X, y=y)
    np.savez_compressed(tmp_path / "others.npz", pictures=X, classes=y)
    for found in (
        linclass.read(tmp_path / "two.npz", label="y"),
        linclass.read(tmp_path / "others.npz", label="classes", samples="pictures"),
    ):
        np.testing.assert_array_equal(found.X, X)
        np.testing.assert_array_equal(found.y, y)


@pytest.mark.parametrize("index", [np.int32, np.int64])
@pytest.mark.parametrize("compressed", [False, True])
def test_npz_of_a_sparse_matrix(tmp_path, index, compressed):
    sparse = pytest.importorskip("scipy.sparse")
    X = sparse.random(50, 20, 0.2, "csr", np.float32, np.random.default_rng(0))
    X.indices, X.indptr = X.indices.astype(index), X.indptr.astype(index)
    sparse.save_npz(tmp_path / "X.npz", X, compressed)
    found = linclass.read(tmp_path / "X.npz").X
    assert isinstance(found, sparse.csr_matrix)
    assert found.indices.dtype == index
    assert found.indptr.dtype == index
    np.testing.assert_array_equal(found.toarray(), X.toarray())
    np.testing.assert_array_equal(found[[3, 1]].toarray(), X[[3, 1]].toarray())
    assert abs(found.T @ found - X.T @ X).max() < 1e-6


def test_sparse_rows_are_memory_of_the_data_set(file):
    pytest.importorskip("scipy")
    X = linclass.read(file("1 1:2 4:3\n-1 2:5\n")).X
    assert not X.data.flags.writeable
    assert not X.indices.flags.writeable
    assert X.data.base is not None
    gc.collect()
    assert X.toarray().tolist() == [[2, 0, 0, 3], [0, 5, 0, 0]]


def test_libsvm(file):
    path = file("+1 1:2 3:4\n-1 2:1 9:7\n")
    found = linclass.read(path, features=3, dtype="float64")
    assert found.X.toarray().tolist() == [[2, 0, 4], [0, 1, 0]]
    assert found.X.dtype == np.float64
    assert found.y.tolist() == [1, -1]
    assert linclass.read(path, index_base=0).X.shape == (2, 10)
    with pytest.raises(ValueError, match="line 1"):
        linclass.read(file("1 2:1 1:1\n"))


def test_libsvm_of_ones_and_fits(file):
    found = linclass.read(file("1 1:1 3:1\n0 2:1\n" * 10))
    assert found.X.toarray()[:2].tolist() == [[1, 0, 1], [0, 1, 0]]
    model = linclass.fit(found.X, found.y, l2=0.1)
    assert model.predict(found.X).tolist() == found.y.tolist()


def test_sparse_rows_without_scipy(file, without_scipy):
    found = linclass.read(file("1 1:2 3:4\n0 2:1\n" * 10))
    assert type(found.X).__module__.startswith("linclass")
    assert found.X.toarray()[:2].tolist() == [[2, 0, 4], [0, 1, 0]]
    assert (found.X.shape, found.X.dtype, found.X.nnz) == ((20, 3), np.float32, 30)
    model = linclass.fit(found.X, found.y, l2=0.1)
    assert model.predict(found.X).tolist() == found.y.tolist()


def test_safetensors(file):
    X, y = blobs(dtype=np.float16)
    path = file(tensors(X=X, y=y.astype(np.int64)))
    found = linclass.read(path, label="y")
    np.testing.assert_array_equal(found.X, X)
    np.testing.assert_array_equal(found.y, y)
    assert found.X.dtype == np.float16


@pytest.mark.parametrize("package", [False, True])
def test_bfloat16(file, monkeypatch, package):
    if package:
        pytest.importorskip("ml_dtypes")
    else:
        monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    X, y = blobs(dtype=np.float32)
    upper = (X.view(np.uint32) >> 16).astype(np.uint16)
    expected = (upper.astype(np.uint32) << 16).view(np.float32)
    found = linclass.read(file(tensors(embeddings=("BF16", X.shape, upper.tobytes())))).X
    assert found.dtype.name == ("bfloat16" if package else "float32")
    np.testing.assert_array_equal(found.astype(np.float32), expected)
    model = linclass.fit(found, y, l2=0.1)
    np.testing.assert_array_equal(model.scores(found), model.scores(expected))


def test_csv(file):
    found = linclass.read(file(FRUIT), "fruit", layout="dense")
    assert found.X.tolist() == [[150, 0, 1], [120, 1, 0], [170, 1, 0]]
    assert found.X.dtype == np.float32
    assert found.feature_names.tolist() == ["weight", "colour=green", "colour=red"]
    assert found.class_names[found.y].tolist() == ["apple", "pear", "apple"]
    assert linclass.read(file(FRUIT), -1).y.tolist() == [0, 1, 0]
    assert linclass.read(file(FRUIT), 0, dtype="float64").y.tolist() == [150, 120, 170]


def test_csv_as_sparse_rows(file):
    pytest.importorskip("scipy")
    found = linclass.read(file(FRUIT), "fruit", layout="csr").X
    assert found.nnz == 6
    assert found.toarray().tolist() == [[150, 0, 1], [120, 1, 0], [170, 1, 0]]


def test_how_a_csv_is_written(file):
    path = file("a;b\n'1';2\n3;4\n")
    assert linclass.read(path, header=True, delimiter=";", quote="'").X.tolist() == [[1, 2], [3, 4]]
    assert linclass.read(file("1\t2\n3\t4\n"), header=False).X.tolist() == [[1, 2], [3, 4]]
    names = linclass.read(file('x\ty\n"1"\t2\n'), header=True, delimiter="\t", quote="").feature_names
    assert names.tolist() == ['x="1"', "y"]
    assert linclass.read(file("a|b\n1,5|2\n"), decimal=",", layout="dense").X.tolist() == [[1.5, 2]]
    assert linclass.read(file("a;b\n1,5;2\n"), layout="dense").X.tolist() == [[1.5, 2]]


def test_missing_cells(file):
    path = file("a,b\n1,2\n,4\n3,6\n")
    with pytest.raises(ValueError, match="line 3, column 'a'"):
        linclass.read(path)
    assert linclass.read(path, missing="mean").X[1].tolist() == [2, 4]
    assert linclass.read(path, missing="zero").X[1].tolist() == [0, 4]


def test_another_table_is_read_by_the_encoding(file):
    train = linclass.read(file(FRUIT), "fruit")
    encoding = train.encoding
    assert encoding.columns == (
        linclass.Column("weight", None, pytest.approx(440 / 3)),
        linclass.Column("colour", ("green", "red"), 0.0),
    )
    assert (encoding.n_features, encoding.label_name, encoding.class_names) == (3, "fruit", ("apple", "pear"))
    del train
    gc.collect()
    other = file("colour,weight\nblue,100\ngreen,7\n", "other")
    found = linclass.read(other, encoding=encoding, layout="dense")
    assert found.X.tolist() == [[100, 0, 0], [7, 1, 0]]
    assert found.y is None
    with pytest.raises(ValueError, match="'blue' is unknown"):
        linclass.read(other, encoding=encoding, unknown="error")


def test_a_model_carries_the_encoding(file, tmp_path):
    train = linclass.read(file(FRUIT), "fruit", layout="dense")
    model = linclass.fit(train.X, train.y, l2=0.1)
    assert model.encoding is None
    model.with_encoding(train.encoding).save(tmp_path / "fruit.safetensors")
    encoding = linclass.Model.load(tmp_path / "fruit.safetensors").encoding
    gc.collect()
    assert encoding.columns == train.encoding.columns
    assert encoding.class_names == ("apple", "pear")
    assert model.with_encoding(encoding).with_encoding(None).encoding is None
    with pytest.raises(ValueError, match="features"):
        linclass.Model.from_parameters(np.zeros((2, 2))).with_encoding(encoding)
    with pytest.raises(TypeError, match="Encoding"):
        model.with_encoding("fruit")


def test_an_estimator_has_the_classes_of_the_encoding(file, tmp_path):
    pytest.importorskip("sklearn")
    train = linclass.read(file(FRUIT), "fruit", layout="dense")
    model = linclass.fit(train.X, train.y, l2=0.01, scale=0.01).with_encoding(train.encoding)
    model.save(tmp_path / "fruit.safetensors")
    found = linclass.SoftmaxRegression.load(tmp_path / "fruit.safetensors")
    assert found.classes_.tolist() == ["apple", "pear"]
    assert found.predict(train.X).tolist() == train.class_names[model.predict(train.X)].tolist()
    other = linclass.Model.from_parameters(model.theta, model.bias, [1, 2]).with_encoding(train.encoding)
    other.save(tmp_path / "other.safetensors")
    assert linclass.SoftmaxRegression.load(tmp_path / "other.safetensors").classes_.tolist() == [1, 2]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed(file, compress):
    found = linclass.read(file(compress(FRUIT.encode())), "fruit", layout="dense")
    assert found.X.tolist() == [[150, 0, 1], [120, 1, 0], [170, 1, 0]]


def test_labels_from_a_text(tmp_path, file):
    np.save(tmp_path / "X.npy", np.eye(3))
    found = linclass.read(tmp_path / "X.npy", labels=file("pear\napple\npear\n"))
    assert found.y.tolist() == [1, 0, 1]
    assert found.class_names.tolist() == ["apple", "pear"]


def test_format_that_is_given(file):
    path = file("1,2\n3,4\n")
    assert linclass.read(path, format="csv").X.shape == (2, 2)
    with pytest.raises(ValueError):
        linclass.read(path, format="npy")
    with pytest.raises(ValueError, match="'cvs', which is no format"):
        linclass.read(path, format="cvs")


def test_files_that_are_none(tmp_path, file):
    with pytest.raises(OSError, match="missing"):
        linclass.read(tmp_path / "missing")
    with pytest.raises(ValueError, match="is empty"):
        linclass.read(file(""))
    with pytest.raises(ValueError, match="zero"):
        linclass.read("a\0b")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"missing": "skip"}, ValueError, "missing is 'skip', not one of 'error', 'mean', 'zero'"),
        ({"unknown": 0}, ValueError, "unknown is 0"),
        ({"layout": "csc"}, ValueError, "layout is 'csc', not one of 'dense', 'csr'"),
        ({"dtype": "float16"}, ValueError, "dtype is float16, not float32 or float64"),
        ({"delimiter": ", "}, ValueError, "delimiter is ', ', not one character"),
        ({"decimal": ";"}, ValueError, "decimal is 59"),
        ({"index_base": 0}, ValueError, "index_base"),
        ({"quote": "»"}, ValueError, "not one character"),
        ({"index_base": 2}, ValueError, "index_base is 2"),
        ({"features": -1}, ValueError, "features is -1"),
        ({"format": 1}, TypeError, "format must be a str, not int"),
        ({"label": 1.5}, TypeError, "label must be an integer, not float"),
        ({"label": "a\0"}, ValueError, "zero"),
        ({"label": "vegetable"}, ValueError, "vegetable"),
        ({"encoding": "fruit"}, TypeError, "encoding must be a linclass.Encoding, not str"),
    ],
)
def test_options_that_are_none(file, options, error, message):
    with pytest.raises(error, match=message):
        linclass.read(file(FRUIT), **options)


def test_progress_is_shown(file):
    seen = []
    path = file("1,2\n" * 100000)
    linclass.read(path, on_read=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


def test_an_exception_of_the_callback_ends_the_reading(file):
    class Enough(Exception):
        pass

    def stop(done, total):
        raise Enough

    with pytest.raises(Enough):
        linclass.read(file(FRUIT), on_read=stop)


@pytest.mark.usefixtures("control_c")
def test_ctrl_c_ends_the_reading(file):
    assert threading.current_thread() is threading.main_thread()
    with pytest.raises(KeyboardInterrupt):
        linclass.read(file(FRUIT), on_read=lambda done, total: signal.raise_signal(signal.SIGINT))


@pytest.mark.parametrize("shape", [(0, 5), (3, 0), (3, 4)])
def test_sparse_matrices_without_elements(tmp_path, shape):
    sparse = pytest.importorskip("scipy.sparse")
    sparse.save_npz(tmp_path / "X.npz", sparse.csr_matrix(shape))
    found = linclass.read(tmp_path / "X.npz").X
    assert found.shape == shape
    assert found.nnz == 0
