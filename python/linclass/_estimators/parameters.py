"""The parameters every estimator has, declared once.

A dataclass writes the constructors: each keeps its arguments under their names and does nothing else,
which is what scikit-learn asks of one. An estimator is a dataclass that adds its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable
from typing import Any

import numpy as np

from linclass._capi.arrays import Precision
from linclass._capi.names import ScheduleName, SolverName
from linclass._capi.options import Bounds
from linclass._capi.types import ClassWeightsByLabel
from linclass._estimators.sklearn_names import TheirSolver, solver_of, threads_of
from linclass._functions.progress import OnIteration


@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class Parameters:
    """What all estimators are told alike; documented where users look, in the class of each."""

    solver: SolverName | TheirSolver = "auto"
    tol: float = 1e-4
    gap_tolerance: float = 0.0
    group_l1: bool = False
    weight_bounds: Bounds | None = None
    max_iter: int | None = None
    max_seconds: float | None = None
    batch_size: int = 100
    learning_rate: float | None = None
    learning_rate_schedule: ScheduleName = "constant"
    learning_rate_decay: float | None = None
    learning_rate_period: int = 10
    momentum: float = 0.0
    shuffle: bool = True
    patience: int = 0
    validation_fraction: float = 0.1
    fit_intercept: bool = True
    class_weight: ClassWeightsByLabel = None
    ignore_label: Hashable = None
    random_state: int | np.random.RandomState | np.random.Generator | None = None
    warm_start: bool = False
    dtype: Precision | None = None
    scale: float | None = None
    threads: int = 0
    n_jobs: int | None = None
    verbose: bool | int = False
    on_iteration: OnIteration | None = None

    def _threads(self) -> int:
        """The number of threads that the library uses; 0: its own choice."""
        return threads_of(self.threads, self.n_jobs)

    def _fit_options(self, seed: int) -> dict[str, Any]:
        """Those that are options of :func:`linclass.fit`, by its names."""
        return {
            "solver": solver_of(self.solver),
            "gradient_tolerance": self.tol,
            "gap_tolerance": self.gap_tolerance,
            "group_l1": self.group_l1,
            "weight_bounds": self.weight_bounds,
            "max_iterations": 0 if self.max_iter is None else self.max_iter,
            "max_seconds": 0.0 if self.max_seconds is None else self.max_seconds,
            "batch_size": self.batch_size,
            "learning_rate": 0.0 if self.learning_rate is None else self.learning_rate,
            "learning_rate_schedule": self.learning_rate_schedule,
            "learning_rate_decay": 0.0 if self.learning_rate_decay is None else self.learning_rate_decay,
            "learning_rate_period": self.learning_rate_period,
            "momentum": self.momentum,
            "shuffle": self.shuffle,
            "patience": self.patience,
            "fit_bias": self.fit_intercept,
            "seed": seed,
            "dtype": self.dtype,
            "scale": self.scale,
            "threads": self._threads(),
        }
