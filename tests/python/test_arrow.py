"""from_arrow: tables of pandas, polars and pyarrow, and of a producer of our own."""

import ctypes
import gc
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p

import numpy as np
import pytest

import linclass

FRUIT = {
    "weight": [150.0, 120.0, 170.0],
    "colour": ["red", "green", "green"],
    "ripe": [True, False, True],
    "fruit": ["apple", "pear", "apple"],
}
X = [[150, 0, 1, 1], [120, 1, 0, 0], [170, 1, 0, 1]]
NAMES = ["weight", "colour=green", "colour=red", "ripe"]


class Schema(ctypes.Structure):
    """struct ArrowSchema."""


class Array(ctypes.Structure):
    """struct ArrowArray."""


class Stream(ctypes.Structure):
    """struct ArrowArrayStream."""


RELEASE = CFUNCTYPE(None, c_void_p)
Schema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_char_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(Schema))),
    ("dictionary", POINTER(Schema)),
    ("release", RELEASE),
    ("private_data", c_void_p),
]
Array._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(Array))),
    ("dictionary", POINTER(Array)),
    ("release", RELEASE),
    ("private_data", c_void_p),
]
Stream._fields_ = [
    ("get_schema", CFUNCTYPE(c_int, c_void_p, POINTER(Schema))),
    ("get_next", CFUNCTYPE(c_int, c_void_p, POINTER(Array))),
    ("get_last_error", CFUNCTYPE(c_void_p, c_void_p)),
    ("release", RELEASE),
    ("private_data", c_void_p),
]
capsule_of = ctypes.pythonapi.PyCapsule_New
capsule_of.restype, capsule_of.argtypes = ctypes.py_object, (c_void_p, c_char_p, c_void_p)


class Doubles:
    """A table of columns of doubles as a stream of one chunk, or one that fails with that message."""

    def __init__(self, columns, error=None):
        self.columns = {name: np.array(values, float) for name, values in columns.items()}
        self.error = None if error is None else ctypes.create_string_buffer(error)
        self.released, self.sent, self.kept = [], False, []

    def release(self, kind):
        def released(place):
            self.released.append(kind.__name__)
            kind.from_address(place).release = RELEASE()

        function = RELEASE(released)
        self.kept.append(function)
        return function

    def children(self, kind, made):
        pointers = (POINTER(kind) * len(made))(*(ctypes.pointer(child) for child in made))
        self.kept += [made, pointers]
        return ctypes.cast(pointers, POINTER(POINTER(kind)))

    def schema(self, stream, out):
        made = [
            Schema(b"g", name.encode(), None, 2, 0, None, None, self.release(Schema)) for name in self.columns
        ]
        out[0] = Schema(
            b"+s", b"", None, 0, len(made), self.children(Schema, made), None, self.release(Schema)
        )
        return 0

    def next(self, stream, out):
        if self.error is not None:
            return 5
        if self.sent:
            out[0] = Array()
            return 0
        made = []
        for values in self.columns.values():
            buffers = (c_void_p * 2)(None, values.ctypes.data)
            self.kept.append(buffers)
            made.append(Array(len(values), 0, 0, 2, 0, buffers, None, None, self.release(Array)))
        buffers = (c_void_p * 1)(None)
        self.kept.append(buffers)
        m = len(next(iter(self.columns.values())))
        children = self.children(Array, made)
        out[0] = Array(m, 0, 0, 1, len(made), buffers, children, None, self.release(Array))
        self.sent = True
        return 0

    def __arrow_c_stream__(self, requested_schema=None):
        types = dict(Stream._fields_)
        functions = (
            types["get_schema"](self.schema),
            types["get_next"](self.next),
            types["get_last_error"](lambda stream: ctypes.addressof(self.error)),
            self.release(Stream),
        )
        stream = Stream(*functions)
        self.kept += [stream, functions]
        return capsule_of(ctypes.addressof(stream), b"arrow_array_stream", None)


def test_a_stream_of_our_own():
    table = Doubles({"a": [1, 2, 3], "b": [4, 5, 6], "y": [7, 8, 7]})
    found = linclass.from_arrow(table, "y", dtype="float64")
    assert table.released.count("Stream") == 1
    assert set(table.released) == {"Stream", "Schema", "Array"}
    del table
    gc.collect()
    assert found.X.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert found.X.dtype == np.float64
    assert found.y.tolist() == [7, 8, 7]
    assert found.feature_names.tolist() == ["a", "b"]
    assert linclass.from_arrow(Doubles({"a": [1, np.nan]}), missing="zero").X.tolist() == [[1], [0]]


def test_a_stream_that_fails():
    table = Doubles({"a": [1]}, error=b"the disk is on fire")
    with pytest.raises(OSError, match="the disk is on fire"):
        linclass.from_arrow(table)
    assert "Stream" in table.released


