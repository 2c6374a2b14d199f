"""Parts as files in the local folders of an executor, which all its Python processes map.

Spark gives a task to any Python process of an executor. Files let them share rows that one of them has
converted, without a copy for each, and may be larger than the memory. They lie in the folders of the
executor's own blocks, which Spark removes with it; a part is complete once its folder has its name.
"""

from __future__ import annotations

import os
import pathlib
import pickle
import shutil
import tempfile
from collections.abc import Iterable
from typing import Any

import numpy as np

from linclass._capi.arrays import is_sparse
from linclass._engines.prepared import Prepared


def _folder(key: str) -> pathlib.Path:
    """Where the parts of a fit are on this executor."""
    local = os.environ.get("SPARK_LOCAL_DIRS", tempfile.gettempdir()).split(",")[0]
    return pathlib.Path(local) / f"linclass-{key}"


def save(key: str, part: Prepared) -> None:
    """Write a part, unless it is there."""
    folder = _folder(key)
    folder.mkdir(parents=True, exist_ok=True)
    begun = pathlib.Path(tempfile.mkdtemp(prefix="begun-", dir=folder))
    try:
        (begun / "summary").write_bytes(pickle.dumps(part.summary))
        arrays = {"codes": part.codes, "weights": part.weights, "X": part.X}
        if is_sparse(part.X):
            del arrays["X"]
            arrays |= {"data": part.X.data, "indices": part.X.indices, "indptr": part.X.indptr}
        for name, array in arrays.items():
            if array is not None:
                np.save(begun / f"{name}.npy", array)
        os.rename(begun, folder / str(part.summary.number))
    except OSError:
        shutil.rmtree(begun, ignore_errors=True)
        if not (folder / str(part.summary.number)).is_dir():
            raise


def load(key: str, number: int) -> Prepared | None:
    """The part, mapped; None where this executor has not converted it."""
    folder = _folder(key) / str(number)
    if not folder.is_dir():
        return None

    def array(name: str) -> Any:
        path = folder / f"{name}.npy"
        return np.load(path, mmap_mode="r") if path.exists() else None

    summary = pickle.loads((folder / "summary").read_bytes())
    X = array("X")
    if X is None and summary.rows:
        from scipy import sparse  # only where it is needed: each process that Spark starts imports anew

        parts = array("data"), array("indices"), array("indptr")
        X = sparse.csr_matrix(parts, shape=(summary.rows, summary.columns), copy=False)
    return Prepared(summary, X, array("codes"), array("weights"))


def forget(keys: Iterable[str]) -> None:
    """Remove what this executor keeps of fits that have ended."""
    for key in keys:
        shutil.rmtree(_folder(key), ignore_errors=True)
