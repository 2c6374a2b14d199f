"""PyTorch, eager: F.cross_entropy on nn.Linear, and an epoch of torch.optim.SGD."""

import torch
import torch.nn.functional as F

from problem import BATCH, LEARNING_RATE


def version():
    return torch.__version__


def linear(problem, start):
    layer = torch.nn.Linear(problem.X.shape[1], 10, bias=False)
    with torch.no_grad():
        layer.weight.copy_(start)
    return layer


def loss_gradient(problem, threads):
    torch.set_num_threads(threads)
    X, y = torch.from_numpy(problem.X), torch.from_numpy(problem.y)
    layer = linear(problem, torch.from_numpy(problem.theta.T.copy()))

    def run():
        layer.weight.grad = None
        loss = F.cross_entropy(layer(X), y)
        loss.backward()
        return {"loss": loss.item(), "theta": layer.weight.grad.numpy().T}
    return run


def linear_cross_entropy(problem, threads):
    """The fused form that keeps no m x k scores, where this version has it."""
    fused = F.linear_cross_entropy
    torch.set_num_threads(threads)
    X, y = torch.from_numpy(problem.X), torch.from_numpy(problem.y)
    weight = torch.from_numpy(problem.theta.T.copy()).requires_grad_()

    def run():
        weight.grad = None
        loss = fused(X, weight, y)
        loss.backward()
        return {"loss": loss.item(), "theta": weight.grad.numpy().T}
    return run


def sgd_epoch(problem, threads):
    torch.set_num_threads(threads)
    X, y = torch.from_numpy(problem.X), torch.from_numpy(problem.y)

    def run():
        layer = linear(problem, torch.zeros(10, problem.X.shape[1]))
        optimizer = torch.optim.SGD(layer.parameters(), lr=LEARNING_RATE)
        for first in range(0, len(X), BATCH):
            optimizer.zero_grad()
            F.cross_entropy(layer(X[first:first + BATCH]), y[first:first + BATCH]).backward()
            optimizer.step()
        return {"theta": layer.weight.detach().numpy().T}
    return run
