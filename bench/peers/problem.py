"""The work all libraries are given, and the answers in double precision.

Fashion-MNIST, 60000 x 784 pixels / 255, ten classes, float32. F = mean cross-entropy + (l2 / 2) |theta|^2,
the bias free; l2 = 1e-4.
"""

import gzip
import pathlib

import numpy

DIRECTORY = pathlib.Path("/usr/share/datasets/fashion-mnist")
L2 = 1e-4
BATCH = 100
LEARNING_RATE = 0.1


def read_idx(name):
    content = gzip.decompress((DIRECTORY / name).read_bytes())
    dimensions = [int.from_bytes(content[4 * i + 4:4 * i + 8], "big") for i in range(content[3])]
    return numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * len(dimensions)).reshape(dimensions)


class Problem:
    """X: m x n and y: m to train on, test_X and test_y; theta: n x k, where gradients are taken."""

    def __init__(self):
        self.X, self.y = self.part("train")
        self.test_X, self.test_y = self.part("t10k")
        random = numpy.random.default_rng(1)
        self.theta = random.normal(0, 0.02, (self.X.shape[1], 10)).astype(numpy.float32)

    @staticmethod
    def part(name):
        images = read_idx(f"{name}-images-idx3-ubyte.gz")
        X = (images.reshape(len(images), -1) / numpy.float32(255)).astype(numpy.float32)
        return X, read_idx(f"{name}-labels-idx1-ubyte.gz").astype(numpy.int64)

    def loss_gradient(self, theta, bias=0.0, X=None, y=None):
        """Mean cross-entropy and its gradient in theta, in double, by blocks of rows."""
        X, y = (self.X, self.y) if X is None else (X, y)
        theta = numpy.asarray(theta, float)
        loss, G = 0.0, numpy.zeros_like(theta)
        for first in range(0, len(X), 5000):
            rows = X[first:first + 5000].astype(float)
            labels = y[first:first + 5000]
            H = rows @ theta + bias
            H -= H.max(axis=1, keepdims=True)
            sums = numpy.exp(H).sum(axis=1)
            loss += (numpy.log(sums) - H[numpy.arange(len(rows)), labels]).sum()
            R = numpy.exp(H) / sums[:, None]
            R[numpy.arange(len(rows)), labels] -= 1
            G += rows.T @ R
        return loss / len(X), G / len(X)

    def objective(self, theta, bias):
        theta = numpy.asarray(theta, float)
        return self.loss_gradient(theta, bias)[0] + L2 / 2 * (theta**2).sum()

    def test_error(self, theta, bias):
        return float(((self.test_X @ theta + bias).argmax(axis=1) != self.test_y).mean())
