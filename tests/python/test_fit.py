"""linclass.fit: what it minimises, what it reads in place, how it is watched and stopped."""

import ctypes
import os
import pathlib
import re
import signal
import threading
import typing

import numpy as np
import pytest

import linclass
from data import blobs
from linclass._capi import abi, arrays, names
from linclass._capi.library import lib
from linclass._functions import fit_arguments

DESCENT = {"solver": "gradient_descent", "l2": 1e-2}


def enumerators(prefix):
    text = pathlib.Path(os.environ["LINCLASS_SOURCE"], "include", "linclass", "fit.h").read_text()
    found = re.findall(rf"{prefix}_(\w+)\s*=\s*(\d+)", text)
    return {name.lower(): int(number) for name, number in found}


def test_the_names_are_those_of_the_header():
    assert enumerators("LINCLASS_LOSS") == linclass.LOSSES
    assert enumerators("LINCLASS_SOLVER") == linclass.SOLVERS
    assert enumerators("LINCLASS_LEARNING_RATE") == linclass.SCHEDULES


def test_type_checkers_know_every_name():
    assert typing.get_args(names.LossName) == tuple(linclass.LOSSES)
    assert typing.get_args(names.SolverName) == tuple(linclass.SOLVERS)
    assert typing.get_args(names.ScheduleName) == tuple(linclass.SCHEDULES)


def test_the_names_of_losses_are_those_of_the_program():
    for name, number in linclass.LOSSES.items():
        assert lib.linclass_loss_name(number).decode() == name.replace("_", "-")
    assert lib.linclass_loss_name(0) is None
    assert lib.linclass_loss_name(len(linclass.LOSSES) + 1) is None
    assert all(lib.linclass_solver_name(number) for number in linclass.SOLVERS.values())
    assert lib.linclass_solver_name(-1) is None
    assert lib.linclass_solver_name(len(linclass.SOLVERS)) is None


def test_reports_and_progress_have_every_member_of_the_struct():
    for kind, struct in ((linclass.FitReport, abi.FitReport), (linclass.Progress, abi.Progress)):
        unseen = ("size", "reserved", "reserved_2", "has_ignore_label")
        members = [name for name, _ in struct._fields_ if name not in unseen]
        assert list(kind.__dataclass_fields__) == members


def test_the_report_says_which_rows_were_fitted():
    X, y = blobs()
    weights = np.linspace(0.5, 2, len(y))
    model = linclass.fit(X, y, sample_weight=weights, class_weight=[1, 0.5, 3], l1=1e-3)
    report = model.report
    assert (report.samples, report.with_sample_weight, report.ignore_label) == (len(y), True, None)
    assert report.total_weight == pytest.approx((weights * np.array([1, 0.5, 3])[y]).sum())
    assert report.smooth_gradient_infinity_norm >= report.gradient_infinity_norm
    assert model.class_weights.tolist() == [1, 0.5, 3]
    model = linclass.fit(X, y, ignore_label=1)
    assert (model.report.ignore_label, model.class_weights) == (1, None)
    assert model.report.total_weight == (y != 1).sum()


def test_defaults_are_those_of_c():
    options = abi.FitOptions()
    lib.linclass_fit_options_init(ctypes.byref(options), ctypes.sizeof(options))
    defaults = linclass.fit.__kwdefaults__
    for name, _ in abi.FitOptions._fields_:
        if name in defaults and isinstance(defaults[name], (int, float)):
            assert defaults[name] == getattr(options, name), name


def test_the_optimum_has_a_small_gradient():
    X, y = blobs()
    model = linclass.fit(X, y, gradient_tolerance=1e-8, max_iterations=100000, **DESCENT)
    loss, G, g_bias = linclass.softmax_loss_gradient(X, y, model.theta, model.bias)
    assert np.abs(G + 1e-2 * model.theta).max() < 1e-7
    assert np.abs(g_bias).max() < 1e-7
    assert model.report.objective == pytest.approx(loss + 0.5e-2 * (model.theta**2).sum(), rel=1e-12)
    assert model.report.stopped_because == "ok"


