"""This library, by ctypes on its C interface."""

import ctypes
import os
import pathlib
import sys
from ctypes import POINTER, byref, c_double, c_float, c_int32, c_int64, c_size_t, c_void_p

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python"))
from linclass._capi.abi import ContextOptions, FitOptions, Matrix  # noqa: E402

from problem import BATCH, L2, LEARNING_RATE

library = ctypes.CDLL(os.environ["LINCLASS_LIBRARY"])
library.linclass_version.restype = ctypes.c_char_p
library.linclass_context_message.restype = ctypes.c_char_p
library.linclass_context_message.argtypes = [c_void_p]
library.linclass_model_theta.restype = library.linclass_model_bias.restype = POINTER(c_float)
library.linclass_model_theta.argtypes = library.linclass_model_bias.argtypes = [c_void_p]

SOLVERS = {"sgd": 1, "lbfgs": 3, "newton_cg": 5}


def version():
    return library.linclass_version().decode()


def address(array):
    return c_void_p(array.ctypes.data)


def require(context, status):
    if status < 0:
        raise RuntimeError(library.linclass_context_message(context).decode() or f"status {status}")


def new_context(threads):
    options, context = ContextOptions(), c_void_p()
    require(None, library.linclass_context_options_init(byref(options), c_size_t(ctypes.sizeof(options))))
    options.threads = threads
    require(None, library.linclass_context_create(byref(options), byref(context)))
    return context


def loss_gradient(problem, threads):
    context = new_context(threads)
    m, n = problem.X.shape
    G, loss = numpy.zeros_like(problem.theta), c_double()

    def run():
        require(context, library.linclass_softmax_loss_gradient_f32(
            context, c_int64(m), c_int64(n), c_int64(10), address(problem.X), c_int64(n), address(problem.y),
            address(problem.theta), c_int64(10), None, byref(loss), address(G), c_int64(10), None))
        return {"loss": loss.value, "theta": G}
    return run


def sgd_epoch(problem, threads):
    context = new_context(threads)
    m, n = problem.X.shape

    def run():
        theta = numpy.zeros_like(problem.theta)
        require(context, library.linclass_softmax_sgd_epoch_f32(
            context, c_int64(m), c_int64(n), c_int64(10), address(problem.X), c_int64(n), address(problem.y),
            c_int64(BATCH), c_float(LEARNING_RATE), address(theta), c_int64(10), None))
        return {"theta": theta}
    return run


def fit(problem, threads, solver, iterations):
    context = new_context(threads)
    m, n = problem.X.shape
    X, options = Matrix(), FitOptions()
    require(context, library.linclass_matrix_init(byref(X), c_size_t(ctypes.sizeof(X)), c_int32(2), c_int64(m),
                                                  c_int64(n), address(problem.X), c_int64(n)))
    require(context, library.linclass_fit_options_init(byref(options), c_size_t(ctypes.sizeof(options))))
    options.solver = SOLVERS[solver]
    options.l2 = L2
    options.gradient_tolerance = 1e-6
    options.max_iterations = iterations

    def run():
        model = c_void_p()
        require(context, library.linclass_fit(context, byref(X), address(problem.y), byref(options), None,
                                              byref(model)))
        theta = numpy.ctypeslib.as_array(library.linclass_model_theta(model), (n, 10)).copy()
        bias = numpy.ctypeslib.as_array(library.linclass_model_bias(model), (10,)).copy()
        library.linclass_model_destroy(model)
        return {"theta": theta, "bias": bias, "iterations": iterations}
    return run


def lbfgs(problem, threads, iterations):
    return fit(problem, threads, "lbfgs", iterations)


def newton_cg(problem, threads, iterations):
    return fit(problem, threads, "newton_cg", iterations)


def sgd(problem, threads, iterations):
    return fit(problem, threads, "sgd", iterations)
