"""torch's CPU tensors: read and written where they lie, through __array__ and through DLPack."""

import numpy as np
import pytest

import copies
import linclass
from data import blobs, single
from linclass._capi import arrays

torch = pytest.importorskip("torch")

DTYPES = {"float32": torch.float32, "float64": torch.float64}


@pytest.fixture(params=DTYPES.values(), ids=DTYPES)
def problem(request):
    """X (60, 6), y, theta (6, 3), bias."""
    torch.manual_seed(0)
    X = torch.randn(60, 6, dtype=request.param)
    return (
        X,
        torch.arange(60) % 3,
        torch.randn(6, 3, dtype=request.param),
        torch.zeros(3, dtype=request.param),
    )


@pytest.fixture
def made(monkeypatch):
    """The shapes of the arrays copied."""
    return copies.count(monkeypatch)


class DLPackOnly:
    """A tensor that shows nothing but DLPack."""

    def __init__(self, tensor):
        self.tensor = tensor

    def __dlpack__(self, **arguments):
        return self.tensor.__dlpack__(**arguments)

    def __dlpack_device__(self):
        return self.tensor.__dlpack_device__()


@pytest.mark.parametrize("show", [lambda tensor: tensor, DLPackOnly], ids=["array", "dlpack"])
def test_tensors_are_read_where_they_lie(problem, show, made):
    copies.level_1(*map(show, problem))
    wide = torch.zeros(120, 9, dtype=problem[0].dtype)
    wide[::2, 2:8] = problem[0]
    copies.level_1(show(wide[::2, 2:8]), *map(show, problem[1:]))
    assert made == []
    for tensor in problem:
        assert arrays.as_array(show(tensor), "it").ctypes.data == tensor.data_ptr()


def test_what_forces_a_copy(problem, made):
    X, y, theta, bias = problem
    linclass.logits(X.t().contiguous().t(), theta, bias)
    assert made == [(60, 6)]
    linclass.cross_entropy(X[:, :3].contiguous(), y.to(torch.int32))
    assert made[1:] == [(60,)]


def test_the_gradient_is_that_of_autograd(problem):
    X, y, theta, bias = problem
    one, other = theta.clone().requires_grad_(), bias.clone().requires_grad_()
    loss = torch.nn.functional.cross_entropy(X @ one + other, y)
    loss.backward()
    found = linclass.softmax_loss_gradient(X, y, theta, bias)
    tolerance = 1e-6 if X.dtype == torch.float32 else 1e-14
    assert found.loss == pytest.approx(loss.item(), rel=10 * tolerance)
    np.testing.assert_allclose(found.theta, one.grad.numpy(), atol=tolerance)
    np.testing.assert_allclose(found.bias, other.grad.numpy(), atol=tolerance)


def test_tensors_are_written_where_they_lie(problem):
    X, y, theta, bias = problem
    H = torch.empty(60, 3, dtype=X.dtype)
    linclass.logits(X, theta, bias, out=H)
    torch.testing.assert_close(H, X @ theta + bias)
    expected = torch.softmax(H, dim=1)
    linclass.softmax(H, out=H)
    torch.testing.assert_close(H, expected)
    before = theta.clone()
    linclass.softmax_sgd_epoch(X, y, theta, bias, batch=60, learning_rate=0.5)
    G = linclass.softmax_loss_gradient(X, y, before).theta
    torch.testing.assert_close(theta, before - 0.5 * torch.from_numpy(G))


@pytest.mark.parametrize(
    "arrange",
    [lambda X: X, lambda X: X.t().contiguous().t(), lambda X: X.repeat(1, 2)[:, ::2]],
    ids=["contiguous", "column by column", "every second column"],
)
def test_models_and_estimators_read_them_where_they_lie(arrange, made):
    X, y = blobs(n=6)
    if arrange(torch.zeros(2, 6)).stride(1) == 2:
        X = np.tile(X[:, :3], 2)[:, [0, 2, 1, 0, 2, 1]]
    tensor = arrange(torch.from_numpy(np.ascontiguousarray(X)))
    labels = torch.from_numpy(y)
    expected = linclass.fit(tensor.numpy(), y, l2=1e-2)
    model = linclass.fit(tensor, labels, l2=1e-2)
    assert (model.theta == expected.theta).all()
    assert (model.predict(tensor) == expected.predict(tensor.numpy())).all()
    pixels = (tensor > 0).to(torch.uint8)
    for name in single(linclass._ESTIMATORS):
        estimator = getattr(linclass, name)().fit(tensor, labels)
        assert estimator.score(tensor, labels) == (estimator.predict(tensor.numpy()) == y).mean()
        estimator.fit(pixels, labels)
    assert made == []


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: torch.zeros(2, 3, requires_grad=True), "X cannot be read as an array: .*detach"),
        (lambda: DLPackOnly(torch.zeros(2, 3, requires_grad=True)), "X cannot be read .*detach"),
        (lambda: torch.zeros(2, 3, dtype=torch.bfloat16), "BFloat16"),
        (lambda: torch.zeros(2, 3, device="meta"), "meta"),
        (lambda: torch.zeros(2, 3).to_sparse(), "[Ss]parse"),
        (lambda: torch.zeros(2, 3, dtype=torch.complex64), "complex64"),
    ],
)
def test_tensors_that_are_no_plain_memory(make, sentence):
    with pytest.raises(TypeError, match=sentence):
        linclass.logits(make(), np.zeros((3, 2)))
