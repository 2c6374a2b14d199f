"""The wheel with NumPy alone: fit, predict, save, load, from the library inside the environment.

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
    y = np.array(["ant", "bee", "cow"])[np.arange(300) % 3]
    X = rng.normal(size=(300, 4)) + 3 * np.eye(3, 4)[np.arange(300) % 3]
    for kind in (linclass.SoftmaxRegression, linclass.LogisticRegression, linclass.LinearSVM):
        estimator = kind().fit(X, y)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "model.safetensors")
            estimator.save(path)
            again = kind.load(path)
        if estimator.score(X, y) < 0.8 or (again.predict(X) != estimator.predict(X)).any():
            print(f"{kind.__name__}: accuracy {estimator.score(X, y)}, or another after saving")
            return 1
    print(f"linclass {linclass.version()} works with NumPy {np.__version__} alone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