def test_options_that_are_none_leave_the_stream():
    table = Doubles({"a": [1]})
    with pytest.raises(ValueError, match="missing is 'skip'"):
        linclass.from_arrow(table, missing="skip")
    assert table.kept == []


def test_what_is_no_table():
    class Wrong:
        def __arrow_c_stream__(self, requested_schema=None):
            return 5

    with pytest.raises(TypeError, match="ndarray, which has no __arrow_c_stream__"):
        linclass.from_arrow(np.eye(2))
    with pytest.raises(TypeError, match="returned no stream"):
        linclass.from_arrow(Wrong())


def pandas_frame():
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")  # which pandas makes streams by
    return pandas.DataFrame(FRUIT)


def pandas_frame_with_index():
    return pandas_frame().set_index(np.array([3, 1, 2]))


def pandas_categories():
    return pandas_frame().astype({"colour": "category", "fruit": "category"})


def polars_frame():
    return pytest.importorskip("polars").DataFrame(FRUIT)


def polars_categories():
    polars = pytest.importorskip("polars")
    return polars_frame().with_columns(polars.col("colour").cast(polars.Categorical))


def pyarrow_table():
    return pytest.importorskip("pyarrow").table(FRUIT)


def pyarrow_chunks():
    table = pyarrow_table()
    return pytest.importorskip("pyarrow").concat_tables([table.slice(0, 1), table.slice(1, 2)])


def pyarrow_reader():
    return pyarrow_table().to_reader()


def pyarrow_dictionary():
    table = pyarrow_table()
    return table.set_column(1, "colour", table["colour"].dictionary_encode())


MAKERS = [
    *(pandas_frame, pandas_frame_with_index, pandas_categories, polars_frame, polars_categories),
    *(pyarrow_table, pyarrow_chunks, pyarrow_reader, pyarrow_dictionary),
]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("label", ["fruit", 3, -1])
def test_tables(make, label):
    found = linclass.from_arrow(make(), label, layout="dense")
    assert found.X.tolist() == X
    assert found.feature_names.tolist() == NAMES
    assert found.class_names[found.y].tolist() == FRUIT["fruit"]


@pytest.mark.parametrize("make", MAKERS)
def test_tables_as_sparse_rows(make):
    pytest.importorskip("scipy")
    found = linclass.from_arrow(make(), "fruit", layout="csr", dtype="float64").X
    assert found.toarray().tolist() == X
    assert found.nnz == 8


def test_types_of_numbers():
    pyarrow = pytest.importorskip("pyarrow")
    kinds = [pyarrow.int8(), pyarrow.uint16(), pyarrow.int64(), pyarrow.float16(), pyarrow.float32()]
    table = pyarrow.table(
        {str(kind): pyarrow.array(np.arange(3).astype(kind.to_pandas_dtype()), kind) for kind in kinds}
    )
    assert linclass.from_arrow(table).X.tolist() == [[0] * 5, [1] * 5, [2] * 5]


def test_nulls():
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"a": [1.0, None, 3.0], "b": ["x", "y", None]})
    with pytest.raises(ValueError, match="'a'.*missing"):
        linclass.from_arrow(table)
    assert linclass.from_arrow(table, missing="mean", layout="dense").X.tolist() == [
        [1, 1, 0],
        [2, 0, 1],
        [3, 0, 0],
    ]


def test_types_that_are_no_features():
    pyarrow = pytest.importorskip("pyarrow")
    with pytest.raises(ValueError, match="column 'a'"):
        linclass.from_arrow(pyarrow.table({"a": [[1], [2]]}))
    with pytest.raises(ValueError, match="infinite"):
        linclass.from_arrow(pyarrow.table({"a": [1.0, float("inf")]}))


def test_a_reader_that_raises():
    pyarrow = pytest.importorskip("pyarrow")

    def batches():
        yield pyarrow.record_batch({"a": [1.0]})
        raise ValueError("no more")

    schema = pyarrow.schema({"a": pyarrow.float64()})
    with pytest.raises(OSError, match="no more"):
        linclass.from_arrow(pyarrow.RecordBatchReader.from_batches(schema, batches()))


def test_the_encoding_of_a_file_reads_a_table(tmp_path):
    path = tmp_path / "fruit.csv"
    path.write_text("weight,colour\n150,red\n120,green\n")
    encoding = linclass.read(path).encoding
    table = pytest.importorskip("pyarrow").table({"colour": ["green", "blue"], "weight": [7, 8]})
    assert linclass.from_arrow(table, encoding=encoding, layout="dense").X.tolist() == [[7, 1, 0], [8, 0, 0]]


def test_an_exception_of_the_callback_ends_the_reading():
    seen = []

    def stop(rows, total):
        seen.append((rows, total))
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        linclass.from_arrow(Doubles({"a": [1, 2, 3]}), on_read=stop)
    assert seen == [(3, 0)]
