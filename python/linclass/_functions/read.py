"""Level 3: data sets read from files, and made of tables in memory."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_size_t, c_void_p, py_object, sizeof
from typing import Any, Literal

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import CODES, FLOAT32, FLOAT64, Precision
from linclass._capi.contexts import borrowed
from linclass._capi.errors import error_of
from linclass._capi.library import lib
from linclass._capi.names import number_of
from linclass._capi.options import integer
from linclass._capi.paths import path_bytes
from linclass._capi.types import ArrowStream
from linclass._functions.dataset import Dataset, Path, dataset_of
from linclass._functions.encoding import Encoding
from linclass._functions.progress import OnRead, Watch

Missing = Literal["error", "mean", "zero"]
Unknown = Literal["zero", "error"]
Layout = Literal["dense", "csr"]

MISSING: dict[Missing, int] = {"error": 0, "mean": 1, "zero": 2}
UNKNOWN: dict[Unknown, int] = {"zero": 0, "error": 1}
LAYOUTS: dict[Layout, int] = {"dense": abi.LAYOUT_STRIDED, "csr": abi.LAYOUT_CSR}


def _text(value: Any, name: str) -> bytes | None:
    """A text as C has it; None for None."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if "\0" in value:
        raise ValueError(f"{name} is {value!r}, which has a zero in it")
    return value.encode()


def _label(label: str | int | None) -> bytes | None:
    """The name or the number of the labels."""
    if label is None or isinstance(label, str):
        return _text(label, "label")
    return str(integer(label, "label", -(2**63))).encode()


def _character(value: str | None, name: str, unknown: int) -> int:
    """A character by its number; ``unknown`` for None."""
    text = _text(value, name)
    if text is None:
        return unknown
    if len(text) > 1:
        raise ValueError(f"{name} is {value!r}, not one character of ASCII")
    return text[0] if text else 0


def _options(
    *,
    label: str | int | None,
    labels: Path | None,
    encoding: Encoding | None,
    missing: Missing,
    unknown: Unknown,
    dtype: Precision,
    layout: Layout | None,
) -> abi.ReadOptions:
    """The options that files and tables have, as C has them."""
    options = abi.ReadOptions()
    lib.linclass_read_options_init(byref(options), c_size_t(sizeof(options)))
    options.label = _label(label)
    options.labels_path = None if labels is None else path_bytes(labels)
    if encoding is not None:
        if not isinstance(encoding, Encoding):
            raise TypeError(f"encoding must be a linclass.Encoding, not {type(encoding).__name__}")
        options.encoding = encoding.pointer
    options.missing = number_of(MISSING, missing, "missing")
    options.unknown = number_of(UNKNOWN, unknown, "unknown")
    if np.dtype(dtype) not in (FLOAT32, FLOAT64):
        raise ValueError(f"dtype is {np.dtype(dtype)}, not float32 or float64")
    options.dtype = CODES[np.dtype(dtype)]
    if layout is not None:
        options.layout = number_of(LAYOUTS, layout, "layout")
    return options


def _made(
    function: Any, source: Any, options: abi.ReadOptions, on_read: OnRead | None, threads: int
) -> Dataset:
    """The data set that a reader makes of a source. Ctrl-C and the callback's exceptions end it."""
    watch = Watch(None)
    options.progress = watch.read_callback(on_read)
    made = c_void_p()
    with borrowed(threads) as context, watch.signals():
        status = function(context.pointer, source, byref(options), byref(made))
        if status < 0:
            raise error_of(status, context.pointer)
    return dataset_of(made)


