"""Level 2: a model's temperature and prediction sets, by rows that its fit has not seen."""

from __future__ import annotations

import dataclasses
from ctypes import byref, c_size_t, c_void_p, sizeof
from typing import Any

import numpy as np

from linclass._capi import abi
from linclass._capi.arrays import FLOAT64, Array, address, as_array, labels, vector
from linclass._capi.contexts import call
from linclass._capi.library import lib
from linclass._capi.names import SETS, SetsName, number_of, public
from linclass._capi.options import real


@public
@dataclasses.dataclass(frozen=True)
class Calibration:
    """What temperature scaling has found on its rows.

    Attributes
    ----------
    temperature : float
        T: the probabilities of the calibrated model are ``softmax(scores / T)``.
    loss, uncalibrated_loss : float
        Mean cross-entropy with it, and without.
    calibration_error, uncalibrated_calibration_error : float
        Expected calibration error over 15 bins of equal width, with it and without.
    """

    temperature: float
    loss: float
    uncalibrated_loss: float
    calibration_error: float
    uncalibrated_calibration_error: float


def calibrate(
    model: c_void_p, view: abi.Matrix, y: Any, sample_weight: Any, threads: int
) -> tuple[c_void_p, Calibration]:
    """A calibrated copy of the model, and the figures."""
    y = labels(y, view.rows)
    struct = abi.Calibration()
    lib.linclass_calibration_init(byref(struct), c_size_t(sizeof(struct)))
    if sample_weight is not None:
        weights = vector(as_array(sample_weight, "sample_weight"), FLOAT64, view.rows, "sample_weight")
        struct.sample_weight = address(weights)
    made = c_void_p()
    call(
        lib.linclass_model_calibrate,
        threads,
        *(model, byref(view), address(y), byref(struct), byref(made)),
    )
    figures = {field.name: getattr(struct, field.name) for field in dataclasses.fields(Calibration)}
    return made, Calibration(**figures)


def calibrate_sets(model: c_void_p, view: abi.Matrix, y: Any, method: SetsName, threads: int) -> c_void_p:
    """A copy of the model that makes prediction sets."""
    y = labels(y, view.rows)
    number = number_of(SETS, method, "method")
    made = c_void_p()
    call(
        lib.linclass_model_calibrate_sets,
        threads,
        *(model, byref(view), address(y), number, byref(made)),
    )
    return made


def predict_sets(model: c_void_p, k: int, view: abi.Matrix, coverage: float, threads: int) -> Array:
    """Whether each class is in the set of each row, (m, k)."""
    sets = np.empty((view.rows, k), np.uint8)
    call(
        lib.linclass_model_predict_sets,
        threads,
        *(model, byref(view), real(coverage, "coverage"), address(sets), k),
    )
    return sets.view(np.bool_)
