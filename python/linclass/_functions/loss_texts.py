"""The docstrings of the functions of a loss: templates, and what is filled in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """What the docstrings of a loss say.

    title: its name in a sentence. mean, residual: the formulas. examples: what the four examples print.
    """

    title: str
    mean: str
    residual: str
    examples: tuple[str, str, str, str]


#: What all docstrings have.
_THREADS = """threads : int
    0: as many as the process may run on. The result does not depend on it."""
_RAISES = """Raises
------
ValueError, TypeError, FloatingPointError, MemoryError
    As :func:`logits` does."""

_LOSS = """Mean {title} of scores: {mean}.

Parameters
----------
{h} : array_like, {shape}
    Scores.
y : array_like of integers, (m,)
    {labels}
{threads}

Returns
-------
float

{raises}
"""
_RESIDUAL = """Residual {r} of the {title}, and its mean, in one pass.

{residual}

Parameters
----------
{h} : array_like, {shape}
    Scores.
y : array_like of integers, (m,)
    {labels}
out : ndarray, {shape}, optional
    ``out={h}`` works in place.
{threads}

Returns
-------
Residual
    The mean loss, and {r}: {shape}, not divided by m.

{raises}
"""
_LOSS_GRADIENT = """Mean {title} and its gradient, in one sweep over X.

Parameters
----------
X : array_like or sparse matrix, (m, n)
    Samples.
y : array_like of integers, (m,)
    {labels}
theta : array_like, {theta}
    Weights.
{bias}
{threads}

Returns
-------
{gradient}

{raises}
"""
_SGD_EPOCH = """One epoch of minibatch steps on the {title} in row order; theta and bias change in place.

For each ``batch`` rows, ``theta -= learning_rate / B * X_b^T {r}``, the bias likewise.

Parameters
----------
X : array_like, (m, n)
    Dense.
y : array_like of integers, (m,)
    {labels}
theta : ndarray, {theta}
    Writable, {layout}float32 or float64: the type the epoch is computed in.
bias : ndarray, {bias_shape}, optional
    Writable, {bias_layout}of theta's type.
batch : int
    Rows in a minibatch, at least 1; the last may have fewer.
learning_rate : float
    Times the gradient: the step.
{threads}

{raises}
"""
TEMPLATES = (_LOSS, _RESIDUAL, _LOSS_GRADIENT, _SGD_EPOCH)

WORDS_OF_CLASSES = {
    "h": "H",
    "r": "R",
    "shape": "(m, k)",
    "labels": "Labels 0..k-1.",
    "theta": "(n, k)",
    "bias": """bias : array_like, (k,), optional
    None: zeros.
out : ndarray, (n, k), optional
    Where to write the gradient. None: a new array.
out_bias : ndarray, (k,), optional
    Where to write that of the intercepts. None: a new array.""",
    "bias_shape": "(k,)",
    "layout": "row-major, ",
    "bias_layout": "contiguous, ",
    "gradient": "LossGradient",
}
EXAMPLES_OF_CLASSES = (
    ">>> round(linclass.{loss}([[5.6, 6.4, -4.6]], [0]), 6)",
    ">>> linclass.{residual}([[5.6, 6.4, -4.6]], [0]).residual.round(4)",
    """>>> loss, G, g_bias = linclass.{loss_gradient}([[1.0, 2.0]], [0], [[0.0, 0.0]] * 2)
>>> round(loss, 6), G.tolist()""",
    """>>> theta = numpy.zeros((2, 2))
>>> linclass.{sgd_epoch}([[1.0, 2.0]], [0], theta, batch=1, learning_rate=0.5)
>>> theta.tolist()""",
)

WORDS_OF_TWO = {
    "h": "h",
    "r": "r",
    "shape": "(m,)",
    "labels": "0 or 1.",
    "theta": "(n,)",
    "bias": """bias : float, optional
    None: zero. It does not decide the precision.
out : ndarray, (n,), optional
    Where to write the gradient. None: a new array.""",
    "bias_shape": "(1,)",
    "layout": "",
    "bias_layout": "",
    "gradient": "BinaryLossGradient",
}
EXAMPLES_OF_TWO = (
    ">>> round(linclass.{loss}([-2.0, 1000.0], [0, 1]), 6)",
    ">>> linclass.{residual}([-2.0, 10.0], [0, 0]).residual.round(6)",
    """>>> loss, g, g_bias = linclass.{loss_gradient}([[1.0, 2.0]], [1], [0.0, 0.0])
>>> round(loss, 6), g.tolist(), g_bias""",
    """>>> theta = numpy.zeros(2)
>>> linclass.{sgd_epoch}([[1.0, 2.0]], [1], theta, batch=1, learning_rate=1.0)
>>> theta.tolist()""",
)


def docstring(kind: int, words: dict[str, str], text: Text, example: str) -> str:
    """Of the function of this kind, by its place among the four; example: its lines of input."""
    doc = TEMPLATES[kind].format(
        **words, title=text.title, mean=text.mean, residual=text.residual, threads=_THREADS, raises=_RAISES
    )
    if not text.examples[kind]:
        return doc
    return f"{doc}\nExamples\n--------\n{example}\n{text.examples[kind]}\n"
