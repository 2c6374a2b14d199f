"""scikit-learn: LogisticRegression by lbfgs and newton-cg, SGDClassifier. C = 1 / (l2 m)."""

import warnings

import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier

from problem import L2

warnings.simplefilter("ignore", ConvergenceWarning)


def version():
    return sklearn.__version__


def logistic(problem, solver, iterations):
    model = LogisticRegression(C=1 / (L2 * len(problem.X)), solver=solver, tol=1e-6, max_iter=iterations)
    model.fit(problem.X, problem.y)
    return {"theta": model.coef_.T, "bias": model.intercept_, "iterations": int(model.n_iter_.max())}


def lbfgs(problem, threads, iterations):
    return lambda: logistic(problem, "lbfgs", iterations)


def newton_cg(problem, threads, iterations):
    return lambda: logistic(problem, "newton-cg", iterations)


def sgd(problem, threads, iterations):
    """One class against the rest: its loss is not the softmax loss, only its test error compares."""
    def run():
        model = SGDClassifier(loss="log_loss", alpha=L2, max_iter=iterations, tol=None, n_jobs=threads)
        model.fit(problem.X, problem.y)
        return {"theta": model.coef_.T, "bias": model.intercept_, "iterations": iterations, "other_loss": True}
    return run
