"""``python -m linclass``: what is installed and where, to be quoted when something goes wrong."""

from __future__ import annotations

import importlib.metadata
import pathlib
import platform

import linclass


def _release(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def main() -> None:
    """Print releases and places, a line each."""
    print(f"linclass      {linclass.__version__}, {pathlib.Path(linclass.__file__).parent}")
    print(f"liblinclass   {linclass.version()}, {linclass.library_path}")
    print(f"Python        {platform.python_version()}, {platform.machine()}")
    for title, package in (("NumPy", "numpy"), ("scikit-learn", "scikit-learn")):
        print(f"{title:13} {_release(package)}")


if __name__ == "__main__":
    main()
