"""Find the library, load it, check that it is one this package can use.

Looked for, in this order: the file the environment variable LINCLASS_LIBRARY names; the one the wheel
brought along; liblinclass.so.0 where the system's loader finds it.
"""

from __future__ import annotations

import ctypes
import os
import pathlib

from linclass._capi import abi

SONAME = f"liblinclass.so.{abi.VERSION[0]}"


def bundled(site: pathlib.Path) -> list[str]:
    """The libraries that came with the wheel whose Python files were put into this folder.

    Where a system keeps 64-bit libraries in lib64, pip puts the Python files into lib.
    """
    sites = {site, pathlib.Path(str(site).replace("/lib/python", "/lib64/python"))}
    found = [path for each in sites for path in (each / ".linclass.mesonpy.libs").glob("liblinclass.so*")]
    return sorted(map(str, found))


def _candidates() -> list[str]:
    named = os.environ.get("LINCLASS_LIBRARY")
    if named:
        return [named]
    return [*bundled(pathlib.Path(__file__).parents[2]), SONAME]


def _open() -> tuple[ctypes.CDLL, str]:
    refusals = []
    for path in _candidates():
        try:
            return ctypes.CDLL(path), path
        except OSError as error:
            refusals.append(str(error))
    raise ImportError(
        "liblinclass could not be loaded: " + "; ".join(refusals) + ". LINCLASS_LIBRARY may name the file."
    )


def check_version(version: str, path: str) -> None:
    """Raise ImportError unless a library of this version offers what the package was written for.

    Releases of the same major number keep what earlier ones had; a later minor number adds to it.
    """
    wanted = ".".join(map(str, abi.VERSION))
    try:
        major, minor = (int(part) for part in version.split(".")[:2])
    except ValueError:
        raise ImportError(f"{path}: {version!r} is no version of liblinclass") from None
    if major != abi.VERSION[0] or minor < abi.VERSION[1]:
        raise ImportError(
            f"{path} is liblinclass {version}; this package needs {wanted} or a later "
            f"{abi.VERSION[0]}.x: install matching versions, or set LINCLASS_LIBRARY"
        )


def _bind(library: ctypes.CDLL, path: str) -> None:
    """Give every function its types."""
    for name, (result, arguments) in abi.FUNCTIONS.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise ImportError(f"{path} lacks {name}: it is not the liblinclass needed") from None
        function.restype = result
        function.argtypes = arguments


def load() -> tuple[ctypes.CDLL, str]:
    """Load the library: the library, and the path or name it was found by."""
    library, path = _open()
    try:
        version = library.linclass_version
    except AttributeError:
        raise ImportError(f"{path} is not liblinclass: it has no linclass_version") from None
    version.restype = ctypes.c_char_p
    version.argtypes = ()
    check_version(version().decode(), path)
    _bind(library, path)
    return library, path


lib, library_path = load()


def version() -> str:
    """Release of the library in use, such as ``"0.2.0"``."""
    text: bytes = lib.linclass_version()
    return text.decode()


def blas() -> str:
    """Name of the BLAS in use, with its release and the core whose kernels it chose where it tells them."""
    text: bytes = lib.linclass_blas_name()
    return text.decode()


def blas_warning() -> str:
    """What keeps that BLAS from making use of the processor, and what helps; ``""`` where nothing does."""
    text: bytes = lib.linclass_blas_warning()
    return text.decode()