@pytest.mark.parametrize(
    "arrange",
    [
        np.asfortranarray,
        lambda X: X[::-1][::-1],
        lambda X: np.repeat(X, 2, axis=1)[:, ::2],
        lambda X: np.hstack([X, X])[:, : X.shape[1]],
    ],
    ids=["fortran", "reversed twice", "every second column", "rows apart"],
)
def test_any_strides_are_read_where_they_lie(arrange, monkeypatch):
    X, y = blobs()
    expected = linclass.fit(X, y, **DESCENT)
    monkeypatch.setattr(arrays, "copy", None)
    model = linclass.fit(arrange(X), y.astype(np.int64), **DESCENT)
    assert (model.theta == expected.theta).all()


@pytest.mark.parametrize("dtype", [np.uint8, bool])
def test_bytes_are_read_where_they_lie_and_scaled(dtype, monkeypatch):
    X, y = blobs()
    pixels = (X > 0).astype(dtype)
    expected = linclass.fit(pixels.astype(np.float64) * 0.25, y, **DESCENT)
    monkeypatch.setattr(arrays, "copy", None)
    model = linclass.fit(pixels, y, scale=0.25, dtype=np.float64, **DESCENT)
    np.testing.assert_allclose(model.theta, expected.theta, atol=1e-12)
    assert model.scale == 0.25


def test_precision():
    X, y = blobs()
    assert linclass.fit(X, y, max_iterations=1).dtype == np.float64
    assert linclass.fit(X.astype(np.float32), y, max_iterations=1).dtype == np.float32
    assert linclass.fit(X, y, dtype="float32", max_iterations=1).dtype == np.float32


def test_labels_are_any_integers():
    X, y = blobs()
    model = linclass.fit(X, np.array([-7, 3, 2**40])[y], **DESCENT)
    assert model.labels.tolist() == [-7, 3, 2**40]
    assert set(model.predict(X)) == {-7, 3, 2**40}


def test_a_weight_of_two_is_a_row_twice():
    X, y = blobs(m=40)
    weights = np.arange(40) % 7 % 3
    repeated = linclass.fit(np.repeat(X, weights, axis=0), np.repeat(y, weights), **DESCENT)
    weighted = linclass.fit(X, y, sample_weight=weights, **DESCENT)
    np.testing.assert_allclose(weighted.theta, repeated.theta, atol=1e-10)


def test_class_weights_and_the_label_to_ignore():
    X, y = blobs(m=40)
    by_class = linclass.fit(X, y, class_weight=[1, 2, 0.5], **DESCENT)
    by_row = linclass.fit(X, y, sample_weight=np.array([1, 2, 0.5])[y], **DESCENT)
    np.testing.assert_allclose(by_class.theta, by_row.theta, atol=1e-12)
    kept = y != 1
    ignoring = linclass.fit(X, y, ignore_label=1, **DESCENT)
    np.testing.assert_allclose(ignoring.theta, linclass.fit(X[kept], y[kept], **DESCENT).theta, atol=1e-10)
    assert ignoring.labels.tolist() == [0, 2]
    linclass.fit(X, y, class_weight="balanced", **DESCENT)


def test_validation_rows_are_reported_on():
    X, y = blobs()
    seen = []
    model = linclass.fit(
        X, y, validation=(X[:30], y[:30]), max_iterations=3, on_iteration=seen.append, **DESCENT
    )
    evaluation = model.evaluate(X[:30], y[:30])
    assert model.report.validation_loss == pytest.approx(evaluation.loss, rel=1e-12)
    assert len(seen) == 3
    assert seen[-1].validation_error == evaluation.error


def test_early_stopping_returns_the_best():
    X, y = blobs(m=60, spread=0.3)
    losses = []
    model = linclass.fit(
        X[:30],
        y[:30],
        validation=(X[30:], y[30:]),
        patience=3,
        on_iteration=lambda progress: losses.append(progress.validation_loss),
        solver="gradient_descent",
    )
    assert model.report.stopped_because == "early stopped"
    assert model.report.validation_loss == min(losses)
    assert losses[model.report.best_iteration - 1] == min(losses)


