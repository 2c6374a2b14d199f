"""Watching a fit: what it reports after every iteration, and how it is stopped.

A callback of Python's cannot raise through C. What it raises is kept, the fit is told to stop, and the
exception is raised to the caller of the fit. Ctrl-C likewise: while a fit runs in the main thread and
the program has not set a handler of its own, SIGINT sets a flag that the next report finds.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

from linclass._capi import abi
from linclass._capi.names import SOLVER_NAMES, SolverName, public


@public
@dataclasses.dataclass(frozen=True)
class Progress:
    """Where a fit stands after an iteration, or an epoch of SGD.

    Attributes
    ----------
    iteration : int
        From 1.
    max_iterations : int
        The limit in force.
    objective : float
        F at the present parameters, over all training rows.
    loss : float
        Its first term, the mean loss.
    error : float
        Share of the training rows predicted wrongly, by weight.
    gradient_norm : float
        2-norm of the gradient of F, theta and bias together.
    learning_rate : float
        Step length of the last step.
    validation_loss, validation_error : float
        The same for the validation rows; NaN without them.
    seconds : float
        Since the fit began.
    dual_objective, gap : float
        Largest lower bound of the minimum of F that the fit has proven so far, and objective less it; NaN
        before the first.
    relative_gradient : float
        The norm of the gradient that the solver stops by, over its norm at zero parameters, where the last
        step began; NaN for SGD, and where the solver stops by the gap.
    gradient_tolerance : float
        At or below which it stops; NaN for SGD.
    solver : str
        The solver that runs.
    """

    iteration: int
    max_iterations: int
    objective: float
    loss: float
    error: float
    gradient_norm: float
    learning_rate: float
    validation_loss: float
    validation_error: float
    seconds: float
    dual_objective: float = math.nan
    gap: float = math.nan
    relative_gradient: float = math.nan
    gradient_tolerance: float = math.nan
    solver: SolverName = "auto"


OnIteration = Callable[[Progress], object]
OnRead = Callable[[int, int], object]

PROGRESS_FIELDS = tuple(field.name for field in dataclasses.fields(Progress))


class Watch:
    """Hands the reports of one call to a function of the user's; keeps what stops it."""

    def __init__(self, on_iteration: OnIteration | None) -> None:
        self._on_iteration = on_iteration
        self._interrupted = False
        self._raises = False
        self._exception: BaseException | None = None

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C has been pressed."""
        return self._interrupted

    @property
    def stopped(self) -> bool:
        """Whether there is an exception to raise when the call has ended."""
        return self._interrupted or self._exception is not None

    def keep(self, exception: BaseException) -> int:
        """Keep what a callback raised; a status with which the callback ends the call."""
        if self._exception is None:
            self._exception = exception
        return -6

    def callback(self) -> Any:
        """The function C calls; it must be kept as long as the fit runs."""

        def report(progress: Any, user: int | None) -> int:
            try:
                if self._on_iteration is None:
                    return int(self._interrupted)
                values = {name: getattr(progress.contents, name) for name in PROGRESS_FIELDS}
                values["solver"] = SOLVER_NAMES[values["solver"]]
                stop = bool(self._on_iteration(Progress(**values)))
                return int(stop or self._interrupted)
            except BaseException as exception:
                self._exception = exception
                return 1

        return abi.ProgressCallback(report)

    def read_callback(self, on_read: OnRead | None) -> Any:
        """The function that a reader calls; it must be kept as long as the reading goes on."""

        def report(done: int, total: int, user: int | None) -> int:
            try:
                if on_read is not None:
                    on_read(done, total)
                return int(self._interrupted)
            except BaseException as exception:
                self._exception = exception
                return 1

        return abi.ReadCallback(report)

    def _interrupt(self, signal_number: int, frame: Any) -> None:
        self._interrupted = True
        if self._raises:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Let SIGINT raise at once, in Python that may wait for others without end."""
        self._raises = True
        try:
            if self._interrupted:
                raise KeyboardInterrupt
            yield
        finally:
            self._raises = False

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """Let SIGINT set the flag, where that is this thread's to decide; raise what was kept."""
        ours = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if ours:
            signal.signal(signal.SIGINT, self._interrupt)
        try:
            yield
        finally:
            if ours:
                signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._exception is not None:
            exception, self._exception = self._exception, None
            raise exception
        if self._interrupted:
            raise KeyboardInterrupt
