"""Level 2: what a fit reported, recomputed from its data."""

from __future__ import annotations

import dataclasses
from ctypes import byref, c_size_t, c_void_p, pointer, sizeof
from typing import Any, Literal

from linclass._capi import abi
from linclass._capi.arrays import FLOAT64, Array, address, as_array, labels, vector
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.names import public
from linclass._capi.views import dense_matrix

#: What can differ, by the bit of ``linclass_certificate.differs``.
Difference = Literal["samples", "total_weight", "objective", "gradient", "gap"]
DIFFERENCES: dict[Difference, int] = {
    "samples": 1,
    "total_weight": 2,
    "objective": 4,
    "gradient": 8,
    "gap": 16,
}


@public
@dataclasses.dataclass(frozen=True)
class Certificate:
    """Objective and gradient of a fit, recomputed in double one row after another.

    Attributes
    ----------
    samples, total_weight : int, float
        Of the rows that count.
    objective, loss : float
        F, and its first term, the mean loss.
    gradient_norm, gradient_infinity_norm : float
        2-norm and largest absolute value of the gradient of F, or, with an l1 penalty, of its subgradient
        of least norm: 0 at a minimum.
    smooth_gradient_infinity_norm : float
        The largest absolute value in the gradient without the l1 term.
    objective_tolerance, gradient_tolerance : float
        What rounding can do in the precision of the fit.
    agrees : bool or None
        Whether the model's report says the same, within the tolerances; None where it has no report.
    differs : tuple of str
        Which of "samples", "total_weight", "objective", "gradient" and "gap" does not agree.
    gap, gap_allowed : float
        An estimate of F less its minimum, in double precision, and how large it may be after a fit that
        converged with the default tolerance. NaN for the losses whose gradient has jumps.
    at_minimum : bool or None
        Whether the gap is within that; None where it is NaN.
    dual_objective, duality_gap : float
        A lower bound of the minimum of F that duality proves from the model, and objective less it: no
        parameters have an F that is lower by more. NaN without a penalty, and for a loss that is not convex.
    """

    samples: int
    total_weight: float
    objective: float
    loss: float
    gradient_norm: float
    gradient_infinity_norm: float
    smooth_gradient_infinity_norm: float
    objective_tolerance: float
    gradient_tolerance: float
    agrees: bool | None
    differs: tuple[Difference, ...]
    gap: float
    gap_allowed: float
    at_minimum: bool | None
    dual_objective: float
    duality_gap: float


def verify(
    model: c_void_p,
    view: abi.Matrix,
    y: Any,
    sample_weight: Any,
    target_probabilities: Any,
    threads: int,
) -> Certificate:
    """The certificate of a model over the rows it was fitted to."""
    if y is None and target_probabilities is None:
        raise ValueError("y is None: labels are needed where there are no target_probabilities")
    y = None if y is None else labels(y, view.rows)
    struct = new_certificate()
    kept: list[Any] = []
    if sample_weight is not None:
        weights: Array = vector(as_array(sample_weight, "sample_weight"), FLOAT64, view.rows, "sample_weight")
        struct.sample_weight = address(weights)
        kept.append(weights)
    if target_probabilities is not None:
        name = "target_probabilities"
        probabilities, array = dense_matrix(as_array(target_probabilities, name), name)
        struct.target_probabilities = pointer(probabilities)
        kept += [probabilities, array]
    place = None if y is None else address(y)
    call(lib.linclass_model_verify, threads, model, byref(view), place, byref(struct))
    del kept
    return certificate_of(struct)


def new_certificate() -> abi.Certificate:
    """One that nothing has been found for."""
    struct = abi.Certificate()
    lib.linclass_certificate_init(byref(struct), c_size_t(sizeof(struct)))
    return struct


def certificate_of(struct: abi.Certificate) -> Certificate:
    """What was found."""
    told = ("agrees", "differs", "at_minimum")
    figures = {
        field.name: getattr(struct, field.name)
        for field in dataclasses.fields(Certificate)
        if field.name not in told
    }
    return Certificate(
        **figures,
        at_minimum=None if struct.at_minimum < 0 else bool(struct.at_minimum),
        agrees=struct.differs == 0 if struct.compared else None,
        differs=tuple(name for name, bit in DIFFERENCES.items() if struct.differs & bit),
    )