def test_momentum_and_schedules():
    X, y = blobs()
    options = {"solver": "sgd", "max_iterations": 4, "learning_rate": 0.1}
    fits = [
        linclass.fit(X, y, **options),
        linclass.fit(X, y, momentum=0.9, **options),
        linclass.fit(X, y, learning_rate_schedule="step", learning_rate_period=1, **options),
        linclass.fit(X, y, learning_rate_schedule="inverse_time", learning_rate_decay=2, **options),
    ]
    assert len({model.theta.tobytes() for model in fits}) == 4
    assert fits[2].report.learning_rate == pytest.approx(0.1 / 2**3)


def test_on_iteration_sees_every_iteration_and_can_stop():
    X, y = blobs()
    seen = []

    def watch(progress):
        seen.append(progress)
        return progress.iteration == 4

    report = linclass.fit(X, y, on_iteration=watch, **DESCENT).report
    assert [progress.iteration for progress in seen] == [1, 2, 3, 4]
    assert report.iterations == 4
    assert report.stopped_because == "stopped by callback"


def test_an_exception_in_the_callback_reaches_the_caller():
    X, y = blobs()

    def fail(progress):
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        linclass.fit(X, y, on_iteration=fail, **DESCENT)
    linclass.fit(X, y, **DESCENT)


def test_the_callback_may_use_the_library():
    X, y = blobs()
    inner = []

    def nested(progress):
        inner.append(linclass.fit(X, y, max_iterations=2, **DESCENT).report.objective)

    linclass.fit(X, y, max_iterations=2, on_iteration=nested, **DESCENT)
    assert inner[0] == inner[1] == linclass.fit(X, y, max_iterations=2, **DESCENT).report.objective


