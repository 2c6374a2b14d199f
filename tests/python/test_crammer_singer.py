"""Crammer and Singer's loss: the objective of scikit-learn's LinearSVC, which is LIBLINEAR's solver 4."""

import numpy as np
import pytest

import linclass

pytest.importorskip("sklearn")
datasets = pytest.importorskip("sklearn.datasets")
sparse = pytest.importorskip("scipy.sparse")
svm = pytest.importorskip("sklearn.svm")

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


def sparse_rows():
    """Rows of 200 features, of which 5 % are not 0, of 4 classes."""
    random = np.random.default_rng(4)
    X = sparse.random(300, 200, 0.05, "csr", random_state=4)
    return X, (X @ random.normal(size=(200, 4)) + 0.2 * random.normal(size=(300, 4))).argmax(axis=1)


DATA = {
    "iris": lambda: datasets.load_iris(return_X_y=True),
    "digits": lambda: (datasets.load_digits().data / 16, datasets.load_digits().target),
    "sparse": sparse_rows,
}


def objective(coef, X, y, C):
    """C times the sum of max(0, max_{j != y} 1 + h_j - h_y), plus half the squared norm."""
    H = X @ coef.T
    of_label = H[np.arange(len(y)), y]
    margins = 1 + H - of_label[:, None]
    margins[np.arange(len(y)), y] = 0
    return C * margins.max(axis=1).sum() + 0.5 * (coef**2).sum()


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("C", [0.05, 1.0])
def test_the_objective_is_liblinears(name, C):
    X, y = DATA[name]()
    theirs = svm.LinearSVC(
        multi_class="crammer_singer", C=C, fit_intercept=False, tol=1e-5, max_iter=20000
    ).fit(X, y)
    ours = linclass.LinearSVM(C, loss="crammer_singer", fit_intercept=False, dtype="float64").fit(X, y)
    sum_of_weights = C * len(y)
    gap = ours.report_.gap * sum_of_weights
    reached = objective(ours.coef_, X, y, C)
    assert ours.report_.solver == "dual_ascent"
    assert gap <= 1e-4 * sum_of_weights  # F is 1 at zero parameters
    assert reached == pytest.approx(ours.report_.objective * sum_of_weights, rel=1e-9)
    of_theirs = objective(theirs.coef_, X, y, C)
    assert reached - gap <= of_theirs * (1 + 1e-12)  # no parameters are below what is proven
    assert abs(reached - of_theirs) <= gap + 1e-4 * of_theirs  # its own tolerance is one of violations


def test_rounding_at_a_wide_width_hands_over_to_double_precision():
    """With so small a penalty single precision ends the steps long before the widths are narrow."""
    X, y = DATA["digits"]()
    model = linclass.fit(
        X.astype(np.float32), y, loss="crammer_singer", solver="smoothing", l2=1e-6, fit_bias=False
    )
    assert model.report.stopped_because == "ok"
    assert model.report.gap <= 1e-4  # F is 1 at zero parameters
