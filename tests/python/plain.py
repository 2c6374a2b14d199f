"""The wheel with NumPy alone: fit, predict, save, load, by the library inside the environment; no estimators.

plain.py ENVIRONMENT        the directory the library must come from
"""

import importlib.metadata
import pathlib
import sys
import tempfile

import numpy as np

import linclass


def main() -> int:
    installed = {distribution.metadata["Name"] for distribution in importlib.metadata.distributions()}
    others = installed - {"numpy", "linclass", "pip", "setuptools"}
    if others or not pathlib.Path(linclass.library_path).is_relative_to(sys.argv[1]):
        print(f"not a plain environment: {others}, the library is {linclass.library_path}")
        return 1
    rng = np.random.default_rng(0)
    y = np.array([3, 5, 9])[np.arange(300) % 3]
    X = rng.normal(size=(300, 4)) + 3 * np.eye(3, 4)[np.arange(300) % 3]
    for loss in ("softmax", "squared_hinge"):
        model = linclass.fit(X, y, loss=loss, l2=1e-3)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "model.safetensors")
            model.save(path)
            again = linclass.Model.load(path)
        error = model.evaluate(X, y).error
        if error > 0.2 or (again.predict(X) != model.predict(X)).any():
            print(f"{loss}: error {error}, or another after saving")
            return 1
    try:
        print(f"an estimator without scikit-learn: {linclass.SoftmaxRegression}")
        return 1
    except ImportError as error:
        if "pip install 'linclass[sklearn]'" not in str(error):
            raise
    print(f"linclass {linclass.version()} works with NumPy {np.__version__} alone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
