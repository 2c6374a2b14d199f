"""Input is read where it lies: a copy is made only when the dtype or the strides force one."""

import numpy as np
import pytest

import linclass
from linclass import _arrays


@pytest.fixture
def copies(monkeypatch):
    """The shapes of the arrays copied."""
    made = []
    copy = _arrays.copy

    def counted(array, dtype):
        made.append(array.shape)
        return copy(array, dtype)

    monkeypatch.setattr(_arrays, "copy", counted)
    return made


def everything(X, y, theta, bias):
    """All of level 1 that does not write to its input."""
    H = linclass.logits(X, theta, bias)
    linclass.softmax(H)
    linclass.cross_entropy(H, y)
    R = linclass.softmax_residual(H, y).residual
    linclass.gradient(X, R)
    linclass.softmax_loss_gradient(X, y, theta, bias)


def arguments(dtype):
    rng = np.random.default_rng(1)
    return (
        rng.normal(size=(6, 4)).astype(dtype),
        rng.integers(0, 3, 6),
        rng.normal(size=(4, 3)).astype(dtype),
        np.zeros(3, dtype),
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_contiguous_input_is_not_copied(dtype, copies):
    everything(*arguments(dtype))
    assert copies == []


def test_read_only_input_is_not_copied(copies):
    given = arguments(np.float32)
    for array in given:
        array.flags.writeable = False
    everything(*given)
    assert copies == []


def test_rows_apart_are_not_copied(copies):
    X, y, theta, bias = arguments(np.float64)
    wide = np.zeros((12, 9))
    wide[::2, 2:6] = X
    everything(wide[::2, 2:6], y, theta, bias)
    assert copies == []


def test_a_single_row_of_any_stride_is_not_copied(copies):
    linclass.softmax(np.zeros((4, 3))[1:2])
    linclass.softmax(np.zeros((4, 1))[::-1][:1])
    assert copies == []


@pytest.mark.parametrize(
    "force",
    [
        np.asfortranarray,
        lambda X: X[::-1],
        lambda X: np.repeat(X, 2, axis=1)[:, ::2],
        lambda X: X.astype(np.float32),
        lambda X: X.astype(">f8"),
        lambda X: np.frombuffer(b"\0" + X.tobytes(), dtype=np.float64, offset=1).reshape(X.shape),
        lambda X: np.broadcast_to(X[:1], X.shape),
    ],
    ids=["fortran", "reversed", "every second column", "narrower", "byte order", "unaligned", "broadcast"],
)
def test_one_copy_of_what_forces_it(force, copies):
    X, _, theta, bias = arguments(np.float64)
    linclass.logits(force(X), theta, bias)
    assert copies == [(6, 4)]


def test_torch_tensors_are_read_where_they_lie(copies):
    torch = pytest.importorskip("torch")
    X, y, theta, bias = arguments(np.float32)
    everything(torch.from_numpy(X), torch.from_numpy(y), torch.from_numpy(theta), torch.from_numpy(bias))
    assert copies == []
    assert np.shares_memory(_arrays.as_array(torch.from_numpy(X), "X"), X)
