"""LIBLINEAR: L2-regularised logistic regression, one class against the rest (-s 0). Its loss is not the
softmax loss: only its test error compares."""

from importlib.metadata import version as installed

import numpy
import scipy.sparse
from liblinear.liblinearutil import parameter, problem as liblinear_problem, train

from problem import L2


def version():
    return installed("liblinear-official")


def ovr(problem, threads, iterations):
    data = liblinear_problem(problem.y, scipy.sparse.csr_matrix(problem.X.astype(float)), 1)
    options = parameter(f"-s 0 -e {1.0 / iterations} -B 1 -c {1 / (L2 * len(problem.X))} -q")

    def run():
        model = train(data, options)
        n = problem.X.shape[1]
        w = numpy.array(model.w[:(n + 1) * 10]).reshape(n + 1, 10)
        theta, bias = numpy.zeros((n, 10)), numpy.zeros(10)
        theta[:, model.get_labels()], bias[model.get_labels()] = w[:n], w[n]
        return {"theta": theta, "bias": bias, "iterations": 0, "other_loss": True}
    return run