@pytest.mark.usefixtures("control_c")
def test_control_c_stops_the_fit():
    X, y = blobs()
    seen = []

    def interrupt(progress):
        seen.append(progress.iteration)
        if progress.iteration == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        linclass.fit(X, y, on_iteration=interrupt, gradient_tolerance=0, **DESCENT)
    assert seen[-1] <= 3
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_the_programs_own_is_left_alone():
    X, y = blobs()
    caught = []
    before = signal.signal(signal.SIGINT, lambda number, frame: caught.append(number))
    try:
        linclass.fit(
            X, y, max_iterations=2, on_iteration=lambda p: os.kill(os.getpid(), signal.SIGINT), **DESCENT
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert caught == [signal.SIGINT] * 2


def test_a_fit_in_another_thread_leaves_signals_alone():
    X, y = blobs()
    done = []
    thread = threading.Thread(target=lambda: done.append(linclass.fit(X, y, **DESCENT)))
    thread.start()
    thread.join()
    assert done[0].report.stopped_because == "ok"


@pytest.mark.parametrize(
    ("options", "exception", "sentence"),
    [
        ({"loss": "other"}, ValueError, "loss is 'other', not one of 'softmax'"),
        ({"solver": 3}, ValueError, "solver is 3"),
        ({"l2": -1}, ValueError, "l2 is -1"),
        ({"l2": np.nan}, ValueError, "l2 is nan"),
        ({"l2": "much"}, TypeError, "l2 must be a number, not str"),
        ({"max_iterations": 1.5}, TypeError, "max_iterations must be an integer, not float"),
        ({"max_iterations": 2**64}, ValueError, "max_iterations is 18446744073709551616"),
        ({"batch_size": 0}, ValueError, "batch_size is 0"),
        ({"dtype": np.int32}, ValueError, "dtype"),
        ({"seed": -1}, ValueError, "seed is -1"),
        ({"scale": 0}, ValueError, "scale"),
        ({"sample_weight": [1.0]}, ValueError, "sample_weight has 1 elements, not 120"),
        ({"sample_weight": np.full(120, -1.0)}, ValueError, r"sample_weight\[0\] is -1"),
        ({"sample_weight": np.zeros(120)}, ValueError, "weights of the training rows are all 0"),
        ({"class_weight": [1.0]}, ValueError, "class_weight"),
        ({"class_weight": "even"}, ValueError, "class_weight is 'even'"),
        ({"validation": (np.zeros((1, 4)), [0])}, ValueError, "validation_X has 4 columns, X has 5"),
        ({"validation": (np.zeros((1, 5)), [9])}, ValueError, r"validation_y\[0\] is 9"),
        ({"momentum": 1.0, "solver": "sgd"}, ValueError, "momentum is 1"),
        ({"learning_rate_schedule": "none"}, ValueError, "learning_rate_schedule is 'none'"),
        ({"patience": 2}, ValueError, "patience|validation"),
        ({"validation": (1,)}, ValueError, "validation has 1 members"),
        ({"learning_rate": 1e300, "solver": "sgd"}, FloatingPointError, "diverge|learning rate|overflow"),
    ],
)
def test_bad_options_are_exceptions(options, exception, sentence):
    X, y = blobs()
    with pytest.raises(exception, match=sentence):
        linclass.fit(X, y, **options)
    linclass.fit(X, y, max_iterations=1)


def test_the_place_of_a_value_that_is_not_finite_is_said():
    X, y = blobs()
    X[7, 2] = np.inf
    with pytest.raises(ValueError, match=r"X\[7, 2\] is inf"):
        linclass.fit(X, y)


def test_what_c_is_told_stays_alive(monkeypatch):
    """The arrays behind the options' pointers are kept through the fit."""
    kept = fit_arguments.weigh(abi.FitOptions(), 3, [1, 2, 3], [1.0, 2.0])
    assert [array.tolist() for array in kept] == [[1, 2, 3], [1, 2]]
    assert names.LOSS_NAMES[1] == "softmax"


@pytest.mark.parametrize("loss", ["softmax", "logistic", "perceptron", "hinge", "squared_hinge"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_rate_sgd_chooses_allows_for_a_strong_penalty(loss, momentum):
    """The objective at zero parameters is at most 1: a fit from there must not end far above."""
    X, y = blobs(k=2)
    for l2 in (10.0, 1e3, 1e6):
        model = linclass.fit(X, y, loss=loss, solver="sgd", l2=l2, momentum=momentum)
        assert model.report.objective < 1.1


def test_a_penalty_counts_in_the_preconditioner_of_many_classes():
    """No blocks of 1000 classes are kept; with the bound on the curvature it took 126 iterations, not 21."""
    rng = np.random.default_rng(0)
    y = np.arange(3000) % 1000
    X = (0.5 * rng.normal(size=(1000, 100)))[y] + rng.normal(size=(3000, 100))
    model = linclass.fit(X.astype(np.float32), y, l2=1e-3, solver="lbfgs")
    assert model.report.iterations < 50


def test_loss_and_objective_are_of_the_same_sweep():
    """The objective of a fit in single precision is proven in double: a loss in single would be above it."""
    X = np.arange(1.0, 6)[:, None] * 1e6
    y = np.arange(5) % 2
    for loss in ("softmax", "logistic", "squared_hinge"):
        model = linclass.fit(X, y, loss=loss, l2=1e-3, dtype=np.float32)
        penalty = 0.0005 * (model.theta.astype(float) ** 2).sum()
        assert model.report.objective - model.report.loss == pytest.approx(penalty, abs=1e-15)


def test_an_l1_penalty_without_intercepts_where_columns_are_far_from_zero():
    """The curvature of what all columns share hides that of the rest, and the loss does not see a change of
    all weights of a column."""
    random = np.random.default_rng(1)
    y = random.integers(0, 3, 80)
    X = random.normal(size=(3, 4))[y] + random.normal(size=(80, 4)) + 1000
    model = linclass.fit(X, y, l1=1e-3, l2=0, fit_bias=False, dtype=np.float64)
    assert model.report.stopped_because == "ok"
    assert model.report.gap <= 1e-6 * np.log(3)
