"""The wheel of scripts/wheel: BLAS, LAPACK and the decompressors come from inside it, and work.

bundled.py ENVIRONMENT        the directory they must come from
"""

import os
import pathlib
import sys

import numpy as np

import linclass
from linclass._capi.library import blas, blas_warning

INSIDE = ("openblas", "bz2", "lzma", "zstd")
CLASSES = 100  # products of BLAS, not of the library's own


def mapped():
    """The shared libraries of this process."""
    lines = pathlib.Path("/proc/self/maps").read_text().splitlines()
    return sorted({pathlib.Path(line.split(maxsplit=5)[5]) for line in lines if ".so" in line})


def fit():
    """A fit whose products and factors are those of BLAS and LAPACK; its model and its rows."""
    rng = np.random.default_rng(0)
    y = np.arange(2000) % CLASSES
    X = rng.normal(size=(2000, 40)) + 6 * rng.normal(size=(CLASSES, 40))[y]
    return linclass.fit(X.astype(np.float32), y, l2=1e-3, threads=2), X.astype(np.float32), y


def main() -> int:
    inside = pathlib.Path(sys.argv[1])
    model, X, y = fit()
    error = float((model.predict(X) != y).mean())
    binary = linclass.fit(X, (y < CLASSES // 2).astype(int), loss="logistic", l2=0)
    deviations = binary.standard_errors(X, (y < CLASSES // 2).astype(int))
    if error > 0.05 or not np.isfinite(deviations.theta).all():
        print(f"error {error}, standard errors {deviations}")
        return 1
    if os.fork() == 0:
        again = fit()[0]
        os._exit(0 if (again.theta == model.theta).all() else 1)
    if os.wait()[1] != 0:
        print("a fork of the process does not repeat the fit")
        return 1
    libraries = mapped()
    foreign = [path for path in libraries if "blas" in path.name or "lapack" in path.name]
    foreign = [path for path in foreign if not path.is_relative_to(inside)]
    own = [path.name for path in libraries if "linclass.libs" in path.parts]
    missing = [word for word in INSIDE if not any(word in name for name in own)]
    if foreign or missing:
        print(f"from elsewhere: {foreign}; not from the wheel: {missing}")
        return 1
    print(f"linclass {linclass.version()} with {blas()}; inside: {', '.join(own)}")
    if blas_warning():
        print(f"warning: {blas_warning()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
