"""Parameters under the names that scikit-learn gives them: solvers, and the number of jobs."""

from __future__ import annotations

import os
from typing import Any, Literal

from linclass._capi.names import SOLVERS, SolverName

#: What scikit-learn calls its solvers, but for "lbfgs", which has the same name here.
TheirSolver = Literal["newton-cg", "newton-cholesky", "liblinear", "sag", "saga"]

#: The method of the same name where there is one; else any that reaches the minimum they all have.
_SOLVERS: dict[str, SolverName] = {
    "newton-cg": "newton_cg",
    "newton-cholesky": "newton",
    "liblinear": "auto",
    "sag": "auto",
    "saga": "auto",
}


def solver_of(name: Any) -> SolverName:
    """The library's solver for a name of its own or of scikit-learn's; ValueError for any other."""
    if isinstance(name, str) and name in _SOLVERS:
        return _SOLVERS[name]
    if isinstance(name, str) and name in SOLVERS:
        return name
    ours, theirs = (", ".join(map(repr, names)) for names in (SOLVERS, _SOLVERS))
    raise ValueError(f"solver is {name!r}, not one of {ours}, and none of scikit-learn's: {theirs}")


def threads_of(threads: int, n_jobs: int | None) -> int:
    """The number of threads, given as either of the two; 0: as many as the process may run on.

    As joblib counts, -1 is all processors, -2 all but one.
    """
    if n_jobs is None:
        return threads
    if isinstance(n_jobs, bool) or not hasattr(n_jobs, "__index__") or n_jobs == 0:
        raise ValueError(f"n_jobs is {n_jobs!r}, not a number of threads, -1 for all processors, or None")
    if threads:
        raise ValueError(
            f"threads is {threads!r} and n_jobs {n_jobs!r}: they mean the same, give one of them"
        )
    return int(n_jobs) if n_jobs > 0 else max(1, len(os.sched_getaffinity(0)) + 1 + int(n_jobs))