def read(
    path: Path,
    label: str | int | None = None,
    *,
    labels: Path | None = None,
    samples: str | None = None,
    format: str | None = None,
    encoding: Encoding | None = None,
    missing: Missing = "error",
    unknown: Unknown = "zero",
    dtype: Precision = "float32",
    layout: Layout | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    decimal: str | None = None,
    index_base: int | None = None,
    features: int = 0,
    on_read: OnRead | None = None,
    threads: int = 0,
) -> Dataset:
    r"""Read a data set from a file.

    CSV or TSV, LIBSVM text, ``.npy``, ``.npz`` (arrays, or a matrix of ``scipy.sparse.save_npz``),
    safetensors and IDX, plain or compressed by gzip, bzip2, xz or zstd: found by the content, not by the name
    (docs/formats.md). Plain ``.npy``, ``.npz``, safetensors and IDX files are mapped where type, order and
    alignment allow it: the samples then lie in the file, which must not change as long as they are used.

    Parameters
    ----------
    path : path
        "-" is standard input.
    label : str or int, optional
        The labels: the name or the number of a column (of CSV; negative ones count from the end), or the
        name of an array (of .npz, safetensors). None: those that the format has (LIBSVM), else none.
    labels : path, optional
        A second file with the labels: .npy, IDX, or a text with one a line.
    samples : str, optional
        The array of samples in a file of several. None: the only one, or X.
    format : {"csv", "libsvm", "npy", "npz", "safetensors", "idx"}, optional
        None: found.
    encoding : Encoding, optional
        That of the table a model was fitted to: columns become the features they are there. None: found
        from the table.
    missing : {"error", "mean", "zero"}
        What an empty cell of a table becomes; the mean is that of the encoding.
    unknown : {"zero", "error"}
        What a text becomes that the encoding does not have.
    dtype : float32 or float64
        Of numbers read from text.
    layout : {"dense", "csr"}, optional
        Of a table's features. None: what is smaller.
    header : bool, optional
        Of CSV: whether the first line has names. None: found.
    delimiter, quote : str, optional
        Of CSV: a character; for quote "" is none. None: found.
    decimal : {".", ","}, optional
        Of CSV: the decimal point of its numbers. None: found.
    index_base : {0, 1}, optional
        Of LIBSVM. None: found.
    features : int
        Of LIBSVM: columns, larger indices are left out. 0: as many as the largest index says.
    on_read : callable, optional
        Given the bytes read and the bytes in all (0: not known) about ten times a second. The exception it
        raises is raised here, and the reading ends.
    threads : int
        0: as many as the process may run on. The result does not depend on it.

    Returns
    -------
    Dataset

    Raises
    ------
    OSError
        A file cannot be read.
    ValueError
        A file is damaged, of no known format, or not as the options say; the message names file, line and
        column, or byte. Labels and samples differ in number.
    KeyboardInterrupt
        Ctrl-C.
    MemoryError
        No memory for the data.

    Examples
    --------
    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "fruit.csv")
    ...     with open(path, "w") as file:
    ...         _ = file.write("weight,colour,fruit\n150,red,apple\n120,green,pear\n170,green,apple\n")
    ...     fruit = linclass.read(path, label="fruit", layout="dense")
    >>> fruit.X
    array([[150.,   0.,   1.],
           [120.,   1.,   0.],
           [170.,   1.,   0.]], dtype=float32)
    >>> fruit.feature_names.tolist(), fruit.class_names[fruit.y].tolist()
    (['weight', 'colour=green', 'colour=red'], ['apple', 'pear', 'apple'])
    """
    options = _options(
        label=label,
        labels=labels,
        encoding=encoding,
        missing=missing,
        unknown=unknown,
        dtype=dtype,
        layout=layout,
    )
    options.format = _text(format, "format")
    options.samples = _text(samples, "samples")
    options.header = -1 if header is None else int(bool(header))
    options.delimiter = _character(delimiter, "delimiter", 0)
    options.quote = _character(quote, "quote", -1)
    options.decimal = _character(decimal, "decimal", 0)
    options.index_base = -1 if index_base is None else integer(index_base, "index_base", 0, 1)
    options.features = integer(features, "features")
    return _made(lib.linclass_dataset_read, path_bytes(path), options, on_read, threads)


def from_arrow(
    table: ArrowStream,
    label: str | int | None = None,
    *,
    labels: Path | None = None,
    encoding: Encoding | None = None,
    missing: Missing = "error",
    unknown: Unknown = "zero",
    dtype: Precision = "float32",
    layout: Layout | None = None,
    on_read: OnRead | None = None,
    threads: int = 0,
) -> Dataset:
    """Make a data set of a table in memory: pandas', polars', pyarrow's, DuckDB's.

    Columns of numbers and booleans are features, columns of texts and categories one for each text; the data
    set is a copy.

    Parameters
    ----------
    table : object with ``__arrow_c_stream__``
        A data frame, a table, a reader of record batches. The index of a pandas data frame is left out.
    label : str or int, optional
        The column of the labels, by its name or its number.
    labels, encoding, missing, unknown, dtype, layout, threads
        As :func:`read` has them. A null is a missing cell, and so is NaN.
    on_read : callable, optional
        Given the rows so far, and 0, after each chunk of the table.

    Returns
    -------
    Dataset

    Raises
    ------
    TypeError
        No table.
    ValueError
        A column of another type, an infinite number, a missing cell, labels that are none.
    OSError
        The stream failed.
    KeyboardInterrupt
        Ctrl-C.
    MemoryError
        No memory for the copy.
    """
    if not hasattr(table, "__arrow_c_stream__"):
        raise TypeError(f"table is a {type(table).__name__}, which has no __arrow_c_stream__")
    if hasattr(table, "reset_index"):  # pandas would pass it on as a column
        table = table.reset_index(drop=True)
    options = _options(
        label=label,
        labels=labels,
        encoding=encoding,
        missing=missing,
        unknown=unknown,
        dtype=dtype,
        layout=layout,
    )
    capsule = table.__arrow_c_stream__()  # which must outlive the call
    return _made(lib.linclass_dataset_from_arrow, _stream(capsule), options, on_read, threads)


def _stream(capsule: Any) -> int:
    """The address of the stream in a capsule."""
    pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
    pointer_of.restype, pointer_of.argtypes = c_void_p, (py_object, ctypes.c_char_p)
    try:
        place: int = pointer_of(capsule, b"arrow_array_stream")
    except ValueError as error:
        raise TypeError(f"__arrow_c_stream__ of the table returned no stream: {error}") from error
    return place
