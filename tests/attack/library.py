"""The library by ctypes alone, as python/linclass/_capi/abi.py describes it; no NumPy, no package."""

import ctypes
import importlib.util
import os
import pathlib

_path = pathlib.Path(__file__).resolve().parent.parent.parent / "python" / "linclass" / "_capi" / "abi.py"
_spec = importlib.util.spec_from_file_location("linclass_abi", _path)
abi = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(abi)

OK = 0
INVALID_ARGUMENT, DIMENSION, NON_FINITE, LABEL, MEMORY, IO, FORMAT, UNSUPPORTED, NUMERIC = range(-1, -10, -1)

lib = ctypes.CDLL(os.environ["LINCLASS_LIBRARY"])
for _name, (_result, _arguments) in abi.FUNCTIONS.items():
    getattr(lib, _name).restype = _result
    getattr(lib, _name).argtypes = _arguments


class Context:
    """A context, and the message of its last error."""

    def __init__(self, threads=1):
        options = abi.ContextOptions()
        lib.linclass_context_options_init(options, ctypes.sizeof(options))
        options.threads = threads
        self.handle = ctypes.c_void_p()
        if lib.linclass_context_create(options, self.handle) != OK:
            raise MemoryError("no context")

    def message(self):
        return lib.linclass_context_message(self.handle)


def array(pointer, kind, count):
    """`count` numbers at an address, as a list; [] for NULL."""
    return list((kind * count).from_address(pointer)) if pointer and count else []


def matrix(data, dtype, rows, cols):
    """A view of a ctypes array."""
    view = abi.Matrix()
    lib.linclass_matrix_init(
        view, ctypes.sizeof(view), dtype, rows, cols, ctypes.cast(data, ctypes.c_void_p), cols
    )
    return view


def make_model(ctx, k, n, theta, bias=None, labels=None, loss=1, dtype=abi.FLOAT32):
    """A model of these numbers."""
    real = ctypes.c_float if dtype == abi.FLOAT32 else ctypes.c_double
    handle = ctypes.c_void_p()
    status = lib.linclass_model_create(
        ctx.handle, loss, dtype, n, k, (real * max(1, n * k))(*theta), k,
        (real * k)(*bias) if bias is not None else None,
        (ctypes.c_int64 * k)(*labels) if labels is not None else None, handle,
    )  # fmt: skip
    if status != OK:
        raise ValueError(ctx.message())
    return handle


def fit_model(ctx, rows, labels, **options):
    """A model fitted to lists of floats; options: members of linclass_fit_options."""
    m, n = len(rows), len(rows[0])
    data = (ctypes.c_float * (m * n))(*[value for row in rows for value in row])
    view = matrix(data, abi.FLOAT32, m, n)
    given = abi.FitOptions()
    lib.linclass_fit_options_init(given, ctypes.sizeof(given))
    for name, value in options.items():
        setattr(given, name, value)
    handle = ctypes.c_void_p()
    status = lib.linclass_fit(ctx.handle, view, (ctypes.c_int64 * m)(*labels), given, None, handle)
    if status < 0:
        raise ValueError(ctx.message())
    return handle


def with_metadata(ctx, model, key, value):
    """A copy of the model that says this; the model is destroyed."""
    changed = ctypes.c_void_p()
    if lib.linclass_model_with_metadata(ctx.handle, model, key, value, changed) != OK:
        raise ValueError(ctx.message())
    lib.linclass_model_destroy(model)
    return changed


def serialize(ctx, model):
    """The bytes of a model's file; None when that fails."""
    length = ctypes.c_int64()
    if lib.linclass_model_serialize(ctx.handle, model, None, 0, ctypes.addressof(length)) != OK:
        return None
    content = ctypes.create_string_buffer(length.value)
    status = lib.linclass_model_serialize(
        ctx.handle, model, ctypes.addressof(content), length.value, ctypes.addressof(length)
    )
    return content.raw if status == OK else None


def deserialize(ctx, content):
    """(status, handle) of bytes, which lie in a block exactly as long as they are."""
    handle = ctypes.c_void_p()
    block = (ctypes.c_char * max(1, len(content))).from_buffer_copy(content or b"\0")
    status = lib.linclass_model_deserialize(ctx.handle, ctypes.addressof(block), len(content), handle)
    return status, handle
