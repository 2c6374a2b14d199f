"""What a fit did."""

from __future__ import annotations

import dataclasses

from linclass._capi import abi
from linclass._capi.arrays import DTYPES
from linclass._capi.library import lib
from linclass._capi.names import SOLVER_NAMES, public


@public
@dataclasses.dataclass(frozen=True)
class FitReport:
    """What a fit did; the members of ``linclass_fit_report``, with names for numbers.

    The gradient's norms are those of the subgradient of least norm, where there is an l1 penalty.

    Attributes
    ----------
    stopped_because : str
        "ok" when the fit converged or ran the epochs asked for; else which limit, "early stopped" and so on.
    solver : str
        The one that ran, of ``linclass.SOLVERS``.
    dtype : str
        Precision of the arithmetic, "float32" or "float64".
    iterations, evaluations : int
        Epochs or iterations; sweeps over all the rows for F and its gradient.
    objective, loss, error : float
        F of the model; its first term, the mean loss; the share of training rows predicted wrongly.
    gradient_norm, gradient_infinity_norm : float
        2-norm and largest absolute value of the gradient of F.
    learning_rate : float
        Step length of the last step.
    validation_loss, validation_error : float
        NaN without validation rows.
    seconds : float
        Time of the fit; NaN of a model that was loaded or unpickled: files do not keep it.
    best_iteration : int
        With patience the one the model is that of; else the last.
    smooth_gradient_infinity_norm : float
        Of the gradient without the l1 term; NaN in files of the first release.
    samples, total_weight : int, float
        Of the training rows; 0 and NaN in files of the first release.
    label_smoothing : float
    ignore_label : int or None
    with_sample_weight, with_target_probabilities : bool
        What the rows were fitted to, and with.
    dual_objective, gap : float
        A lower bound of the minimum of F, proven by duality, and F of the model less it: no parameters
        have an F that is lower by more. NaN without a penalty, and for a loss that is not convex.
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
    dual_objective: float
    gap: float


def report_of(struct: abi.FitReport) -> FitReport:
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
