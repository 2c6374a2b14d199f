"""The functions of each loss, as ``hinge_loss``, ``_residual``, ``_loss_gradient`` and ``_sgd_epoch``.

One implementation for the losses of several classes and one for those of two, with their docstrings; the
table at the end has what differs. A loss of the library that the table lacks has its functions as well, in
``OTHERS``. The conventions of :mod:`linclass._functions.linear` hold. Of a loss of two classes, labels are 0
and 1, and ``h = X @ theta + bias`` is the score of class 1 against class 0:

h, (m,): scores. theta, (n,): weights. bias: a number. All may be columns of matrices (``H[:, 0]``), which
are read and written where they lie. Infinite scores are refused.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, TypeVar

from linclass._capi.arrays import Array
from linclass._capi.names import LOSSES, LossName
from linclass._capi.types import ArrayLike, MatrixLike, WritableArray
from linclass._functions.loss_texts import (
    EXAMPLES_OF_CLASSES,
    EXAMPLES_OF_TWO,
    WORDS_OF_CLASSES,
    WORDS_OF_TWO,
    Text,
    docstring,
)
from linclass._functions.losses import BinaryLossGradient, Loss, LossGradient, Residual


class LossOfClasses(Protocol):
    """``hinge_loss`` and the like."""

    def __call__(self, H: ArrayLike, y: ArrayLike, *, threads: int = 0) -> float: ...


class ResidualOfClasses(Protocol):
    """``hinge_residual`` and the like."""

    def __call__(
        self, H: ArrayLike, y: ArrayLike, *, out: WritableArray | None = None, threads: int = 0
    ) -> Residual: ...


class GradientOfClasses(Protocol):
    """``hinge_loss_gradient`` and the like."""

    def __call__(
        self,
        X: MatrixLike,
        y: ArrayLike,
        theta: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        out: WritableArray | None = None,
        out_bias: WritableArray | None = None,
        threads: int = 0,
    ) -> LossGradient: ...


class SgdEpoch(Protocol):
    """``hinge_sgd_epoch`` and the like."""

    def __call__(
        self,
        X: MatrixLike,
        y: ArrayLike,
        theta: Array,
        bias: Array | None = None,
        *,
        batch: int,
        learning_rate: float,
        threads: int = 0,
    ) -> None: ...


class LossOfTwo(Protocol):
    """``logistic_loss`` and the like."""

    def __call__(self, h: ArrayLike, y: ArrayLike, *, threads: int = 0) -> float: ...


class ResidualOfTwo(Protocol):
    """``logistic_residual`` and the like."""

    def __call__(
        self, h: ArrayLike, y: ArrayLike, *, out: WritableArray | None = None, threads: int = 0
    ) -> Residual: ...


class GradientOfTwo(Protocol):
    """``logistic_loss_gradient`` and the like."""

    def __call__(
        self,
        X: MatrixLike,
        y: ArrayLike,
        theta: ArrayLike,
        bias: float | None = None,
        *,
        out: WritableArray | None = None,
        threads: int = 0,
    ) -> BinaryLossGradient: ...


class OfClasses(NamedTuple):
    """The functions of a loss of several classes."""

    loss: LossOfClasses
    residual: ResidualOfClasses
    loss_gradient: GradientOfClasses
    sgd_epoch: SgdEpoch


class OfTwo(NamedTuple):
    """The functions of a loss of two classes."""

    loss: LossOfTwo
    residual: ResidualOfTwo
    loss_gradient: GradientOfTwo
    sgd_epoch: SgdEpoch


Functions = TypeVar("Functions", OfClasses, OfTwo)


def _documented(
    functions: Functions, name: LossName, text: Text, words: dict[str, str], examples: tuple[str, ...]
) -> Functions:
    """The functions under their own names, each with its docstring."""
    names = {kind: f"{name}_{kind}" for kind in functions._fields}
    if name == "softmax":
        names["loss"] = "cross_entropy"
    for i, (kind, function) in enumerate(functions._asdict().items()):
        function.__doc__ = docstring(i, words, text, examples[i].format(**names))
        function.__name__ = function.__qualname__ = names[kind]
    return functions


def of_classes(name: LossName, text: Text) -> OfClasses:
    """The functions of a loss of several classes."""
    of = Loss(name)

    def loss(H: ArrayLike, y: ArrayLike, *, threads: int = 0) -> float:
        return of.mean(H, y, threads)

    def residual(
        H: ArrayLike, y: ArrayLike, *, out: WritableArray | None = None, threads: int = 0
    ) -> Residual:
        return of.residual(H, y, out, threads)

    def loss_gradient(
        X: MatrixLike,
        y: ArrayLike,
        theta: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        out: WritableArray | None = None,
        out_bias: WritableArray | None = None,
        threads: int = 0,
    ) -> LossGradient:
        return of.loss_gradient(X, y, theta, bias, out, out_bias, threads)

    functions = OfClasses(loss, residual, loss_gradient, _sgd_epoch(of))
    return _documented(functions, name, text, WORDS_OF_CLASSES, EXAMPLES_OF_CLASSES)


def of_two(name: LossName, text: Text) -> OfTwo:
    """The functions of a loss of two classes, with one score."""
    of = Loss(name)

    def loss(h: ArrayLike, y: ArrayLike, *, threads: int = 0) -> float:
        return of.mean(h, y, threads)

    def residual(
        h: ArrayLike, y: ArrayLike, *, out: WritableArray | None = None, threads: int = 0
    ) -> Residual:
        return of.residual(h, y, out, threads)

    def loss_gradient(
        X: MatrixLike,
        y: ArrayLike,
        theta: ArrayLike,
        bias: float | None = None,
        *,
        out: WritableArray | None = None,
        threads: int = 0,
    ) -> BinaryLossGradient:
        return of.binary_loss_gradient(X, y, theta, bias, out, threads)

    functions = OfTwo(loss, residual, loss_gradient, _sgd_epoch(of))
    return _documented(functions, name, text, WORDS_OF_TWO, EXAMPLES_OF_TWO)


def _sgd_epoch(of: Loss) -> SgdEpoch:
    def sgd_epoch(
        X: MatrixLike,
        y: ArrayLike,
        theta: Array,
        bias: Array | None = None,
        *,
        batch: int,
        learning_rate: float,
        threads: int = 0,
    ) -> None:
        of.sgd_epoch(X, y, theta, bias, batch, learning_rate, threads)

    return sgd_epoch


cross_entropy, softmax_residual, softmax_loss_gradient, softmax_sgd_epoch = of_classes(
    "softmax",
    Text(
        title="cross-entropy",
        mean="the mean of ``log(sum(exp(h))) - h[y]`` over the rows",
        residual="``R = softmax(H) - I_y``.",
        examples=(
            "1.171112",
            "array([[-0.69,  0.69,  0.  ]])",
            "(0.693147, [[-0.5, 0.5], [-1.0, 1.0]])",
            "[[0.25, -0.25], [0.5, -0.5]]",
        ),
    ),
)

logistic_loss, logistic_residual, logistic_loss_gradient, logistic_sgd_epoch = of_two(
    "logistic",
    Text(
        title="log-loss",
        mean="the mean of ``log(1 + exp(-h))`` where y is 1, ``log(1 + exp(h))`` where it is 0",
        residual="``r = sigmoid(h) - y``.",
        examples=(
            "0.063464",
            "array([0.119203, 0.999955])",
            "(0.693147, [-0.5, -1.0], -0.5)",
            "[0.5, 1.0]",
        ),
    ),
)

(
    sigmoid_squared_loss,
    sigmoid_squared_residual,
    sigmoid_squared_loss_gradient,
    sigmoid_squared_sgd_epoch,
) = of_two(
    "sigmoid_squared",
    Text(
        title="squared error through the sigmoid",
        mean="the mean of ``(sigmoid(h) - y)^2 / 2``",
        residual="``r = (p - y) p (1 - p)``, ``p = sigmoid(h)``. It vanishes where the model is most wrong:\n"
        ":func:`logistic_residual` does not.",
        examples=(
            "0.003552",
            "array([1.2516e-02, 4.5000e-05])",
            "(0.125, [-0.125, -0.25], -0.125)",
            "[0.125, 0.25]",
        ),
    ),
)

perceptron_loss, perceptron_residual, perceptron_loss_gradient, perceptron_sgd_epoch = of_classes(
    "perceptron",
    Text(
        title="perceptron loss",
        mean="the mean of ``sum(max(0, h_j - h_y))``",
        residual="1 for each other class whose score is at least the label's; a tie is a violation. In\n"
        "column y minus the sum of the others.",
        examples=(
            "0.8",
            "array([[-1.,  1.,  0.]])",
            "(0.0, [[-1.0, 1.0], [-2.0, 2.0]])",
            "[[0.5, -0.5], [1.0, -1.0]]",
        ),
    ),
)

hinge_loss, hinge_residual, hinge_loss_gradient, hinge_sgd_epoch = of_classes(
    "hinge",
    Text(
        title="hinge loss",
        mean="the mean of ``sum(max(0, h_j - h_y + 1))`` over the other classes",
        residual="1 for each other class whose score is within 1 of the label's, or above it. In column y\n"
        "minus the sum of the others.",
        examples=(
            "1.8",
            "array([[-1.,  1.,  0.]])",
            "(1.0, [[-1.0, 1.0], [-2.0, 2.0]])",
            "[[0.5, -0.5], [1.0, -1.0]]",
        ),
    ),
)

squared_hinge_loss, squared_hinge_residual, squared_hinge_loss_gradient, squared_hinge_sgd_epoch = of_classes(
    "squared_hinge",
    Text(
        title="squared hinge loss",
        mean="the mean of ``sum(max(0, h_j - h_y + 1)^2)`` over the other classes",
        residual="``2 max(0, h_j - h_y + 1)`` for each other class. In column y minus the sum of the others.",
        examples=(
            "3.24",
            "array([[-3.6,  3.6,  0. ]])",
            "(1.0, [[-2.0, 2.0], [-4.0, 4.0]])",
            "[[1.0, -1.0], [2.0, -2.0]]",
        ),
    ),
)


def _others() -> dict[str, Any]:
    """{name: function} of the losses without a text above, but that the library has."""
    found: dict[str, Any] = {}
    for name in LOSSES:
        if f"{name}_residual" not in globals():
            title = f"{name.replace('_', ' ')} loss"
            text = Text(title, "as ``linclass/fit.h`` defines it", "Its gradient in the scores.", ("",) * 4)
            functions: tuple[Any, ...] = (of_classes if Loss(name).several else of_two)(name, text)
            found |= {function.__name__: function for function in functions}
    return found


OTHERS = _others()
