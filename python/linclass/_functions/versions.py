"""What is installed and where, to be quoted when something goes wrong."""

from __future__ import annotations

import importlib.metadata
import pathlib
import platform

from linclass._capi.library import blas, blas_warning, library_path, version


def _release(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def show_versions() -> None:
    """Print releases and places, a line each, and what keeps the BLAS from making use of the processor."""
    import linclass

    print(f"linclass      {linclass.__version__}, {pathlib.Path(linclass.__file__).parent}")
    print(f"liblinclass   {version()}, {library_path}")
    print(f"BLAS          {blas()}")
    print(f"Python        {platform.python_version()}, {platform.machine()}")
    for title, package in (("NumPy", "numpy"), ("scikit-learn", "scikit-learn")):
        print(f"{title:13} {_release(package)}")
    if blas_warning():
        print(f"warning: {blas_warning()}")
