"""oneDAL, through scikit-learn-intelex."""

from importlib.metadata import version as installed

from sklearnex import patch_sklearn

patch_sklearn(verbose=False)

import with_sklearn  # noqa: E402  after the patch, which replaces what it imports


def version():
    return installed("scikit-learn-intelex")


lbfgs = with_sklearn.lbfgs
