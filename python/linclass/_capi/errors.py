"""Statuses of the library as exceptions; the message is the error message of the context."""

from __future__ import annotations

from ctypes import c_void_p

from linclass._capi.library import lib
from linclass._capi.names import public


@public
class LinclassError(Exception):
    """What every exception of the library has: ``status``, the number C returned."""

    status: int = 0


@public
class InvalidArgumentError(LinclassError, ValueError):
    """An option out of range, or an output that overlaps an input."""


@public
class DimensionError(LinclassError, ValueError):
    """A size that is wrong, or does not fit another."""


@public
class NonFiniteError(LinclassError, ValueError):
    """NaN or infinity in the input."""


@public
class LabelError(LinclassError, ValueError):
    """A label out of range, or one the model does not know."""


@public
class FormatError(LinclassError, ValueError):
    """A file or bytes that are not what they should be."""


@public
class UnsupportedError(LinclassError, ValueError):
    """A combination the library does not offer."""


@public
class NumericError(LinclassError, FloatingPointError):
    """Finite input whose result overflows, or a fit that diverged."""


@public
class LibraryMemoryError(LinclassError, MemoryError):
    """The allocator had no memory."""


@public
class FileError(LinclassError, OSError):
    """The operating system refused to read or write a file."""


@public
class BusyError(LinclassError, RuntimeError):
    """A call on a context that another call has not returned from, such as one by its callback."""


@public
class InternalError(LinclassError, RuntimeError):
    """A defect, of the library or of this package."""


#: {status: exception}; any other negative status is an InternalError.
EXCEPTIONS: dict[int, type[LinclassError]] = {
    -1: InvalidArgumentError,
    -2: DimensionError,
    -3: NonFiniteError,
    -4: LabelError,
    -5: LibraryMemoryError,
    -6: FileError,
    -7: FormatError,
    -8: UnsupportedError,
    -9: NumericError,
    -12: BusyError,
}


def error_of(status: int, context: c_void_p | None) -> LinclassError:
    """Make the exception of a negative status; call it before the context is used again."""
    message: bytes = lib.linclass_context_message(context)
    name: bytes = lib.linclass_status_string(status)
    error = EXCEPTIONS.get(status, InternalError)((message or name).decode(errors="replace"))
    error.status = status
    return error
