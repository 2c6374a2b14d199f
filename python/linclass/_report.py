"""What a fit did."""

from __future__ import annotations

import dataclasses

from linclass import _abi
from linclass._arrays import DTYPES
from linclass._library import lib
from linclass._names import SOLVER_NAMES


@dataclasses.dataclass(frozen=True)
class FitReport:
    """What a fit did; the members of ``linclass_fit_report``, with names for numbers.

    ``stopped_because`` is ``"ok"`` when the fit converged or ran the epochs asked for. The gradient's norms
    are those of the subgradient of least norm, where there is an l1 penalty. ``ignore_label``: None without.
    """

    stopped_because: str
    solver: str
    dtype: str
    iterations: int
    evaluations: int
    objective: float
    loss: float
    error: float
    gradient_norm: float
    gradient_infinity_norm: float
    learning_rate: float
    validation_loss: float
    validation_error: float
    seconds: float
    best_iteration: int
    smooth_gradient_infinity_norm: float
    samples: int
    total_weight: float
    label_smoothing: float
    ignore_label: int | None
    with_sample_weight: bool
    with_target_probabilities: bool


def report_of(struct: _abi.FitReport) -> FitReport:
    """The report as Python has it."""
    values = {field.name: getattr(struct, field.name) for field in dataclasses.fields(FitReport)}
    values["stopped_because"] = lib.linclass_status_string(struct.stopped_because).decode()
    values["solver"] = SOLVER_NAMES.get(struct.solver, str(struct.solver))
    values["dtype"] = DTYPES[struct.dtype].name
    if not struct.has_ignore_label:
        values["ignore_label"] = None
    for name in ("with_sample_weight", "with_target_probabilities"):
        values[name] = bool(values[name])
    return FitReport(**values)
